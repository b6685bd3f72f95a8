"""Courtesy: salutation, closing and titles."""

import re
from collections.abc import Iterator

from outreach.errors import N_, Phrase
from outreach.language.proofreading.finding import Finding
from outreach.language.proofreading.page import BLANK, Page
from outreach.settings import Language

_VEILLEZ = re.compile(
    r"\b([Vv])eillez\b(?=[^.;:!?\n]{0,120}\b(?:agréer|recevoir|trouver|croire|accepter|noter)\b)"
)
_CIVILITY: dict[Language, str] = {
    "fr": r"(?:Mesdames|Madame|Messieurs|Monsieur|Excellence)",
    "es": r"(?:[Ss]eñor(?:as|es|a)?|[Hh]onorables?|[Rr]espetad[oa]s?|[Ss]u [Ee]xcelencia)",
}
_SALUTATION = {
    "fr": re.compile(
        rf"^[ \t*_]*(?P<who>{_CIVILITY['fr']}[^.;:!?\n]{{0,110}}?),[ \t*_]*$", re.MULTILINE
    ),
    "es": re.compile(
        rf"^[ \t*_]*(?P<who>{_CIVILITY['es']}[^.;:!?\n]{{0,110}}?)[:,][ \t*_]*$", re.MULTILINE
    ),
}
_CLOSING = {
    "fr": re.compile(
        r"\b(?:agréer|recevoir|croire|accepter),? "
        rf"(?P<who>{_CIVILITY['fr']}[^.;:!?\n]{{0,110}}?), "
        r"(?:l[’']|à l[’']|mes |nos |en l[’']|les )"
    ),
    "es": re.compile(
        rf"\b(?:[Rr]eciban?|[Aa]cepten?),? (?P<who>{_CIVILITY['es']}[^.;:!?\n]{{0,110}}?), "
        r"(?:las? |los? |el |mis? |nuestr)"
    ),
}
_OFFICES = {
    "Maire": "Maire",
    "Président": "Présidente",
    "Préfet": "Préfète",
    "Sénateur": "Sénatrice",
    "Député": "Députée",
    "Directeur": "Directrice",
    "Ministre": "Ministre",
    "Adjoint": "Adjointe",
}
_MEN = {her: him for him, her in _OFFICES.items()}
_MASCULINE = "|".join(_OFFICES)
_FEMININE = "|".join(sorted(set(_OFFICES.values())))
_HER_AS_HIM = re.compile(rf"\bMadame (?:le ({_MASCULINE})|l[’'](Adjoint))\b")
_HIM_AS_HER = re.compile(rf"\bMonsieur (?:la ({_FEMININE})|l[’'](Adjointe))\b")
_SPANISH_OFFICES = {
    "alcalde": "alcaldesa",
    "gobernador": "gobernadora",
    "presidente": "presidenta",
    "secretario": "secretaria",
    "director": "directora",
    "senador": "senadora",
    "ministro": "ministra",
}
_SPANISH_MEN = {her: him for him, her in _SPANISH_OFFICES.items()}
_SPANISH_HER = re.compile(rf"\b([Ss])eñora ({'|'.join(_SPANISH_OFFICES)})\b", re.IGNORECASE)
_SPANISH_HIM = re.compile(rf"\b([Ss])eñor ({'|'.join(_SPANISH_MEN)})\b", re.IGNORECASE)
_SHORT = re.compile(rf"\b(M\.|Mr\.?|Mme)[ \u00a0]+(?=(?:le|la) (?:{_MASCULINE}|{_FEMININE})\b)")


def check(
    page: Page, language: Language, salutation: str | None, closing: str | None
) -> Iterator[Finding]:
    """Yield courtesy gone wrong."""
    if language == "fr":
        yield from _french(page)
    else:
        yield from _spanish(page)
    yield from _answering(page, language, salutation, closing)


def greets(page: Page, language: Language) -> bool:
    """Say whether a text greets or takes leave of somebody in words of its own."""
    patterns = (_SALUTATION[language], _CLOSING[language])
    return any(BLANK not in match["who"] for each in patterns for match in each.finditer(page.flow))


def answering(page: Page, language: Language) -> Iterator[Finding]:
    """Yield where a whole letter greets one and takes leave of another."""
    yield from _answering(page, language, None, None)


def _french(page: Page) -> Iterator[Finding]:
    for match in page.search(_VEILLEZ):
        why = Phrase(N_("“veiller” is to watch over; the courtesy is “veuillez”."))
        yield page.mark("P201", "error", match.span(), why, f"{match[1]}euillez")
    for match in page.search(_HER_AS_HIM):
        why = Phrase(
            N_(
                "the feminine function is asked for, unless this person prefers the other (a "
                "contact’s own title is entered with the contact)."
            )
        )
        right = _with_article("la", _OFFICES[match[1] or match[2]])
        yield page.mark("P204", "warning", match.span(), why, f"Madame {right}")
    for match in page.search(_HIM_AS_HER):
        why = Phrase(N_("the title and its article do not agree."))
        right = _with_article("le", _MEN[match[1] or match[2]])
        yield page.mark("P204", "error", match.span(), why, f"Monsieur {right}")
    for match in page.search(_SHORT):
        why = Phrase(N_("a letter writes “Madame” and “Monsieur” in full."))
        full = "Madame" if match[1] == "Mme" else "Monsieur"
        yield page.mark("P204", "warning", match.span(1), why, full)


def _with_article(article: str, office: str) -> str:
    return f"l’{office}" if office.startswith("A") else f"{article} {office}"


def _spanish(page: Page) -> Iterator[Finding]:
    why = Phrase(N_("the title and its article do not agree."))
    for match in page.search(_SPANISH_HER):
        right = _SPANISH_OFFICES[match[2].lower()]
        yield page.mark("P204", "error", match.span(), why, f"{match[1]}eñora {right}")
    for match in page.search(_SPANISH_HIM):
        right = _SPANISH_MEN[match[2].lower()]
        yield page.mark("P204", "error", match.span(), why, f"{match[1]}eñor {right}")


def _answering(
    page: Page, language: Language, salutation: str | None, closing: str | None
) -> Iterator[Finding]:
    """Compare who is greeted, in a line of its own, with who takes leave at the end.

    ``salutation`` and ``closing`` are those that the program adds to a template; where they are
    given they count, else those in the text.
    """
    opened = _SALUTATION[language].search(page.prose)
    greeted = _who(salutation.rstrip(" ,:")) if salutation else None
    if greeted is None and opened and BLANK not in opened["who"]:
        greeted = _who(opened["who"])
    if closing and greeted:
        closed = _CLOSING[language].search(closing)
        if closed and not _same(greeted, _who(closed["who"]), language):
            place = opened.span("who") if opened and not salutation else (0, 0)
            yield page.mark("P205", "error", place, _differs(_who(closed["who"]), greeted), greeted)
        return
    greetings = [] if salutation else list(_SALUTATION[language].finditer(page.prose))
    for closed in _CLOSING[language].finditer(page.flow):
        who = _who(closed["who"])
        # The nearest greeting counts: a letter on two pages may hold two.
        before = [each["who"] for each in greetings if each.end() <= closed.start()]
        nearest = _who(before[-1]) if before and BLANK not in before[-1] else greeted
        if nearest and BLANK not in who and not _same(nearest, who, language):
            yield page.mark("P205", "error", closed.span("who"), _differs(who, nearest), nearest)


def _who(words: str) -> str:
    return " ".join(words.split()).replace("'", "’")


def _same(greeted: str, closed: str, language: Language) -> bool:
    """Compare; in Spanish the closing is in small letters inside its sentence."""
    if language == "fr":
        return greeted == closed
    return greeted.casefold() == closed.casefold()


def _differs(closing: str, salutation: str) -> Phrase:
    return Phrase(
        N_("the closing addresses “{closing}”, the salutation “{salutation}”."),
        {"closing": closing, "salutation": salutation},
    )
