"""Every promise of the office as a line: made to how many, kept for how many, the overdue first."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from outreach.campaigns.models import Campaign, Promise, PromiseState, Step
from outreach.contacts.models import Contact, Organisation
from outreach.dispatch import commitments


@dataclass(frozen=True, slots=True)
class Line:
    """One promise, as lists, reminders and calendars show it."""

    number: int
    text: dict[str, str]
    """By language; a promise that a person made has the same words in both."""
    due_on: date
    overdue: bool
    state: str
    campaign: str | None
    step: str | None
    """Whose letter made it; None: a person made it."""
    kept_by: str | None
    """The step whose letter keeps it; None: only a person can say so."""
    contact: str | None
    """To whom a person made it."""
    organisation: str | None
    owner: str | None
    made_on: date
    made: int
    kept: int
    withdrawn: int
    open: int
    reason: str | None


def lines(
    session: Session,
    today: date,
    *,
    campaign: str | None = None,
    owner: str | None = None,
    only_open: bool = False,
    number: int | None = None,
) -> list[Line]:
    """Return the promises, or the one of that number: overdue ones first, then open ones by day, then those that ended."""
    maker, keeper, own = aliased(Step), aliased(Step), aliased(Campaign)
    query = (
        select(
            Promise,
            maker.name.label("step"),
            keeper.name.label("kept_by"),
            own.name.label("campaign"),
            Contact.code,
            Organisation.name.label("organisation"),
        )
        .outerjoin(maker, maker.id == Promise.step_id)
        .outerjoin(keeper, keeper.id == Promise.kept_by_id)
        .outerjoin(own, or_(own.id == maker.campaign_id, own.id == Promise.campaign_id))
        .outerjoin(Contact, Contact.id == Promise.contact_id)
        .outerjoin(Organisation, Organisation.id == Contact.organisation_id)
        .order_by(Promise.due_on, Promise.id)
    )
    if campaign is not None:
        query = query.where(own.name == campaign)
    if owner is not None:
        query = query.where(Promise.owner == owner)
    if number is not None:
        query = query.where(Promise.id == number)
    if only_open:
        query = query.where(Promise.state == PromiseState.OPEN.value)
    found = []
    for promise, step, kept_by, name, contact, organisation in session.execute(query):
        now = commitments.standing(session, promise)
        if only_open and now.state is not PromiseState.OPEN:
            continue
        found.append(
            Line(
                number=promise.id,
                text=promise.text,
                due_on=promise.due_on,
                overdue=now.is_overdue(promise.due_on, today),
                state=now.state.value,
                campaign=name,
                step=step,
                kept_by=kept_by,
                contact=contact,
                organisation=organisation,
                owner=promise.owner,
                made_on=promise.made_on,
                made=now.made,
                kept=now.kept,
                withdrawn=now.withdrawn,
                open=now.open,
                reason=promise.reason,
            )
        )
    return sorted(found, key=lambda line: (not line.overdue, line.state != "open"))
