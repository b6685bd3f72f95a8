"""What a person says about what came back: whom it is about, what it means, what becomes of it."""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.campaigns import enrolments, promises
from outreach.campaigns.models import Enrolment, EnrolmentState, PromiseState, StopReason
from outreach.clock import local_date
from outreach.contacts.models import Contact
from outreach.dispatch.models import Delivery
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.inbox import arrivals, effects, nextactions, undoing
from outreach.inbox.arrivals import Desk
from outreach.inbox.hand import Hand
from outreach.inbox.kinds import Kind, Verdict
from outreach.inbox.models import NEXT_ARRIVAL, Arrival, ArrivalState, Effect, Outcome, Reply, Task
from outreach.inbox.nextactions import TaskKind
from outreach.inbox.recording import PERSON
from outreach.inbox.undoing import Undone
from outreach.journal import Act
from outreach.settings import Settings


class Decision(StrEnum):
    """What becomes of a promised letter once they answered."""

    PLANNED = "planned"
    ADAPTED = "adapted"
    ANSWERED = "answered"
    DECLINED = "declined"


class UnknownArrivalError(WrongUseError):
    """No message of that number."""

    message = N_(
        "Nothing that came back has the number {number}. “outreach replies list” shows it."
    )


class WithoutMessageError(OutreachError):
    """What a person wrote down is not matched by anybody else."""

    message = N_(
        "{number} was written down by hand. Take it back with “outreach replies undo {number}”, "
        "then add it again."
    )


class ArrivalStateError(OutreachError):
    """The table of states forbids it."""

    message = N_("{number} is “{state}”; it cannot become “{wanted}”.")


class NothingToDecideError(OutreachError):
    """No promised letter waits because of that reply."""

    message = N_("No promised letter waits because of {number}.")


class NotAReplyError(OutreachError):
    """Only what a person answered has an outcome."""

    message = N_("{number} is no answer in a campaign, so it has no outcome.")


def find(session: Session, number: int) -> Arrival:
    """Return what came back under ``number``. Raises UnknownArrivalError."""
    found = session.get(Arrival, number)
    if found is None:
        raise UnknownArrivalError(number=number)
    return found


def match(
    session: Session,
    arrival: Arrival,
    contact: Contact,
    *,
    desk: Desk,
    act: Act,
    kind: Kind | None = None,
) -> Hand:
    """Say whom a message is about, and (``kind``) what it is where that was misjudged.

    What followed from it before is taken back first. Raises WithoutMessageError,
    ArrivalStateError, NotAllowedError.
    """
    users.require(session, act.actor, Role.SECRETARY)
    if arrival.sha256 is None:
        raise WithoutMessageError(number=arrival.id)
    _back(session, arrival, act)
    verdict = arrivals.verdict_of(arrival)
    if kind is not None and kind is not verdict.kind:
        verdict = replace(verdict, kind=kind, reason=None, permanence=None)
        arrival.kind, arrival.reason, arrival.permanence = kind.value, None, None
        arrival.verdict = _without(verdict, arrival)
    arrivals.place(session, arrival, contact, _named_letter(session, arrival, contact))
    arrival.rung, arrival.confidence = PERSON, 1.0
    _move(session, arrival, ArrivalState.MATCHED, act)
    hand = Hand(session, act, arrival.id)
    arrivals.act_on(hand, arrival, verdict, desk)
    return hand


def set_aside(session: Session, arrival: Arrival, act: Act) -> Undone | None:
    """Say that nothing follows from it; what followed is taken back. Returns what went back."""
    users.require(session, act.actor, Role.SECRETARY)
    told = _back(session, arrival, act)
    _move(session, arrival, ArrivalState.SET_ASIDE, act)
    return told


def judge_outcome(session: Session, arrival: Arrival, outcome: Outcome, act: Act) -> None:
    """Say what an answer means for the cooperation. Raises NotAReplyError, NotAllowedError."""
    users.require(session, act.actor, Role.SECRETARY)
    reply = session.get(Reply, arrival.reply_id) if arrival.reply_id else None
    if reply is None:
        raise NotAReplyError(number=arrival.id)
    before, reply.outcome = reply.outcome, outcome.value
    session.flush()
    journal.record(session, act, "reply", reply.id, "moved", before=before, after=outcome.value)


def assign(session: Session, arrival: Arrival, owner: str | None, act: Act) -> None:
    """Give it to somebody who works here, or to nobody. Raises UnknownUserError, NotAllowedError."""
    users.require(session, act.actor, Role.SECRETARY)
    before, arrival.owner = arrival.owner, users.find(session, owner).name if owner else None
    session.flush()
    journal.record(
        session, act, "arrival", arrival.id, "assigned", before=before, after=arrival.owner
    )


def answered(session: Session, arrival: Arrival, at: datetime, act: Act) -> bool:
    """Note that an answer was given at a moment (aware); False where one was noted before."""
    if arrival.answered_at is not None:
        return False
    arrival.answered_at = at
    session.flush()
    journal.record(session, act, "arrival", arrival.id, "answered")
    return True


def decide(
    session: Session,
    arrival: Arrival,
    decision: Decision,
    *,
    why: str,
    settings: Settings,
    act: Act,
    contact: Contact | None = None,
) -> int:
    """Say what becomes of the promised letters that an answer holds; return for how many contacts.

    ``contact`` narrows it to one of the organisation. Raises NothingToDecideError.
    """
    users.require(session, act.actor, Role.SECRETARY)
    waiting = [
        enrolment
        for enrolment in held(session, arrival)
        if contact is None or enrolment.contact_id == contact.id
    ]
    if not waiting:
        raise NothingToDecideError(number=arrival.id)
    today = local_date(act.at, settings.zone)
    for enrolment in waiting:
        journal.record(
            *(session, act, "enrolment", enrolment.id, "decided"),
            after=decision.value,
            reason=why or None,
        )
        if decision in {Decision.ANSWERED, Decision.DECLINED}:
            # Not "replied", which ends reminders only and is looked at again before each batch.
            enrolments.stop(session, enrolment, StopReason.WITHDRAWN, act)
            if decision is Decision.ANSWERED and enrolment.step_id is not None:
                promises.settle_kept_by(
                    *(session, enrolment.step_id, enrolment.contact_id, PromiseState.KEPT),
                    reason=why or decision.value,
                    on=today,
                    act=act,
                )
        else:
            enrolments.resume(session, enrolment, why or decision.value, act)
        if decision is Decision.ADAPTED:
            nextactions.add(
                *(session, TaskKind.ADAPT, {}),
                due_on=max(today, (enrolment.due_on or today) - timedelta(days=1)),
                act=act,
                owner=arrival.owner,
                contact_id=enrolment.contact_id,
                arrival_id=arrival.id,
            )
    if not held(session, arrival):
        _finish(session, arrival, act)
    return len(waiting)


def held(session: Session, arrival: Arrival) -> list[Enrolment]:
    """Return the follow-ups of the organisation that wait because somebody answered."""
    if arrival.organisation_id is None or arrival.campaign_id is None:
        return []
    return list(
        session.scalars(
            select(Enrolment)
            .join(Contact, Contact.id == Enrolment.contact_id)
            .where(
                Enrolment.campaign_id == arrival.campaign_id,
                Contact.organisation_id == arrival.organisation_id,
                Enrolment.state == EnrolmentState.HELD.value,
                Enrolment.reason == effects.Why.REPLIED.value,
            )
            .order_by(Enrolment.id)
        )
    )


def _finish(session: Session, arrival: Arrival, act: Act) -> None:
    """End the tasks that asked for this decision."""
    tasks = session.scalars(
        select(Task)
        .join(Arrival, Arrival.id == Task.arrival_id)
        .where(
            Task.kind.in_((TaskKind.DECIDE.value, TaskKind.CHECK_PROMISE.value)),
            Task.done_at.is_(None),
            Arrival.organisation_id == arrival.organisation_id,
            Arrival.campaign_id == arrival.campaign_id,
        )
    ).all()
    for task in tasks:
        nextactions.finish(session, task.id, act)


def _back(session: Session, arrival: Arrival, act: Act) -> Undone | None:
    done: list[Effect] = [
        one for one in undoing.of_arrival(session, arrival.id) if one.undone_at is None
    ]
    return undoing.undo(session, done, act) if done else None


def _move(session: Session, arrival: Arrival, state: ArrivalState, act: Act) -> None:
    before = ArrivalState(arrival.state)
    if state not in NEXT_ARRIVAL[before]:
        raise ArrivalStateError(number=arrival.id, state=before, wanted=state)
    arrival.state = state.value
    arrival.decided_by, arrival.decided_at = act.actor, act.at
    session.flush()
    journal.record(
        *(session, act, "arrival", arrival.id, "moved"), before=before.value, after=state.value
    )


def _named_letter(session: Session, arrival: Arrival, contact: Contact) -> Delivery | None:
    """Return the candidate letter to the contact that was chosen, if there is one."""
    numbers = [arrival.delivery_id, *(row[2] for row in arrival.candidates)]
    for number in filter(None, numbers):
        letter = session.get(Delivery, number)
        if letter is not None and letter.contact_id == contact.id:
            return letter
    return None


def _without(verdict: Verdict, arrival: Arrival) -> dict[str, object]:
    told = dict(arrival.verdict or {})
    return told | {"kind": verdict.kind.value, "reason": None, "permanence": None}
