"""When a step falls due, in two countries."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from outreach.campaigns import schedule
from outreach.campaigns.definition import After, StepDefinition
from outreach.settings import Bilingual

WORDS = Bilingual(fr="x", es="x")
JULY = StepDefinition(name="juillet", title=WORDS, on=date(2025, 7, 21), letter_to_come=WORDS)
SEPTEMBER = StepDefinition(name="septembre", title=WORDS, on=date(2025, 9, 1), letter_to_come=WORDS)
PROMISED = StepDefinition(
    name="fiches", title=WORDS, after=After(step="septembre", days=30), letter_to_come=WORDS
)
BOTH = ("FR", "CO")


def test_a_french_holiday_is_skipped_as_the_calendar_of_2026_has_it() -> None:
    assert schedule.working_day_from(date(2026, 5, 14), ("FR",)) == date(2026, 5, 15)
    assert not schedule.is_working_day(date(2026, 4, 6), ("FR",))


def test_a_colombian_holiday_moved_to_monday_is_skipped() -> None:
    assert schedule.working_day_from(date(2026, 7, 13), ("CO",)) == date(2026, 7, 14)
    assert schedule.working_day_from(date(2026, 7, 13), BOTH) == date(2026, 7, 15)


def test_the_promised_letter_falls_due_thirty_days_after_september() -> None:
    assert schedule.due_on(PROMISED, date(2025, 9, 1), BOTH) == date(2025, 10, 1)


def test_a_step_waits_while_the_one_before_has_not_left() -> None:
    assert schedule.due_on(PROMISED, None, BOTH) is None


def test_working_days_are_counted_without_the_weekend() -> None:
    delay = After(step="septembre", days=2, working=True)
    assert schedule.delayed(date(2025, 9, 5), delay, ("FR",)) == date(2025, 9, 9)


DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))


@given(DAYS, st.integers(0, 120), st.booleans())
def test_a_due_day_is_worked_in_both_countries_and_never_before_the_delay(
    start: date,
    days: int,
    working: bool,  # noqa: FBT001  # hypothesis fills it
) -> None:
    due = schedule.delayed(start, After(step="septembre", days=days, working=working), BOTH)
    assert schedule.is_working_day(due, BOTH)
    assert due >= start + timedelta(days=days)
    assert schedule.working_day_from(due, BOTH) == due
