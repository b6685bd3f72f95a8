"""Passages in another language, and a page's footer that fell into the text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from outreach.errors import N_, Phrase
from outreach.language.proofreading.finding import Finding
from outreach.language.proofreading.page import EDGE, Page, Span
from outreach.settings import Language

_WORD = re.compile(r"[^\W\d_]+")
# Words that every paragraph is full of, and that the other language does not have.
_COMMON: dict[Language, frozenset[str]] = {
    "fr": frozenset(
        _WORD.findall(
            "du des au aux et est dans pour avec sans sous chez vers sur vous nous votre vos notre nos "
            "leur leurs ce cette ces cet qui dont où pas ne je j il ils elle elles une sont être ont "
            "été avons avez sera plus mais aussi afin ainsi très cela"
        )
    ),
    "es": frozenset(
        _WORD.findall(
            "el los las del al con para por sin hacia hasta desde usted ustedes su sus nuestro nuestra "
            "nuestros nuestras esta este estos estas lo una unos unas ser han ha sido muy más pero "
            "también como cuando donde quien cual es está están fue será"
        )
    ),
}
_ELISION = re.compile(r"\b(?:[cdjlmnst]|qu)[’'](?=\w)", re.IGNORECASE)
_SENTENCE = re.compile(rf"[^.!?…;:\n{EDGE}]+")
ENOUGH = 3
"""Common words of the other language before a sentence is taken for it."""

PLENTY = 6
"""Common words of the other language before the whole letter is taken for it."""

_MARKS = (
    re.compile(
        r"\b(?:Carrera|Calle|Avenida|Transversal|Diagonal)\s+\w+\s+(?:#|No|N°|n\.º)", re.IGNORECASE
    ),
    re.compile(
        r"\b\d{1,4}(?: bis| ter)?,? (?:rue|avenue|boulevard|place|quai|allée)\b", re.IGNORECASE
    ),
    re.compile(
        r"(?:\+|\b00)\d{1,3}\)?[ .\d-]{6,}|\b0\d(?:[ .]\d\d){3,4}\b|\b(?:PBX|Tél|Tel|Fax)\b",
        re.IGNORECASE,
    ),
    re.compile(r"https?://|\bwww\.|\w@[\w-]+\.\w"),
    re.compile(r"\b(?:Código Postal|CP|BP)\b|\b\d{5,6}\b[ ,]+[A-ZÉÈ]"),
    re.compile(r"\b[Pp]age \d+|\b[Pp]ágina \d+|^\s*\d+\s*/\s*\d+\s*$", re.MULTILINE),
)
_FEW = 1
"""Common words that an address may hold."""
_IS_ADDRESS = 2
"""Marks of an address that make a paragraph a footer."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Some words that do not belong."""

    span: Span
    is_footer: bool


def is_other(page: Page, language: Language) -> bool:
    """Say whether the letter as a whole is in the other language."""
    count = _counted(page, page.body)
    ours, theirs = count[language], count["es" if language == "fr" else "fr"]
    return theirs >= PLENTY and theirs > 2 * ours


def passages(page: Page, language: Language) -> list[Passage]:
    """Return the sentences in the other language, and the footers in the text."""
    found: list[Passage] = []
    for paragraph in page.paragraphs():
        if _is_footer(page, paragraph, language):
            found.append(Passage(paragraph, is_footer=True))
            continue
        found += [
            Passage(sentence, is_footer=False)
            for sentence in _sentences(page, paragraph)
            if _is_foreign(page, sentence, language)
        ]
    return found


def check(page: Page, found: Sequence[Passage]) -> Iterator[Finding]:
    """Yield what is to be said of them."""
    for passage in found:
        why = (
            Phrase(N_("this is the foot of a page inside the letter; the letterhead prints it."))
            if passage.is_footer
            else Phrase(N_("this passage is not in the letter’s language."))
        )
        code = "P215" if passage.is_footer else "P212"
        yield page.mark(code, "error", page.trimmed(passage.span), why)


def whole(page: Page) -> Finding:
    """Return the one finding on a text in the other language."""
    why = Phrase(N_("the text is in the other language; check it as such."))
    return page.mark("P212", "error", page.trimmed(page.body), why)


def _sentences(page: Page, within: Span) -> Iterator[Span]:
    for match in _SENTENCE.finditer(page.flow, *within):
        yield match.span()


def _is_foreign(page: Page, span: Span, language: Language) -> bool:
    """Say whether a sentence is in the other language."""
    count = _counted(page, span)
    ours, theirs = count[language], count["es" if language == "fr" else "fr"]
    return theirs >= ENOUGH and theirs > 2 * ours


def _counted(page: Page, span: Span) -> dict[Language, int]:
    """Return how many common words of each language stand there, quoted titles left out."""
    words = [
        match[0].lower()
        for match in _WORD.finditer(page.flow, *span)
        if not page.in_title(match.start())
    ]
    count = {each: sum(word in _COMMON[each] for word in words) for each in _COMMON}
    count["fr"] += len(_ELISION.findall(page.flow, *span))
    return count


def _is_footer(page: Page, span: Span, language: Language) -> bool:
    words = page.text[slice(*span)]
    if sum(bool(mark.search(words)) for mark in _MARKS) < _IS_ADDRESS:
        return False
    spoken = _WORD.findall(page.flow[slice(*span)].lower())
    return sum(word in _COMMON[language] for word in spoken) <= _FEW
