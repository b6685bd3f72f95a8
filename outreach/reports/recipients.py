"""Whom a campaign writes to, and whom it writes to no more: one line per recipient."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign, Enrolment, EnrolmentState, Step
from outreach.contacts.models import Contact, Organisation


@dataclass(frozen=True, slots=True)
class Line:
    """One recipient."""

    contact: int
    code: str
    organisation: str
    state: str
    reason: str | None
    """Why nothing more is sent."""
    step: str | None
    """What comes next."""
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the lines, and how many there are."""

    lines: list[Line]
    number: int
    pages: int
    total: int


def page(
    session: Session, campaign: Campaign, number: int, *, state: EnrolmentState | None, size: int
) -> Page:
    """Return one page of the recipients by name, of one state or all."""
    query = (
        select(
            Contact.id,
            Contact.code,
            Organisation.name,
            Enrolment.state,
            Enrolment.reason,
            Step.name.label("step"),
            Enrolment.due_on,
        )
        .join(Contact, Contact.id == Enrolment.contact_id)
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .outerjoin(Step, Step.id == Enrolment.step_id)
        .where(Enrolment.campaign_id == campaign.id)
    )
    if state is not None:
        query = query.where(Enrolment.state == state.value)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-total // size))
    number = min(max(1, number), pages)
    query = query.order_by(Organisation.name, Contact.code)
    rows = session.execute(query.limit(size).offset((number - 1) * size))
    return Page([Line(*row) for row in rows], number, pages, total)
