"""Whose turn it is: the steps of a campaign for which letters can be prepared now."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns import enrolments, triggers
from outreach.campaigns.definition import Definition
from outreach.campaigns.models import Campaign, Enrolment, EnrolmentState, Step
from outreach.campaigns.situations import Past
from outreach.clock import local_date
from outreach.dispatch import deliveries, history
from outreach.dispatch.models import Delivery
from outreach.journal import Act
from outreach.settings import Settings


def take_stock(
    session: Session, definition: Definition, campaign: Campaign, *, settings: Settings, act: Act
) -> Past:
    """Put every contact of a campaign where it stands today; return what is known of letters.

    Holds whose day came end, and the plan as its file has it now is followed. Done again on the
    same day, it changes nothing.
    """
    today = local_date(act.at, settings.zone)
    enrolments.ensure(session, definition, act)
    past = history.past(session, campaign, settings.zone)
    enrolments.wake(session, campaign, today, act)
    enrolments.advance(
        session, definition, None, settings=settings, past=past, today=today, act=act
    )
    return past


def due(session: Session, definition: Definition, *, settings: Settings, act: Act) -> list[str]:
    """Return the steps with somebody due today, in their order; a batch may still leave some out.

    Looking once is far quicker than trying every step. Raises NotStartedError.
    """
    campaign = enrolments.require_started(session, definition.name)
    past = take_stock(session, definition, campaign, settings=settings, act=act)
    today = local_date(act.at, settings.zone)
    on_the_line = _on_the_line(session, campaign, today)
    found = []
    for step in definition.file.steps:
        if triggers.is_answer(definition.file, step):
            called = enrolments.called_for(
                session, definition, step, settings=settings, past=past, today=today
            )
            if any(day <= today for day in called.values()):
                found.append(step.name)
        elif step.name in on_the_line:
            found.append(step.name)
    return found


def _on_the_line(session: Session, campaign: Campaign, today: date) -> set[str]:
    return set(
        session.scalars(
            select(Step.name)
            .join(Enrolment, Enrolment.step_id == Step.id)
            .outerjoin(
                Delivery,
                (Delivery.contact_id == Enrolment.contact_id)
                & (Delivery.step_id == Step.id)
                & deliveries.is_letter(),
            )
            .where(
                Step.campaign_id == campaign.id,
                Enrolment.state == EnrolmentState.ACTIVE.value,
                Enrolment.due_on <= today,
                Delivery.id.is_(None) | Delivery.state.in_(deliveries.FREE),
            )
            .distinct()
        )
    )
