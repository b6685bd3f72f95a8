"""What this room knows of contacts, as conditions of segments."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, CompoundSelect, and_, or_, select, union_all

from outreach.campaigns.models import Campaign, Step
from outreach.contacts import kinship, segments
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


def _recipients(letters: Sequence[str]) -> CompoundSelect[int]:
    wanted = []
    for letter in letters:
        campaign, _, step = letter.partition("/")
        named = Campaign.name == campaign
        wanted.append(and_(named, Step.name == step) if step else named)
    theirs = (
        select(Delivery.contact_id)
        .join(Step, Step.id == Delivery.step_id)
        .join(Campaign, Campaign.id == Step.campaign_id)
        .where(Delivery.state == DeliveryState.SENT.value, or_(*wanted))
    )
    bearers = kinship.bearers()
    merged = theirs.join(bearers, bearers.c.member == Delivery.contact_id)
    return union_all(theirs, merged.with_only_columns(bearers.c.head))
