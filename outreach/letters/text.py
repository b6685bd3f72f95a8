"""The plain text of an e-mail: links numbered at the end, lists, lines of at most 72 characters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from outreach.letters.facts import OfficeFacts
from outreach.letters.layout import LABELS, Places, Shape
from outreach.letters.markdown import SyntaxTreeNode
from outreach.letters.patterns import Pattern, Sentinels, Writer, address
from outreach.letters.values import Value
from outreach.settings import Language

WIDTH = 72
_MARK, _FIRST, _MOST = "\x1e", 0x0E, 15
_LONG = re.compile(rf"(\x1e[\x0e-\x1d])(.{{{WIDTH + 1},}})")


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph before it is wrapped: what stands before its first and its other lines."""

    words: str
    first: str = ""
    rest: str = ""
    link: bool = False
    """Words are an address: not wrapped, and holes in it are quoted."""


class PlainText:
    """The text of a letter, wrapped where nothing varies; the rest is wrapped once filled."""

    def __init__(self, lines: Sequence[Line], sentinels: Sentinels) -> None:
        pieces: list[tuple[str, Writer | None]] = []
        # A line with holes is marked, so that it is wrapped if it proves too long. The mark says
        # what stands before its further lines; no value holds a control character.
        self._marks: dict[str, str] = {}
        for line in lines:
            if line.link:
                pieces.extend([(line.first, None), *address(line.words, sentinels)])
            elif sentinels.in_(line.words):
                pieces.append((self._mark(line.rest) + line.first + line.words, None))
            else:
                pieces.append((_wrapped(line.first + line.words, line.rest), None))
            pieces.append(("\n", None))
        self._pattern = sentinels.pattern(pieces)

    @property
    def frame(self) -> str:
        """The words that all letters of this text share."""
        frame = self._pattern.frame
        for mark in self._marks:
            frame = frame.replace(mark, "")
        return frame

    def filled(self, written: list[str], values: Sequence[Value]) -> str:
        """Return the text of one letter; ``written`` are its values as plain words."""
        text = self._pattern.filled(written, values)
        text = _LONG.sub(self._wrap, text)
        for mark in self._marks:
            text = text.replace(mark, "")
        return text

    def _mark(self, rest: str) -> str:
        for mark, known in self._marks.items():
            if known == rest:
                return mark
        mark = _MARK + chr(_FIRST + min(len(self._marks), _MOST))
        self._marks[mark] = rest
        return mark

    def _wrap(self, found: re.Match[str]) -> str:
        return _wrapped(found[2], self._marks[found[1]])


def compiled(
    body: SyntaxTreeNode,
    shape: Shape,
    places: Places,
    office: OfficeFacts,
    language: Language,
    *,
    cover: bool,
    sentinels: Sentinels,
) -> PlainText:
    """Return the plain text of a skeleton, in the order of the letter's parts."""
    labels = LABELS[language]
    colon = labels["colon"]
    lines: list[Line] = []

    def paragraph(*words: str, first: str = "", rest: str = "") -> None:
        lines.extend(Line(each, first, rest) for each in words)
        lines.append(Line(""))

    def listed(label: str, where: range) -> None:
        if len(where) == 1:
            paragraph(f"{label}{colon}{sentinels.at(where[0])}")
        elif where:
            lines.append(Line(f"{label}{colon}".rstrip()))
            lines.extend(Line(sentinels.at(place), "- ", "  ") for place in where)
            lines.append(Line(""))

    paragraph(office.name)
    if not cover:
        reference = f"{labels['reference']}{colon}{sentinels.at(places.reference)}"
        paragraph(*([reference] if shape.reference else []), sentinels.at(places.place_date))
        paragraph(*(sentinels.at(place) for place in places.addressee))
        paragraph(f"{labels['subject']}{colon}{sentinels.at(places.subject)}")
    if shape.salutation:
        paragraph(sentinels.at(places.salutation))
    writer = _Blocks()
    lines.extend(writer.blocks(body.children))
    if shape.closing:
        paragraph(sentinels.at(places.closing))
    paragraph(office.signatory_name, office.signatory_function)
    listed(labels["enclosures"], places.enclosures)
    listed(labels["copies"], places.copies)
    if shape.notice:
        paragraph(sentinels.at(places.notice))
    if writer.links:
        lines.extend(
            Line(url, f"[{number}] ", link=True) for number, url in enumerate(writer.links, 1)
        )
        lines.append(Line(""))
    # "-- " alone on a line is how mail programs know where a signature begins (RFC 3676, 4.3).
    lines.append(Line("", "-- "))
    lines.extend(Line(each) for each in office.footer)
    return PlainText(lines, sentinels)


def link_patterns(urls: Sequence[str], sentinels: Sentinels) -> list[Pattern]:
    """Return the addresses that a letter links to, each to be filled in."""
    return [sentinels.pattern(address(url, sentinels)) for url in urls]


def links(body: SyntaxTreeNode) -> list[str]:
    """Return the addresses that the text links to, in order, each once."""
    found = [str(node.attrs.get("href", "")) for node in body.walk() if node.type == "link"]
    return list(dict.fromkeys(found))


class _Blocks:
    """Turns blocks into lines, and keeps the links that it met."""

    def __init__(self) -> None:
        self.links: list[str] = []

    def blocks(
        self, nodes: Sequence[SyntaxTreeNode], first: str = "", rest: str = ""
    ) -> list[Line]:
        """Return the lines of ``nodes``, a blank line after each."""
        lines: list[Line] = []
        for node in nodes:
            lines.extend(self._block(node, first, rest))
            first = rest
        return lines

    def _block(self, node: SyntaxTreeNode, first: str, rest: str) -> list[Line]:
        kind = node.type
        if kind in {"paragraph", "heading"}:
            return [*self._lines(self.inline(node.children), first, rest), Line("", rest.rstrip())]
        if kind in {"bullet_list", "ordered_list"}:
            return self._list(node, first, rest)
        if kind == "blockquote":
            quoted = self.blocks(node.children, f"{first}> ", f"{rest}> ")
            return [*quoted[:-1], Line("", rest.rstrip())]
        if kind == "table":
            return [*(self._row(row, rest) for row in _rows(node)), Line("", rest.rstrip())]
        return [Line("* * *", first), Line("", rest.rstrip())]

    def _list(self, node: SyntaxTreeNode, first: str, rest: str) -> list[Line]:
        lines: list[Line] = []
        number = int(node.attrs.get("start", 1))
        for item in node.children:
            mark = "- " if node.type == "bullet_list" else f"{number}. "
            hang = " " * len(mark)
            inner = self.blocks(item.children, first + mark, rest + hang)
            # A tight list has no blank lines between its items.
            tight = all(child.hidden for child in item.children if child.type == "paragraph")
            lines.extend(line for line in inner if line.words or not tight)
            number += 1
            first = rest
        while lines and not lines[-1].words:
            lines.pop()
        return [*lines, Line("", rest.rstrip())]

    def _row(self, row: SyntaxTreeNode, first: str) -> Line:
        return Line(" | ".join(self.inline(cell.children) for cell in row.children), first, first)

    def _lines(self, words: str, first: str, rest: str) -> list[Line]:
        """Return one line per hard break."""
        parts = words.split("\n")
        return [Line(part, rest if index else first, rest) for index, part in enumerate(parts)]

    def inline(self, nodes: Sequence[SyntaxTreeNode]) -> str:
        """Return inline nodes as plain words; a link gets its number."""
        words: list[str] = []
        for node in nodes:
            if node.type in {"text", "code_inline"}:
                words.append(node.content)
            elif node.type == "softbreak":
                words.append(" ")
            elif node.type == "hardbreak":
                words.append("\n")
            elif node.type == "link":
                words.append(self._link(node))
            elif node.type == "image":
                words.append(f"[{self.inline(node.children)}]")
            else:
                words.append(self.inline(node.children))
        return "".join(words)

    def _link(self, node: SyntaxTreeNode) -> str:
        url = str(node.attrs.get("href", ""))
        words = self.inline(node.children)
        if words in {url, url.removeprefix("mailto:")}:
            return words
        if url not in self.links:
            self.links.append(url)
        return f"{words} [{self.links.index(url) + 1}]"


def _rows(table: SyntaxTreeNode) -> list[SyntaxTreeNode]:
    return [row for part in table.children for row in part.children]


@lru_cache(maxsize=512)  # most paragraphs stand in many letters as they are
def _wrapped(words: str, rest: str) -> str:
    """Return a line, broken where it is too long; ``rest`` stands before its further lines."""
    if len(words) <= WIDTH:
        return words
    lines: list[str] = []
    start, room = 0, WIDTH
    while len(words) - start > room:
        # The last space that fits; or, after a word that is too long, the next one. No-break
        # spaces do not break.
        end = words.rfind(" ", start, start + room + 1)
        if end <= start:
            end = words.find(" ", start + room)
            if end < 0:
                break
        lines.append(words[start:end])
        start, room = end + 1, WIDTH - len(rest)
    lines.append(words[start:])
    return ("\n" + rest).join(lines)
