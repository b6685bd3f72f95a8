"""The daily message: who gets it, when, what it says, and that it leaves once."""

import email
from datetime import UTC, datetime
from email import policy
from pathlib import Path

import pytest
from msgspec import structs

from outreach import digests, rounds
from outreach.accounts import notices, users
from outreach.accounts.notices import Notice
from outreach.app import App
from outreach.db import Store
from outreach.errors import Phrase
from outreach.reports.waiting import Item, Kind
from tests.dispatch.world import MANAGER, SECRETARY, World, quiet

MONDAY = datetime(2025, 9, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def world(store: Store, office: Path) -> World:
    """A batch waits for Jean, who gave an address; the office writes each day only."""
    world = World(store, office)
    digest = structs.replace(world.settings.digest, weekly="never")
    world.settings = structs.replace(world.settings, digest=digest)
    world.people()
    world.start()
    number = world.prepare().batch
    assert number is not None
    world.submit(number)
    with store.transaction() as session:
        users.find(session, MANAGER).email = "jean@ambassade.example"
    return world


def app(world: World) -> App:
    return App(folder=world.folder, settings=world.settings, store=world.store, clock=world.clock)


def test_a_round_writes_once_a_day_to_whom_something_waits_for(world: World) -> None:
    assert rounds.run(app(world), SECRETARY, quiet).digests == 1
    assert rounds.run(app(world), SECRETARY, quiet).digests == 0
    (path,) = world.outbox()
    message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    assert message["To"] == "jean@ambassade.example"
    assert message["Auto-Submitted"] == "auto-generated"
    body = message.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "Jean" in text
    assert "1" in message["Subject"]
    assert "Le Havre" not in text
    world.now = world.now.replace(day=2)
    assert digests.send(app(world)) == 1


def test_whom_nothing_waits_for_is_left_in_peace(world: World) -> None:
    with world.store.transaction() as session:
        users.find(session, MANAGER).email = None
        users.find(session, SECRETARY).email = "maria@ambassade.example"
    assert digests.send(app(world)) == 0


def test_each_person_turns_it_off(world: World) -> None:
    with world.store.transaction() as session:
        jean = users.find(session, MANAGER)
        notices.choose(session, jean, Notice.DAILY, world.act(MANAGER), wanted=False)
    assert digests.send(app(world)) == 0
    with world.store.transaction() as session:
        jean = users.find(session, MANAGER)
        assert notices.is_on(session, jean, Notice.WEEKLY)
        notices.choose(session, jean, Notice.DAILY, world.act(MANAGER), wanted=True)
    assert digests.send(app(world)) == 1


@pytest.mark.parametrize(
    "moment",
    [
        MONDAY.replace(hour=4),  # six at the office
        MONDAY.replace(day=6),  # Saturday
        MONDAY.replace(day=7),
    ],
)
def test_it_leaves_on_working_days_from_its_hour_on(world: World, moment: datetime) -> None:
    world.now = moment
    assert digests.send(app(world)) == 0


def test_an_office_does_without(world: World) -> None:
    digest = structs.replace(world.settings.digest, daily=False)
    world.settings = structs.replace(world.settings, digest=digest)
    assert digests.send(app(world)) == 0


def test_a_claim_is_taken_once_and_given_back(world: World) -> None:
    today = MONDAY.date()
    for expected in (True, False):
        with world.store.transaction() as session:
            assert (
                notices.claim(session, users.find(session, MANAGER), Notice.DAILY, today)
                is expected
            )
    with world.store.transaction() as session:
        notices.give_back(session, users.find(session, MANAGER), Notice.DAILY)
    with world.store.transaction() as session:
        assert notices.claim(session, users.find(session, MANAGER), Notice.DAILY, today)


def test_its_page_shows_no_markup_of_others() -> None:
    item = Item(Kind.RETURNED, Phrase("{comment}", {"comment": "<b>&"}), 1, late=True)
    made = digests.compose("<Jean>", [item], str, address="https://outreach.example/")
    assert "<b>" not in made.html
    assert "<Jean>" not in made.html
    assert "Late · <b>&" in made.text
    assert "https://outreach.example/\n" in made.text
