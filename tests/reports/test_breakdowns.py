"""Figures told apart any way add up, can be followed to their letters, and are those of any past day."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns import enrolments
from outreach.contacts import directory
from outreach.db import Store
from outreach.dispatch.models import Delivery
from outreach.inbox import deciding, recording
from outreach.inbox.models import Arrival, Outcome, Way
from outreach.reports import breakdowns, figures, lines, measures, snapshots
from outreach.reports.breakdowns import Breakdown
from outreach.reports.lines import Fate
from outreach.reports.measures import By, Measure
from outreach.reports.tallies import Scope
from tests.dispatch.world import World

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def world(any_store: Store, office: Path) -> World:
    """An office whose September letters left; Le Havre and Ibagué answered in the days after."""
    world = World(any_store, office)
    number = world.signed()
    world.send(number)
    world.print(number)
    for days, code, outcome in (
        (3, "FR:76351", Outcome.INTERESTED),
        (8, "CO:73001", Outcome.LATER),
    ):
        world.now += timedelta(days=days)
        with world.store.transaction() as session:
            recording.record(
                session,
                world.definition,
                directory.find(session, code),
                way=Way.PHONE,
                outcome=outcome,
                received_on=world.now.date(),
                today=world.now.date(),
                settings=world.settings,
                act=world.act(),
            )
    return world


def scope(world: World, session: Session) -> Scope:
    return Scope(enrolments.require_started(session, world.definition.name))


def told(world: World, by: By, as_of: datetime | None = None) -> Breakdown:
    with world.store.reading() as session:
        return breakdowns.breakdown(session, scope(world, session), by, zone=PARIS, as_of=as_of)


def test_every_way_of_telling_letters_apart_adds_up_to_the_same(world: World) -> None:
    totals = [told(world, by) for by in By]
    for each in totals:
        assert each.total == totals[0].total, each.by
        for measure in Measure:
            whole = sum(row.counts[measure] for row in each.rows)
            assert whole == each.total.counts[measure], (each.by, measure)
    assert totals[0].total.counts[Measure.SENT] == 3
    assert totals[0].total.counts[Measure.REPLIED] == 2
    assert totals[0].total.outcomes == {"interested": 1, "later": 1}


def test_each_figure_is_the_length_of_its_list(world: World) -> None:
    with world.store.reading() as session:
        for by in By:
            for row in told(world, by).rows:
                for measure, figure in row.counts.items():
                    found = breakdowns.behind(
                        session, scope(world, session), by, row.key, measure, zone=PARIS
                    )
                    assert len({one.delivery for one in found}) == figure, (by, row.key, measure)


def test_the_figures_are_those_of_the_status_and_of_the_list(world: World) -> None:
    steps = {row.key: row.counts for row in told(world, By.STEP).rows}
    with world.store.reading() as session:
        campaign = enrolments.require_started(session, world.definition.name)
        status = figures.status(session, campaign, date(2025, 9, 12))
        listed = Counter(
            (line.step, line.fate) for line in lines.who(session, campaign) if line.delivery
        )
    for step in status.steps:
        if step.name in steps:
            assert steps[step.name][Measure.SENT] == step.fates["sent"]
            assert steps[step.name][Measure.LEFT_OUT] == step.fates["left-out"]
            assert steps[step.name][Measure.SENT] == listed[step.name, Fate.SENT]


def test_rates_say_of_what_and_days_are_counted_from_the_letter(world: World) -> None:
    countries = {row.key: row for row in told(world, By.COUNTRY).rows}
    france, colombia = countries["FR"], countries["CO"]
    assert (france.reply_rate.numerator, france.reply_rate.denominator) == (1, 2)
    assert colombia.reply_rate.value == 1
    assert (france.median_days_to_reply, colombia.median_days_to_reply) == (3, 11)
    regions = {row.key for row in told(world, By.REGION).rows}
    assert {"FR:28", measures.NONE} <= regions
    departments = {row.key for row in told(world, By.DEPARTMENT).rows}
    assert {"FR:76", measures.NONE} <= departments
    sizes = {row.key for row in told(world, By.SIZE).rows}
    assert sizes == {"100000-499999"}
    languages = {row.key: row.counts[Measure.SENT] for row in told(world, By.LANGUAGE).rows}
    assert languages["es"] == 1


def test_what_was_left_out_says_why_and_the_reasons_add_up(world: World) -> None:
    for by in By:
        for row in told(world, by).rows:
            assert sum(row.reasons.values()) == row.counts[Measure.LEFT_OUT]
    assert told(world, By.STEP).total.reasons == {"no-address": 1}
    assert told(world, By.STEP, world.now).total.reasons == {"no-address": 1}


def test_days_to_an_answer_are_those_of_the_office(world: World) -> None:
    with world.store.transaction() as session:
        for letter in session.scalars(select(Delivery).where(Delivery.sent_at.is_not(None))):
            letter.sent_at = datetime(2025, 8, 31, 22, 30, tzinfo=UTC)  # 1 September in Paris
    france = next(row for row in told(world, By.COUNTRY).rows if row.key == "FR")
    assert france.median_days_to_reply == 3


def test_what_an_answer_meant_on_a_past_day_is_told_as_it_was_then(world: World) -> None:
    then = world.now
    world.now += timedelta(days=1)
    with world.store.transaction() as session:
        arrival = session.scalars(select(Arrival).order_by(Arrival.id.desc())).first()
        assert arrival is not None
        deciding.judge_outcome(session, arrival, Outcome.MEETING, world.act())
    assert told(world, By.OUTCOME, then).total.outcomes == {"interested": 1, "later": 1}
    assert told(world, By.OUTCOME).total.outcomes == {"interested": 1, "meeting": 1}


def test_a_letter_that_left_later_is_in_no_week_of_a_past_day(world: World) -> None:
    with world.store.transaction() as session:
        for letter in session.scalars(select(Delivery).where(Delivery.sent_at.is_not(None))):
            letter.sent_at = world.now
    weeks = [row.key for row in told(world, By.WEEK, World.now).rows]
    assert weeks == [measures.NONE]


def test_a_report_sees_one_moment_while_a_batch_is_sending(any_store: Store, office: Path) -> None:
    world = World(any_store, office)
    number = world.signed()
    with any_store.reading() as session:
        snapshots.hold(session)
        its = scope(world, session)
        before = breakdowns.breakdown(session, its, By.STEP, zone=PARIS)
        assert before.total.counts[Measure.SENT] == 0
        world.send(number)
        after = breakdowns.breakdown(session, its, By.CHANNEL, zone=PARIS)
        assert after.total == before.total
    assert told(world, By.STEP).total.counts[Measure.SENT] > 0


def test_a_past_day_is_told_as_it_was(world: World) -> None:
    now = {row.key: row for row in told(world, By.STEP).rows}
    then = World.now
    before = told(world, By.STEP, then - timedelta(seconds=1))
    assert before.rows == []
    at_sending = told(world, By.STEP, then)
    assert at_sending.total.counts[Measure.SENT] == 3
    assert at_sending.total.counts[Measure.REPLIED] == 0
    after_first = told(world, By.OUTCOME, then + timedelta(days=5))
    assert after_first.total.outcomes == {"interested": 1}
    today = told(world, By.STEP, world.now)
    assert {row.key: row for row in today.rows} == now


@pytest.mark.parametrize(
    ("at", "week"),
    [
        (datetime(2025, 9, 1, 8, tzinfo=UTC), "2025-W36"),
        (datetime(2025, 12, 28, 22, 30, tzinfo=UTC), "2025-W52"),
        (datetime(2025, 12, 28, 23, 30, tzinfo=UTC), "2026-W01"),  # Monday in Paris already
        (datetime(2026, 12, 31, 12, tzinfo=UTC), "2026-W53"),
    ],
)
def test_a_week_is_that_of_the_office(at: datetime, week: str) -> None:
    assert measures.week(at, PARIS) == week
