"""Who got what, and how each campaign stands: figures straight from the delivery rows, in SQL."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign, Enrolment, EnrolmentState, Promise, Step
from outreach.campaigns.promises import is_overdue
from outreach.contacts.models import Contact, Organisation
from outreach.dispatch.models import Delivery
from outreach.dispatch.states import DeliveryState

D = DeliveryState


class Fate(StrEnum):
    """What became of a letter, in words that a manager uses."""

    SENT = "sent"
    WAITING = "waiting"
    LEFT_OUT = "left-out"
    FAILED = "failed"
    PERHAPS = "perhaps"
    """The machine stopped while it was leaving, and nobody can tell yet."""


FATES: dict[DeliveryState, Fate] = {
    D.DRAFT: Fate.WAITING,
    D.APPROVED: Fate.WAITING,
    D.QUEUED: Fate.WAITING,
    D.CLAIMED: Fate.WAITING,
    D.ARMED: Fate.PERHAPS,
    D.SENT: Fate.SENT,
    D.FAILED: Fate.FAILED,
    D.UNCERTAIN: Fate.PERHAPS,
    D.BOUNCED: Fate.FAILED,
    D.PRINTED: Fate.WAITING,
    D.RETURNED: Fate.FAILED,
    D.CANCELLED: Fate.LEFT_OUT,
    D.SKIPPED: Fate.LEFT_OUT,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One contact and one step: what became of the letter."""

    delivery: int | None
    """None where no letter was prepared yet."""
    step: str
    contact: str
    organisation: str
    country: str
    kind: str
    language: str
    fate: Fate
    state: str
    reason: str | None
    channel: str | None
    reference: str | None
    when: datetime | None


def who(
    session: Session, campaign: Campaign, *, step: str | None = None, fate: Fate | None = None
) -> Iterator[Line]:
    """Yield each contact of the campaign with each letter's fate, by step and name.

    Contacts whose next step has no letter yet are ``waiting`` with the state ``planned``.
    """
    for row in session.execute(_letters(campaign, step).execution_options(yield_per=2_000)):
        line = _line(row)
        if fate in {None, line.fate}:
            yield line
    if fate in {None, Fate.WAITING}:
        for row in session.execute(_planned(campaign, step).execution_options(yield_per=2_000)):
            yield _line(row)


def letters_to(session: Session, contact: int) -> list[Line]:
    """Return every letter of a contact (by id), of all campaigns, the newest first."""
    query = _of_letters().where(Delivery.contact_id == contact).order_by(Delivery.id.desc())
    return [_line(row) for row in session.execute(query)]


def _of_letters() -> Select[*tuple[Any, ...]]:
    """Return the columns that a line is made of."""
    return (
        select(
            Delivery.id.label("delivery"),
            Step.name.label("step"),
            Contact.code.label("contact"),
            Organisation.name.label("organisation"),
            Organisation.country,
            Organisation.kind,
            Delivery.language,
            Delivery.state,
            Delivery.reason,
            Delivery.channel,
            Delivery.reference,
            Delivery.sent_at.label("when"),
        )
        .join(Step, Step.id == Delivery.step_id)
        .join(Contact, Contact.id == Delivery.contact_id)
        .join(Organisation, Organisation.id == Contact.organisation_id)
    )


def _letters(campaign: Campaign, step: str | None) -> Select[*tuple[Any, ...]]:
    query = (
        _of_letters()
        .where(Step.campaign_id == campaign.id)
        .order_by(Step.position, Organisation.name, Delivery.id)
    )
    return query if step is None else query.where(Step.name == step)


def _planned(campaign: Campaign, step: str | None) -> Select[*tuple[Any, ...]]:
    """Active enrolments whose next step has no row for them."""
    query = (
        select(
            Delivery.id.label("delivery"),
            Step.name.label("step"),
            Contact.code.label("contact"),
            Organisation.name.label("organisation"),
            Organisation.country,
            Organisation.kind,
            Contact.language,
            Enrolment.state,
            Enrolment.reason,
            Delivery.channel,
            Delivery.reference,
            Delivery.sent_at.label("when"),
        )
        .join(Step, Step.id == Enrolment.step_id)
        .join(Contact, Contact.id == Enrolment.contact_id)
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .outerjoin(
            Delivery,
            and_(Delivery.step_id == Enrolment.step_id, Delivery.contact_id == Contact.id),
        )
        .where(
            Enrolment.campaign_id == campaign.id,
            Enrolment.state.in_([EnrolmentState.ACTIVE.value, EnrolmentState.HELD.value]),
            Delivery.id.is_(None),
        )
        .order_by(Step.position, Organisation.name)
    )
    return query if step is None else query.where(Step.name == step)


def _line(row: Any) -> Line:  # noqa: ANN401  # a row of either query
    planned = row.delivery is None
    state = "planned" if planned else row.state
    return Line(
        delivery=row.delivery,
        step=row.step,
        contact=row.contact,
        organisation=row.organisation,
        country=row.country,
        kind=row.kind,
        language=row.language,
        fate=Fate.WAITING if planned else FATES[DeliveryState(row.state)],
        state=state,
        reason=row.reason,
        channel=row.channel,
        reference=row.reference,
        when=row.when,
    )


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
    kept: int


@dataclass(frozen=True, slots=True)
class CampaignStatus:
    """Where a campaign stands."""

    name: str
    state: str
    enrolled: int
    stopped: int
    steps: list[StepStatus]
    promises: list[PromiseStatus]


def status(session: Session, campaign: Campaign, today: date) -> CampaignStatus:
    """Return the campaign's figures: one grouped query for letters, one for what is due."""
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
        .where(Step.campaign_id == campaign.id)
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
        _step_status(step, [row for row in counted if row.step_id == step.id], due.get(step.id))
        for step in steps
    ]
    enrolled = dict(
        session.execute(
            select(Enrolment.state, func.count())
            .where(Enrolment.campaign_id == campaign.id)
            .group_by(Enrolment.state)
        ).all()
    )
    sent = {step.id: row.fates[Fate.SENT] for step, row in zip(steps, rows, strict=True)}
    return CampaignStatus(
        name=campaign.name,
        state=campaign.state,
        enrolled=sum(enrolled.values()),
        stopped=enrolled.get(EnrolmentState.STOPPED.value, 0),
        steps=rows,
        promises=_promises(session, campaign, today, sent),
    )


def _step_status(step: Step, rows: list[Any], due: Any) -> StepStatus:  # noqa: ANN401  # rows of the grouped queries
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
        due=due.contacts if due else 0,
        next_due=due.first if due else None,
    )


def _promises(
    session: Session, campaign: Campaign, today: date, sent: dict[int, int]
) -> list[PromiseStatus]:
    found = session.scalars(
        select(Promise)
        .join(Step, Step.id == Promise.step_id)
        .where(Step.campaign_id == campaign.id)
        .order_by(Promise.due_on, Promise.id)
    )
    return [
        PromiseStatus(
            name=promise.name,
            text=promise.text,
            due_on=promise.due_on,
            overdue=is_overdue(promise, today),
            state=promise.state,
            made_to=sent.get(promise.step_id, 0),
            kept=sent.get(promise.kept_by_id, 0),
        )
        for promise in found
    ]
