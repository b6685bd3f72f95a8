"""Dates that depend on the day of reading, and a second language in a letter."""

import re
from collections.abc import Iterator
from datetime import date

from babel.dates import get_month_names

from outreach.errors import N_, Phrase
from outreach.language.proofreading.finding import Finding
from outreach.language.proofreading.page import Page
from outreach.settings import Language

_MONTHS = {
    language: {name: number for number, name in get_month_names("wide", locale=language).items()}
    for language in ("fr", "es")
}
_RELATIVE: dict[Language, re.Pattern[str]] = {
    "fr": re.compile(
        rf"\b(?:en |de |du mois de )?(?P<month>{'|'.join(_MONTHS['fr'])}) "
        r"(?P<way>dernier|prochain|passé)\b|"
        r"\b(?:hier|demain|(?:la semaine|le mois|l[’']an|l[’']année) "
        r"(?:dernier|dernière|prochain|prochaine|passée?))\b",
        re.IGNORECASE,
    ),
    "es": re.compile(
        rf"\b(?P<month>{'|'.join(_MONTHS['es'])}) (?P<way>pasado|próximo)\b|"
        r"\b(?P<before>pasado|próximo) mes de (?P<month2>\w+)|"
        r"\b(?:ayer|mañana mismo|(?:la semana|el mes|el año) (?:pasad[oa]|próxim[oa]|que viene))\b",
        re.IGNORECASE,
    ),
}

# Words so common that a paragraph is full of them, and that the other language does not have.
_COMMON: dict[Language, frozenset[str]] = {
    "fr": frozenset(
        [
            "le",
            "les",
            "des",
            "du",
            "et",
            "est",
            "dans",
            "pour",
            "avec",
            "vous",
            "nous",
            "votre",
            "notre",
            "ce",
            "cette",
            "qui",
            "sur",
            "au",
            "aux",
            "je",
            "ne",
            "pas",
            "une",
            "sont",
            "être",
            "ont",
            "été",
        ]
    ),
    "es": frozenset(
        [
            "el",
            "los",
            "las",
            "del",
            "y",
            "es",
            "con",
            "para",
            "por",
            "usted",
            "ustedes",
            "nosotros",
            "su",
            "sus",
            "nuestro",
            "este",
            "esta",
            "al",
            "lo",
            "una",
            "son",
            "ser",
            "han",
            "sido",
            "muy",
            "más",
        ]
    ),
}
ENOUGH = 4
"""Common words of the other language before a paragraph is taken for it."""


def check(page: Page, language: Language, sent_on: date) -> Iterator[Finding]:
    """Yield relative dates and paragraphs in the other language."""
    for line, match in page.search(_RELATIVE[language]):
        why = Phrase(
            N_("who reads this later reads another date; the letter leaves on {day}."),
            {"day": sent_on.isoformat()},
        )
        yield page.mark("P208", "warning", line, match, why, _absolute(match, language, sent_on))
    other: Language = "es" if language == "fr" else "fr"
    for line, words in page.paragraphs():
        spoken = re.findall(r"[^\W\d_]+", words.lower())
        ours = sum(word in _COMMON[language] for word in spoken)
        theirs = sum(word in _COMMON[other] for word in spoken)
        if theirs >= ENOUGH and theirs > 2 * ours:
            why = Phrase(N_("this paragraph is not in the letter’s language."))
            excerpt = words[:60] + ("…" if len(words) > 60 else "")  # noqa: PLR2004  # a line's worth
            yield Finding("P212", "error", line, 1, excerpt, why)


def _absolute(match: re.Match[str], language: Language, sent_on: date) -> str | None:
    """Return the date that is meant on the day of sending: "juillet 2025"."""
    groups = match.groupdict()
    name = (groups.get("month") or groups.get("month2") or "").lower()
    way = (groups.get("way") or groups.get("before") or "").lower()
    number = _MONTHS[language].get(name)
    if number is None:
        return None
    past = way in {"dernier", "passé", "pasado"}
    year = sent_on.year
    if past and number >= sent_on.month:
        year -= 1
    if not past and number <= sent_on.month:
        year += 1
    return f"{name} {year}" if language == "fr" else f"{name} de {year}"
