"""Spelling, with the hunspell dictionaries that the package carries."""

import re
from collections.abc import Collection, Iterator, Sequence

from outreach.errors import N_, Phrase
from outreach.language.proofreading import dictionary
from outreach.language.proofreading.finding import Finding
from outreach.language.proofreading.page import BLANK, EDGE, Page, Span
from outreach.settings import Language

MOST = 50
"""Findings after which a text is clearly in no language we know."""
SUGGESTED = 15
"""Findings with a suggestion: each takes a tenth of a second."""

_WORD = re.compile(rf"(?<![\w{BLANK}])[^\W\d_]+(?:[’'-][^\W\d_]+){{0,6}}(?![\w{BLANK}])")
_SENTENCE_START = re.compile(rf"(?:^|[\n.!?…:«“¿¡•{EDGE}]|\d[.)])[\s*_>#–—-]*$")
_ELIDED = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|presqu)[’']", re.IGNORECASE)
_NAME_BEGUN = re.compile(r"(?:^|[^\w])[^\W\d_a-zà-ÿ][^\W\d_]+ $")
_NAME = 40
"""Letters before a word in which a name starts."""
_BEFORE = 12
"""Letters before a word that tell whether it starts a sentence."""


def check(
    page: Page, language: Language, words: Collection[str], skipped: Sequence[Span]
) -> Iterator[Finding]:
    """Yield words that no dictionary has, outside what is ``skipped``.

    A name inside a sentence is left alone.
    """
    other: Language = "es" if language == "fr" else "fr"
    known = dictionary.names() | {word.strip().replace("'", "’").casefold() for word in words}
    count = 0
    for match in page.search(_WORD):
        word = match[0].replace("'", "’")
        place = match.start()
        if len(word) == 1 or any(start <= place < end for start, end in skipped):
            continue
        bare = _ELIDED.sub("", word)
        if (
            {word.casefold(), bare.casefold()} & known
            or _is_name(bare, page, place)
            or _is_right(word, language)
        ):
            continue
        foreign = _is_right(word, other)
        if foreign and (
            page.in_title(place)  # a quoted title
            or not page.in_body(place)  # the ministry's letterhead
            or _joins_names(page, match.span())  # la Gobernación del Huila
        ):
            continue
        count += 1
        if count > MOST:
            return
        if foreign:
            why = Phrase(N_("“{word}” is a word of the other language."), {"word": match[0]})
            yield page.mark("P221", "warning", match.span(), why)
            continue
        near = dictionary.nearest(word, language) if count <= SUGGESTED else None
        yield page.mark("P220", "warning", match.span(), _unknown(match[0], near), near)


def _is_name(word: str, page: Page, place: int) -> bool:
    """Say whether a word looks like a name or an abbreviation: a capital inside a sentence."""
    if word.isupper():
        return True
    if not word[:1].isupper():
        return False
    before = page.flow[max(0, place - _BEFORE) : place]
    started = place <= _BEFORE and not before.strip()
    return not page.in_body(place) or not (started or _SENTENCE_START.search(before))


def _joins_names(page: Page, span: Span) -> bool:
    """Say whether a word stands inside a name, after one capital and before another."""
    start, end = span
    following = page.flow[end : end + 2]
    before = page.flow[max(0, start - _NAME) : start]
    return following[:1] == " " and following[1:].isupper() and bool(_NAME_BEGUN.search(before))


def _is_right(word: str, language: Language) -> bool:
    """Look the word up, whole or by its parts: "peut-être", "franco-colombienne"."""
    if dictionary.knows(word, language):
        return True
    parts = re.split(r"[’-]", word)
    return len(parts) > 1 and all(
        len(part) == 1 or dictionary.knows(part, language) for part in parts
    )


def _unknown(word: str, near: str | None) -> Phrase:
    if near:
        return Phrase(
            N_("“{word}” is in no dictionary; perhaps “{near}”."), {"word": word, "near": near}
        )
    return Phrase(N_("“{word}” is in no dictionary."), {"word": word})
