"""Whose turn it is: the steps of a campaign for which letters can be prepared now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns import enrolments, situations
from outreach.campaigns.definition import Definition
from outreach.campaigns.models import Campaign, Enrolment, EnrolmentState, Step, StopReason
from outreach.campaigns.situations import Past
from outreach.clock import local_date
from outreach.dispatch import deliveries, history
from outreach.dispatch.models import Delivery
from outreach.journal import Act
from outreach.settings import Settings


@dataclass(frozen=True, slots=True)
class Stock:
    """How the contacts of a campaign stand today."""

    past: Past
    called: Mapping[str, Mapping[int, date]]
    """Steps that replies call for: for whom (by contact id), and when each is due."""


def take_stock(
    session: Session, definition: Definition, campaign: Campaign, *, settings: Settings, act: Act
) -> Stock:
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
    called = enrolments.called(session, definition, settings=settings, past=past, today=today)
    return Stock(past, called)


@dataclass(frozen=True, slots=True)
class Turns:
    """The steps with somebody due today, in their order, and how the contacts stand."""

    steps: list[str]
    stock: Stock


def due(session: Session, definition: Definition, *, settings: Settings, act: Act) -> Turns:
    """Return the steps with somebody due today; a batch may still leave some out.

    Looking once is far quicker than trying every step. Raises NotStartedError.
    """
    campaign = enrolments.require_started(session, definition.name)
    stock = take_stock(session, definition, campaign, settings=settings, act=act)
    today = local_date(act.at, settings.zone)
    on_the_line = _on_the_line(session, campaign, today)
    found = [
        step.name
        for step in definition.file.steps
        if step.name in on_the_line
        or any(day <= today for day in stock.called.get(step.name, {}).values())
    ]
    return Turns(found, stock)


def answering(
    session: Session, definition: Definition, campaign: Campaign, *, settings: Settings, today: date
) -> dict[str, list[date]]:
    """Return the days on which each step that replies call for is due, one for each contact.

    Whoever has its letter already, or one in preparation, or gets nothing more, does not count.
    None where the campaign was not started.
    """
    if campaign.started_at is None:
        return {}
    contacts = situations.answering(session, campaign)
    past = history.past(session, campaign, settings.zone, contacts)
    called = enrolments.called(session, definition, settings=settings, past=past, today=today)
    going = set(
        session.scalars(
            select(Enrolment.contact_id).where(
                Enrolment.campaign_id == campaign.id,
                (Enrolment.state != EnrolmentState.STOPPED.value)
                | (Enrolment.reason == StopReason.REPLIED.value),
            )
        )
    )
    rows = enrolments.steps(session, campaign)
    found: dict[str, list[date]] = {}
    for name, days in called.items():
        taken = set(
            session.scalars(
                select(Delivery.contact_id).where(
                    Delivery.step_id == rows[name].id,
                    deliveries.is_turn(),
                    Delivery.state.not_in(deliveries.FREE),
                )
            )
            if name in rows
            else ()
        )
        found[name] = sorted(
            day for contact, day in days.items() if contact in going and contact not in taken
        )
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
