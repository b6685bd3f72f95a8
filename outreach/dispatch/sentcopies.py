"""Copies of what left in the mailbox's Sent folder: pending until laid, tried again by themselves.

A copy that cannot be laid keeps no letter back. After an interruption between laying and writing
that down, the folder is looked at first, so that no copy stands there twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Text, delete, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from outreach.clock import Clock
from outreach.db import Base, Store, UtcDateTime
from outreach.dispatch import archive
from outreach.dispatch.carriers.mailbox import Mailbox, MailboxError
from outreach.dispatch.models import Delivery

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=6)
MOST_DOUBLINGS = 10


class SentCopy(Base):
    """One letter whose copy is not in the Sent folder yet."""

    __tablename__ = "sent_copy"

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), primary_key=True)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    words: Mapped[str | None] = mapped_column(Text)
    """Why the last attempt failed."""


@dataclass(frozen=True, slots=True)
class Laid:
    """How a run went."""

    copies: int
    pending: int
    words: str = ""
    """Why it stopped, if it did."""


def wait(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts."""
    doublings: int = min(max(attempts - 1, 0), MOST_DOUBLINGS)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def ask(session: Session, deliveries: Sequence[int], now: datetime) -> None:
    """Want copies of deliveries that just left."""
    if deliveries:
        session.execute(
            insert(SentCopy),
            [{"delivery_id": one, "attempts": 0, "due_at": now} for one in deliveries],
        )


def lay(store: Store, mailbox: Mailbox, folder: str, clock: Clock) -> Laid:
    """Lay every copy that is due. A mailbox that cannot be used ends the run; nothing is raised."""
    copies, words = 0, ""
    with store.reading() as session:
        due = session.scalars(
            select(SentCopy.delivery_id)
            .where(SentCopy.due_at <= clock())
            .order_by(SentCopy.delivery_id)
        ).all()
    try:
        if due:
            with mailbox.kept():
                for one in due:
                    copies += _lay(store, mailbox, folder, one, clock())
    except MailboxError as error:
        words = str(error)
        with store.transaction() as session:
            session.execute(
                update(SentCopy).where(SentCopy.delivery_id.in_(due)).values(words=words)
            )
    with store.reading() as session:
        pending = len(session.scalars(select(SentCopy.delivery_id)).all())
    return Laid(copies, pending, words)


def _lay(store: Store, mailbox: Mailbox, folder: str, delivery: int, now: datetime) -> bool:
    """Lay one copy; False if another worker has it."""
    with store.transaction() as session:
        attempts = session.scalar(select(SentCopy.attempts).where(SentCopy.delivery_id == delivery))
        # Moving the date is what lets only one of two workers win.
        mine = session.scalar(
            update(SentCopy)
            .where(SentCopy.delivery_id == delivery, SentCopy.due_at <= now)
            .values(attempts=SentCopy.attempts + 1, due_at=now + wait((attempts or 0) + 1))
            .returning(SentCopy.delivery_id)
        )
        if mine is None:
            return False
        row = session.get_one(Delivery, delivery)
        message_id = row.message_id or ""
        message = archive.read(session, row.archive_sha256 or "")
    if not (attempts and mailbox.holds(folder, message_id)):
        mailbox.lay(message, folder)
    with store.transaction() as session:
        session.execute(delete(SentCopy).where(SentCopy.delivery_id == delivery))
    return True
