"""A campaign played ahead says what its batches then do."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.campaigns import calendar, enrolments, planning
from outreach.campaigns.models import CampaignState
from outreach.campaigns.planning import Delay, Plan
from outreach.campaigns.situations import Past
from outreach.campaigns.triggers import Lines, Situation
from outreach.contacts import directory, segments
from outreach.db import Store
from outreach.dispatch import history
from tests.campaigns.test_enrolments import at, prepared, reply
from tests.campaigns.test_enrolments import world as sent  # noqa: F401  # a fixture
from tests.campaigns.test_triggers import DAYS, RULES, SITUATIONS, YEAR
from tests.dispatch.world import CAMPAIGN, World, unwritten

pytestmark = pytest.mark.one_database

UNTIL = date(2026, 6, 30)


def plan(world: World, until: date = UNTIL) -> Plan:
    with world.store.reading() as session:
        campaign = enrolments.find(session, CAMPAIGN)
        segment = segments.load(world.folder, "demo")
        return planning.of(
            session,
            world.definition,
            settings=world.settings,
            past=history.past(session, campaign, world.settings.zone) if campaign else Past(),
            today=world.now.date(),
            until=until,
            audience=[contact for contact, _ in segments.contacts(session, segment)],
        )


def coming(found: Plan) -> dict[str, dict[date, int]]:
    return {name: dict(step.coming) for name, step in found.steps.items() if step.coming}


@pytest.fixture
def fresh(store: Store, office: Path) -> World:
    world = World(store, office)
    world.people()
    return world


def test_before_the_start_the_audience_is_played_and_nothing_is_written(fresh: World) -> None:
    fresh.definition = unwritten(fresh.definition, "fiches-villes")
    found = plan(fresh)
    assert not found.started
    assert found.contacts == 5
    assert found.unreachable == 1
    assert coming(found) == {
        "suivi-septembre": {date(2025, 9, 1): 4},
        "fiches-villes": {date(2025, 10, 1): 4},
    }
    assert found.steps["fiches-villes"].unwritten
    with fresh.store.reading() as session:
        assert enrolments.find(session, CAMPAIGN) is None


def test_nothing_is_told_beyond_the_day_asked_for(fresh: World) -> None:
    assert coming(plan(fresh, date(2025, 9, 30))) == {"suivi-septembre": {date(2025, 9, 1): 4}}


def test_what_left_and_what_is_to_come_stand_apart(sent: World) -> None:  # noqa: F811
    found = plan(sent)
    assert found.started
    assert dict(found.steps["suivi-septembre"].left) == {date(2025, 9, 1): 3}
    assert found.steps["relance"].coming[date(2025, 9, 15)] == 4


def test_a_promised_letter_that_waits_for_a_person_has_no_day_and_the_answer_has(
    sent: World,  # noqa: F811
) -> None:
    at(sent, date(2025, 9, 8))
    reply(sent, "FR:76351")
    at(sent, date(2025, 9, 10))
    assert prepared(sent, "precisions") == 1
    found = plan(sent)
    assert found.steps["fiches-villes"].held == 1
    assert dict(found.steps["precisions"].coming) == {date(2025, 9, 10): 1}


def test_a_hold_puts_the_plan_off(sent: World) -> None:  # noqa: F811
    with sent.store.transaction() as session:
        campaign = enrolments.require_started(session, CAMPAIGN)
        for code in ("FR:76351", "FR:200046977"):
            enrolment = enrolments.of_contact(session, campaign, directory.find(session, code).id)
            assert enrolment is not None
            if code == "FR:76351":
                enrolments.hold(session, enrolment, date(2025, 9, 22), "absent", sent.act())
            else:
                enrolment.due_on = date(2025, 9, 23)
    relance = plan(sent).steps["relance"].coming
    # One letter for the post has not left: its reminder comes two weeks after it would.
    assert {day: count for day, count in relance.items() if count} == {
        date(2025, 9, 15): 1 + 1,
        date(2025, 9, 22): 1,
        date(2025, 9, 23): 1,
    }


def test_the_plan_comes_true(sent: World) -> None:  # noqa: F811
    at(sent, date(2025, 9, 15))
    foreseen = plan(sent).steps["relance"].coming[date(2025, 9, 15)]
    assert prepared(sent, "relance") == foreseen


def test_people_are_named_by_day_and_code(fresh: World) -> None:
    found = plan(fresh)
    with fresh.store.reading() as session:
        named = list(planning.people(session, found.letters))
    assert [row["code"] for row in named[:2]] == ["CO:73001", "FR:06088"]
    assert len(named) == found.total == 7


def test_a_stopped_campaign_has_nothing_to_come(sent: World) -> None:  # noqa: F811
    with sent.store.transaction() as session:
        campaign = enrolments.require_started(session, CAMPAIGN)
        enrolments.move_campaign(session, campaign, CampaignState.STOPPED, sent.act())
    found = plan(sent)
    assert found.ended
    assert found.total == 0


@given(SITUATIONS, DAYS, st.dates(date(2025, 9, 1), date(2026, 3, 1)))
def test_each_step_is_foreseen_once_in_order_and_on_free_days(
    now: Situation, today: date, held_until: date
) -> None:
    until = today + timedelta(days=700)
    found = list(
        planning.foresee(
            Lines(YEAR), now, RULES, today, until=until, delay=Delay(held_until=held_until)
        )
    )
    days = [due.on for due in found]
    assert days == sorted(days)
    assert all(today <= day <= until for day in days)
    assert len({due.step.name for due in found} | {name for name, _ in now.received}) == len(
        found
    ) + len(now.received)
    assert all(calendar.is_working_day(day, now.places) for day in days)
