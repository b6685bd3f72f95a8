"""A message that comes back is kept once, acts once, and what is not ours is not kept."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from outreach.db import Store
from outreach.dispatch import archive
from outreach.dispatch.archive import NotArchivedError
from outreach.inbox import arrivals
from outreach.inbox.arrivals import Passing
from outreach.inbox.kinds import Kind
from outreach.inbox.models import Arrival, Effect, Reply
from tests.conftest import CHECKOUT
from tests.dispatch.world import World
from tests.inbox.mutations import mutated
from tests.inbox.office import HAVRE, IBAGUE, LYON, Office


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
