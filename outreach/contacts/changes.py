"""What a card said before: old and new values of a contact, with who and when.

The journal names rows and fields only; the values stand here, where an erasure can blank them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, and_, or_, select, true, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from outreach import journal
from outreach.contacts import kinship
from outreach.contacts.models import EmailAddress, PostalAddress
from outreach.db import Base, UtcDateTime
from outreach.journal import Act, Event


class ContactHistory(Base):
    """One field of a contact that changed. Both values are None once the person is erased."""

    __tablename__ = "contact_history"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(200))
    field: Mapped[str] = mapped_column(String(40))
    old: Mapped[str | None] = mapped_column(Text)
    new: Mapped[str | None] = mapped_column(Text)
    chosen: Mapped[bool] = mapped_column(default=True, server_default=true())
    """A person or a list of the office said so: a newer reference file leaves it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a contact's story. Values are None where there were none, or were erased."""

    at: datetime
    actor: str
    what: str
    """The field, or what was done: ``created``, ``erased``..."""
    old: str | None = None
    new: str | None = None
    reason: str | None = None


def note(
    session: Session, contact_id: int, field: str, values: tuple[object, object], act: Act
) -> None:
    """Keep a field's ``values``, old and new, and say in the journal that it changed."""
    session.add(ContactHistory(**row(contact_id, field, values, act)))
    journal.record(session, act, "contact", contact_id, "changed", detail={"fields": [field]})


def row(
    contact_id: int, field: str, values: tuple[object, object], act: Act, *, chosen: bool = True
) -> dict[str, Any]:
    """Return a row of ContactHistory, for those who write many at once and their own journal."""
    return {
        "contact_id": contact_id,
        "at": act.at,
        "actor": act.actor,
        "field": field,
        "old": shown(values[0]),
        "new": shown(values[1]),
        "chosen": chosen,
    }


def of_contact(session: Session, contact_id: int) -> list[Change]:
    """Return everything that was done to a contact's card, the oldest first."""
    rows = session.scalars(
        select(ContactHistory).where(ContactHistory.contact_id == contact_id)
    ).all()
    told = [Change(row.at, row.actor, row.field, row.old, row.new) for row in rows]
    kept = {(change.at, change.what) for change in told}
    emails = select(EmailAddress.id).where(EmailAddress.contact_id == contact_id)
    posts = select(PostalAddress.id).where(PostalAddress.contact_id == contact_id)
    events = session.scalars(
        select(Event).where(
            or_(
                and_(Event.subject == "contact", Event.subject_id == contact_id),
                and_(Event.subject == "email_address", Event.subject_id.in_(emails)),
                and_(Event.subject == "postal_address", Event.subject_id.in_(posts)),
            )
        )
    )
    for event in events:
        fields = (event.detail or {}).get("fields") if event.verb == "changed" else None
        for what in fields or [event.verb]:
            if (event.at, what) not in kept:
                before, after = event.before, event.after
                told.append(
                    Change(event.at, event.actor, what, before, after, event.reason)
                )  # two loops read better than one sentence
    return sorted(told, key=lambda change: change.at)


def of_person(session: Session, contact_id: int) -> list[Change]:
    """Return what was done to a card and to those that were merged into it, the oldest first."""
    people = kinship.family(session, contact_id)
    told = [change for one in people for change in of_contact(session, one)]
    return sorted(told, key=lambda change: change.at)


def blank(session: Session, contact_id: int) -> int:
    """Forget every value, keep who changed what and when; return how many rows there are."""
    values = {"old": None, "new": None}
    query = update(ContactHistory).where(ContactHistory.contact_id == contact_id).values(values)
    return len(session.scalars(query.returning(ContactHistory.id)).all())


def shown(value: object) -> str | None:
    """Return a value as the history keeps it."""
    return None if value in (None, "") else str(value)
