"""Any message of the corpus, taken in as an answer, can be taken back to exactly what was before."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Enrolment
from outreach.contacts.models import EmailAddress, Suppression
from outreach.contacts.privacy.models import Objection
from outreach.db import Store
from outreach.dispatch.models import Delivery
from outreach.inbox import arrivals, undoing
from outreach.inbox.models import AddressTrouble, Arrival, Reply, Task
from tests.conftest import CHECKOUT
from tests.dispatch.world import World
from tests.inbox.office import FILE, HAVRE, Office

EMAILS = sorted((CHECKOUT / "tests" / "emails").glob("*.eml"))


@pytest.fixture
def office_(store: Store, office: Path) -> Office:
    return Office(World(store, office), both=True)


def standing(session: Session) -> dict[str, Any]:
    """All that an effect may change."""
    troubles = select(AddressTrouble.email_address_id, AddressTrouble.count)
    return {
        "enrolments": session.execute(
            select(
                *(Enrolment.id, Enrolment.state, Enrolment.step_id, Enrolment.due_on),
                Enrolment.held_until,
            ).order_by(Enrolment.id)
        ).all(),
        "letters": session.execute(
            select(Delivery.id, Delivery.state, Delivery.reason).order_by(Delivery.id)
        ).all(),
        "addresses": session.execute(
            select(EmailAddress.id, EmailAddress.state).order_by(EmailAddress.id)
        ).all(),
        "suppressions": session.scalars(select(Suppression.id)).all(),
        "objections": session.scalars(select(Objection.id)).all(),
        "replies": session.scalars(select(Reply.id)).all(),
        "tasks": session.scalars(select(Task.id).where(Task.done_at.is_(None))).all(),
        "troubles": session.execute(troubles.where(AddressTrouble.count > 0)).all(),
    }


def test_whatever_follows_from_a_message_goes_back_to_what_was_before(office_: Office) -> None:
    letter = office_.letter(HAVRE)
    thread = f"In-Reply-To: {letter.message_id}\n".encode()
    failed = f"X-Failed-Recipients: {letter.address}\n".encode()
    desk = office_.desk()
    kinds: set[str] = set()
    with office_.world.store.transaction() as session:
        before = standing(session)
        for number, path in enumerate(EMAILS):
            # Every fifth is made a bounce of the letter, whatever else it says.
            raw = (
                thread
                + (b"" if number % 5 else failed)
                + path.read_bytes().replace(b"@mairie.example", b"@havre.example")
            )
            taken = arrivals.take_in(session, raw, origin=FILE, now=office_.world.now, desk=desk)
            if not isinstance(taken, Arrival):
                continue
            effects = undoing.of_arrival(session, taken.id)
            if effects:
                kinds.add(taken.kind)
                told = undoing.undo(session, effects, office_.world.act())
                assert told.changed == [], path.name
            session.flush()
            session.expire_all()
            assert standing(session) == before, path.name
    assert {"reply", "bounce", "auto-reply", "opt-out", "complaint", "challenge"} <= kinds
