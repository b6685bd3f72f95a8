"""A reply stops reminders at the whole organisation and holds what was promised to it."""

from datetime import date
from pathlib import Path

import pytest
from msgspec import structs
from sqlalchemy import select

from outreach.campaigns import enrolments
from outreach.campaigns.models import Enrolment
from outreach.contacts import directory
from outreach.contacts.models import Contact
from outreach.db import Store
from outreach.dispatch.release import NothingDueError
from outreach.inbox import recording
from outreach.inbox.models import Outcome, Way
from outreach.inbox.recording import Effects
from tests.dispatch.world import STEP, World

pytestmark = pytest.mark.one_database

TODAY = date(2025, 9, 8)


@pytest.fixture
def world(any_store: Store, office: Path) -> World:
    return World(any_store, office)


def reply(world: World, code: str, on: date = TODAY) -> Effects:
    with world.store.transaction() as session:
        return recording.record(
            session,
            world.definition,
            directory.find(session, code),
            way=Way.PHONE,
            outcome=Outcome.INTERESTED,
            received_on=on,
            today=TODAY,
            settings=world.settings,
            act=world.act(),
        )


def state(world: World, code: str) -> tuple[str, str | None]:
    with world.store.reading() as session:
        row = session.execute(
            select(Enrolment.state, Enrolment.reason)
            .join(Contact, Contact.id == Enrolment.contact_id)
            .where(Contact.code == code)
        ).one()
        return row.state, row.reason


def test_a_promised_letter_is_held_by_a_reply_and_goes_when_a_person_says_so(world: World) -> None:
    world.send(world.signed())
    assert reply(world, "FR:76351") == Effects(number=1, stopped=0, held=1)
    assert state(world, "FR:76351") == ("held", "replied")
    assert state(world, "CO:73001") == ("completed", None), "nothing was promised to cities"
    with world.store.transaction() as session:
        contact = directory.find(session, "FR:76351")
        recording.release(session, world.definition, contact, "as planned", world.act())
    assert state(world, "FR:76351")[0] == "active"


def test_a_reply_of_a_colleague_stops_the_reminder(world: World) -> None:
    world.people()
    steps = tuple(
        structs.replace(step, kind="chaser") if step.name == STEP else step
        for step in world.definition.file.steps
    )
    world.definition = structs.replace(
        world.definition, file=structs.replace(world.definition.file, steps=steps)
    )
    world.start()
    with world.store.transaction() as session:
        havre = directory.find(session, "FR:76351")
        colleague = Contact(
            code="FR:76351/dgs",
            organisation_id=havre.organisation_id,
            language="fr",
            office="dgs",
            source="test",
            created_at=world.now,
        )
        session.add(colleague)
    assert reply(world, "FR:76351/dgs") == Effects(number=1, stopped=1, held=0)
    assert state(world, "FR:76351") == ("stopped", "replied")
    assert world.prepare().left_out["stopped"] == ["FR:76351"]


def test_a_reply_before_its_promised_letter_is_prepared_keeps_it_from_the_batch(
    world: World,
) -> None:
    world.people()
    world.start()
    with world.store.transaction() as session:
        campaign = enrolments.require_started(session, world.definition.name)
        for enrolment in session.scalars(select(Enrolment)):
            enrolments.hold(session, enrolment, None, "replied", world.act())
        assert campaign.state == "running"
    with pytest.raises(NothingDueError, match="held: 5"):
        world.prepare()


def test_nobody_answers_tomorrow(world: World) -> None:
    world.send(world.signed())
    with pytest.raises(recording.FutureReplyError):
        reply(world, "FR:76351", on=date(2025, 9, 9))


def test_what_is_not_held_cannot_be_released(world: World) -> None:
    world.send(world.signed())
    with world.store.transaction() as session:
        contact = directory.find(session, "FR:76351")
        with pytest.raises(recording.NothingHeldError):
            recording.release(session, world.definition, contact, "x", world.act())
