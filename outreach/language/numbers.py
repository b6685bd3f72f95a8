"""Numbers, money, percentages and ordinals, as each language writes them."""

from decimal import Decimal

from babel.numbers import format_decimal

from outreach.language.styled import Styled
from outreach.settings import Gender, Language, Profile

__all__ = ["DEFAULT", "Profile", "money", "number", "ordinal", "percent"]

NBSP, NNBSP = "\u00a0", "\u202f"
LOCALES: dict[Language, str] = {"fr": "fr_FR", "es": "es_CO"}
SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}
UNDIVIDED = 10_000
"""Below this, Spanish does not divide the digits (RAE, Ortografía VIII 2.2)."""


DEFAULT = Profile()


def number(value: Decimal | float, language: Language) -> str:
    """Return a number with its separators: ``1 234 567,5`` (narrow no-break), ``1.234.567,5``."""
    pattern = "0.###" if language == "es" and -UNDIVIDED < value < UNDIVIDED else None
    return format_decimal(value, format=pattern, locale=LOCALES[language])


def money(
    value: Decimal | float, currency: str, language: Language, profile: Profile = DEFAULT
) -> str:
    """Return an amount: ``1 234,50 €`` in French, ``EUR 1.234,50`` in Spanish.

    Cents are shown where there are any: ``50 000 €``.
    """
    pattern = "#,##0" if value == int(value) else "#,##0.00"
    amount = format_decimal(value, format=pattern, locale=LOCALES[language])
    if language == "es" and profile.money_es == "EUR 1.234,50":
        return f"{currency}{NBSP}{amount}"
    return f"{amount}{NBSP}{SIGNS.get(currency, currency)}"


def percent(value: Decimal | float, language: Language) -> str:
    """Return a percentage given as such: 25 gives ``25 %``, with a no-break space in both."""
    return f"{number(value, language)}{NBSP}%"


def ordinal(
    value: int, language: Language, *, gender: Gender = "M", plural: bool = False
) -> Styled:
    """Return an ordinal: 16 gives 16e, 16es in the plural; in Spanish 16.º, 16.ª, 16.os.

    *1er, 1re, 1ers, 1res*; *ème* is wrong (the language service of Université Paris Nanterre).
    """
    if language == "es":
        if plural:
            return Styled.of(f"{value}.", ("os" if gender == "M" else "as", "sup"))
        return Styled.of(f"{value}.{'º' if gender == 'M' else 'ª'}")
    mark = "e" if value != 1 else "er" if gender == "M" else "re"
    return Styled.of(str(value), (mark + ("s" if plural else ""), "sup"))
