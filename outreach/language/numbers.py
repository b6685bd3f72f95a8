"""Numbers, money, percentages and ordinals, as each language writes them."""

from decimal import Decimal
from typing import Literal

from babel.numbers import format_decimal
from msgspec import Struct

from outreach.language.styled import Styled
from outreach.settings import Gender, Language

FIVE_DIGITS = 10_000
NBSP, NNBSP = "\u00a0", "\u202f"
LOCALES: dict[Language, str] = {"fr": "fr_FR", "es": "es_CO"}


class Profile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How an office writes, where usage differs. One for all its letters."""

    spacing: Literal["imprimerie", "ue"] = "imprimerie"
    """French spaces before ; : ! ?: those of the Imprimerie nationale, or none as in EU texts."""
    first_day_es: Literal["1.º", "1", "primero"] = "1.º"
    """The first of the month in Spanish: *1.º* is preferred in America (Fundéu)."""
    capital_accents: bool = True
    """Keep accents on the capitals of postal addresses."""


DEFAULT = Profile()


def number(value: Decimal | float, language: Language) -> str:
    """Return a number with its separators: ``1 234 567,5`` (narrow no-break), ``1.234.567,5``.

    Spanish keeps four-digit whole numbers undivided (RAE, Ortografía VIII 2.2).
    """
    shown = format_decimal(value, locale=LOCALES[language])
    if language == "es" and abs(float(value)) < FIVE_DIGITS and value == int(value):
        return str(int(value))
    return shown


def money(value: Decimal | float, currency: str, language: Language) -> str:
    """Return an amount with two decimals: ``1 234,50 €`` in French, ``EUR 1.234,50`` in Spanish."""
    amount = format_decimal(value, format="#,##0.00", locale=LOCALES[language])
    if language == "fr":
        sign = {"EUR": "€", "USD": "$"}.get(currency, currency)
        return f"{amount}{NBSP}{sign}"
    return f"{currency}{NBSP}{amount}"


def percent(value: Decimal | float, language: Language) -> str:
    """Return a percentage given as such: 25 gives ``25 %`` (no-break; RAE and French usage)."""
    return f"{format_decimal(value, locale=LOCALES[language])}{NBSP}%"


def ordinal(
    value: int, language: Language, *, gender: Gender = "M", plural: bool = False
) -> Styled:
    """Return an ordinal: 16 gives 16e, 16es in the plural; in Spanish 16.º, 16.ª.

    *1er, 1re, 1ers, 1res*; *ème* is wrong (domain: mot du correcteur).
    """
    if language == "es":
        mark = "º" if gender == "M" else "ª"
        return Styled.of(f"{value}.{mark}" + ("s" if plural else ""))
    mark = "e" if value != 1 else "er" if gender == "M" else "re"
    return Styled.of(str(value), (mark + ("s" if plural else ""), "sup"))
