"""Set phrases and signs: closings, ordinals, leftovers of other programs, doubled words."""

import re
from collections.abc import Iterator

from outreach.errors import N_, Phrase
from outreach.language.proofreading.finding import Finding
from outreach.language.proofreading.page import BLANK, Page
from outreach.settings import Language

_VEILLEZ = re.compile(r"\b([Vv])eillez\b(?=\s+(?:agréer|recevoir|trouver|croire|accepter|noter))")
_LEFTOVER = re.compile(r"\^\{[^}]*\}|\^\w+|\$\d|\\[a-z]+\{")
_EME = re.compile(r"\b(\d+|[IVXLC]+)(?:ème|ième|eme|ième?s|èmes)\b")
_ORDINAL = re.compile(r"\b(\d+)(er|re|e|nde?)[ \u00a0\u202f]+(\w+s)\b")
_SINGULAR = frozenset({"temps", "cours", "mois", "fois", "pays", "congrès", "procès", "concours"})
_TWICE = re.compile(r"\b([^\W\d_]{2,})[ \u00a0]+\1\b", re.IGNORECASE)
_MAY_DOUBLE = frozenset({"nous", "vous", "si"})
_SPACES = re.compile(r"(?<=\S)  +(?=\S)")
_DEAD = re.compile(r"\]\((#?|https?://)\)")
_CLOSING_FR = re.compile(
    r"\bagréer,? (?P<who>(?:Mesdames|Madame|Messieurs|Monsieur)[^.]*?), (?:l’|l'|mes|nos)"
)
_SALUTATION_FR = re.compile(
    r"^\s*(?P<who>(?:Mesdames|Madame|Messieurs|Monsieur)[^.;:!?]{0,90}),\s*$"
)
_WRONG_TITLE = re.compile(r"\bMadame le (Maire|Président|Préfet|Sénateur|Député|Directeur)\b")
_RIGHT_TITLE = {
    "Maire": "la Maire",
    "Président": "la Présidente",
    "Préfet": "la Préfète",
    "Sénateur": "la Sénatrice",
    "Député": "la Députée",
    "Directeur": "la Directrice",
}


def check(page: Page, language: Language) -> Iterator[Finding]:
    """Yield set phrases gone wrong."""
    yield from _signs(page)
    if language == "fr":
        yield from _french(page)
        yield from _closing(page)


def _signs(page: Page) -> Iterator[Finding]:
    for line, match in page.search(_LEFTOVER):
        why = Phrase(N_("this is a sign of another program; write the ordinal plainly (1er, 16e)."))
        yield page.mark("P203", "error", line, match, why)
    for line, match in page.search(_TWICE):
        if match[1].lower() not in _MAY_DOUBLE:
            why = Phrase(N_("the word “{word}” stands twice."), {"word": match[1]})
            yield page.mark("P206", "error", line, match, why, match[1])
    for line, match in page.search(_SPACES):
        why = Phrase(N_("there is more than one space."))
        yield page.mark("P207", "warning", line, match, why)
    for place, written in enumerate(page.lines, 1):
        for match in _DEAD.finditer(written):
            why = Phrase(N_("the link leads nowhere; write its address, or take it out."))
            yield page.mark("P209", "error", place, match, why)


def _french(page: Page) -> Iterator[Finding]:
    for line, match in page.search(_VEILLEZ):
        why = Phrase(N_("“veiller” is to watch over; the courtesy is “veuillez”."))
        yield page.mark("P201", "error", line, match, why, f"{match[1]}euillez")
    for line, match in page.search(_EME):
        why = Phrase(N_("French ordinals end in “e”, “es” in the plural."))
        yield page.mark("P202", "error", line, match, why, f"{match[1]}e")
    for line, match in page.search(_ORDINAL):
        number, ending, noun = match.groups()
        if noun.lower() not in _SINGULAR and not noun.endswith("ss"):
            why = Phrase(N_("before a plural noun the ordinal takes an “s”."))
            yield page.mark("P202", "error", line, match, why, f"{number}{ending}s {noun}")
    for line, match in page.search(_WRONG_TITLE):
        why = Phrase(
            N_(
                "the feminine function is asked for, unless this person prefers the other (a "
                "contact’s own title is entered with the contact)."
            )
        )
        yield page.mark("P204", "error", line, match, why, f"Madame {_RIGHT_TITLE[match[1]]}")


def _closing(page: Page) -> Iterator[Finding]:
    """Compare the salutation, a line of its own, with the vocative inside the closing."""
    salutation = ""
    for place, line in enumerate(page.prose, 1):
        opened = _SALUTATION_FR.match(line)
        if opened and BLANK not in line and not salutation:
            salutation = " ".join(opened["who"].split())
        for closed in _CLOSING_FR.finditer(line):
            who = " ".join(closed["who"].split())
            if salutation and who != salutation:
                why = Phrase(
                    N_("the closing addresses “{closing}”, the salutation “{salutation}”."),
                    {"closing": who, "salutation": salutation},
                )
                yield page.mark("P205", "error", place, closed, why, salutation)
