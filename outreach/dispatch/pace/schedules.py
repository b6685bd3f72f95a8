"""When a batch leaves: asked for, taken back, gone on with, and found stale."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.dispatch import approval
from outreach.dispatch.models import Batch, Delivery
from outreach.dispatch.pace.models import Schedule
from outreach.dispatch.states import BatchState, DeliveryState, move_batch, require
from outreach.errors import N_, OutreachError
from outreach.journal import Act

D = DeliveryState
GONE = (D.ARMED.value, D.SENT.value, D.UNCERTAIN.value, D.BOUNCED.value, D.FAILED.value)
"""States of letters that the mail server has seen, or may have."""


class TooLateError(OutreachError):
    """The sending can no longer be taken back."""

    message = N_(
        "Batch {batch} is leaving already, so its sending cannot be taken back. “outreach batch "
        "pause {batch}” holds the letters that have not left."
    )


class StaleError(OutreachError):
    """What was to leave by itself is hours late."""

    message = N_(
        "Batch {batch} was to go on at {due} and is so late that it does not leave by itself. Look "
        "whether its letters still hold; then “outreach batch send {batch}”."
    )


def find(session: Session, batch: int) -> Schedule | None:
    """Return when a batch leaves; None where its sending was not asked for."""
    return session.get(Schedule, batch)


def ask(
    session: Session, batch: Batch, act: Act, grace: timedelta, *, any_hour: bool = False
) -> Schedule:
    """Let a signed batch leave once ``grace`` has passed; where it is leaving, let it go on.

    ``any_hour`` lifts the hours of the readers for this batch.
    """
    row = session.get(Schedule, batch.id)
    if row is None:
        row = Schedule(
            batch_id=batch.id,
            asked_by=act.actor,
            asked_at=act.at,
            leaves_at=act.at + grace,
            due_at=act.at + grace,
            any_hour=any_hour,
        )
        session.add(row)
    else:
        row.due_at = max(row.leaves_at, act.at)
        row.any_hour = row.any_hour or any_hour
    if batch.state == BatchState.SIGNED.value:
        move_batch(session, batch, BatchState.SENDING, act)
    session.flush()
    return row


def take_back(session: Session, batch: Batch, act: Act, reason: str | None = None) -> None:
    """Undo the asking: the batch is signed again, and nothing of it leaves.

    Raises BatchStateError where it is not being sent, TooLateError once letters may have left.
    """
    users.require(session, act.actor, Role.SECRETARY)
    session.refresh(batch, with_for_update=True)
    require(batch, BatchState.SENDING)
    row = session.get(Schedule, batch.id)
    gone = session.scalar(
        select(func.count()).where(
            Delivery.batch_id == batch.id, Delivery.channel == "email", Delivery.state.in_(GONE)
        )
    )
    if row is None or gone or act.at >= row.leaves_at:
        raise TooLateError(batch=batch.id)
    session.delete(row)
    move_batch(session, batch, BatchState.SIGNED, act, reason=reason or "taken-back")


def cancel(session: Session, batch: Batch, reason: str, act: Act) -> int | None:
    """Cancel a batch that is not signed; return how many contacts can be prepared again.

    None: it was being sent, and the sending was taken back. Raises BatchStateError, TooLateError.
    """
    if batch.state != BatchState.SENDING.value:
        return approval.cancel(session, batch, reason, act)
    take_back(session, batch, act, reason)
    return None


def go_on(session: Session, batch: int, now: datetime) -> None:
    """Note that a person let the batch go on: from now on it is due."""
    row = session.get(Schedule, batch)
    if row is not None:
        row.due_at = max(now, row.leaves_at)


def require_fresh(session: Session, batch: int, now: datetime, stale: timedelta) -> None:
    """Refuse to go on by itself with what was due long ago. Raises StaleError."""
    row = session.get(Schedule, batch)
    if row is not None and is_stale(row.due_at, now, stale):
        raise StaleError(batch=batch, due=row.due_at)


def is_stale(due: datetime, now: datetime, stale: timedelta) -> bool:
    """Say whether what was due is too late to happen by itself."""
    return now > due + stale
