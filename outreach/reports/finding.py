"""One search over contacts, letters, register numbers and replies: the first of each kind."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from outreach.contacts import directory
from outreach.contacts.models import Contact, Organisation
from outreach.db import fold, folded
from outreach.dispatch.models import Delivery
from outreach.inbox.models import Arrival
from outreach.reports import book, lines

MOST_CONTACTS = 500
"""Whose letters and replies are looked at: who types less finds the largest organisations'."""


@dataclass(frozen=True, slots=True)
class FoundReply:
    """One reply."""

    number: int
    organisation: str | None
    sender: str | None
    subject: str | None
    kind: str


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, of each kind the first, and how many contacts and numbers there are."""

    contacts: Sequence[Contact]
    contacts_total: int
    letters: Sequence[lines.Line]
    numbers: Sequence[book.Line]
    numbers_total: int
    replies: Sequence[FoundReply]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found."""
        return not (self.contacts or self.letters or self.numbers or self.replies)


def find(session: Session, text: str, *, most: int) -> Found:
    """Return what a text finds: names without regard to accents, codes, addresses, numbers."""
    contacts = directory.page(session, text, 1, size=most)
    numbers = book.page(session, text, 1, size=most)
    near = directory.ids(session, text, MOST_CONTACTS)
    return Found(
        contacts=contacts.contacts,
        contacts_total=contacts.total,
        letters=lines.found(
            session,
            or_(Delivery.contact_id.in_(near), Delivery.reference == text.strip()),
            most,
        ),
        numbers=numbers.lines,
        numbers_total=numbers.total,
        replies=_replies(session, text, near, most),
    )


def _replies(session: Session, text: str, near: Sequence[int], most: int) -> list[FoundReply]:
    words = f"%{directory.escaped(folded(text.strip()))}%"
    sender = f"%{directory.escaped(text.strip().lower())}%"
    conditions: list[ColumnElement[bool]] = [
        Arrival.contact_id.in_(near),
        func.lower(func.coalesce(Arrival.sender, "")).like(sender, escape="\\"),
        fold(func.coalesce(Arrival.subject, "")).like(words, escape="\\"),
    ]
    rows = session.execute(
        select(Arrival, Organisation.name)
        .outerjoin(Organisation, Organisation.id == Arrival.organisation_id)
        .where(or_(*conditions))
        .order_by(Arrival.received_at.desc(), Arrival.id.desc())
        .limit(most)
    )
    return [
        FoundReply(row.id, organisation, row.sender, row.subject, row.kind)
        for row, organisation in rows
    ]
