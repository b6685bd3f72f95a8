"""The week of the office: seven days of its own clock."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from outreach.db import Store
from outreach.reports import promises, weekly
from outreach.words import translator
from tests.dispatch.world import World


def of(world: World, last: date) -> weekly.Week:
    with world.store.reading() as session:
        return weekly.of(session, last, world.settings.zone, ())


def test_a_week_holds_what_left_in_its_seven_days(world: World) -> None:
    sent = world.send(world.signed()).sent
    day = world.now.astimezone(world.settings.zone).date()
    for last in (day, day + timedelta(days=6)):
        week = of(world, last)
        assert week.letters == sent
        assert [each.letters for each in week.left] == [sent]
    for last in (day - timedelta(days=1), day + timedelta(days=7)):
        assert of(world, last).letters == 0


def test_what_was_promised_is_overdue_the_day_after_its_day(world: World) -> None:
    world.send(world.signed())
    with world.store.reading() as session:
        due = promises.lines(session, world.now.date())[0].due_on
    assert not of(world, due - timedelta(days=1)).overdue
    assert of(world, due).overdue


def test_a_week_without_anything_is_empty(any_store: Store) -> None:
    with any_store.reading() as session:
        week = weekly.of(session, date(2025, 9, 7), ZoneInfo("Europe/Paris"), ())
    assert week.is_empty
    document = weekly.document(week, translator("fr"), office="Ambassade")
    assert all(figure.value == 0 for figure in document.figures)
    assert all(not table.rows for table in document.tables)
