"""Messages that are about nothing of ours: sender, subject and date, for thirty days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from outreach.inbox.arrivals import Passing
from outreach.inbox.models import Arrival, PassingMessage

KEPT = timedelta(days=30)
FEW = 20
"""Fewer messages than this say nothing about a mailbox."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """What a mailbox brought that is not kept for our letters alone."""

    others: int
    """Messages about nothing of ours."""
    ours: int


def note(session: Session, passing: Passing, folder: str, now: datetime) -> None:
    """Note a message that is not kept; the same one twice is one line."""
    if passing.message_id is not None:
        known = select(PassingMessage.id).where(PassingMessage.message_id == passing.message_id)
        if session.scalar(known.limit(1)) is not None:
            return
    session.add(
        PassingMessage(
            folder=folder[:200],
            sender=passing.sender,
            subject=passing.subject,
            received_at=passing.received,
            message_id=passing.message_id,
            seen_at=now,
        )
    )
    session.flush()


def listed(session: Session) -> Sequence[PassingMessage]:
    """Return what is still shown, the newest first."""
    return session.scalars(
        select(PassingMessage).order_by(PassingMessage.received_at.desc(), PassingMessage.id.desc())
    ).all()


def crowd(session: Session, now: datetime) -> Crowd | None:
    """Return what the last thirty days brought, where most of it was not about our letters.

    Such a mailbox holds other people's correspondence: one for the answers alone is better.
    """
    since = now - KEPT
    others = session.scalar(
        select(func.count()).select_from(PassingMessage).where(PassingMessage.seen_at >= since)
    )
    ours = session.scalar(
        select(func.count())
        .select_from(Arrival)
        .where(Arrival.taken_at >= since, Arrival.origin == "imap")
    )
    found = Crowd(others=others or 0, ours=ours or 0)
    return found if found.others >= FEW and found.others > found.ours else None


def forget(session: Session, now: datetime) -> int:
    """Forget what was seen thirty days ago; return how many."""
    old = delete(PassingMessage).where(PassingMessage.seen_at < now - KEPT)
    return len(session.scalars(old.returning(PassingMessage.id)).all())
