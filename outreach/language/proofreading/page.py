"""A text as a proof-reader sees it: what is no prose is blanked out, every letter in its place."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from outreach.errors import Phrase
from outreach.language.proofreading.finding import Finding, Severity

FENCE = "+++"
BLANK = "\u2588"
"""Stands where a field, an address or code stood: no word, no space."""
EDGE = "\u2029"
"""Stands for the quotes around a sentence of the front matter."""
AROUND = 24
"""Letters of context on each side of an excerpt."""
WRAPPED = 40
"""A line at least this long may go on in the next."""

Span = tuple[int, int]

_HIDDEN = re.compile(
    r"\{\{.{0,500}?\}\}|\{%.{0,500}?%\}|\{\#.{0,2000}?\#\}"  # Jinja
    r"|`[^`\n]{0,300}`"
    r"|(?<=\])\([^)\s]*\)|<(?:https?://|mailto:)[^>\s]*>"  # where links lead
    r"|(?:https?://|www\.)[^\s«»\"]+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}",
    re.DOTALL,
)
_BRACKET = re.compile(r"(?<!\\)\[[^\[\]\n]{1,300}\](?!\()")
"""A field or a condition of a template; not the words of a link."""
_KEY = re.compile(r"^\s*(\w+)\s*=")
_SPOKEN = frozenset({"subject", "summary", "addressee"})
"""Keys of the front matter that a reader of the letter sees."""
_FOREIGN_TITLE = re.compile(
    rf"\*[^*\n]{{1,300}}\*|_[^_\n]{{1,300}}_|«[^»]{{0,300}}»|“[^”]{{0,300}}”"
    rf"|\"[^\"\n]{{0,300}}\"|\[[^\[\]\n]{{0,300}}\](?=[({BLANK}])"
)
_SALUTATION = re.compile(
    r"^[ \t*_]*(?:Mesdames|Madame|Messieurs|Monsieur|Ch[eè]re?s?|Excellence|Señor(?:as|es|a)?|"
    r"Honorables?|Respetad|Apreciad|Estimad|Distinguid|Cordial saludo|Su Excelencia)"
    r"[^.;!?\n]{0,110}[,:.][ \t*_]*$",
    re.MULTILINE,
)
_CLOSING = re.compile(
    r"\b(?:agréer|(?:[Vv]e?u?illez|prie de|prie,) (?:recevoir|croire)|Cordialement|Reciban?,|"
    r"Atentamente|Cordialmente)\b"
)
_GAP = re.compile(r"\n[ \t]*(?=\n|$)")


@dataclass(frozen=True, slots=True)
class Page:
    """A letter's text, and what of it is prose. All strings have the same length."""

    text: str
    prose: str
    """What is not read aloud is :data:`BLANK`."""
    flow: str
    """The prose with the line ends inside a paragraph as spaces."""
    starts: tuple[int, ...]
    """Where each line starts."""
    body: Span
    """From the salutation to the closing, where they are found; a letterhead stands outside."""
    titles: tuple[Span, ...]
    """Quoted or emphasised words: they may be in another language."""

    @classmethod
    def of(cls, text: str) -> "Page":
        """Read a template or a plain text."""
        text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
        start = _body_start(text)
        prose = _spoken_front(text[:start]) + _HIDDEN.sub(_blanks, text[start:])
        if start:
            prose = _BRACKET.sub(_blanks, prose)
        flow = _joined(prose)
        return cls(
            text,
            prose,
            flow,
            (0, *(match.end() for match in re.finditer("\n", text))),
            (0, len(text)) if start else _between(prose),
            tuple(match.span() for match in _FOREIGN_TITLE.finditer(flow)),
        )

    def search(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Yield wherever the prose has the pattern, line ends read as spaces."""
        return pattern.finditer(self.flow)

    def paragraphs(self) -> Iterator[Span]:
        """Yield each paragraph of the body."""
        start, end = self.body
        place = start
        for gap in _GAP.finditer(self.prose, start, end):
            if self.prose[place : gap.start()].strip(f"{BLANK} \n"):
                yield place, gap.start()
            place = gap.end()
        if self.prose[place:end].strip(f"{BLANK} \n"):
            yield place, end

    def in_body(self, place: int) -> bool:
        """Say whether a place is between salutation and closing."""
        return self.body[0] <= place < self.body[1]

    def in_title(self, place: int) -> bool:
        """Say whether a place is inside quoted or emphasised words."""
        return any(start <= place < end for start, end in self.titles)

    def line(self, place: int) -> int:
        """Return the line of a place, from 1."""
        return bisect_right(self.starts, place)

    def trimmed(self, span: Span, most: int = 60) -> Span:
        """Return a span from its first word, no longer than an excerpt."""
        start, end = span
        words = self.flow[start:end]
        start += len(words) - len(words.lstrip(f" \n\u00a0{BLANK}{EDGE}"))
        return start, min(end, start + most)

    def mark(
        self,
        code: str,
        severity: Severity,
        span: Span,
        why: Phrase,
        suggestion: str | None = None,
    ) -> Finding:
        """Return a finding at a place, with some words around it."""
        start, end = span
        line = self.line(start)
        first = self.starts[line - 1]
        last = self.text.find("\n", end, end + AROUND + 1)
        last = min(len(self.text), end + AROUND + 1) if last < 0 else last
        left, right = max(first, start - AROUND), min(last, end + AROUND)
        words = " ".join(self.text[left:right].split())
        excerpt = ("…" if left > first else "") + words + ("…" if right < last else "")
        return Finding(code, severity, line, start - first + 1, excerpt, why, suggestion)


def _body_start(text: str) -> int:
    """Return where the text after the front matter starts; 0 where there is none."""
    if text.partition("\n")[0].rstrip() != FENCE:
        return 0
    end = re.compile(rf"^{re.escape(FENCE)}[ \t]*$\n?", re.MULTILINE).search(text, len(FENCE))
    return end.end() if end else 0


def _spoken_front(front: str) -> str:
    """Blank the front matter, but for the sentences in it that a reader sees."""
    shown: list[str] = []
    spoken = False
    for line in front.splitlines(keepends=True):
        key = _KEY.match(line)
        if key:
            spoken = key[1] in _SPOKEN
        begun = key.end() if key else 0
        if spoken and line.rstrip() != FENCE:
            words = _HIDDEN.sub(_blanks, line[begun:])
            words = re.sub(r'[\["\]]|,(?=\s*$)', EDGE, words)
            shown.append(BLANK * begun + words)
        else:
            shown.append(_blanks(line))
    return "".join(shown)


def _blanks(words: re.Match[str] | str) -> str:
    """Return blanks of the same length; line ends stay."""
    return re.sub(r"[^\n]", BLANK, words if isinstance(words, str) else words[0])


def _joined(prose: str) -> str:
    """Return the prose with a space where a sentence goes on in the next line."""
    lines = prose.split("\n")
    joined = [lines[0]]
    for before, line in pairwise(lines):
        goes_on = len(before.strip(f"{BLANK} ")) >= WRAPPED and line[:1].isalnum()
        joined.append((" " if goes_on else "\n") + line)
    return "".join(joined)


def _between(prose: str) -> Span:
    """Return where the letter itself stands in a page with its letterhead."""
    opened = _SALUTATION.search(prose)
    start = opened.start() if opened else 0
    closed = _CLOSING.search(prose, opened.end() if opened else 0)
    if not closed:
        return start, len(prose)
    gap = _GAP.search(prose, closed.end())
    return start, gap.start() if gap else len(prose)
