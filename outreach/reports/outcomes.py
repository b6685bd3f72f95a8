"""What a campaign's replies meant, counted: each figure leads to its replies."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign
from outreach.inbox.models import Arrival, ArrivalState, Outcome, Reply


def of(session: Session, campaign: Campaign) -> dict[str, int]:
    """Return how many replies of a campaign meant what, in the order of ``Outcome``."""
    counted: dict[str, int] = dict(
        session.execute(
            select(Reply.outcome, func.count())
            .join(Arrival, Arrival.reply_id == Reply.id)
            .where(
                Arrival.campaign_id == campaign.id,
                Arrival.state == ArrivalState.MATCHED.value,
            )
            .group_by(Reply.outcome)
        ).all()
    )
    return {each.value: counted[each.value] for each in Outcome if each.value in counted}
