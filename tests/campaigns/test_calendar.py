"""Who works when: both countries' holidays, the office's own days, and clocks that change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.campaigns import calendar
from outreach.settings import Bilingual, Calendar, Election, Pause

PARIS, BOGOTA = ZoneInfo("Europe/Paris"), ZoneInfo("America/Bogota")
OPENS, CLOSES = time(9), time(17, 30)
WORDS = Bilingual(fr="x", es="x")
ELECTION = Election(name=WORDS, from_=date(2026, 9, 1), to=date(2026, 9, 30), country="FR")
RULES = Calendar(
    closed=(date(2026, 7, 20), date(2026, 10, 1)),
    pauses=(Pause(from_="08-01", to="08-31"), Pause(from_="12-24", to="01-01")),
    elections=(ELECTION,),
)


@pytest.mark.parametrize(
    ("country", "day"),
    [
        ("CO", date(2025, 1, 6)),
        ("CO", date(2025, 6, 30)),
        ("CO", date(2025, 8, 18)),
        ("CO", date(2026, 1, 12)),
        ("CO", date(2026, 6, 29)),
        ("CO", date(2026, 7, 13)),
        ("CO", date(2026, 8, 17)),
        ("FR", date(2026, 4, 6)),
        ("FR", date(2026, 5, 14)),
        ("FR", date(2026, 5, 25)),
        ("FR", date(2026, 7, 14)),
        ("FR-67", date(2026, 12, 25)),
    ],
)
def test_nobody_works_on_a_public_holiday(country: str, day: date) -> None:
    assert not calendar.is_working_day(day, (country,))


@pytest.mark.parametrize(
    ("departement", "day"),
    [
        ("57", date(2026, 4, 3)),
        ("67", date(2026, 4, 3)),
        ("68", date(2025, 12, 26)),
        ("971", date(2026, 5, 27)),
        ("972", date(2026, 5, 22)),
        ("973", date(2026, 6, 10)),
        ("974", date(2027, 12, 20)),
        ("976", date(2026, 4, 27)),
    ],
)
def test_alsace_moselle_and_overseas_have_holidays_of_their_own(
    departement: str, day: date
) -> None:
    assert not calendar.is_working_day(day, (calendar.place("FR", departement),))
    assert calendar.is_working_day(day, (calendar.place("FR", "75"),))


def test_after_the_thursday_before_easter_paris_works_on_friday_and_metz_on_tuesday() -> None:
    friday = date(2026, 4, 3)
    assert calendar.working_day_from(friday, ("FR",)) == friday
    assert calendar.working_day_from(friday, (calendar.place("FR", "57"),)) == date(2026, 4, 7)


def test_fifteen_colombian_working_days_pass_over_three_holidays() -> None:
    received = date(2026, 7, 8)
    assert calendar.plus_working_days(received, 15, ("CO",)) == date(2026, 7, 31)


def test_working_days_are_counted_backwards_too() -> None:
    assert calendar.plus_working_days(date(2026, 7, 15), -2, ("FR",)) == date(2026, 7, 10)


def test_a_day_on_which_the_office_is_closed_is_passed_over() -> None:
    assert calendar.leaves_on(date(2026, 7, 20), ("FR",), RULES) == date(2026, 7, 21)


def test_follow_ups_rest_in_august_and_a_letter_with_a_date_does_not() -> None:
    assert calendar.leaves_on(date(2025, 8, 4), ("FR",), RULES, follow_up=True) == date(2025, 9, 1)
    assert calendar.leaves_on(date(2025, 8, 4), ("FR",), RULES) == date(2025, 8, 4)


def test_the_year_end_pause_goes_over_new_year() -> None:
    due = calendar.leaves_on(date(2026, 12, 24), ("FR",), RULES, follow_up=True)
    assert due == date(2027, 1, 4)


def test_before_an_election_letters_to_that_country_wait() -> None:
    day = date(2026, 9, 15)
    # The office is closed on 1 October: the first day after the period.
    assert calendar.leaves_on(day, ("FR",), RULES) == date(2026, 10, 2)
    assert calendar.leaves_on(day, ("FR", "CO"), RULES) == day
    assert calendar.leaves_on(day, ("FR",), RULES, in_elections=True) == day


def test_an_election_may_concern_some_kinds_of_organisations_only() -> None:
    some = Calendar(
        elections=(
            Election(
                name=WORDS, from_=date(2026, 9, 1), to=date(2026, 9, 30), kinds=("departement",)
            ),
        )
    )
    day = date(2026, 9, 15)
    assert calendar.leaves_on(day, ("FR",), some, kind="commune") == day
    assert calendar.leaves_on(day, ("FR",), some, kind="departement") == date(2026, 10, 1)


def test_a_calendar_without_a_free_day_is_refused() -> None:
    never = Calendar(pauses=(Pause(from_="01-01", to="12-31"),))
    with pytest.raises(calendar.NeverFreeError, match="calendar"):
        calendar.leaves_on(date(2026, 9, 15), ("FR",), never, follow_up=True)


def test_a_time_that_the_clock_skips_or_shows_twice_happens_once() -> None:
    at = time(2, 30)
    skipped = calendar.moment(date(2026, 3, 29), at, "FR")
    assert skipped == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert skipped.astimezone(PARIS).time() == time(3, 30)
    twice = calendar.moment(date(2026, 10, 25), at, "FR")
    assert twice == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_nine_in_bogota_is_sixteen_in_paris_in_july_and_fifteen_in_december() -> None:
    july, december = (
        calendar.moment(day, OPENS, "CO") for day in (date(2026, 7, 1), date(2026, 12, 1))
    )
    assert july.astimezone(PARIS).hour == 16
    assert december.astimezone(PARIS).hour == 15


def test_people_are_at_work_in_their_own_hours() -> None:
    morning_in_paris = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)
    assert calendar.is_open(morning_in_paris, "FR", OPENS, CLOSES)
    assert not calendar.is_open(morning_in_paris, "CO", OPENS, CLOSES)
    assert calendar.next_opening(morning_in_paris, "CO", OPENS, CLOSES) == datetime(
        2026, 7, 1, 14, 0, tzinfo=UTC
    )


def test_after_hours_on_friday_the_next_opening_is_monday() -> None:
    friday_evening = datetime(2026, 7, 3, 16, 0, tzinfo=UTC)
    opening = calendar.next_opening(friday_evening, "FR", OPENS, CLOSES)
    assert opening == datetime(2026, 7, 6, 7, 0, tzinfo=UTC)


def test_every_place_has_a_clock() -> None:
    for departement in calendar.SUBDIVISIONS:
        assert calendar.zone(calendar.place("FR", departement)).key
    assert calendar.zone("CO") == BOGOTA


DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))
READERS = st.sampled_from(["FR", "CO", *(f"FR-{part}" for part in calendar.SUBDIVISIONS)])
MOMENTS = st.integers(0, 9 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(DAYS, READERS, st.booleans())
def test_no_letter_leaves_on_a_day_that_is_not_free_nor_before_its_day(
    day: date,
    reader: str,
    follow_up: bool,  # noqa: FBT001  # hypothesis fills it
) -> None:
    due = calendar.leaves_on(day, ("FR", reader), RULES, follow_up=follow_up)
    assert due >= day
    assert calendar.is_working_day(due, ("FR", reader))
    assert due not in RULES.closed
    assert calendar.election_on(due, RULES, reader, "") is None
    assert not (follow_up and calendar.is_paused(due, RULES))
    assert calendar.leaves_on(due, ("FR", reader), RULES, follow_up=follow_up) == due


@given(DAYS, st.integers(0, 60), READERS)
def test_working_days_are_counted_one_by_one(day: date, count: int, reader: str) -> None:
    places = ("FR", reader)
    end = calendar.plus_working_days(day, count, places)
    between = (day + timedelta(days=n) for n in range(1, (end - day).days + 1))
    assert sum(calendar.is_working_day(each, places) for each in between) == count


@given(MOMENTS, READERS)
def test_an_opening_is_never_before_now_and_always_within_hours(now: datetime, reader: str) -> None:
    opening = calendar.next_opening(now, reader, OPENS, CLOSES)
    assert opening >= now
    assert calendar.is_open(opening, reader, OPENS, CLOSES)
    assert calendar.next_opening(opening, reader, OPENS, CLOSES) == opening


@given(DAYS, st.times(), st.times(), READERS)
def test_a_later_time_of_the_day_is_never_an_earlier_instant_but_where_the_clock_jumps(
    day: date, one: time, other: time, reader: str
) -> None:
    earlier, later = sorted((one, other))
    jump = timedelta(hours=1)
    assert calendar.moment(day, earlier, reader) <= calendar.moment(day, later, reader) + jump
