"""By when a person's question about their data must be answered."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.contacts.privacy import requests
from outreach.contacts.privacy.requests import Kind


def every_day(day: date, count: int) -> date:
    """Nobody rests."""
    return day + timedelta(days=count)


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2025, 1, 31), date(2025, 2, 28)),
        (date(2024, 1, 30), date(2024, 2, 29)),
        (date(2025, 12, 15), date(2026, 1, 15)),
        (date(2025, 11, 30), date(2025, 12, 30)),
    ],
)
def test_a_month_ends_on_the_same_day_or_on_the_last_one(day: date, due: date) -> None:
    assert requests.month_after(day) == due


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_a_month_is_never_shorter_than_february_nor_longer_than_31_days(day: date) -> None:
    assert 28 <= (requests.month_after(day) - day).days <= 31


def test_colombia_counts_working_days_by_what_is_asked() -> None:
    day = date(2025, 9, 1)
    assert requests.due(Kind.CONSULTA, day, every_day) == date(2025, 9, 11)
    assert requests.due(Kind.RECLAMO, day, every_day) == date(2025, 9, 16)
    assert requests.due(Kind.ACCESS, day, every_day) == date(2025, 10, 1)
