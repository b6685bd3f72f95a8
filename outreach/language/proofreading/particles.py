"""Small words that change with the word that follows: "du Havre", "d’Amiens", "e Ibagué"."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from outreach.errors import N_, Phrase
from outreach.language.lists import conjunction
from outreach.language.proofreading import dictionary
from outreach.language.proofreading.finding import Finding, Severity
from outreach.language.proofreading.page import BLANK, Page, Span
from outreach.settings import Language

_Doubt = tuple[Span, Phrase, str, bool]
"""Where, why, what to write, and whether it is surely wrong."""

# The article of a town's name is part of it (INSEE, TNCC 2 and 4) but joins de and à.
_FRENCH_ARTICLE = re.compile(r"\b(de|De|à|À) (Les?) (?=[A-ZÀ-ÖØ-ÞŒ])")
_JOINED = {("de", "Le"): "du", ("de", "Les"): "des", ("à", "Le"): "au", ("à", "Les"): "aux"}
_FRENCH_ELISION = re.compile(r"\b([Dd]e) (?=[AEIOUÀÂÉÈÊÎÔŒ][a-zà-öø-ÿœ])")
_WORD_BEFORE = re.compile(r"([^\W\d_]+)[ \u00a0]$")
_NEAR = 40
_SPANISH_ARTICLE = re.compile(r"\b([Dd]e|[Aa]) el (?=[a-zñáéíóúü])")
_SPANISH_CONJUNCTION = re.compile(rf"(?<![\w{BLANK}])([yeou]) ([\w«“\"¿¡]+)")


def check(page: Page, language: Language, skipped: Sequence[Span]) -> Iterator[Finding]:
    """Yield small words of the letter's language that do not fit the next."""
    for span, why, right, sure in _french(page) if language == "fr" else _spanish(page):
        foreign = any(start <= span[0] < end for start, end in skipped)
        if page.in_body(span[0]) and not page.in_title(span[0]) and not foreign:
            severity: Severity = "error" if sure else "warning"
            yield page.mark("P217", severity, span, why, right)


def _french(page: Page) -> Iterator[_Doubt]:
    why = Phrase(N_("before a town’s article, “de” and “à” join it, unless it is another name."))
    for match in page.search(_FRENCH_ARTICLE):
        joined = _JOINED[match[1].lower(), match[2]]
        yield match.span(), why, _cased(joined, match[1]), False
    why = Phrase(N_("before a vowel, “de” is “d’”."))
    for match in page.search(_FRENCH_ELISION):
        before = _WORD_BEFORE.search(page.flow, max(0, match.start() - _NEAR), match.start())
        # "Alcaldía de Ibagué" is a name of the other language.
        if before is None or dictionary.knows(before[1], "fr"):
            yield match.span(), why, _cased("d’", match[1]), False


def _spanish(page: Page) -> Iterator[_Doubt]:
    why = Phrase(N_("“de el” and “a el” are written “del” and “al”."))
    for match in page.search(_SPANISH_ARTICLE):
        joined = "del" if match[1].lower() == "de" else "al"
        yield match.span(), why, _cased(joined, match[1]), True
    why = Phrase(N_("the conjunction changes with the sound of the next word."))
    for match in page.search(_SPANISH_CONJUNCTION):
        kind: Literal["and", "or"] = "and" if match[1] in "ye" else "or"
        right = conjunction(match[2], "es", kind)
        if right != match[1]:
            yield match.span(), why, f"{right} {match[2]}", True


def _cased(word: str, like: str) -> str:
    return word.capitalize() if like[0].isupper() else word
