"""Two translations of one letter, compared in what a machine can compare.

Fields, links, pictures, shared blocks, settings, headings, lists, tables and paragraphs. That the
sentences say the same remains for those who read both.
"""

import re
from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from outreach.errors import N_, Phrase
from outreach.letters.catalogue import Source
from outreach.letters.compiling import Press

_LINK = re.compile(r"(?<!!)\[[^\n]{0,500}?\]\(([^)\n]{1,500})\)|<(https?://[^>\s]{1,500})>")
_PICTURE = re.compile(r"!\[[^\[\]\n]{0,500}\]\(([^)\s]{1,200})\)")
_FIELD = re.compile(r"[\[{]")
_SECTIONS = (
    (re.compile(r"\#{1,6} "), N_("headings")),
    (re.compile(r"\s*(?:[-*+]|\d{1,9}[.)]) "), N_("items of lists")),
    (re.compile(r"\s*\|"), N_("rows of tables")),
)
_SETTINGS = ("kind", "salutation", "closing", "promises")


class Difference(Struct, frozen=True):
    """One thing that only one of the twins has, or has more of."""

    code: str
    warning: bool
    message: Phrase
    source: Source
    line: int


def compare(french: Press, spanish: Press) -> Iterator[Difference]:
    """Yield where two translations differ. A paragraph more is a warning, all else an error."""
    yield from _fields(french, spanish)
    yield from _links(french.source, spanish.source)
    yield from _settings(french.source, spanish.source)
    yield from _sections(french.source, spanish.source)


def _fields(french: Press, spanish: Press) -> Iterator[Difference]:
    for press, other in ((french, spanish), (spanish, french)):
        missing = _used(press) - _used(other)
        for name in sorted(missing):
            words = Phrase(
                N_("“{name}” stands in {path}, but not in its twin."),
                {"name": name, "path": press.source.path},
            )
            yield Difference("L121", False, words, other.source, 1)


def _used(press: Press) -> set[str]:
    """Return the fields of a letter, and the blocks and pictures that it includes."""
    fields = {path for program in press.programs for path in program.paths}
    blocks = {block.file.partition(".")[0] for block in press.source.blocks}
    return fields | blocks


def _links(french: Source, spanish: Source) -> Iterator[Difference]:
    found = [_addresses(source, _LINK) for source in (french, spanish)]
    pictures = [_addresses(source, _PICTURE) for source in (french, spanish)]
    for (fr, es), words in (
        (found, N_("the French text has {fr} links, the Spanish text {es}.")),
        (pictures, N_("the French text has {fr} pictures, the Spanish text {es}.")),
    ):
        if len(fr) != len(es):
            counted = Phrase(words, {"fr": len(fr), "es": len(es)})
            yield Difference("L122", False, counted, spanish, spanish.body_line)
    fields = [Counter(bool(_FIELD.search(each)) for each in addresses) for addresses in found]
    if len(found[0]) == len(found[1]) and fields[0] != fields[1]:
        words_ = Phrase(
            N_("a link leads to a field in one language and to a written address in the other.")
        )
        yield Difference("L122", False, words_, spanish, spanish.body_line)


def _addresses(source: Source, pattern: re.Pattern[str]) -> list[str]:
    body = "\n".join(line.words for line in source.lines)
    return ["".join(found.groups(default="")) for found in pattern.finditer(body)]


def _settings(french: Source, spanish: Source) -> Iterator[Difference]:
    for key in _SETTINGS:
        ours, theirs = getattr(french.front, key), getattr(spanish.front, key)
        if ours != theirs:
            words = Phrase(
                N_("“{key}” at the top differs: {fr} in French, {es} in Spanish."),
                {"key": key, "fr": f"{ours}", "es": f"{theirs}"},
            )
            yield Difference("L123", False, words, spanish, spanish.line_of(key))
    if bool(french.front.addressee) != bool(spanish.front.addressee):
        words = Phrase(N_("only one of the twins is addressed to everyone (addressee = …)."))
        yield Difference("L123", False, words, spanish, 1)


def _sections(french: Source, spanish: Source) -> Iterator[Difference]:
    bodies = [[line.words for line in source.lines] for source in (french, spanish)]
    for pattern, name in _SECTIONS:
        fr, es = (sum(bool(pattern.match(line)) for line in body) for body in bodies)
        if fr != es:
            words = Phrase(
                N_("{what}: {fr} in the French text, {es} in the Spanish one."),
                {"what": Phrase(name), "fr": fr, "es": es},
            )
            yield Difference("L124", False, words, spanish, spanish.body_line)
    fr, es = (_paragraphs(body) for body in bodies)
    if fr != es:
        words = Phrase(
            N_("{what}: {fr} in the French text, {es} in the Spanish one."),
            {"what": Phrase(N_("paragraphs")), "fr": fr, "es": es},
        )
        yield Difference("L124", True, words, spanish, spanish.body_line)


def _paragraphs(lines: list[str]) -> int:
    """Count the groups of lines between blank ones."""
    filled = [bool(line.strip()) for line in lines]
    return sum(here and not before for before, here in zip([False, *filled], filled, strict=False))
