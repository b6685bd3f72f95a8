"""One round prepares what is due and sends what is signed; a second finds nothing."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs
from sqlalchemy import update

from outreach import rounds
from outreach.app import App
from outreach.db import Store
from outreach.dispatch import homes
from outreach.dispatch.models import Batch
from tests.dispatch.world import CHIEF, MANAGER, SECRETARY, World, quiet


@pytest.fixture
def world(store: Store, office: Path) -> World:
    return World(store, office)


def app(world: World) -> App:
    return App(folder=world.folder, settings=world.settings, store=world.store, clock=world.clock)


def test_a_round_prepares_what_is_due_once_and_approves_nothing(world: World) -> None:
    world.people()
    world.start()
    first = rounds.run(app(world), SECRETARY, quiet)
    assert [(step, letters) for _, step, _, letters in first.prepared] == [("suivi-septembre", 4)]
    assert world.outbox() == []
    second = rounds.run(app(world), SECRETARY, quiet)
    assert (second.prepared, second.sent) == ([], [])


def test_a_round_goes_on_with_a_batch_that_was_interrupted(world: World) -> None:
    world.signed()
    with world.store.transaction() as session:
        session.execute(update(Batch).values(state="sending"))
    done = rounds.run(app(world), SECRETARY, quiet)
    assert done.sent == [(1, 3)]
    assert len(world.outbox()) == 3


def test_a_round_says_what_waits_for_whom(world: World) -> None:
    world.people()
    world.start()
    assert rounds.run(app(world), SECRETARY, quiet).reminders == {}
    world.submit(1)
    waits = rounds.run(app(world), SECRETARY, quiet).reminders
    assert {name: [item.kind for item in items] for name, items in waits.items()} == {
        MANAGER: ["approve"],
        CHIEF: ["approve"],
    }


def test_an_office_without_a_started_campaign_has_nothing_to_do(world: World) -> None:
    done = rounds.run(app(world), SECRETARY, quiet)
    assert (done.prepared, done.sent) == ([], [])


def test_a_batch_that_is_hours_late_is_left_to_a_person(world: World) -> None:
    world.signed()
    paced = structs.replace(world.settings.sending, grace_minutes=10)
    world.settings = structs.replace(world.settings, sending=paced)
    waits = world.send(1).waiting
    world.now += timedelta(minutes=5)
    assert rounds.run(app(world), SECRETARY, quiet).waiting == [(1, waits)]
    world.now += timedelta(days=7)
    late = rounds.run(app(world), SECRETARY, quiet)
    assert ([error.values["batch"] for error in late.stale], late.sent) == ([1], [])
    assert world.outbox() == []
    assert world.send(1).sent == 3


def test_a_round_of_a_copied_office_does_nothing(world: World) -> None:
    world.signed()
    original = homes.here(world.folder, world.store.shown)
    with world.store.transaction() as session:
        homes.settle(session, replace(original, machine_id="another machine"), world.now)
    with pytest.raises(homes.NotAtHomeError):
        rounds.run(app(world), SECRETARY, quiet)


def test_nothing_new_is_prepared_while_the_mailbox_cannot_be_read(world: World) -> None:
    world.people()
    world.start()
    away = structs.replace(
        world.settings.mail.mailbox, host="127.0.0.1", port=1, security="none", inbox="INBOX"
    )
    mail = structs.replace(
        world.settings.mail,
        mailbox=away,
        password_command="printf x",  # noqa: S106  # of nobody
    )
    reading = structs.replace(world.settings, mail=mail)
    done = rounds.run(replace(app(world), settings=reading), SECRETARY, quiet)
    assert [error.id for error in done.troubles] == ["MailboxError"]
    assert done.prepared == []
    assert rounds.run(app(world), SECRETARY, quiet).prepared
