"""Put a backup in the place of the database, and lock what must not happen twice.

Since the backup was made, letters may have left and numbers may have been given of which it knows
nothing. So the restored database sends nothing, numbers nothing and makes no round until it was
compared with what really left (:mod:`outreach.keeping.reconciling`) and an administrator unlocks it.
The lock is in the database before that takes its place: there is no moment without it.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.db import Store
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.journal import Act
from outreach.keeping import backups, dumps
from outreach.keeping.models import Restoration


class RestoredError(OutreachError):
    """The database came out of a backup and was not unlocked yet."""

    message = N_(
        "This database was restored from a backup of {made_at}. Letters may have left and numbers "
        "may have been given since, so nothing is sent or numbered and no round is made. Next: "
        "“outreach db reconcile” compares it with what really left, then an administrator says "
        "“outreach db unlock --because REASON”."
    )


class NotRestoredError(WrongUseError):
    """There is nothing to compare or unlock."""

    message = N_("This database is not locked: it was not restored, or was unlocked since.")


class NotReconciledError(OutreachError):
    """Unlocking comes after comparing."""

    message = N_("Compare first: “outreach db reconcile”. Then unlock.")


class UnlockReasonError(WrongUseError):
    """No reason was given."""

    message = N_("Say why it may go on: --because REASON. It is kept in the journal.")


class UnaccountedError(OutreachError):
    """Letters left of which the restored database knows nothing."""

    message = N_(
        "{count} letters left after the backup was made and are not written down here: whoever got "
        "them could get them twice. “outreach db reconcile” lists them; write them down with "
        "“outreach campaign record”, then reconcile again. Where that is not possible, say --anyway."
    )


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored."""

    made_at: datetime
    aside: str | None
    """Where the database that was replaced is kept."""


def restore(store: Store, path: Path, act: Act) -> Restored:
    """Replace the database by a backup; what it replaces is put aside, never deleted.

    The administrators are those of the backup. Raises what ``backups.opened`` raises.
    """
    with backups.opened(store, path) as (manifest, copy):
        with copy.transaction() as session:
            users.require(session, act.actor, Role.ADMINISTRATOR)
            # One that was never unlocked is answered for by this one.
            session.execute(
                update(Restoration)
                .where(Restoration.unlocked_at.is_(None))
                .values(unlocked_at=act.at, unlocked_by=act.actor, reason="restored-again")
            )
            row = Restoration(
                backup_made_at=manifest.made_at,
                restored_at=act.at,
                restored_by=act.actor,
                source=str(path),
            )
            session.add(row)
            session.flush()
            journal.record(
                session,
                act,
                "restoration",
                row.id,
                "restored",
                detail={"made_at": manifest.made_at.isoformat()},
            )
        aside = dumps.put_in_place(store, copy, act.at)
    with store.transaction() as session:
        current = locked(session)
        if current is not None:
            current.aside = aside
    return Restored(manifest.made_at, aside)


def locked(session: Session) -> Restoration | None:
    """Return the restoration that still locks the database."""
    return session.scalars(
        select(Restoration)
        .where(Restoration.unlocked_at.is_(None))
        .order_by(Restoration.id.desc())
        .limit(1)
    ).first()


def require_locked(session: Session) -> Restoration:
    """Return that restoration. Raises NotRestoredError."""
    row = locked(session)
    if row is None:
        raise NotRestoredError
    return row


def require_unlocked(session: Session) -> None:
    """Refuse where the database came out of a backup and nobody unlocked it. Raises RestoredError."""
    row = locked(session)
    if row is not None:
        raise RestoredError(made_at=row.backup_made_at)


def unlock(session: Session, because: str, act: Act, *, anyway: bool = False) -> None:
    """Let the restored database act again, on an administrator's word.

    Raises NotRestoredError, NotReconciledError, UnlockReasonError, and UnaccountedError unless
    ``anyway``.
    """
    users.require(session, act.actor, Role.ADMINISTRATOR)
    row = require_locked(session)
    if not because.strip():
        raise UnlockReasonError
    if row.reconciled_at is None or row.found is None:
        raise NotReconciledError
    if row.found["unaccounted"] and not anyway:
        raise UnaccountedError(count=row.found["unaccounted"])
    row.unlocked_at, row.unlocked_by, row.reason = act.at, act.actor, because
    journal.record(
        session,
        act,
        "restoration",
        row.id,
        "unlocked",
        reason=because,
        detail={"unaccounted": row.found["unaccounted"]},
    )
