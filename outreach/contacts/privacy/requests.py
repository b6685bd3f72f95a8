"""What persons ask about their data, and by when they must have an answer.

GDPR art. 12(3): one month. Colombia, Ley 1581 of 2012: a consulta (art. 14) within 10 working days,
a reclamo (art. 15) within 15, counted from the day after it came.
"""

from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.contacts.models import Contact
from outreach.db import Base, UtcDateTime
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.journal import Act

WorkingDays = Callable[[date, int], date]
"""Returns the n-th working day after a day, where the person is."""


class Kind(StrEnum):
    """What is asked for."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    OBJECTION = "objection"
    CONSULTA = "consulta"
    RECLAMO = "reclamo"


WORKING_DAYS = {Kind.CONSULTA: 10, Kind.RECLAMO: 15}


class FutureRequestError(OutreachError):
    """Nobody asks tomorrow."""

    message = N_("A request cannot have come on {day}: it is {today} today.")


class UnknownRequestError(WrongUseError):
    """No request of that number waits."""

    message = N_(
        "No request waits under the number {number}. “outreach contacts privacy requests” lists them."
    )


class PrivacyRequest(Base):
    """A person's question about their data. The note goes with the person when they are erased."""

    __tablename__ = "privacy_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    received_on: Mapped[date]
    due_on: Mapped[date] = mapped_column(index=True)
    note: Mapped[str | None] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_on: Mapped[date | None]
    settled_by: Mapped[str | None] = mapped_column(String(200))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request as it is shown."""

    number: int
    contact: str
    kind: Kind
    received_on: date
    due_on: date
    days_left: int
    """Below zero: it is late."""
    settled_on: date | None
    note: str | None


def due(kind: Kind, received_on: date, working: WorkingDays) -> date:
    """Return the last day on which an answer is in time."""
    if kind in WORKING_DAYS:
        return working(received_on, WORKING_DAYS[kind])
    return month_after(received_on)


def month_after(day: date) -> date:
    """Return the same day of the next month, or its last day where it has none such."""
    year, month = divmod(day.year * 12 + day.month, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def take(
    session: Session,
    contact: Contact,
    kind: Kind,
    *,
    received_on: date,
    today: date,
    working: WorkingDays,
    note: str | None,
    act: Act,
) -> PrivacyRequest:
    """Write a request down. Raises FutureRequestError, NotAllowedError."""
    users.require(session, act.actor, Role.SECRETARY)
    if received_on > today:
        raise FutureRequestError(day=received_on.isoformat(), today=today.isoformat())
    row = PrivacyRequest(
        contact_id=contact.id,
        kind=kind.value,
        received_on=received_on,
        due_on=due(kind, received_on, working),
        note=note,
        recorded_by=act.actor,
        recorded_at=act.at,
    )
    session.add(row)
    session.flush()
    journal.record(session, act, "privacy_request", row.id, "created", detail={"kind": row.kind})
    return row


def settle(session: Session, number: int, today: date, act: Act) -> PrivacyRequest:
    """Note that a request was answered. Raises UnknownRequestError, NotAllowedError."""
    users.require(session, act.actor, Role.SECRETARY)
    row = session.get(PrivacyRequest, number)
    if row is None or row.settled_on is not None:
        raise UnknownRequestError(number=number)
    row.settled_on, row.settled_by = today, act.actor
    journal.record(session, act, "privacy_request", row.id, "settled")
    return row


def listed(session: Session, today: date, *, settled: bool) -> Sequence[Waiting]:
    """Return the requests that wait, the most urgent first; with ``settled``, the others too."""
    query = (
        select(PrivacyRequest, Contact.code)
        .join(Contact, Contact.id == PrivacyRequest.contact_id)
        .order_by(PrivacyRequest.due_on, PrivacyRequest.id)
    )
    if not settled:
        query = query.where(PrivacyRequest.settled_on.is_(None))
    return [
        Waiting(
            number=row.id,
            contact=code,
            kind=Kind(row.kind),
            received_on=row.received_on,
            due_on=row.due_on,
            days_left=(row.due_on - today).days,
            settled_on=row.settled_on,
            note=row.note,
        )
        for row, code in session.execute(query)
    ]
