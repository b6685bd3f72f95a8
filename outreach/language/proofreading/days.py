"""Dates: those that depend on the day of reading, and those that are written wrongly."""

import re
from collections.abc import Iterator
from datetime import date

from babel.dates import get_day_names, get_month_names

from outreach.errors import N_, Phrase
from outreach.language import dates
from outreach.language.proofreading.finding import Finding
from outreach.language.proofreading.page import Page
from outreach.settings import Language

_MONTHS: dict[Language, dict[str, int]] = {
    "fr": {name: number for number, name in get_month_names("wide", locale="fr").items()},
    "es": {name: number for number, name in get_month_names("wide", locale="es").items()},
}
_WEEKDAYS: dict[Language, dict[str, int]] = {
    "fr": {name: number for number, name in get_day_names("wide", locale="fr").items()},
    "es": {name: number for number, name in get_day_names("wide", locale="es").items()},
}
_MONTH = {language: "|".join(names) for language, names in _MONTHS.items()}
_DAY = {language: "|".join(names) for language, names in _WEEKDAYS.items()}
LEAP_YEAR = 2024
"""For dates without a year: 29 February is one."""

_RELATIVE: dict[Language, re.Pattern[str]] = {
    "fr": re.compile(
        rf"(?P<month>\b(?:{_MONTH['fr']})) (?P<way>dernier|prochain|passé|écoulé)\b"
        rf"|\b(?:(?:{_DAY['fr']}|le mois|l[’']an|l[’']été|l[’']automne|l[’']hiver|le printemps) "
        r"(?:dernier|prochain|passé)|(?:la semaine|l[’']année) (?:dernière|prochaine|passée)"
        r"|avant-hier|hier|après-demain|demain)\b",
        re.IGNORECASE,
    ),
    "es": re.compile(
        rf"(?P<month>\b(?:{_MONTH['es']})) (?P<way>pasado|próximo|último)\b"
        rf"|\b(?P<before>pasado|próximo|último) (?:\d{{1,2}} de )?(?:mes de )?"
        rf"(?P<named>{_MONTH['es']})\b(?! del? \d{{4}})"
        rf"|\b(?:(?:{_DAY['es']}|el mes|el año) (?:pasado|próximo|que viene)"
        r"|(?:el )?(?:pasado|próximo) "
        rf"(?:mes|año|{_DAY['es']})\b(?! de (?:{_MONTH['es']}))"
        r"|la semana (?:pasada|próxima|que viene)|la (?:pasada|próxima) semana"
        r"|anteayer|ayer|pasado mañana)\b",
        re.IGNORECASE,
    ),
}
_PAST = frozenset({"dernier", "passé", "écoulé", "pasado", "último"})

_WRITTEN: dict[Language, re.Pattern[str]] = {
    "fr": re.compile(
        rf"(?:\b(?P<weekday>{_DAY['fr']}) )?\b(?P<day>\d{{1,2}})(?P<first>er)?[ \u00a0]"
        rf"(?P<month>{_MONTH['fr']})\b(?:[ \u00a0](?P<year>\d{{4}}|\d\.\d{{3}})\b)?",
        re.IGNORECASE,
    ),
    "es": re.compile(
        rf"(?:\b(?P<weekday>{_DAY['es']}),? )?\b(?P<day>\d{{1,2}})(?P<first>\.º)? de[ \u00a0]"
        rf"(?P<month>{_MONTH['es']})\b(?: del?[ \u00a0](?P<year>\d{{4}}|\d\.\d{{3}})\b)?",
        re.IGNORECASE,
    ),
}


def check(page: Page, language: Language, sent_on: date) -> Iterator[Finding]:
    """Yield dates that will be misread."""
    for match in page.search(_RELATIVE[language]):
        why = Phrase(
            N_("who reads this later reads another date; the letter leaves on {day}."),
            {"day": sent_on.isoformat()},
        )
        absolute = _absolute(match, language, sent_on)
        yield page.mark("P208", "warning", match.span(), why, absolute)
    for match in page.search(_WRITTEN[language]):
        yield from _written(page, match, language)


def _absolute(match: re.Match[str], language: Language, sent_on: date) -> str | None:
    """Return the month that is meant on the day of sending: "juillet 2025"."""
    groups = match.groupdict()
    name = (groups.get("month") or groups.get("named") or "").lower()
    way = (groups.get("way") or groups.get("before") or "").lower()
    number = _MONTHS[language].get(name)
    if number is None:
        return None
    year = sent_on.year
    if way in _PAST and number >= sent_on.month:
        year -= 1
    elif way not in _PAST and number <= sent_on.month:
        year += 1
    return dates.month_and_year(date(year, number, 1), language)


def _written(page: Page, match: re.Match[str], language: Language) -> Iterator[Finding]:
    month = _MONTHS[language][match["month"].lower()]
    year = int(match["year"].replace(".", "")) if match["year"] else None
    try:
        day = date(year or LEAP_YEAR, month, int(match["day"]))
    except ValueError:
        why = Phrase(N_("there is no such day."))
        yield page.mark("P218", "error", match.span(), why)
        return
    reason = _spelling(match, language)
    if reason:
        right = dates.long(day, language) if year else dates.day_and_month(day, language)
        span = match.start("day"), match.end()
        yield page.mark("P218", "warning", span, reason, right.text.replace("\u00a0", " "))
    named = match["weekday"]
    if named and year and _WEEKDAYS[language][named.lower()] != day.weekday():
        right_name = next(
            name for name, number in _WEEKDAYS[language].items() if number == day.weekday()
        )
        why = Phrase(N_("that date is a “{weekday}”."), {"weekday": right_name})
        yield page.mark("P219", "error", match.span(), why, right_name)


def _spelling(match: re.Match[str], language: Language) -> Phrase | None:
    """Return what is wrong with how a date is written."""
    if match["day"].startswith("0"):
        return Phrase(N_("the day has no zero before it."))
    if match["month"] != match["month"].lower():
        return Phrase(N_("months have a small letter."))
    if match["year"] and "." in match["year"]:
        return Phrase(N_("a year has no dot."))
    if language == "fr" and match["day"] == "1" and not match["first"]:
        return Phrase(N_("the first of a month is “1er”."))
    if match["first"] and match["day"] != "1":
        return Phrase(N_("only the first of a month is an ordinal."))
    return None
