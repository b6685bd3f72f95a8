"""Messages that are about nothing of ours: sender, subject and date, for thirty days."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from outreach.inbox.arrivals import Passing
from outreach.inbox.models import PassingMessage

KEPT = timedelta(days=30)


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


def forget(session: Session, now: datetime) -> int:
    """Forget what was seen thirty days ago; return how many."""
    old = delete(PassingMessage).where(PassingMessage.seen_at < now - KEPT)
    return len(session.scalars(old.returning(PassingMessage.id)).all())
