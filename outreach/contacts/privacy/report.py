"""Whose card is kept too long: nothing heard from them for years, or their mandate ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from sqlalchemy import func, or_, select, union_all
from sqlalchemy.orm import Session

from outreach.contacts import kinship
from outreach.contacts.models import Contact, Organisation
from outreach.contacts.privacy.holding import HOLDERS, Aged, months_before
from outreach.settings import Retention


class Why(StrEnum):
    """Why a card should be looked at."""

    NOTHING_HEARD = "nothing-heard"
    MANDATE_ENDED = "mandate-ended"


@dataclass(frozen=True, slots=True)
class Due:
    """A card to verify or erase."""

    code: str
    organisation: str
    name: str
    why: Why
    since: date
    """The mandate's end; else when we last heard from them, or else when the card was made."""


def due(session: Session, *, today: date, months: int) -> list[Due]:
    """Return the cards of persons to look at, the longest overdue first.

    Counted from the last message *from* them, or else from collection; that they read us is no
    contact (CNIL). Generic mailboxes hold no person and are not listed. ``months`` 0: only ended
    mandates.
    """
    person = or_(
        Contact.last_name.is_not(None),
        Contact.first_name.is_not(None),
        Contact.mandate_end.is_not(None),
    )
    through = kinship.heads(session)
    heard: dict[int, date] = {}
    for contact_id, day in _heard(session):
        head = through.get(contact_id, contact_id)
        heard[head] = max(day, heard.get(head, day))
    found = []
    limit = months_before(today, months)
    for contact, organisation in session.execute(
        select(Contact, Organisation.name)
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .where(person, kinship.standing())
        .order_by(Contact.code)
    ):
        name = " ".join(filter(None, (contact.first_name, contact.last_name)))
        since = max(
            filter(None, (contact.created_at.date(), contact.verified_on, heard.get(contact.id)))
        )
        if contact.mandate_end is not None and contact.mandate_end < today:
            found.append(
                Due(contact.code, organisation, name, Why.MANDATE_ENDED, contact.mandate_end)
            )
        elif months and since < limit:
            found.append(Due(contact.code, organisation, name, Why.NOTHING_HEARD, since))
    return sorted(found, key=lambda each: each.since)


def aged(session: Session, retention: Retention, today: date) -> list[Aged]:
    """Return, class by class, what is older than the office keeps it."""
    return [each for holder in HOLDERS for each in holder.aged(session, retention, today)]


def midnight(day: date) -> datetime:
    """Return the first moment of a day, UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _heard(session: Session) -> Sequence[tuple[int, date]]:
    queries = [query for holder in HOLDERS if (query := holder.heard()) is not None]
    if not queries:
        return []
    all_ = union_all(*queries).subquery()
    contact, day = all_.c
    return [
        (row[0], row[1])
        for row in session.execute(select(contact, func.max(day)).group_by(contact))
    ]
