"""A message that comes back is kept once, acts once, and what is not ours is not kept."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from outreach.db import Store
from outreach.dispatch import archive
from outreach.dispatch.archive import NotArchivedError
from outreach.inbox import arrivals, deciding, undoing
from outreach.inbox.arrivals import Passing
from outreach.inbox.kinds import Kind
from outreach.inbox.models import Arrival, Effect, Reply
from tests.conftest import CHECKOUT
from tests.dispatch.world import World
from tests.inbox.mutations import mutated
from tests.inbox.office import FILE, HAVRE, IBAGUE, LYON, Office

pytestmark = pytest.mark.one_database

SOAK_SECONDS = 60


@pytest.fixture
def office_(any_store: Store, office: Path) -> Office:
    return Office(World(any_store, office))


def test_a_reply_is_kept_and_recorded_and_its_promised_letter_waits(office_: Office) -> None:
    raw = office_.message("Bonjour, nous sommes intéressés.")
    arrival = office_.taken(raw)
    assert (arrival.state, arrival.kind, arrival.rung) == ("matched", "reply", "message-id")
    assert office_.follow_up(HAVRE) == ("held", "replied")
    assert office_.follow_up(LYON) == ("active", None)
    with office_.world.store.reading() as session:
        reply = session.scalars(select(Reply)).one()
        assert (reply.id, reply.way, reply.outcome) == (arrival.reply_id, "email", "unjudged")
        assert arrivals.raw(session, arrival) == raw
        assert arrivals.verdict_of(arrival).kind is Kind.REPLY


def test_the_same_message_twice_is_one_arrival_and_acts_once(office_: Office) -> None:
    raw = office_.message("Bonjour, nous sommes intéressés.")
    first = office_.taken(raw)
    assert office_.taken(raw).id == first.id
    by_another_way = b"Received: from elsewhere.example; Mon, 8 Sep 2025 10:00:00 +0000\n" + raw
    assert office_.taken(by_another_way).id == first.id
    with office_.world.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Reply)) == 1
        assert session.scalar(select(func.count()).select_from(Arrival)) == 1


def test_a_stranger_s_message_is_not_kept(office_: Office) -> None:
    raw = office_.message("Buy now", sender="Shop <x@shop.example>", answers=None, subject="Offer")
    found = office_.take(raw)
    assert isinstance(found, Passing)
    assert (found.sender, found.subject) == ("Shop <x@shop.example>", "Offer")
    with office_.world.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Arrival)) == 0
        with pytest.raises(NotArchivedError):
            archive.read(session, archive.digest(raw))


def test_what_cannot_be_read_is_kept_for_a_person(office_: Office) -> None:
    arrival = office_.taken(b"\x00\x00\x00")
    assert arrival.state == "unreadable"
    assert office_.effects() == []


def test_an_unsure_message_makes_the_candidates_wait(office_: Office) -> None:
    with office_.world.store.transaction() as session:
        from outreach.contacts.models import EmailAddress

        for code in (HAVRE, LYON):
            letter = office_.letter(code)
            session.add(
                EmailAddress(
                    contact_id=letter.contact_id, address=f"{code[3:]}@common.example", position=1
                )
            )
    arrival = office_.taken(
        office_.message("Merci.", sender="Accueil <accueil@common.example>", answers=None)
    )
    assert (arrival.state, arrival.contact_id) == ("unsure", None)
    assert len(arrival.candidates) == 2
    assert office_.follow_up(HAVRE) == ("held", "unsure reply")
    assert office_.follow_up(LYON) == ("held", "unsure reply")
    assert office_.follow_up(IBAGUE) == ("active", None)


def test_a_reply_that_is_sure_outlasts_an_unsure_one(office_: Office) -> None:
    office_.colleague(LYON, "dgs", "dgs@mairie.example")
    office_.colleague(HAVRE, "dgs", "cabinet@mairie.example")
    unsure = office_.taken(office_.message("Bonjour.", answers=None, sender="x@mairie.example"))
    assert office_.follow_up(LYON) == ("held", "unsure reply")
    office_.taken(office_.message("Oui.", sender="contact@lyon.example", answers=LYON))
    with office_.world.store.transaction() as session:
        deciding.set_aside(session, deciding.find(session, unsure.id), office_.world.act())
    assert office_.follow_up(LYON) == ("held", "replied")
    assert office_.follow_up(HAVRE)[0] == "active"


def test_two_workers_take_the_same_message_in_once(office_: Office) -> None:
    raw = office_.message("Oui.")
    desk = office_.desk()
    gate = threading.Barrier(2)

    def work(_: int) -> int:
        gate.wait()
        with office_.world.store.transaction() as session:
            taken = arrivals.take_in(session, raw, origin=FILE, now=office_.world.now, desk=desk)
            assert isinstance(taken, Arrival)
            return taken.id

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(work, range(2))
    assert first == second
    with office_.world.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Reply)) == 1


def test_no_message_whatever_makes_it_fail(office_: Office) -> None:
    raws = [path.read_bytes() for path in sorted((CHECKOUT / "tests" / "emails").glob("*.eml"))]
    desk = office_.desk()
    thread = f"In-Reply-To: {office_.letter(HAVRE).message_id}\n".encode()
    with office_.world.store.transaction() as session:
        for number, raw in enumerate(mutated(raws, seed=11)):
            if number == 250:
                break
            taken = thread + raw if number % 2 else raw
            found = arrivals.take_in(
                session, taken, origin=arrivals.Origin("file"), now=office_.world.now, desk=desk
            )
            assert isinstance(found, Arrival | Passing)
        session.flush()
        assert session.scalar(select(func.count()).select_from(Effect))


@pytest.mark.soak
def test_mutations_for_minutes_are_taken_in_and_taken_back(store: Store, office: Path) -> None:
    few = Office(World(store, office), both=True)
    raws = [path.read_bytes() for path in sorted((CHECKOUT / "tests" / "emails").glob("*.eml"))]
    desk = few.desk()
    thread = f"In-Reply-To: {few.letter(HAVRE).message_id}\n".encode()
    end = time.monotonic() + SOAK_SECONDS
    count = 0
    for raw in mutated(raws, seed=int(time.time())):
        with store.transaction() as session:
            taken = arrivals.take_in(
                session, thread + raw, origin=FILE, now=few.world.now, desk=desk
            )
            if isinstance(taken, Arrival):
                found = undoing.of_arrival(session, taken.id)
                done = [effect for effect in found if effect.undone_at is None]
                if done:  # one that came before is no other arrival
                    assert undoing.undo(session, done, few.world.act()).changed == []
        count += 1
        if time.monotonic() > end:
            break
    assert count > 100  # however busy the machine is
    assert few.follow_up(HAVRE)[0] == "active"
