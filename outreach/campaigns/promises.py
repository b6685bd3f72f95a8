"""What the letters of a step committed us to, with a due date."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.campaigns import enrolments, schedule
from outreach.campaigns.definition import Definition
from outreach.campaigns.models import Campaign, Promise, PromiseState, Step
from outreach.journal import Act

UNDONE = "undone"


def make(
    session: Session,
    definition: Definition,
    step_name: str,
    *,
    made_on: date,
    countries: Sequence[str],
    act: Act,
) -> None:
    """Write down the promises of a step whose letters left on ``made_on``; once per step."""
    step = definition.step(step_name)
    campaign = enrolments.ensure(session, definition, act)
    rows = enrolments.steps(session, campaign)
    known = {
        row.name: row
        for row in session.scalars(select(Promise).where(Promise.step_id == rows[step.name].id))
    }
    for promise in step.promises:
        keeper = definition.step(promise.kept_by)
        due = schedule.due_on(keeper, made_on, countries, events=definition.file.events)
        if promise.name in known:
            _made_again(session, known[promise.name], made_on, due or made_on, act)
            continue
        row = Promise(
            step_id=rows[step.name].id,
            name=promise.name,
            text={"fr": promise.text.fr, "es": promise.text.es},
            kept_by_id=rows[keeper.name].id,
            due_on=due or made_on,
            state=PromiseState.OPEN.value,
            made_on=made_on,
        )
        session.add(row)
        session.flush()
        journal.record(session, act, "promise", row.id, "created", after=row.state)


def take_back(session: Session, step_id: int, act: Act) -> None:
    """Withdraw the promises of a step whose letters, it turned out, had not left."""
    open_ = session.scalars(
        select(Promise).where(Promise.step_id == step_id, Promise.state == PromiseState.OPEN.value)
    )
    for row in open_:
        row.state, row.reason = PromiseState.WITHDRAWN.value, UNDONE
        journal.record(
            session,
            act,
            "promise",
            row.id,
            "moved",
            before=PromiseState.OPEN.value,
            after=row.state,
            reason=UNDONE,
        )
    session.flush()


def _made_again(session: Session, row: Promise, made_on: date, due: date, act: Act) -> None:
    """Open a promise that was taken back, now that its letter did leave."""
    if row.state == PromiseState.WITHDRAWN.value and row.reason == UNDONE:
        row.state, row.reason, row.made_on, row.due_on = PromiseState.OPEN.value, None, made_on, due
        journal.record(
            session,
            act,
            "promise",
            row.id,
            "moved",
            before=PromiseState.WITHDRAWN.value,
            after=row.state,
        )


def of_campaign(session: Session, campaign: Campaign) -> list[Promise]:
    """Return the campaign's promises, the first due first."""
    return list(
        session.scalars(
            select(Promise)
            .join(Step, Step.id == Promise.step_id)
            .where(Step.campaign_id == campaign.id)
            .order_by(Promise.due_on, Promise.id)
        )
    )


def is_overdue(promise: Promise, today: date) -> bool:
    """Say whether the promise is still open past its date."""
    return promise.state == PromiseState.OPEN.value and promise.due_on < today
