"""Whether a campaign goes on: nothing is prepared for one that rests or has ended."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign, CampaignState, Step
from outreach.errors import N_, OutreachError


class RestingError(OutreachError):
    """Nothing is prepared or sent while the campaign rests."""

    message = N_(
        "The campaign {name} rests since it was paused. Let it go on with “outreach campaign resume "
        "{name}”."
    )


class EndedError(OutreachError):
    """Nothing is prepared any more."""

    message = N_("The campaign {name} was ended: nothing more is prepared for it.")


def require_going(campaign: Campaign) -> None:
    """Refuse where nothing may be prepared. Raises RestingError, EndedError."""
    if campaign.state == CampaignState.PAUSED.value:
        raise RestingError(name=campaign.name)
    if campaign.state in {CampaignState.STOPPED.value, CampaignState.FINISHED.value}:
        raise EndedError(name=campaign.name)


def require_awake(session: Session, step_id: int) -> None:
    """Refuse to send letters of a step whose campaign rests. Raises RestingError."""
    campaign = session.scalars(
        select(Campaign).join(Step, Step.campaign_id == Campaign.id).where(Step.id == step_id)
    ).one()
    if campaign.state == CampaignState.PAUSED.value:
        raise RestingError(name=campaign.name)
