"""Who answered that a city interests them: both the reply and the city are needed.

``replies outcome`` says that an authority is interested, ``replies stage`` in which city. Without
the first the second is our own idea; an authority that declined since is interested no more.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contacts.models import Contact
from outreach.dispatch.introductions import Interest
from outreach.inbox.models import Outcome, Reply
from outreach.partners.models import Cooperation
from outreach.partners.pairs import Stage

WANTED = tuple(stage.value for stage in (Stage.INTERESTED, Stage.IN_TOUCH, Stage.MET, Stage.AGREED))


def of(session: Session, campaign_id: int) -> Sequence[Interest]:
    """Return the interests that were answered in a campaign, the first one first."""
    standing: dict[int, Reply] = {}
    rows = session.execute(
        select(Contact.organisation_id, Reply)
        .join(Contact, Contact.id == Reply.contact_id)
        .where(
            Reply.campaign_id == campaign_id,
            Reply.outcome.in_((Outcome.INTERESTED.value, Outcome.DECLINED.value)),
        )
        .order_by(Reply.received_on, Reply.id)
    )
    for organisation, reply in rows:
        known = standing.get(organisation)
        if known is None or reply.outcome != known.outcome:
            standing[organisation] = reply
    interested = {
        organisation: reply
        for organisation, reply in standing.items()
        if reply.outcome == Outcome.INTERESTED.value
    }
    if not interested:
        return ()
    pairs = session.scalars(
        select(Cooperation)
        .where(Cooperation.organisation_id.in_(interested), Cooperation.stage.in_(WANTED))
        .order_by(Cooperation.changed_at, Cooperation.id)
    )
    return [
        Interest(
            organisation=pair.organisation_id,
            city=pair.city_id,
            since=max(interested[pair.organisation_id].received_on, pair.changed_at.date()),
        )
        for pair in pairs
    ]
