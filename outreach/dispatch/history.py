"""What each contact already received: read by schedules, letters and reports."""

from collections.abc import Iterable, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign, Step
from outreach.campaigns.situations import Past
from outreach.clock import local_date
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

    ``contacts`` narrows the answer; None means all.
    """
    found: dict[int, dict[str, date]] = {}
    query = (
        select(Delivery.contact_id, Step.name, Delivery.sent_at)
        .join(Step, Step.id == Delivery.step_id)
        .where(Step.campaign_id == campaign.id, Delivery.state.in_(LEFT), is_letter())
        .order_by(Delivery.sent_at.desc())
    )
    for part in _chunks(contacts):
        narrowed = query if part is None else query.where(Delivery.contact_id.in_(part))
        for contact, step, sent_at in session.execute(narrowed):
            if sent_at is not None:
                found.setdefault(contact, {})[step] = local_date(sent_at, zone)
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
    for part in _chunks(contacts):
        found |= set(
            session.scalars(
                select(Delivery.contact_id).where(
                    Delivery.contact_id.in_(part or ()), Delivery.state.in_(LEFT), is_letter()
                )
            )
        )
    return found


def any_left(session: Session, step_id: int) -> bool:
    """Say whether any letter of a step left."""
    query = select(Delivery.id).where(
        Delivery.step_id == step_id, Delivery.state.in_(LEFT), is_letter()
    )
    return session.scalar(query.limit(1)) is not None


def _chunks(contacts: Sequence[int] | None) -> Iterable[Sequence[int] | None]:
    """Cut a long list: a statement takes a limited number of parameters."""
    if contacts is None:
        return [None]
    return [contacts[i : i + CHUNK] for i in range(0, len(contacts), CHUNK)]
