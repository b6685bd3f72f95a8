"""Take back what followed from a message or a reply, change by change, the last one first.

What somebody changed again since is left as it is, and said.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.campaigns import enrolments
from outreach.campaigns.models import Enrolment, EnrolmentState, StopReason
from outreach.contacts.models import EmailAddress, Suppression
from outreach.contacts.privacy.models import Objection
from outreach.dispatch.models import Delivery
from outreach.dispatch.states import DeliveryState, move_delivery
from outreach.errors import N_, OutreachError
from outreach.inbox import nextactions
from outreach.inbox.hand import What
from outreach.inbox.models import AddressTrouble, Arrival, Effect, Reply, Task
from outreach.journal import Act

UNDONE = "undone"


class NothingToUndoError(OutreachError):
    """Nothing followed, or all of it was taken back already."""

    message = N_("Nothing that could be taken back followed from it.")


@dataclass(slots=True)
class Undone:
    """What went back, and what did not because it changed since or cannot."""

    back: list[Effect] = field(default_factory=list)
    changed: list[Effect] = field(default_factory=list)


def undo(session: Session, effects: Sequence[Effect], act: Act) -> Undone:
    """Take changes back, the last one first. Raises NothingToUndoError, NotAllowedError.

    A letter that was taken out of its batch is not put back into it: the next batch takes it up.
    """
    users.require(session, act.actor, Role.SECRETARY)
    told = Undone()
    for effect in sorted(effects, key=lambda one: -one.id):
        if effect.undone_at is not None:
            continue
        if BACK[What(effect.what)](session, effect, act):
            effect.undone_by, effect.undone_at = act.actor, act.at
            journal.record(session, act, "effect", effect.id, "undone")
            told.back.append(effect)
        else:
            told.changed.append(effect)
    session.flush()
    if not told.back and not told.changed:
        raise NothingToUndoError
    return told


def of_arrival(session: Session, arrival_id: int) -> list[Effect]:
    """Return what followed from an arrival, the first change first."""
    return list(
        session.scalars(select(Effect).where(Effect.arrival_id == arrival_id).order_by(Effect.id))
    )


def _enrolment(session: Session, effect: Effect, act: Act) -> bool:
    row = session.get(Enrolment, effect.subject_id)
    if row is None:
        return False
    now = {"state": row.state, "reason": row.reason, "step_id": row.step_id, "due_on": _iso(row)}
    if any(effect.after[key] != value for key, value in now.items()):
        return False
    before = effect.before
    if before["state"] != row.state:
        _move(session, row, before, act)
    row.reason, row.step_id = before["reason"], before["step_id"]
    row.due_on = date.fromisoformat(before["due_on"]) if before["due_on"] else None
    row.held_until = date.fromisoformat(before["held_until"]) if before["held_until"] else None
    session.flush()
    return True


def _move(session: Session, row: Enrolment, before: dict[str, Any], act: Act) -> None:
    """Put an enrolment's state back, by moves that its table allows."""
    wanted = EnrolmentState(before["state"])
    if row.state != EnrolmentState.ACTIVE.value:
        enrolments.resume(session, row, UNDONE, act)
    if wanted is EnrolmentState.HELD:
        enrolments.hold(session, row, None, before["reason"] or UNDONE, act)
    elif wanted is EnrolmentState.STOPPED:
        enrolments.stop(session, row, StopReason(before["reason"]), act)


def _taken_out(session: Session, effect: Effect, act: Act) -> bool:  # noqa: ARG001  # one signature
    """Say whether a later batch may take the letter up: it lies as it was left."""
    row = session.get(Delivery, effect.subject_id)
    return row is not None and row.state == DeliveryState.SKIPPED.value


def _bounced(session: Session, effect: Effect, act: Act) -> bool:
    row = session.get(Delivery, effect.subject_id)
    if row is None or row.state != DeliveryState.BOUNCED.value:
        return False
    move_delivery(session, row, DeliveryState.SENT, act, reason=effect.before["reason"])
    return True


def _filtered(session: Session, effect: Effect, act: Act) -> bool:
    row = session.get(Delivery, effect.subject_id)
    if row is None or row.reason != effect.after["reason"]:
        return False
    row.reason = effect.before["reason"]
    journal.record(*(session, act, "delivery", row.id, "changed"), detail={"fields": ["reason"]})
    return True


def _address(session: Session, effect: Effect, act: Act) -> bool:
    row = session.get(EmailAddress, effect.subject_id)
    if row is None or row.state != effect.after["state"]:
        return False
    row.state = effect.before["state"]
    journal.record(
        *(session, act, "email_address", row.id, "moved"),
        before=effect.after["state"],
        after=row.state,
        reason=UNDONE,
    )
    return True


def _counted(session: Session, effect: Effect, act: Act) -> bool:  # noqa: ARG001  # one signature
    row = session.get(AddressTrouble, effect.subject_id)
    if row is None or row.count != effect.after["count"]:
        return False
    row.count = effect.before["count"]
    return True


def _deleted(kind: type[Suppression] | type[Objection]) -> "Back":
    def back(session: Session, effect: Effect, act: Act) -> bool:
        row = session.get(kind, effect.subject_id)
        if row is None:
            return False
        session.delete(row)
        session.flush()
        journal.record(session, act, effect.subject, effect.subject_id, "deleted", reason=UNDONE)
        return True

    return back


def _reply(session: Session, effect: Effect, act: Act) -> bool:
    row = session.get(Reply, effect.subject_id)
    if row is None:
        return False
    for arrival in session.scalars(select(Arrival).where(Arrival.reply_id == row.id)):
        arrival.reply_id = None
    session.flush()
    session.delete(row)
    session.flush()
    journal.record(
        *(session, act, "reply", effect.subject_id, "deleted"),
        before=effect.after["outcome"],
        reason=UNDONE,
    )
    return True


def _task(session: Session, effect: Effect, act: Act) -> bool:
    row = session.get(Task, effect.subject_id)
    if row is None or row.done_at is not None:
        return False
    nextactions.finish(session, row.id, act, dropped=True)
    return True


def _iso(row: Enrolment) -> str | None:
    return row.due_on.isoformat() if row.due_on else None


Back = Callable[[Session, Effect, Act], bool]
BACK: dict[What, Back] = {
    What.REPLY: _reply,
    What.STOPPED: _enrolment,
    What.HELD: _enrolment,
    What.MOVED: _enrolment,
    What.TAKEN_OUT: _taken_out,
    What.BOUNCED: _bounced,
    What.FILTERED: _filtered,
    What.ADDRESS: _address,
    What.COUNTED: _counted,
    What.WORKS: _counted,
    What.SUPPRESSED: _deleted(Suppression),
    What.OBJECTION: _deleted(Objection),
    What.TASK: _task,
}
