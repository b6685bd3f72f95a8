"""One contact's page: what they answered, what they were promised."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign, Promise, Step
from outreach.contacts import kinship
from outreach.dispatch.models import Delivery
from outreach.dispatch.states import DeliveryState
from outreach.inbox.models import Reply
from outreach.settings import Language


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply of the contact."""

    received_on: date
    campaign: str
    way: str
    outcome: str
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Owed:
    """What a letter promised them."""

    due_on: date
    campaign: str
    text: str
    state: str


def answers(session: Session, contact_id: int) -> list[Answer]:
    """Return a contact's replies, of those merged into it too, the newest first."""
    rows = session.execute(
        select(Reply.received_on, Campaign.name, Reply.way, Reply.outcome, Reply.recorded_by)
        .join(Campaign, Campaign.id == Reply.campaign_id)
        .where(Reply.contact_id.in_(kinship.family(session, contact_id)))
        .order_by(Reply.received_on.desc(), Reply.id.desc())
    )
    return [Answer(*row) for row in rows]


def owed(session: Session, contact_id: int, language: Language) -> list[Owed]:
    """Return the promises made by letters that a contact got, the next due first."""
    rows = session.execute(
        select(Promise, Campaign.name)
        .join(Step, Step.id == Promise.step_id)
        .join(Campaign, Campaign.id == Step.campaign_id)
        .join(Delivery, Delivery.step_id == Step.id)
        .where(
            Delivery.contact_id.in_(kinship.family(session, contact_id)),
            Delivery.state == DeliveryState.SENT.value,
        )
        .order_by(Promise.due_on, Promise.id)
    )
    return [
        Owed(row.due_on, campaign, row.text.get(language, ""), row.state) for row, campaign in rows
    ]
