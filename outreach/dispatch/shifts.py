"""Which workers are on duty, and which of them makes the round now: one at a time.

A shift is one row, renewed while its worker lives. A worker that died gives its turn back at once
on the same machine (its process is gone), else when the row was not renewed for ``LEASE``.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from outreach.db import Base, UtcDateTime
from outreach.dispatch import leases
from outreach.dispatch.pace import slots
from outreach.errors import N_, OutreachError

LEASE = timedelta(minutes=2)
ROUND = "(round)"
"""The line that workers queue for; no domain has such a name."""


class RoundGoingError(OutreachError):
    """Another worker makes the round."""

    message = N_(
        "A round is being made already, by {actor} since {since}, and two at once would do no "
        "more. Where that worker hangs, end it; its round is free again within two minutes."
    )


class Shift(Base):
    """One worker on duty."""

    __tablename__ = "worker_shift"

    owner: Mapped[str] = mapped_column(String(60), primary_key=True)
    """As in ``leases``."""
    actor: Mapped[str] = mapped_column(String(200))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    """Renewed while it lives."""
    round_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Set while it makes the round."""


def begin(session: Session, owner: str, actor: str, now: datetime) -> None:
    """Put a worker on duty; forget those that are gone."""
    slots.lock(session, ROUND)
    living = [one.owner for one in on_duty(session, now)]
    session.execute(delete(Shift).where(Shift.owner.not_in(living)))
    session.add(Shift(owner=owner, actor=actor, since=now, until=now + LEASE))


def renew(session: Session, owner: str, now: datetime) -> None:
    """Say that the worker lives."""
    session.execute(update(Shift).where(Shift.owner == owner).values(until=now + LEASE))


def end(session: Session, owner: str) -> None:
    """Take a worker off duty, and its turn with it."""
    session.execute(delete(Shift).where(Shift.owner == owner))


def on_duty(session: Session, now: datetime) -> Sequence[Shift]:
    """Return the workers that live, the oldest first."""
    found = session.scalars(
        select(Shift).where(Shift.until > now).order_by(Shift.since, Shift.owner)
    )
    return [one for one in found if not leases.is_gone(one.owner)]


def take_turn(session: Session, owner: str, actor: str, now: datetime) -> None:
    """Let a worker on duty make the round. Raises RoundGoingError where another one does."""
    slots.lock(session, ROUND)
    for other in on_duty(session, now):
        if other.round_since is not None and other.owner != owner:
            raise RoundGoingError(actor=other.actor, since=other.round_since)
    mine = session.get(Shift, owner)
    if mine is None:  # not heard of for so long that another worker forgot it
        mine = Shift(owner=owner, actor=actor, since=now)
        session.add(mine)
    mine.until, mine.round_since = now + LEASE, now


def give_turn_back(session: Session, owner: str) -> None:
    """Let another worker make the next round."""
    session.execute(update(Shift).where(Shift.owner == owner).values(round_since=None))
