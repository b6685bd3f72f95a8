"""Words with superscripts: "1er" is typed as data, so that every form can set it right."""

from dataclasses import dataclass, field
from html import escape
from typing import Literal

Style = Literal["", "sup"]


@dataclass(frozen=True, slots=True)
class Styled:
    """Runs of words, each plain or raised."""

    parts: tuple[tuple[str, Style], ...]
    text: str = field(init=False, compare=False, repr=False)
    """Plain words: "1er". Made once: a date stands in every letter of a batch."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", "".join(words for words, _ in self.parts))

    @classmethod
    def of(cls, *parts: str | tuple[str, Style]) -> "Styled":
        """Join plain words and (words, style) pairs; empty ones are left out."""
        runs: tuple[tuple[str, Style], ...] = tuple(
            (part, "") if isinstance(part, str) else part for part in parts
        )
        return cls(tuple(run for run in runs if run[0]))

    @property
    def html(self) -> str:
        """Escaped HTML: ``1<sup>er</sup>``."""
        return "".join(
            f"<sup>{escape(words)}</sup>" if style else escape(words) for words, style in self.parts
        )

    @property
    def nodes(self) -> list[object]:
        """Nodes of a letter's tree: strings, and ``{"t": "sup", "c": [...]}``."""
        return [{"t": "sup", "c": [words]} if style else words for words, style in self.parts]

    def __str__(self) -> str:
        return self.text
