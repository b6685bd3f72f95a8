"""The weekly message: who gets it, when, what it says, and that it leaves once."""

import email
from datetime import UTC, date, datetime, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from msgspec import structs

from outreach import rounds, weeklies
from outreach.accounts import notices, users
from outreach.accounts.notices import Notice
from outreach.app import App
from outreach.db import Store
from tests.dispatch.world import MANAGER, SECRETARY, World, quiet

MONDAY = datetime(2025, 9, 8, 8, 0, tzinfo=UTC)


@pytest.fixture
def world(store: Store, office: Path) -> World:
    """The letters of 1 September left; Jean, who decides, gave an address."""
    world = World(store, office)
    world.send(world.signed())
    with store.transaction() as session:
        users.find(session, MANAGER).email = "jean@ambassade.example"
        users.find(session, SECRETARY).email = "maria@ambassade.example"
    for path in world.outbox():
        path.unlink()
    world.now = MONDAY
    return world


def app(world: World) -> App:
    return App(folder=world.folder, settings=world.settings, store=world.store, clock=world.clock)


def written(world: World) -> EmailMessage:
    (path,) = world.outbox()
    return email.message_from_bytes(path.read_bytes(), policy=policy.default)


def test_those_who_decide_read_the_week_in_their_language(world: World) -> None:
    with world.store.transaction() as session:
        users.find(session, MANAGER).ui_language = "es"
    assert weeklies.send(app(world)) == 1
    message = written(world)
    assert message["To"] == "jean@ambassade.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "es"
    body = message.get_body(("html",))
    assert body is not None
    page = body.get_content()
    assert "cid:picture-0@week" in page
    assert "Asointermedias" in page
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds.count("image/png") == 1
    (pdf,) = [part for part in message.walk() if part.get_content_type() == "application/pdf"]
    assert pdf.get_filename() == "week-2025-09-07.pdf"
    assert pdf.get_content().startswith(b"%PDF")


def test_a_round_sends_it_once_a_week(world: World) -> None:
    quiet_days = structs.replace(world.settings.digest, daily=False)
    world.settings = structs.replace(world.settings, digest=quiet_days)
    assert rounds.run(app(world), SECRETARY, quiet).digests == 1
    assert rounds.run(app(world), SECRETARY, quiet).digests == 0
    world.now += timedelta(days=4)
    assert weeklies.send(app(world)) == 0
    with world.store.transaction() as session:
        notices.give_back(session, users.find(session, MANAGER), Notice.WEEKLY)
    assert weeklies.send(app(world)) == 1


def test_a_computer_that_slept_on_monday_sends_it_on_tuesday(world: World) -> None:
    world.now = MONDAY + timedelta(days=1)
    assert weeklies.send(app(world)) == 1
    assert "7" in written(world)["Subject"]


def test_each_person_turns_it_off(world: World) -> None:
    with world.store.transaction() as session:
        jean = users.find(session, MANAGER)
        notices.choose(session, jean, Notice.WEEKLY, world.act(MANAGER), wanted=False)
    assert weeklies.send(app(world)) == 0


def test_an_office_does_without(world: World) -> None:
    digest = structs.replace(world.settings.digest, weekly="never")
    world.settings = structs.replace(world.settings, digest=digest)
    assert weeklies.send(app(world)) == 0


def test_nobody_gets_an_empty_one(world: World) -> None:
    with world.store.transaction() as session:
        users.find(session, MANAGER).left_at = MONDAY
    assert weeklies.send(app(world)) == 0


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2025, 9, 8, 4, tzinfo=UTC), date(2025, 9, 1)),  # six at the office
        (datetime(2025, 9, 8, 5, tzinfo=UTC), date(2025, 9, 8)),
        (datetime(2025, 9, 14, 20, tzinfo=UTC), date(2025, 9, 8)),
        # At half past one in Paris it is still Sunday in UTC.
        (datetime(2025, 9, 14, 23, 30, tzinfo=UTC), date(2025, 9, 8)),
        # The clocks went back the night before: seven at the office is six in UTC.
        (datetime(2025, 10, 27, 5, 30, tzinfo=UTC), date(2025, 10, 20)),
        (datetime(2025, 10, 27, 6, 0, tzinfo=UTC), date(2025, 10, 27)),
    ],
)
def test_it_falls_due_by_the_clock_of_the_office(world: World, moment: datetime, day: date) -> None:
    assert weeklies.last_due(world.settings, moment) == day
