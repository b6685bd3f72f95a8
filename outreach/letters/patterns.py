"""Compiled text with holes: what is filled in per letter, in microseconds."""

import re
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter

from outreach.letters.passes import SENTINEL
from outreach.letters.values import Value, url_part, whole_url

Writer = Callable[[Value], str]


class Pattern:
    """A text in which each hole takes one of the letter's values, written for its place.

    Most holes take a value as it stands in ``filled``'s ``written``, prepared once for all of
    them; the few others (in an address, say) name their own writer.
    """

    __slots__ = ("_literals", "_pick", "_special")

    def __init__(self, parts: Sequence[str | tuple[int, Writer | None]]) -> None:
        self._literals = [part for part in parts if isinstance(part, str)]
        holes = [part for part in parts if not isinstance(part, str)]
        self._special = [(place, writer) for place, writer in holes if writer is not None]
        # Filled in C: literals, values and specials in one list, picked in the text's order.
        order: list[int] = []
        literals, specials = 0, -len(self._special)
        for part in parts:
            if isinstance(part, str):
                order.append(literals)
                literals += 1
            elif part[1] is None:
                order.append(len(self._literals) + part[0])
            else:
                order.append(specials)
                specials += 1
        self._pick = itemgetter(*order) if holes else None

    @property
    def frame(self) -> str:
        """The words that all letters of this pattern share: those of nobody."""
        return "".join(self._literals)

    def filled(self, written: list[str], values: Sequence[Value]) -> str:
        """Return the text with its holes filled. ``written`` are ``values`` as text."""
        if self._pick is None:
            return "".join(self._literals)
        pool = self._literals + written
        if self._special:
            pool += [writer(values[place]) for place, writer in self._special]
        return "".join(self._pick(pool))


class Sentinels:
    """What stands in a skeleton for the value at each place."""

    def __init__(self, nonce: str) -> None:
        self._nonce = nonce
        self._found = re.compile(SENTINEL.format(nonce=nonce, place=r"(\d+)"))

    def at(self, place: int) -> str:
        """Return the sentinel of the value at ``place``."""
        return SENTINEL.format(nonce=self._nonce, place=place)

    def in_(self, text: str) -> bool:
        """Say whether ``text`` has a hole."""
        return self._found.search(text) is not None

    def split(self, text: str) -> list[str | int]:
        """Return ``text`` as literal parts and places, without empty parts."""
        parts: list[str | int] = []
        for index, part in enumerate(self._found.split(text)):
            if index % 2:
                parts.append(int(part))
            elif part:
                parts.append(part)
        return parts

    def pattern(self, pieces: Iterable[tuple[str, Writer | None]]) -> Pattern:
        """Return the pattern of texts, each with the writer for its holes (None: as prepared)."""
        parts: list[str | tuple[int, Writer | None]] = []
        for text, writer in pieces:
            for part in self.split(text):
                if isinstance(part, int):
                    parts.append((part, writer))
                elif parts and isinstance(parts[-1], str):
                    parts[-1] += part
                else:
                    parts.append(part)
        return Pattern(parts)


def address(url: str, sentinels: Sentinels) -> list[tuple[str, Writer | None]]:
    """Return the pieces of an address: a hole at its start is the whole of it, or its base."""
    return [
        (sentinels.at(part), url_part if index else whole_url)
        if isinstance(part, int)
        else (part, None)
        for index, part in enumerate(sentinels.split(url))
    ]
