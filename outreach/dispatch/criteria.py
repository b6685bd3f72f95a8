"""What this room knows of contacts, as conditions of segments."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.sql.selectable import Select

from outreach.campaigns.models import Campaign, Step
from outreach.contacts import segments
from outreach.contacts.models import Contact
from outreach.dispatch.models import Delivery
from outreach.dispatch.states import DeliveryState


def received(letters: Sequence[str]) -> ColumnElement[bool]:
    """Return "got one of these letters"; each is ``campaign/step``, or ``campaign`` for any of its.

    A letter that bounced or came back was not received.
    """
    return Contact.id.in_(_recipients(letters))


def not_received(letters: Sequence[str]) -> ColumnElement[bool]:
    """Return "got none of these letters"."""
    return segments.opposite(received(letters))


def _recipients(letters: Sequence[str]) -> Select[int]:
    wanted = []
    for letter in letters:
        campaign, _, step = letter.partition("/")
        named = Campaign.name == campaign
        wanted.append(and_(named, Step.name == step) if step else named)
    return (
        select(Delivery.contact_id)
        .join(Step, Step.id == Delivery.step_id)
        .join(Campaign, Campaign.id == Step.campaign_id)
        .where(Delivery.state == DeliveryState.SENT.value, or_(*wanted))
        .correlate(None)
    )
