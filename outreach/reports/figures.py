"""How each campaign stands: figures straight from the delivery rows, in SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from outreach.campaigns import promises
from outreach.campaigns.models import (
    Campaign,
    Enrolment,
    EnrolmentState,
    PromiseState,
    Step,
)
from outreach.contacts.models import Contact, Organisation
from outreach.dispatch import commitments
from outreach.dispatch.deliveries import is_turn
from outreach.dispatch.models import Delivery
from outreach.dispatch.states import DeliveryState
from outreach.reports.lines import FATES, Fate


@dataclass(frozen=True, slots=True)
class StepStatus:
    """One step in figures."""

    name: str
    fates: dict[str, int]
    """By :class:`Fate`; every one is there, zero included."""
    reasons: dict[str, int]
    """Of what was left out or failed."""
    languages: dict[str, int]
    """Of what left."""
    kinds: dict[str, int]
    """Of what left, by kind of organisation."""
    channels: dict[str, int]
    """Of what left."""
    due: int
    """Contacts for whom this step comes next and has no letter yet."""
    next_due: date | None
    """The first of their due dates."""


@dataclass(frozen=True, slots=True)
class PromiseStatus:
    """One promise: how many it was made to, how many it was kept for."""

    name: str
    text: dict[str, str]
    due_on: date
    overdue: bool
    state: str
    made_to: int
    kept_by: str
    """The step whose letter keeps it; empty where only a person can say so."""
    kept: int
    open: int
    """Contacts to whom it is still owed."""
    number: int


@dataclass(frozen=True, slots=True)
class CampaignStatus:
    """Where a campaign stands."""

    name: str
    state: str
    enrolled: int
    stopped: int
    steps: list[StepStatus]
    promises: list[PromiseStatus]


NOBODY: Mapping[str, Sequence[date]] = {}


def status(
    session: Session,
    campaign: Campaign,
    today: date,
    answering: Mapping[str, Sequence[date]] = NOBODY,
) -> CampaignStatus:
    """Return the campaign's figures: one grouped query for letters, one for what is due.

    ``answering``: of steps that replies call for, the day for each contact (``dispatch.turns``).
    """
    counted = session.execute(
        select(
            Delivery.step_id,
            Delivery.state,
            Delivery.reason,
            Delivery.language,
            Delivery.channel,
            Organisation.kind,
            func.count().label("letters"),
        )
        .join(Step, Step.id == Delivery.step_id)
        .join(Contact, Contact.id == Delivery.contact_id)
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .where(
            Step.campaign_id == campaign.id,
            or_(is_turn(), Delivery.state == DeliveryState.THROUGH.value),
        )
        .group_by(
            Delivery.step_id,
            Delivery.state,
            Delivery.reason,
            Delivery.language,
            Delivery.channel,
            Organisation.kind,
        )
    ).all()
    due = {
        row.step_id: row
        for row in session.execute(
            select(
                Enrolment.step_id,
                func.count().label("contacts"),
                func.min(Enrolment.due_on).label("first"),
            )
            .outerjoin(
                Delivery,
                and_(
                    Delivery.step_id == Enrolment.step_id,
                    Delivery.contact_id == Enrolment.contact_id,
                    is_turn(),
                ),
            )
            .where(
                Enrolment.campaign_id == campaign.id,
                Enrolment.state == EnrolmentState.ACTIVE.value,
                Delivery.id.is_(None),
            )
            .group_by(Enrolment.step_id)
        )
    }
    steps = session.scalars(
        select(Step).where(Step.campaign_id == campaign.id).order_by(Step.position)
    ).all()
    rows = [
        _step_status(
            step,
            [row for row in counted if row.step_id == step.id],
            due.get(step.id),
            answering.get(step.name, ()),
        )
        for step in steps
    ]
    enrolled = dict(
        session.execute(
            select(Enrolment.state, func.count())
            .where(Enrolment.campaign_id == campaign.id)
            .group_by(Enrolment.state)
        ).all()
    )
    return CampaignStatus(
        name=campaign.name,
        state=campaign.state,
        enrolled=sum(enrolled.values()),
        stopped=enrolled.get(EnrolmentState.STOPPED.value, 0),
        steps=rows,
        promises=_promises(session, campaign, today),
    )


def _step_status(
    step: Step,
    rows: list[Any],
    due: Any,  # noqa: ANN401  # rows of the grouped queries
    answering: Sequence[date],
) -> StepStatus:
    days = [*([due.first] if due and due.first else []), *answering]
    fates = dict.fromkeys((fate.value for fate in Fate), 0)
    reasons: dict[str, int] = {}
    languages: dict[str, int] = {}
    kinds: dict[str, int] = {}
    channels: dict[str, int] = {}
    for row in rows:
        fate = FATES[DeliveryState(row.state)]
        fates[fate.value] += row.letters
        if fate is Fate.SENT:
            for figures, key in (
                (languages, row.language),
                (kinds, row.kind),
                (channels, row.channel),
            ):
                figures[key] = figures.get(key, 0) + row.letters
        elif fate in {Fate.LEFT_OUT, Fate.FAILED}:
            key = row.reason or row.state
            reasons[key] = reasons.get(key, 0) + row.letters
    return StepStatus(
        name=step.name,
        fates=fates,
        reasons=dict(sorted(reasons.items())),
        languages=dict(sorted(languages.items())),
        kinds=dict(sorted(kinds.items())),
        channels=dict(sorted(channels.items())),
        due=(due.contacts if due else 0) + len(answering),
        next_due=min(days, default=None),
    )


def _promises(session: Session, campaign: Campaign, today: date) -> list[PromiseStatus]:
    names = dict(
        session.execute(select(Step.id, Step.name).where(Step.campaign_id == campaign.id)).all()
    )
    found = []
    for promise in promises.of_campaign(session, campaign):
        if promise.state == PromiseState.WITHDRAWN.value:
            continue
        now = commitments.standing(session, promise)
        found.append(
            PromiseStatus(
                number=promise.id,
                name=promise.name,
                text=promise.text,
                due_on=promise.due_on,
                overdue=now.is_overdue(promise.due_on, today),
                state=now.state.value,
                made_to=now.made,
                kept_by=names.get(promise.kept_by_id or 0, ""),
                kept=now.kept,
                open=now.open,
            )
        )
    return sorted(found, key=lambda each: not each.overdue)
