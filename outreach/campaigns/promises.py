"""What we committed ourselves to, with a due date: made, put off, kept, withdrawn.

A step's promise is one line for all who got its letter. For whom of them it is kept is never
written down: ``dispatch.commitments`` reads it from the letters that left, so that a letter that
comes back opens it again. Written down is only what a person decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.campaigns import enrolments, schedule
from outreach.campaigns.definition import Definition, StepDefinition, StepPromise
from outreach.campaigns.models import (
    NEXT_PROMISE,
    Campaign,
    Postponement,
    Promise,
    PromiseChoice,
    PromiseSettlement,
    PromiseState,
    Step,
)
from outreach.clock import local_date
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.journal import Act
from outreach.settings import Settings

UNDONE = "undone"


class UnknownPromiseError(WrongUseError):
    """No promise of that number."""

    message = N_("No promise has the number {number}. “outreach promises list” shows them.")


class UnknownPromiseNameError(WrongUseError):
    """The step declares no such promise."""

    message = N_("The step {step} makes no promise called “{name}”. It makes: {known}.")


class PromiseDateError(WrongUseError):
    """A promise without a date."""

    message = N_(
        "The letters of step {step} promise something, and nobody has said for when: {names}. "
        "Choose the day: --promise NAME=YEAR-MONTH-DAY."
    )


class PastPromiseError(WrongUseError):
    """A date that is gone."""

    message = N_("A promise cannot fall due on {day}: it is {today} today.")


class EmptyPromiseError(WrongUseError):
    """A promise that says nothing."""

    message = N_("Say what was promised, in a few words.")


class NoReasonError(WrongUseError):
    """A decision without its reason."""

    message = N_("Say why, in a few words: it stays with the promise.")


class EarlierDateError(WrongUseError):
    """Put off to a day before the one it has."""

    message = N_("Promise {number} is due on {due}. Put it off to a later day than that.")


class PromiseStateError(OutreachError):
    """The table of states forbids it."""

    message = N_("Promise {number} is “{state}”; it cannot become “{wanted}”.")


class NotPromisedByStepError(WrongUseError):
    """One contact was named where the promise was made to one alone."""

    message = N_("Promise {number} was made to one contact alone; leave --contact out.")


@dataclass(frozen=True, slots=True)
class Made:
    """When and where a step's letters left."""

    on: date
    settings: Settings


def record(
    session: Session,
    contact_id: int,
    text: str,
    due_on: date,
    *,
    owner: str | None,
    campaign_id: int | None,
    made_on: date,
    act: Act,
) -> Promise:
    """Write down what a person promised to a contact (by id), due on ``due_on``.

    ``owner`` sees to it and must work here; None is whoever acts. Raises EmptyPromiseError,
    PastPromiseError, UnknownUserError, NotAllowedError.
    """
    users.require(session, act.actor, Role.SECRETARY)
    words = " ".join(text.split())
    if not words:
        raise EmptyPromiseError
    if due_on < made_on:
        raise PastPromiseError(day=due_on, today=made_on)
    row = Promise(
        contact_id=contact_id,
        campaign_id=campaign_id,
        name="",
        text={"fr": words, "es": words},
        due_on=due_on,
        state=PromiseState.OPEN.value,
        made_on=made_on,
        owner=users.find(session, owner or act.actor).name,
    )
    session.add(row)
    session.flush()
    journal.record(session, act, "promise", row.id, "created", after=row.state)
    return row


def make(session: Session, definition: Definition, step_name: str, made: Made, act: Act) -> None:
    """Write down the promises of a step whose letters left; once per step.

    Its date is the one chosen at approval, else the one that the plan gives. A promise without any
    is due on the day it is made, so that it is seen at once: it left beside the program.
    """
    step = definition.step(step_name)
    campaign = enrolments.ensure(session, definition, act)
    rows = enrolments.steps(session, campaign)
    known = {
        row.name: row
        for row in session.scalars(select(Promise).where(Promise.step_id == rows[step.name].id))
    }
    chosen = _chosen(session, rows[step.name].id)
    for promise in step.promises:
        due = chosen.get(promise.name) or planned(definition, step, promise, made) or made.on
        if promise.name in known:
            _made_again(session, known[promise.name], made.on, due, act)
            continue
        row = Promise(
            step_id=rows[step.name].id,
            name=promise.name,
            text={"fr": promise.text.fr, "es": promise.text.es},
            kept_by_id=rows[promise.kept_by].id if promise.kept_by else None,
            due_on=due,
            state=PromiseState.OPEN.value,
            made_on=made.on,
            country=promise.country or None,
        )
        session.add(row)
        session.flush()
        journal.record(session, act, "promise", row.id, "created", after=row.state)


def planned(
    definition: Definition, step: StepDefinition, promise: StepPromise, made: Made
) -> date | None:
    """Return the day that the plan gives to a promise; None where it gives none.

    It is the one that the file says, or the day on which the letter that keeps it is due.
    """
    if promise.due is not None or not promise.kept_by:
        return promise.due
    keeper = definition.step(promise.kept_by)
    since = made.on if keeper.after is not None and keeper.after.step == step.name else None
    return schedule.due_on(
        keeper,
        since,
        (made.settings.office.country,),
        rules=made.settings.calendar,
        events=definition.file.events,
    )


def choose(
    session: Session,
    definition: Definition,
    step_name: str,
    dates: Mapping[str, date],
    *,
    settings: Settings,
    act: Act,
) -> None:
    """Choose the days of a step's promises, before its letters leave.

    Raises UnknownPromiseNameError, PastPromiseError, NotAllowedError.
    """
    if not dates:
        return
    users.require(session, act.actor, Role.MANAGER)
    step = definition.step(step_name)
    today = local_date(act.at, settings.zone)
    row = enrolments.steps(session, enrolments.ensure(session, definition, act))[step_name]
    known = [promise.name for promise in step.promises]
    for name, due in dates.items():
        if name not in known:
            raise UnknownPromiseNameError(step=step_name, name=name, known=known)
        if due < today:
            raise PastPromiseError(day=due, today=today)
        found = session.scalar(
            select(PromiseChoice).where(PromiseChoice.step_id == row.id, PromiseChoice.name == name)
        )
        before = found.due_on if found else None
        if found is None:
            session.add(PromiseChoice(step_id=row.id, name=name, due_on=due))
        else:
            found.due_on = due
        journal.record(
            *(session, act, "step", row.id, "promised"),
            before=before.isoformat() if before else None,
            after=due.isoformat(),
            reason=name,
        )
    session.flush()


def require_dates(session: Session, definition: Definition, step_name: str, made: Made) -> None:
    """Refuse a step that promises something for no day. Raises PromiseDateError."""
    step = definition.step(step_name)
    campaign = enrolments.find(session, definition.name)
    row = enrolments.steps(session, campaign).get(step_name) if campaign else None
    chosen = _chosen(session, row.id) if row else {}
    missing = [
        promise.name
        for promise in step.promises
        if promise.name not in chosen and planned(definition, step, promise, made) is None
    ]
    if missing:
        raise PromiseDateError(step=step_name, names=missing)


def find(session: Session, number: int) -> Promise:
    """Return a promise. Raises UnknownPromiseError."""
    found = session.get(Promise, number)
    if found is None:
        raise UnknownPromiseError(number=number)
    return found


def postpone(
    session: Session,
    promise: Promise,
    to: date,
    *,
    reason: str,
    letter: bool,
    today: date,
    act: Act,
) -> Postponement:
    """Put an open promise off to a later day; what it was due on before stays on record.

    With ``letter`` those to whom it is still owed are due a holding letter: the steps of the
    campaign that begin at the outcome ``postponed``. Raises PromiseStateError, EarlierDateError,
    PastPromiseError, NoReasonError, NotAllowedError.
    """
    users.require(session, act.actor, Role.STAFF)
    if promise.state != PromiseState.OPEN.value:
        raise PromiseStateError(number=promise.id, state=promise.state, wanted=PromiseState.OPEN)
    if to <= promise.due_on:
        raise EarlierDateError(number=promise.id, due=promise.due_on)
    if to < today:
        raise PastPromiseError(day=to, today=today)
    row = Postponement(
        promise_id=promise.id,
        before=promise.due_on,
        after=to,
        reason=_said(reason),
        letter=letter,
        postponed_on=today,
        postponed_by=act.actor,
    )
    session.add(row)
    journal.record(
        *(session, act, "promise", promise.id, "postponed"),
        before=promise.due_on.isoformat(),
        after=to.isoformat(),
        reason=row.reason,
    )
    promise.due_on = to
    session.flush()
    return row


def keep(session: Session, promise: Promise, how: str, act: Act) -> None:
    """Say that a promise is kept, for everybody to whom it was still owed.

    Raises PromiseStateError, NoReasonError, NotAllowedError.
    """
    users.require(session, act.actor, Role.SECRETARY)
    _move(session, promise, PromiseState.KEPT, act, _said(how))


def withdraw(session: Session, promise: Promise, reason: str, act: Act) -> None:
    """Withdraw a promise from everybody to whom it was still owed.

    Raises PromiseStateError, NoReasonError, NotAllowedError.
    """
    users.require(session, act.actor, Role.STAFF)
    _move(session, promise, PromiseState.WITHDRAWN, act, _said(reason))


def reopen(session: Session, promise: Promise, reason: str, act: Act) -> None:
    """Open a promise again that was ended by mistake."""
    users.require(session, act.actor, Role.STAFF)
    _said(reason)
    _move(session, promise, PromiseState.OPEN, act, None, why=reason)


def settle(
    session: Session,
    promise: Promise,
    contact_id: int,
    state: PromiseState,
    *,
    reason: str,
    on: date,
    act: Act,
) -> None:
    """End a step's promise for one contact: kept in another way, or withdrawn.

    Raises NotPromisedByStepError, PromiseStateError, NoReasonError, NotAllowedError.
    """
    users.require(session, act.actor, Role.SECRETARY)
    if promise.contact_id is not None:
        raise NotPromisedByStepError(number=promise.id)
    if promise.state != PromiseState.OPEN.value:
        raise PromiseStateError(number=promise.id, state=promise.state, wanted=state)
    found = session.scalar(
        select(PromiseSettlement).where(
            PromiseSettlement.promise_id == promise.id, PromiseSettlement.contact_id == contact_id
        )
    )
    before = found.state if found else PromiseState.OPEN.value
    if found is None:
        found = PromiseSettlement(promise_id=promise.id, contact_id=contact_id)
        session.add(found)
    found.state, found.reason = state.value, _said(reason)
    found.settled_on, found.settled_by = on, act.actor
    session.flush()
    journal.record(
        *(session, act, "promise_settlement", found.id, "moved"),
        before=before,
        after=state.value,
        reason=found.reason,
    )


def settle_kept_by(
    session: Session,
    step_id: int,
    contact_id: int,
    state: PromiseState,
    *,
    reason: str,
    on: date,
    act: Act,
) -> int:
    """End, for one contact, the promises that a step's letter would keep; return how many."""
    rows = session.scalars(
        select(Promise).where(
            Promise.kept_by_id == step_id, Promise.state == PromiseState.OPEN.value
        )
    ).all()
    for row in rows:
        settle(session, row, contact_id, state, reason=reason, on=on, act=act)
    return len(rows)


def take_back(session: Session, step_id: int, act: Act) -> None:
    """Withdraw the promises of a step whose letters, it turned out, had not left."""
    open_ = session.scalars(
        select(Promise).where(Promise.step_id == step_id, Promise.state == PromiseState.OPEN.value)
    )
    for row in open_:
        _move(session, row, PromiseState.WITHDRAWN, act, UNDONE)
    session.flush()


def of_campaign(session: Session, campaign: Campaign) -> list[Promise]:
    """Return the campaign's promises, the first due first."""
    return list(
        session.scalars(
            select(Promise)
            .outerjoin(Step, Step.id == Promise.step_id)
            .where(or_(Step.campaign_id == campaign.id, Promise.campaign_id == campaign.id))
            .order_by(Promise.due_on, Promise.id)
        )
    )


def history(session: Session, promise: Promise) -> list[Postponement]:
    """Return how often a promise was put off, the first time first."""
    return list(
        session.scalars(
            select(Postponement)
            .where(Postponement.promise_id == promise.id)
            .order_by(Postponement.id)
        )
    )


def put_off_to(session: Session, campaign: Campaign) -> date | None:
    """Return the last day to which an open promise of the campaign's steps was put off."""
    return session.scalar(
        select(func.max(Promise.due_on))
        .join(Step, Step.id == Promise.step_id)
        .where(
            Step.campaign_id == campaign.id,
            Promise.state == PromiseState.OPEN.value,
            Promise.id.in_(select(Postponement.promise_id)),
        )
    )


def is_overdue(promise: Promise, today: date) -> bool:
    """Say whether the promise is still open past its date."""
    return promise.state == PromiseState.OPEN.value and promise.due_on < today


def _chosen(session: Session, step_id: int) -> dict[str, date]:
    rows = session.scalars(select(PromiseChoice).where(PromiseChoice.step_id == step_id))
    return {row.name: row.due_on for row in rows}


def _made_again(session: Session, row: Promise, made_on: date, due: date, act: Act) -> None:
    """Open a promise that was taken back, now that its letter did leave."""
    if row.state == PromiseState.WITHDRAWN.value and row.reason == UNDONE:
        _move(session, row, PromiseState.OPEN, act, None)
        row.made_on, row.due_on = made_on, due


def _move(
    session: Session,
    promise: Promise,
    state: PromiseState,
    act: Act,
    reason: str | None,
    *,
    why: str | None = None,
) -> None:
    before = PromiseState(promise.state)
    if state not in NEXT_PROMISE[before]:
        raise PromiseStateError(number=promise.id, state=before, wanted=state)
    promise.state, promise.reason = state.value, reason
    session.flush()
    journal.record(
        *(session, act, "promise", promise.id, "moved"),
        before=before.value,
        after=state.value,
        reason=why or reason,
    )


def _said(reason: str) -> str:
    words = " ".join(reason.split())
    if not words:
        raise NoReasonError
    return words
