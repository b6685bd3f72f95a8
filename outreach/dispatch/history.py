"""What each contact already received: read by schedules, letters and reports."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign, Step
from outreach.campaigns.situations import Past
from outreach.clock import local_date
from outreach.contacts import kinship
from outreach.dispatch.deliveries import is_letter
from outreach.dispatch.models import Delivery
from outreach.dispatch.states import DeliveryState

LEFT = (DeliveryState.SENT.value, DeliveryState.BOUNCED.value, DeliveryState.RETURNED.value)
CAME_BACK = (DeliveryState.BOUNCED.value, DeliveryState.RETURNED.value)
CHUNK = 5_000


def received(
    session: Session, campaign: Campaign, zone: ZoneInfo, contacts: Sequence[int] | None = None
) -> dict[int, dict[str, date]]:
    """Return, by contact id, the steps whose letter left, and the office's date when it did.

    Letters to somebody who was merged count for the one that they are read through as well.
    ``contacts`` narrows the answer; None means all.
    """
    found: dict[int, dict[str, date]] = {}
    query = (
        select(Delivery.contact_id, Step.name, Delivery.sent_at)
        .join(Step, Step.id == Delivery.step_id)
        .where(Step.campaign_id == campaign.id, Delivery.state.in_(LEFT), is_letter())
        .order_by(Delivery.sent_at.desc())
    )
    through = kinship.heads(session)
    moments: dict[datetime, date] = {}  # letters on paper leave at few
    for part in _chunks(_with_merged(contacts, through)):
        narrowed = query if part is None else query.where(Delivery.contact_id.in_(part))
        for contact, step, sent_at in session.execute(narrowed):
            if sent_at is not None:
                day = moments.get(sent_at)
                if day is None:
                    day = moments[sent_at] = local_date(sent_at, zone)
                for one in {contact, through.get(contact, contact)}:
                    days = found.setdefault(one, {})
                    days[step] = min(day, days.get(step, day))
    return found


def past(
    session: Session, campaign: Campaign, zone: ZoneInfo, contacts: Sequence[int] | None = None
) -> Past:
    """Return what left to contacts (by id; None: to all), and from whom a letter came back."""
    found: set[int] = set()
    query = (
        select(Delivery.contact_id)
        .join(Step, Step.id == Delivery.step_id)
        .where(Step.campaign_id == campaign.id, Delivery.state.in_(CAME_BACK), is_letter())
    )
    for part in _chunks(contacts):
        found |= set(
            session.scalars(query if part is None else query.where(Delivery.contact_id.in_(part)))
        )
    return Past(received(session, campaign, zone, contacts), found)


def written_to(session: Session, contacts: Sequence[int]) -> set[int]:
    """Return those of ``contacts`` to whom any letter left, of any campaign."""
    found: set[int] = set()
    through = kinship.heads(session)
    for part in _chunks(_with_merged(contacts, through)):
        found |= set(
            session.scalars(
                select(Delivery.contact_id).where(
                    Delivery.contact_id.in_(part or ()), Delivery.state.in_(LEFT), is_letter()
                )
            )
        )
    return (found | {through[one] for one in found if one in through}) & set(contacts)


def any_left(session: Session, step_id: int) -> bool:
    """Say whether any letter of a step left."""
    query = select(Delivery.id).where(
        Delivery.step_id == step_id, Delivery.state.in_(LEFT), is_letter()
    )
    return session.scalar(query.limit(1)) is not None


def _with_merged(
    contacts: Sequence[int] | None, through: Mapping[int, int]
) -> Sequence[int] | None:
    """Return contacts with those that are read through them."""
    if contacts is None or not through:
        return contacts
    wanted = set(contacts)
    return [
        *contacts,
        *(gone for gone, head in through.items() if head in wanted and gone not in wanted),
    ]


def _chunks(contacts: Sequence[int] | None) -> Iterable[Sequence[int] | None]:
    """Cut a long list: a statement takes a limited number of parameters."""
    if contacts is None:
        return [None]
    return [contacts[i : i + CHUNK] for i in range(0, len(contacts), CHUNK)]
