"""Refusals that tell a person what is wrong, where, and what to do.

A room raises an id (the class name) and values; the sentence is a msgid that ``cli`` and ``web``
translate at the edge with :meth:`OutreachError.in_words`. ``str(error)`` is the English sentence,
for logs and tests.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

Gettext = Callable[[str], str]


def N_(message: str) -> str:  # noqa: N802  # gettext's own name for "extract, translate later"
    """Mark a sentence for the catalogues; it is translated where it is shown."""
    return message


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words to be translated at the edge: a msgid with ``{named}`` places, and what fills them.

    Values of errors and findings may be phrases too; states and roles (enumerations) are
    translated by their value.
    """

    message: str
    values: Mapping[str, object] = field(default_factory=dict)

    def in_words(self, gettext: Gettext) -> str:
        """Return the sentence in the language of ``gettext``."""
        shown = {key: _shown(value, gettext) for key, value in self.values.items()}
        return gettext(self.message).format(**shown)

    def __str__(self) -> str:
        return self.in_words(str)


class OutreachError(Exception):
    """Base of every refusal. Subclasses set ``message``, a msgid with ``{named}`` places."""

    message: str = ""
    exit_code: int = 1

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(self.in_words(str))

    def in_words(self, gettext: Gettext) -> str:
        """Return the sentence in the language of ``gettext``; lists are joined by commas."""
        return Phrase(self.message, self.values).in_words(gettext)

    def __reduce__(self) -> tuple[Callable[..., "OutreachError"], tuple[object, ...]]:
        """Travel between processes with the values, not with the sentence."""
        return _again, (type(self), self.values)

    @property
    def id(self) -> str:
        """Stable name for ``--json`` and for tests."""
        return type(self).__name__


class WrongUseError(OutreachError):
    """The command itself was wrong: unknown name, missing choice. Exit code 2."""

    exit_code = 2


def _again(kind: type[OutreachError], values: dict[str, object]) -> OutreachError:
    return kind(**values)


def _shown(value: object, gettext: Gettext) -> object:
    if isinstance(value, Phrase):
        return value.in_words(gettext)
    if isinstance(value, Enum):
        return gettext(str(value.value))
    if isinstance(value, str) or not isinstance(value, Iterable):
        return value
    items = [str(_shown(item, gettext)) for item in value]
    return ", ".join(items) if items else "-"
