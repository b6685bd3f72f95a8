"""Where the enrolments of a real office stand, as letters leave and replies come."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach.campaigns import definition as definitions
from outreach.campaigns import enrolments
from outreach.campaigns.models import Enrolment, Step
from outreach.contacts import directory
from outreach.contacts.models import Contact
from outreach.db import Store
from outreach.dispatch import turns
from outreach.dispatch.release import NothingDueError
from outreach.inbox import recording
from outreach.inbox.models import Outcome, Way
from outreach.journal import Event
from outreach.reports import figures
from tests.dispatch.world import CAMPAIGN, World

MORE = """
[[steps]]
name = "relance"
title = { fr = "Relance", es = "Recordatorio" }
after = { step = "suivi-septembre", days = 14 }
kind = "chaser"
letters = [{ letter = "remerciement-rencontres" }]

[[steps]]
name = "precisions"
title = { fr = "Précisions", es = "Detalles" }
on_outcome = { outcome = "interested", days = 2, working = true }
letters = [{ letter = "remerciement-rencontres" }]
"""
FOR_METROPOLES = """
[[steps]]
name = "metropoles"
title = { fr = "Aux métropoles", es = "A las metrópolis" }
on = 2025-09-03
only = { kinds = ["epci"], languages = ["fr"] }
letters = [{ letter = "remerciement-rencontres" }]
"""
HAVRE, LYON, IBAGUE = SENT = "FR:76351", "FR:200046977", "CO:73001"


@pytest.fixture
def world(any_store: Store, office: Path) -> World:
    path = office / definitions.FOLDER
    text = (path / f"{CAMPAIGN}.toml").read_text("utf-8")
    path.unlink()
    path.mkdir()
    (path / f"{CAMPAIGN}.toml").write_text(text + MORE, "utf-8")
    world = World(any_store, office)
    world.send(world.signed())
    return world


def at(world: World, day: date) -> None:
    world.now = datetime(day.year, day.month, day.day, 8, 0, tzinfo=UTC)


def reply(world: World, code: str, outcome: Outcome = Outcome.INTERESTED) -> None:
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


def places(world: World) -> dict[str, tuple[str, str | None, date | None]]:
    with world.store.reading() as session:
        return {
            row.code: (row.state, row.name, row.due_on)
            for row in session.execute(
                select(Contact.code, Enrolment.state, Step.name, Enrolment.due_on)
                .join(Enrolment, Enrolment.contact_id == Contact.id)
                .outerjoin(Step, Step.id == Enrolment.step_id)
                .order_by(Contact.code)
            )
        }


def prepared(world: World, step: str) -> int:
    try:
        return world.prepare(step).drafted
    except NothingDueError:
        return 0


def test_the_reminder_comes_before_the_promised_letter(world: World) -> None:
    assert places(world)[HAVRE] == ("active", "relance", date(2025, 9, 15))
    at(world, date(2025, 9, 12))
    assert prepared(world, "relance") == 0
    at(world, date(2025, 9, 15))
    assert prepared(world, "relance") == 3


def test_a_reply_ends_the_reminders_and_puts_the_promised_letter_before_a_person(
    world: World,
) -> None:
    at(world, date(2025, 9, 8))
    reply(world, HAVRE)
    at(world, date(2025, 9, 15))
    assert prepared(world, "relance") == 2
    assert places(world)[HAVRE] == ("held", "fiches-villes", date(2025, 10, 1))
    assert places(world)[LYON] == ("active", "relance", date(2025, 9, 15))
    with world.store.reading() as session:
        moves = session.scalars(
            select(Event.after).where(Event.subject == "enrolment").order_by(Event.id)
        ).all()
    assert moves == ["stopped", "held"]


def test_what_a_person_decided_is_not_held_again(world: World) -> None:
    at(world, date(2025, 9, 8))
    reply(world, HAVRE)
    at(world, date(2025, 9, 15))
    assert prepared(world, "relance") == 2
    with world.store.transaction() as session:
        contact = directory.find(session, HAVRE)
        recording.release(session, world.definition, contact, "as planned", world.act())
    assert prepared(world, "relance") == 0
    assert places(world)[HAVRE] == ("active", "fiches-villes", date(2025, 10, 1))


def test_who_is_interested_gets_the_details_within_two_working_days_and_once(world: World) -> None:
    at(world, date(2025, 9, 5))
    reply(world, HAVRE)
    reply(world, LYON, Outcome.LATER)
    at(world, date(2025, 9, 8))
    assert prepared(world, "precisions") == 0
    at(world, date(2025, 9, 9))
    assert prepared(world, "precisions") == 1
    assert prepared(world, "precisions") == 0


def test_answers_to_replies_are_counted_until_they_are_prepared(world: World) -> None:
    def standing() -> tuple[int, date | None]:
        with world.store.reading() as session:
            campaign = enrolments.require_started(session, CAMPAIGN)
            today = world.now.date()
            called = turns.answering(
                session, world.definition, campaign, settings=world.settings, today=today
            )
            steps = figures.status(session, campaign, today, called).steps
            (step,) = [step for step in steps if step.name == "precisions"]
            return step.due, step.next_due

    at(world, date(2025, 9, 5))
    assert standing() == (0, None)
    reply(world, HAVRE)
    assert standing() == (1, date(2025, 9, 9))
    at(world, date(2025, 9, 9))
    assert prepared(world, "precisions") == 1
    assert standing() == (0, None)


def test_a_hold_with_a_date_ends_by_itself(world: World) -> None:
    with world.store.transaction() as session:
        campaign = enrolments.require_started(session, CAMPAIGN)
        enrolment = enrolments.of_contact(session, campaign, directory.find(session, HAVRE).id)
        assert enrolment is not None
        enrolments.hold(session, enrolment, date(2025, 9, 22), "absent", world.act())
    at(world, date(2025, 9, 19))
    assert prepared(world, "relance") == 2
    at(world, date(2025, 9, 22))
    assert prepared(world, "relance") == 1


def test_one_look_tells_whose_turn_it_is(world: World) -> None:
    def due() -> list[str]:
        with world.store.transaction() as session:
            found = turns.due(session, world.definition, settings=world.settings, act=world.act())
            return found.steps

    # Paris and Nice have not had the September letter: no address, and not posted yet.
    assert due() == ["suivi-septembre"]
    at(world, date(2025, 9, 5))
    reply(world, HAVRE)
    at(world, date(2025, 9, 9))
    assert due() == ["suivi-septembre", "precisions"]
    at(world, date(2025, 9, 15))
    assert due() == ["suivi-septembre", "relance", "precisions"]
    assert prepared(world, "relance") == 2
    assert due() == ["suivi-septembre", "precisions"]


def rewrite(world: World, old: str, new: str) -> None:
    path = world.folder / definitions.FOLDER / f"{CAMPAIGN}.toml"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    world.definition = definitions.load(world.folder, CAMPAIGN)


def test_a_day_that_was_put_off_stays_put_off(world: World) -> None:
    with world.store.transaction() as session:
        campaign = enrolments.require_started(session, CAMPAIGN)
        enrolment = enrolments.of_contact(session, campaign, directory.find(session, HAVRE).id)
        assert enrolment is not None
        enrolment.due_on = date(2025, 9, 22)
    at(world, date(2025, 9, 19))
    assert prepared(world, "relance") == 2
    assert places(world)[HAVRE] == ("active", "relance", date(2025, 9, 22))


def test_a_step_for_some_contacts_is_for_them_only(world: World) -> None:
    rewrite(world, MORE, MORE + FOR_METROPOLES)
    at(world, date(2025, 9, 3))
    assert prepared(world, "metropoles") == 1
    assert {code: place[1] for code, place in places(world).items() if code in SENT} == {
        HAVRE: "relance",
        LYON: "metropoles",
        IBAGUE: "relance",
    }


def test_a_changed_plan_holds_for_those_who_stand_there_already(world: World) -> None:
    rewrite(world, "days = 14", "days = 21")
    at(world, date(2025, 9, 15))
    assert prepared(world, "relance") == 0
    at(world, date(2025, 9, 22))
    assert prepared(world, "relance") == 3
