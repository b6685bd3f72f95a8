"""A plan changed while its campaign goes on: what may change, and what follows from it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.campaigns import enrolments
from outreach.campaigns.definition import CampaignFile, Definition, StepDefinition
from outreach.campaigns.models import Campaign, CampaignState, Step
from outreach.dispatch import turns
from outreach.dispatch.models import Batch
from outreach.dispatch.states import BatchState
from outreach.errors import N_, OutreachError
from outreach.journal import Act
from outreach.settings import Settings


class FixedStepError(OutreachError):
    """Letters of the step were written by its old plan."""

    message = N_(
        "Letters of the step “{step}” are prepared or left already: it stays, and so does when it is "
        "due. Add another step instead."
    )


class FixedAudienceError(OutreachError):
    """Whom it writes to is enrolled."""

    message = N_(
        "This campaign has started with the recipients of “{segment}”: whom it writes to is no longer "
        "changed. Make another campaign for others."
    )


class NotRemovableError(OutreachError):
    """Something was done in the campaign already."""

    message = N_("Something was done in this campaign already, so it stays.")


def fixed(session: Session, name: str) -> set[str]:
    """Return the steps of a campaign of which letters are prepared or left, by name."""
    return set(
        session.scalars(
            select(Step.name)
            .join(Batch, Batch.step_id == Step.id)
            .join(Campaign, Campaign.id == Step.campaign_id)
            .where(Campaign.name == name, Batch.state != BatchState.CANCELLED.value)
        )
    )


def require_allowed(session: Session, name: str, before: CampaignFile, after: CampaignFile) -> None:
    """Refuse what would contradict what was done. Raises FixedStepError, FixedAudienceError."""
    campaign = enrolments.find(session, name)
    if campaign is None:
        return
    if campaign.started_at is not None and before.audience != after.audience:
        raise FixedAudienceError(segment=before.audience)
    kept = {step.name: step for step in after.steps}
    stay = fixed(session, name)
    for step in before.steps:
        if step.name in stay and (step.name not in kept or _when(kept[step.name]) != _when(step)):
            raise FixedStepError(step=step.name)


def require_removable(session: Session, name: str) -> None:
    """Refuse to take away a campaign in which something was done. Raises NotRemovableError."""
    if enrolments.find(session, name) is not None:
        raise NotRemovableError


def follow(session: Session, definition: Definition, *, settings: Settings, act: Act) -> None:
    """Put every contact of a campaign where its changed plan says; write down who changed it.

    Nothing happens for a campaign of which nothing was done yet.
    """
    campaign = enrolments.find(session, definition.name)
    if campaign is None:
        return
    journal.record(
        session, act, "campaign", campaign.id, "replanned", detail={"sha256": definition.sha256}
    )
    if campaign.started_at is None or campaign.state in {
        CampaignState.STOPPED.value,
        CampaignState.FINISHED.value,
    }:
        enrolments.ensure(session, definition, act)
    else:
        turns.take_stock(session, definition, campaign, settings=settings, act=act)


def _when(step: StepDefinition) -> object:
    return (step.on, step.after, step.on_outcome, step.event)
