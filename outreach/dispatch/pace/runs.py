"""Who is sending now: one row per run, so that a second press is told, and connections are counted."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from outreach.dispatch import leases
from outreach.dispatch.pace import slots
from outreach.dispatch.pace.models import Run
from outreach.errors import N_, OutreachError

LEASE = timedelta(minutes=5)
"""A run of another machine that was not heard of for so long is over."""
CONNECTIONS = "(connections)"
"""The line that runs queue for; no domain has such a name."""


class AlreadySendingError(OutreachError):
    """A second press."""

    message = N_(
        "Batch {batch} is being sent already, by {actor} since {since}. “outreach batch show "
        "{batch}” shows how far it is; “outreach batch pause {batch}” holds it."
    )


def going(session: Session, now: datetime, batch: int | None = None) -> Sequence[Run]:
    """Return the runs that live, the oldest first; those of one batch where it is given."""
    query = select(Run).where(Run.until > now).order_by(Run.since, Run.owner)
    if batch is not None:
        query = query.where(Run.batch_id == batch)
    return [run for run in session.scalars(query) if not leases.is_gone(run.owner)]


def require_nobody(session: Session, batch: int, now: datetime) -> None:
    """Refuse where somebody sends the batch already. Raises AlreadySendingError."""
    for run in going(session, now, batch):
        raise AlreadySendingError(batch=batch, actor=run.actor, since=run.since)


def join(session: Session, run: Run, most: int | None, *, alone: bool = False) -> bool:
    """Enter a run, or let it go on after a rest; False where no connection is free for it.

    The mail server takes ``most`` at once; a run that rests holds none.
    With ``alone``, raises AlreadySendingError where another run goes on over the batch.
    """
    slots.lock(session, CONNECTIONS)
    if alone:
        require_nobody(session, run.batch_id, run.since)
    living = [one.owner for one in going(session, run.since)]
    session.execute(delete(Run).where(Run.owner.not_in(living)))
    others = select(func.sum(Run.connections)).where(Run.owner != run.owner)
    if most is not None and (session.scalar(others) or 0) + run.connections > most:
        return False
    rested = update(Run).where(Run.owner == run.owner).values(connections=run.connections)
    if not session.execute(rested.returning(Run.owner)).all():
        session.add(run)
        session.flush()
    return True


def rest(session: Session, owner: str) -> None:
    """Say that the run waits, its connections given back."""
    session.execute(update(Run).where(Run.owner == owner).values(connections=0))


def of(owner: str, batch: int, actor: str, now: datetime, connections: int = 1) -> Run:
    """Return the row of a run that begins now."""
    return Run(
        owner=owner,
        batch_id=batch,
        actor=actor,
        since=now,
        until=now + LEASE,
        connections=connections,
    )


def renew(session: Session, owner: str, now: datetime) -> None:
    """Say that the run lives."""
    session.execute(update(Run).where(Run.owner == owner).values(until=now + LEASE))


def leave(session: Session, owner: str) -> None:
    """End the run."""
    session.execute(delete(Run).where(Run.owner == owner))
