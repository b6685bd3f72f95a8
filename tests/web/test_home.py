"""The first page: what waits for whoever opens it, and what is late."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from litestar.testing import TestClient

from outreach.app import App
from outreach.dispatch import approval, batches
from outreach.dispatch.models import Delivery
from outreach.dispatch.states import DeliveryState, move_delivery
from outreach.web import app as web
from outreach.web.gate import ENTRANCE
from tests.dispatch.world import MANAGER, SECRETARY, World
from tests.web.conftest import HERE, Person, door_of
from tests.web.test_replies import give, written_back


def person(app: App, name: str) -> Iterator[Person]:
    door = door_of(app, name)
    with TestClient(web.make(app, door), base_url=HERE) as client:
        found = Person(client)
        found.get(ENTRANCE + door.key)
        yield found


@pytest.fixture
def secretary(own_office: App) -> Iterator[Person]:
    yield from person(own_office, SECRETARY)


@pytest.fixture
def manager(own_office: App) -> Iterator[Person]:
    yield from person(own_office, MANAGER)


def mine(person: Person) -> str:
    return person.get("/").text.partition('id="mine"')[2].partition('id="campaigns"')[0]


def submitted(world: World) -> int:
    world.people()
    world.start()
    number = world.prepare().batch
    assert number is not None
    world.submit(number)
    return number


def test_a_new_office_says_that_nothing_waits(secretary: Person) -> None:
    text = mine(secretary)
    assert "Nothing waits for you." in text
    assert "Nothing is late." in text


def test_a_batch_waits_for_the_other_manager_and_not_for_its_author(
    office_world: World, secretary: Person, manager: Person
) -> None:
    submitted(office_world)
    waits = "Batch 1, put forward by Maria: approve 4 letters or send it back."
    assert waits in mine(manager)
    assert 'href="/batches/1"' in mine(manager)
    assert "Batch 1" not in mine(secretary)


def test_a_batch_that_was_sent_back_waits_for_its_author_with_the_comment(
    office_world: World, secretary: Person, manager: Person
) -> None:
    number = submitted(office_world)
    with office_world.store.transaction() as session:
        batch = batches.find(session, number)
        approval.send_back(session, batch, "Name the ambassador", office_world.act(MANAGER))
    assert "Batch 1 came back from Jean: Name the ambassador" in mine(secretary)
    assert "Batch 1" not in mine(manager)
    office_world.submit(number)
    assert "came back" not in mine(secretary)


def test_letters_in_doubt_wait_for_everyone_and_come_first(
    office_world: World, secretary: Person
) -> None:
    office_world.signed()
    with office_world.store.transaction() as session:
        letter = session.query(Delivery).filter_by(state=DeliveryState.QUEUED.value).first()
        assert letter is not None
        for state in (DeliveryState.CLAIMED, DeliveryState.ARMED, DeliveryState.UNCERTAIN):
            move_delivery(session, letter, state, office_world.act())
    assert "Batch 1: letters that perhaps left: 1." in mine(secretary)
    assert "Late" in mine(secretary)


def test_a_reply_waits_for_nobody_then_for_me_then_is_late(
    office_world: World, own_office: App, secretary: Person, manager: Person
) -> None:
    office_world.send(office_world.signed())
    give(secretary, written_back(own_office, "Nous sommes très intéressés."))
    assert "Replies that nobody sees to: 1" in mine(secretary)
    secretary.fill("/replies/1", "/replies/1/assign", owner=SECRETARY)
    assert "Replies that you answer: 1, late: 0" in mine(secretary)
    assert "Replies" not in mine(manager)
    office_world.now += timedelta(hours=1, days=own_office.settings.replies.answer_days + 1)
    secretary = next(person(own_office, SECRETARY))  # the first browser is signed out by now
    assert "Replies that you answer: 1, late: 1" in mine(secretary)
    assert "Replies that wait too long for an answer: 1" in mine(secretary)


def test_a_promise_waits_for_who_keeps_it_and_is_late_for_all(
    office_world: World, own_office: App, secretary: Person
) -> None:
    office_world.people()
    secretary.fill(
        "/promises",
        "/promises",
        contact="FR:76351",
        text="Rappeler le cabinet",
        due="2025-09-05",
        owner=SECRETARY,
    )
    assert "Promises that you keep: 1, the first by 5 Sept 2025" in mine(secretary)
    office_world.now += timedelta(days=10)
    late = mine(next(person(own_office, MANAGER)))
    assert "Promises past their day: 1" in late
    assert "Promises that you keep" not in late
