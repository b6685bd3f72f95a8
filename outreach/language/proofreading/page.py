"""A text as lines of words: front matter, fields, links' targets and code blanked, places kept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from outreach.errors import Phrase
from outreach.language.proofreading.finding import Finding, Severity

FENCE = "+++"
BLANK = "\u2588"
"""Stands where a field or an address stood: no word, no space."""

_HIDDEN = re.compile(
    r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|`[^`]*`|(?<=\])\([^)\s]*\)|<https?://[^>]*>|https?://\S+|"
    r"www\.\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
)
_SPOKEN = re.compile(r"^\s*(?:subject|summary|addressee)\s*=")
_QUOTED = re.compile(r"\*[^*]+\*|«[^»]*»|“[^”]*”")
AROUND = 20


@dataclass(frozen=True, slots=True)
class Page:
    """A letter's lines, as written and with what is no prose blanked out."""

    lines: tuple[str, ...]
    prose: tuple[str, ...]
    """The same lines, of the same length; what is not read aloud is :data:`BLANK`."""

    @classmethod
    def of(cls, text: str) -> "Page":
        """Read a template or a plain text."""
        lines = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff").split("\n")
        body = _body_start(lines)
        prose = [
            _blanked(line) if place >= body or _SPOKEN.match(line) else BLANK * len(line)
            for place, line in enumerate(lines)
        ]
        for place in range(body):
            match = _SPOKEN.match(lines[place])
            if match:
                prose[place] = BLANK * match.end() + prose[place][match.end() :].replace('"', BLANK)
        return cls(tuple(lines), tuple(prose))

    def search(self, pattern: re.Pattern[str]) -> Iterator[tuple[int, re.Match[str]]]:
        """Yield (line from 1, match) wherever the prose has the pattern."""
        for place, line in enumerate(self.prose, 1):
            for match in pattern.finditer(line):
                yield place, match

    def paragraphs(self) -> Iterator[tuple[int, str]]:
        """Yield (first line, words) of each run of lines; quoted titles are left out."""
        start, words = 0, list[str]()
        for place, line in enumerate((*self.prose, ""), 1):
            bare = _QUOTED.sub(" ", line.replace(BLANK, " ")).strip()
            if bare:
                start = start or place
                words.append(bare)
            elif words:
                yield start, " ".join(words)
                start, words = 0, []

    def mark(
        self,
        code: str,
        severity: Severity,
        line: int,
        match: re.Match[str],
        why: Phrase,
        *suggestion: str | None,
    ) -> Finding:
        """Return a finding at a match, with some words around it."""
        written = self.lines[line - 1]
        start, end = max(0, match.start() - AROUND), match.end() + AROUND
        excerpt = ("…" if start else "") + written[start:end].strip()
        excerpt += "…" if end < len(written) else ""
        return Finding(code, severity, line, match.start() + 1, excerpt, why, *suggestion)


def _body_start(lines: list[str]) -> int:
    """Return the index of the first line after the front matter."""
    if not lines or lines[0].rstrip() != FENCE:
        return 0
    for place, line in enumerate(lines[1:], 1):
        if line.rstrip() == FENCE:
            return place + 1
    return 0


def _blanked(line: str) -> str:
    return _HIDDEN.sub(lambda match: BLANK * len(match[0]), line)
