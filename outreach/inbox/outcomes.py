"""The replies of a campaign, as its triggers want them: who answered, with what outcome, when."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns.definition import CampaignFile
from outreach.campaigns.situations import Answer
from outreach.contacts import kinship
from outreach.contacts.models import Contact
from outreach.dispatch import commitments, introductions
from outreach.errors import N_, OutreachError
from outreach.inbox.models import Outcome, Reply


class UnknownTriggerError(OutreachError):
    """A step waits for an outcome that no reply has."""

    message = N_(
        "Step “{step}” waits for a reply “{outcome}”, which there is not (on_outcome). There are: "
        "{known}."
    )


def check(file: CampaignFile) -> None:
    """Refuse a plan that waits for an outcome that no reply has. Raises UnknownTriggerError."""
    known = [outcome.value for outcome in Outcome if outcome is not Outcome.UNJUDGED]
    known += [*commitments.POSTPONED, introductions.OUTCOME]
    for step in file.steps:
        if step.on_outcome is not None and step.on_outcome.outcome not in known:
            raise UnknownTriggerError(step=step.name, outcome=step.on_outcome.outcome, known=known)


def of(session: Session, campaign_id: int) -> list[Answer]:
    """Return the human replies of a campaign, the first one first; of a merged contact, by its head."""
    through = kinship.heads(session)
    return [
        Answer(through.get(contact, contact), organisation, outcome, on)
        for contact, organisation, outcome, on in session.execute(
            select(Reply.contact_id, Contact.organisation_id, Reply.outcome, Reply.received_on)
            .join(Contact, Contact.id == Reply.contact_id)
            .where(Reply.campaign_id == campaign_id)
            .order_by(Reply.received_on, Reply.id)
        )
    ]
