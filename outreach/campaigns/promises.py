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
    known = set(session.scalars(select(Promise.name).where(Promise.step_id == rows[step.name].id)))
    for promise in step.promises:
        if promise.name in known:
            continue
        keeper = definition.step(promise.kept_by)
        due = schedule.due_on(keeper, made_on, countries)
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
