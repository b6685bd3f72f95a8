"""Dates in letters."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.language import dates
from outreach.language.numbers import Profile
from outreach.language.styled import Styled

FIRST, SECOND = date(2025, 9, 1), date(2025, 9, 2)
NB = "\u00a0"


def test_the_first_of_a_french_month_is_raised() -> None:
    found = dates.long(FIRST, "fr")
    assert found.text == f"1er{NB}septembre 2025"
    assert found.html == f"1<sup>er</sup>{NB}septembre 2025"
    assert found.nodes == ["1", {"t": "sup", "c": ["er"]}, f"{NB}septembre 2025"]


def test_other_french_days_are_plain() -> None:
    assert dates.long(SECOND, "fr") == Styled.of("2", f"{NB}septembre 2025")
    assert dates.long(date(2026, 8, 21), "fr").text == f"21{NB}août 2026"


def test_spanish_dates_say_de_twice() -> None:
    assert dates.long(FIRST, "es").text == f"1.º de{NB}septiembre de 2025"
    assert dates.long(SECOND, "es").text == f"2 de{NB}septiembre de 2025"


@pytest.mark.parametrize("first", ["1.º", "1", "primero"])
def test_the_first_of_a_spanish_month_is_a_choice(first: str) -> None:
    profile = Profile(first_day_es=first)  # type: ignore[arg-type]
    assert dates.long(FIRST, "es", profile).text == f"{first} de{NB}septiembre de 2025"
    assert dates.long(SECOND, "es", profile).text == f"2 de{NB}septiembre de 2025"


def test_the_place_stands_before_the_date() -> None:
    assert dates.place_and_date("Paris", FIRST, "fr").text == f"Paris, le{NB}1er{NB}septembre 2025"
    assert dates.place_and_date("París", FIRST, "es").text == f"París, 1.º de{NB}septiembre de 2025"


def test_a_date_may_stand_without_its_year_or_day() -> None:
    assert dates.day_and_month(FIRST, "fr").text == f"1er{NB}septembre"
    assert dates.day_and_month(FIRST, "es").text == f"1.º de{NB}septiembre"
    assert dates.month(FIRST, "fr") == "septembre"
    assert dates.month_and_year(FIRST, "fr") == "septembre 2025"
    assert dates.month_and_year(FIRST, "es") == "septiembre de 2025"


@given(st.dates(date(2020, 1, 1), date(2100, 1, 1)))
def test_no_day_has_a_leading_zero_and_no_year_a_dot(day: date) -> None:
    for found in (dates.long(day, "fr").text, dates.long(day, "es").text):
        assert not found.startswith("0")
        assert found.endswith(f" {day.year}")


def test_every_month_has_a_small_letter() -> None:
    for number in range(12):
        day = date(2025, 1, 15) + timedelta(days=30 * number)
        assert dates.month(day, "fr").islower()
        assert dates.month(day, "es").islower()
