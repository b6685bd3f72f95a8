"""A whole campaign rests, goes on or ends: its plan, its contacts and its batches together."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.campaigns import enrolments, promises
from outreach.campaigns.models import (
    Campaign,
    CampaignState,
    Enrolment,
    EnrolmentState,
    PromiseState,
    Step,
    StopReason,
)
from outreach.dispatch import approval, settling
from outreach.dispatch.models import Batch
from outreach.dispatch.states import BatchState
from outreach.errors import N_, OutreachError
from outreach.journal import Act, Event

RESTS = "the campaign rests"
"""Why a batch was paused; such a one goes on with its campaign."""
UNSIGNED = (BatchState.DRAFT.value, BatchState.SUBMITTED.value, BatchState.APPROVED.value)
GOING = (BatchState.APPROVED.value, BatchState.SENDING.value)


class OpenPromisesError(OutreachError):
    """What was promised is kept or withdrawn by somebody, never dropped with the plan."""

    message = N_(
        "The campaign {name} still owes what it promised: {promises}. Keep it, or withdraw it with a "
        "reason (“outreach promises withdraw”), then end the campaign."
    )


@dataclass(frozen=True, slots=True)
class Ended:
    """What ending a campaign did."""

    state: CampaignState
    """``finished`` where nothing was left to do, else ``stopped``."""
    contacts: int
    """Contacts whose next letter will not be prepared."""
    batches: list[int]
    """Batches that were cancelled; what is signed still leaves."""


def pause(session: Session, campaign: Campaign, act: Act) -> list[int]:
    """Let a campaign rest, with its batches that are on their way; return those.

    Raises ForbiddenMoveError, NotAllowedError.
    """
    users.require(session, act.actor, Role.SECRETARY)
    enrolments.move_campaign(session, campaign, CampaignState.PAUSED, act)
    going = _batches(session, campaign, *GOING)
    for batch in going:
        settling.pause(session, batch, RESTS, act)
    return [batch.id for batch in going]


def resume(session: Session, campaign: Campaign, act: Act) -> list[int]:
    """Let a campaign go on, with the batches that rested with it; return those.

    Raises ForbiddenMoveError, NotAllowedError.
    """
    users.require(session, act.actor, Role.SECRETARY)
    enrolments.move_campaign(session, campaign, CampaignState.RUNNING, act)
    rested = [
        batch
        for batch in _batches(session, campaign, BatchState.PAUSED.value)
        if _why_paused(session, batch) == RESTS
    ]
    for batch in rested:
        settling.resume(session, batch, act)
    return [batch.id for batch in rested]


def stop(session: Session, campaign: Campaign, reason: str, act: Act) -> Ended:
    """End a campaign for good: its contacts get nothing more, what is not signed is cancelled.

    What it promised must be kept or withdrawn before. Raises OpenPromisesError,
    ForbiddenMoveError, NotAllowedError.
    """
    users.require(session, act.actor, Role.MANAGER)
    owed = [
        promise.name
        for promise in promises.of_campaign(session, campaign)
        if promise.state == PromiseState.OPEN.value
    ]
    if owed:
        raise OpenPromisesError(name=campaign.name, promises=owed)
    cancelled = []
    for batch in _batches(session, campaign, *UNSIGNED, BatchState.PAUSED.value):
        if batch.signed_at is None:
            approval.cancel(session, batch, reason, act)
            cancelled.append(batch.id)
    going_on = session.scalars(
        select(Enrolment).where(
            Enrolment.campaign_id == campaign.id,
            Enrolment.state.in_((EnrolmentState.ACTIVE.value, EnrolmentState.HELD.value)),
        )
    ).all()
    for enrolment in going_on:
        enrolments.stop(session, enrolment, StopReason.WITHDRAWN, act)
    nothing_left = not going_on and not cancelled and campaign.state == CampaignState.RUNNING.value
    state = CampaignState.FINISHED if nothing_left else CampaignState.STOPPED
    enrolments.move_campaign(session, campaign, state, act)
    journal.record(session, act, "campaign", campaign.id, "ended", reason=reason)
    return Ended(state, len(going_on), cancelled)


def _batches(session: Session, campaign: Campaign, *states: str) -> list[Batch]:
    return list(
        session.scalars(
            select(Batch)
            .join(Step, Step.id == Batch.step_id)
            .where(Step.campaign_id == campaign.id, Batch.state.in_(states))
            .order_by(Batch.id)
        )
    )


def _why_paused(session: Session, batch: Batch) -> str | None:
    return session.scalar(
        select(Event.reason)
        .where(Event.subject == "batch", Event.subject_id == batch.id, Event.after == batch.state)
        .order_by(Event.id.desc())
        .limit(1)
    )
