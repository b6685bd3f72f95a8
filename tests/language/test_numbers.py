"""Numbers, money, percentages, ordinals."""

from decimal import Decimal

import pytest

from outreach.language import numbers
from outreach.language.numbers import Profile, money, number, ordinal, percent
from outreach.settings import Gender, Language

NB, THIN = numbers.NBSP, numbers.NNBSP


@pytest.mark.parametrize(
    ("value", "french", "spanish"),
    [
        (0, "0", "0"),
        (999, "999", "999"),
        (1234, f"1{THIN}234", "1234"),
        (1234.5, f"1{THIN}234,5", "1234,5"),
        (-1234, f"-1{THIN}234", "-1234"),
        (10000, f"10{THIN}000", "10.000"),
        (166058, f"166{THIN}058", "166.058"),
        (1234567.5, f"1{THIN}234{THIN}567,5", "1.234.567,5"),
        (Decimal("0.25"), "0,25", "0,25"),
    ],
)
def test_numbers_have_the_separators_of_their_language(
    value: float, french: str, spanish: str
) -> None:
    assert number(value, "fr") == french
    assert number(value, "es") == spanish


def test_amounts_show_cents_where_there_are_any() -> None:
    assert money(1234.5, "EUR", "fr") == f"1{THIN}234,50{NB}€"
    assert money(50_000, "EUR", "fr") == f"50{THIN}000{NB}€"
    assert money(1234.5, "EUR", "es") == f"EUR{NB}1.234,50"
    assert money(50_000, "COP", "es") == f"COP{NB}50.000"
    assert money(50_000, "COP", "fr") == f"50{THIN}000{NB}COP"


def test_the_pattern_of_spanish_amounts_is_a_choice() -> None:
    assert money(1234.5, "EUR", "es", Profile(money_es="1.234,50 €")) == f"1.234,50{NB}€"


@pytest.mark.parametrize("language", ["fr", "es"])
def test_a_percentage_never_leaves_its_sign(language: Language) -> None:
    assert percent(25, language) == f"25{NB}%"
    assert percent(12.5, language) == f"12,5{NB}%"


@pytest.mark.parametrize(
    ("value", "gender", "plural", "text"),
    [
        (1, "M", False, "1er"),
        (1, "F", False, "1re"),
        (1, "M", True, "1ers"),
        (1, "F", True, "1res"),
        (2, "M", False, "2e"),
        (16, "F", True, "16es"),
        (21, "M", False, "21e"),
    ],
)
def test_french_ordinals_are_short_and_agree(
    value: int, gender: Gender, text: str, *, plural: bool
) -> None:
    found = ordinal(value, "fr", gender=gender, plural=plural)
    assert found.text == text
    assert found.html == f"{value}<sup>{text.removeprefix(str(value))}</sup>"


def test_spanish_ordinals_have_their_dot() -> None:
    assert ordinal(16, "es").text == "16.º"
    assert ordinal(16, "es", gender="F").text == "16.ª"
    assert ordinal(16, "es", gender="F", plural=True).html == "16.<sup>as</sup>"
    assert ordinal(1, "es", plural=True).text == "1.os"
