"""The replies of a campaign, as its triggers want them: who answered, with what outcome, when."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns.situations import Answer
from outreach.contacts.models import Contact
from outreach.inbox.models import Reply


def of(session: Session, campaign_id: int) -> list[Answer]:
    """Return the human replies of a campaign, the first one first."""
    return [
        Answer(contact, organisation, outcome, on)
        for contact, organisation, outcome, on in session.execute(
            select(Reply.contact_id, Contact.organisation_id, Reply.outcome, Reply.received_on)
            .join(Contact, Contact.id == Reply.contact_id)
            .where(Reply.campaign_id == campaign_id)
            .order_by(Reply.received_on, Reply.id)
        )
    ]
