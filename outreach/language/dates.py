"""Dates in letters: "1er septembre 2025", "1.º de septiembre de 2025"."""

from datetime import date

from babel.dates import format_date

from outreach.language.numbers import DEFAULT, NBSP, Profile
from outreach.language.styled import Style, Styled
from outreach.settings import Language

# RAE, Ortografía VIII 5.2: no leading zero, no dot in years; Fundéu for the first of the month.


def long(day: date, language: Language, profile: Profile = DEFAULT) -> Styled:
    """Return a date in words; day and month are kept on one line."""
    month = format_date(day, "MMMM", locale=language)
    if language == "fr":
        return Styled.of(str(day.day), _first(day), f"{NBSP}{month} {day.year}")
    return Styled.of(f"{_day_es(day, profile)} de{NBSP}{month} de {day.year}")


def day_and_month(day: date, language: Language, profile: Profile = DEFAULT) -> Styled:
    """Return a date without its year: "2 septembre", "2 de septiembre"."""
    month = format_date(day, "MMMM", locale=language)
    if language == "fr":
        return Styled.of(str(day.day), _first(day), f"{NBSP}{month}")
    return Styled.of(f"{_day_es(day, profile)} de{NBSP}{month}")


def month(day: date, language: Language) -> str:
    """Return the month's name: "juillet", "julio"."""
    return format_date(day, "MMMM", locale=language)


def month_and_year(day: date, language: Language) -> str:
    """Return the month: "juillet 2025", "julio de 2025"."""
    month = format_date(day, "MMMM", locale=language)
    return f"{month} {day.year}" if language == "fr" else f"{month} de {day.year}"


def place_and_date(place: str, day: date, language: Language, profile: Profile = DEFAULT) -> Styled:
    """Return the line at the head: "Paris, le 1er septembre 2025", "París, 1.º de septiembre…"."""
    written = long(day, language, profile)
    lead = f"{place}, le{NBSP}" if language == "fr" else f"{place}, "
    return Styled.of(lead, *written.parts)


def _first(day: date) -> tuple[str, Style]:
    """Return the raised ending of a French day: "er" for the first, nothing for others."""
    return ("er" if day.day == 1 else "", "sup")


def _day_es(day: date, profile: Profile) -> str:
    return profile.first_day_es if day.day == 1 else str(day.day)
