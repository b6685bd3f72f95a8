"""Spelling, with the hunspell dictionaries that the package carries."""

import re
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from outreach.errors import N_, Phrase
from outreach.language.proofreading.finding import Finding
from outreach.language.proofreading.page import BLANK, Page
from outreach.settings import Language

if TYPE_CHECKING:
    from hunspell import Hunspell

DICTIONARIES = Path(__file__).parent.parent / "dictionaries"
MOST = 50
"""Findings after which a text is clearly in no language we know."""

_WORD = re.compile(rf"(?<![\w{BLANK}])[^\W\d_]+(?:[’'-][^\W\d_]+)*(?![\w{BLANK}])")
_SENTENCE_END = re.compile(r"(?:^|[.!?…:«“¿¡•])[\s\u00a0\u202f*_>#-]*$")
_ELIDED = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)’$", re.IGNORECASE)


def check(page: Page, language: Language, words: Collection[str]) -> Iterator[Finding]:
    """Yield words that no dictionary has. A name inside a sentence is left alone."""
    known = {word.casefold() for word in words}
    count = 0
    for line, match in page.search(_WORD):
        word = match[0].replace("'", "’")
        before = page.prose[line - 1][: match.start()]
        if _is_name(word, before) or word.casefold() in known or _spelt(word, language):
            continue
        count += 1
        if count > MOST:
            return
        near = _suggested(word, language)
        why = (
            Phrase(
                N_("“{word}” is in no dictionary; perhaps “{near}”."), {"word": word, "near": near}
            )
            if near
            else Phrase(N_("“{word}” is in no dictionary."), {"word": word})
        )
        yield page.mark("P220", "warning", line, match, why, near or None)


def _is_name(word: str, before: str) -> bool:
    """Say whether a word looks like a name or an abbreviation: a capital inside a sentence."""
    bare = word.rpartition("’")[2] if _ELIDED.match(word.rpartition("’")[0] + "’") else word
    if bare.isupper():
        return True
    return bare[:1].isupper() and not _SENTENCE_END.search(before)


@cache
def _spelt(word: str, language: Language) -> bool:
    """Say whether the word is right, as it is or without the capital of a sentence's start."""
    book = _book(language)
    forms = {word, word[:1].lower() + word[1:]}
    if any(book.spell(form) for form in forms):
        return True
    parts = re.split(r"[’-]", word)
    return len(parts) > 1 and all(
        not part or len(part) == 1 or book.spell(part) or book.spell(part.lower()) for part in parts
    )


@cache
def _suggested(word: str, language: Language) -> str:
    return next(iter(_book(language).suggest(word)), "")


@cache
def _book(language: Language) -> "Hunspell":
    from hunspell import Hunspell

    return Hunspell(language, hunspell_data_dir=str(DICTIONARIES))
