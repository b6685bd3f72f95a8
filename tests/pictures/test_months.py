"""A calendar of marked days: a line a month, a mark that needs no colour."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.pictures import months

TODAY = date(2025, 9, 10)
NAMES: dict[months.Mark, str] = {"late": "overdue", "ahead": "in time", "done": "kept"}


def drawn(marked: dict[date, months.Mark]) -> str:
    shown = months.months(list(marked), TODAY, 12)
    return str(
        months.drawn(
            marked,
            shown,
            [f"{year}-{month + 1}" for year, month in shown],
            NAMES,
            today=TODAY,
            name="promises",
            title="Calendar",
            description="One is late.",
        )
    )


@pytest.mark.parametrize(
    ("mark", "sign"),
    [("late", "url(#promises-hatch)"), ("ahead", '#003893"'), ("done", '#ffffff"')],
)
def test_each_state_has_a_form_of_its_own(mark: months.Mark, sign: str) -> None:
    picture = drawn({date(2025, 9, 1): mark})
    squares = re.findall(r'<rect x="112" y="30" width="16"[^>]*fill="([^"]+")', picture)
    assert [sign.rstrip('"')] == [square.rstrip('"') for square in squares]


def test_every_day_of_the_months_between_is_there_and_today_has_a_ring() -> None:
    picture = drawn({date(2025, 8, 20): "late", date(2025, 10, 1): "ahead"})
    for label in ("2025-8", "2025-9", "2025-10"):
        assert f">{label}</text>" in picture
    assert len(re.findall(r'font-size="9"', picture)) == 31 + 30 + 31
    assert picture.count("stroke-dasharray") == 1


@given(st.lists(st.dates(date(2020, 1, 1), date(2032, 1, 1)), min_size=1, max_size=20))
def test_whatever_was_promised_a_year_at_most_is_shown_with_today(days: list[date]) -> None:
    found = months.months(days, TODAY, 12)
    assert 1 <= len(found) <= 12
    assert (2025, 8) in found
    assert found == sorted(found)


def test_nothing_promised_shows_nothing() -> None:
    assert months.months([], TODAY, 12) == []
