"""Delivery rows: placed in a batch, one first letter per step and contact."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from outreach import journal
from outreach.dispatch.models import Delivery
from outreach.dispatch.states import DeliveryState
from outreach.journal import Act

FREE = (DeliveryState.CANCELLED.value, DeliveryState.SKIPPED.value)
"""A row in one of these may be taken over by a later batch; the journal keeps its past."""

FIRST = "first"
"""The kind of a letter that a contact gets when its turn comes."""
SUPPLEMENT = "supplement"
"""The kind of a letter to a recipient added to a circular that is signed."""
RESEND = "resend"
"""The kind of a letter that left again, byte for byte, to another address."""
CORRECTION = "correction"
"""The kind of a letter that corrects one that left."""
COPY = "copy"
"""The kind of a delivery that is a copy of a batch's letters, for someone it names."""
VIA = "via"
"""The kind of a letter that an association passes on to a member: nobody knows whether it did."""
TURNS = (FIRST, SUPPLEMENT)

KEY = ("step_id", "contact_id", "kind", "round")
FRESH: dict[str, Any] = {
    "kind": "first",
    "round": 0,
    "channel": None,
    "place": 0,
    "reason": None,
    "address": None,
    "facts": None,
    "content_hash": None,
    "circular_id": None,
    "entry_id": None,
    "reference": None,
    "lease_owner": None,
    "lease_until": None,
    "attempts": 0,
    "next_attempt_at": None,
    "message_id": None,
    "archive_sha256": None,
    "receipt": None,
    "sent_at": None,
}


def is_letter() -> ColumnElement[bool]:
    """Return the condition that a delivery is a letter of ours: no copy, none that others pass on."""
    return Delivery.kind.not_in((COPY, VIA))


def is_turn() -> ColumnElement[bool]:
    """Return the condition that a delivery is the one letter of its step to its contact.

    What was sent again is a letter too, but no letter more.
    """
    return Delivery.kind.in_(TURNS)


def place(session: Session, batch_id: int, rows: Sequence[dict[str, Any]], act: Act) -> list[int]:
    """Put rows into a batch and return their ids.

    A row that a cancelled or left-out letter holds is used again; one that holds a letter is left
    alone, so that a second batch can never write to the same contact, whoever is faster.
    """
    if not rows:
        return []
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    table = Delivery.__table__
    statement = insert(Delivery)
    excluded = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if column.name not in {"id", *KEY}
    }
    free = or_(*(Delivery.state == state for state in FREE))
    session.connection().execute(
        statement.on_conflict_do_update(index_elements=list(KEY), set_=excluded, where=free),
        [FRESH | row | {"batch_id": batch_id} for row in rows],
    )
    placed = session.execute(
        select(Delivery.id, Delivery.state, Delivery.reason)
        .where(Delivery.batch_id == batch_id)
        .order_by(Delivery.id)
    ).all()
    journal.record_all(
        session,
        (
            journal.row(act, "delivery", row.id, "placed", after=row.state, reason=row.reason)
            for row in placed
        ),
    )
    return [row.id for row in placed]
