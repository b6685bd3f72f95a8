"""What this room knows of contacts, as conditions of segments."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, CompoundSelect, and_, or_, select, union_all

from outreach.campaigns.models import Campaign, Step
from outreach.contacts import kinship
from outreach.contacts.models import Contact
from outreach.db import looked_up
from outreach.dispatch.models import Delivery
from outreach.dispatch.states import DeliveryState


def received(letters: Sequence[str]) -> ColumnElement[bool]:
    """Return "got one of these letters"; each is ``campaign/step``, or ``campaign`` for any of its.

    A letter that bounced or came back was not received.
    """
    return looked_up(Contact.id.in_(_recipients(letters)))


def not_received(letters: Sequence[str]) -> ColumnElement[bool]:
    """Return "got none of these letters"."""
    return Contact.id.not_in(_recipients(letters))


def _recipients(letters: Sequence[str]) -> CompoundSelect[int]:
    wanted = []
    for letter in letters:
        campaign, _, step = letter.partition("/")
        named = Campaign.name == campaign
        wanted.append(and_(named, Step.name == step) if step else named)
    steps = (
        select(Step.id).join(Campaign, Campaign.id == Step.campaign_id).where(or_(*wanted))
    ).correlate(None)
    return written_to(Delivery.step_id.in_(steps))


def written_to(condition: ColumnElement[bool]) -> CompoundSelect[int]:
    """Return a query of whom letters left for, of such a kind: also of who was merged into them."""
    sent = and_(Delivery.state == DeliveryState.SENT.value, condition)
    bearers = kinship.bearers()
    theirs = select(Delivery.id).where(Delivery.contact_id == bearers.c.member, sent).limit(1)
    # Not "exists": PostgreSQL expects many who were merged, and would read all letters for them.
    found = theirs.correlate(bearers).scalar_subquery().is_not(None)
    return union_all(
        select(Delivery.contact_id).where(sent),
        select(bearers.c.head).where(found),
    )
