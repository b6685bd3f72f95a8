"""Three letters of a batch to read before one approves it: typical ones, as unlike as can be."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.contacts.models import Contact, Organisation
from outreach.dispatch.deliveries import is_letter
from outreach.dispatch.models import Batch, Delivery
from outreach.dispatch.states import DeliveryState

COUNT = 3
NOT_READ = (DeliveryState.SKIPPED.value, DeliveryState.CANCELLED.value)


@dataclass(frozen=True, slots=True)
class Typical:
    """One recipient, and how many of the batch are written to alike."""

    delivery: int
    contact: str
    organisation: str
    kind: str
    language: str
    channel: str
    count: int


def three(session: Session, batch: Batch) -> list[Typical]:
    """Return the letters that stand for the most others: of each language first, then each way."""
    rows = session.execute(
        select(
            Organisation.kind,
            Delivery.language,
            func.coalesce(Delivery.channel, "").label("channel"),
            func.count().label("alike"),
            func.min(Delivery.id).label("first"),
        )
        .join(Contact, Contact.id == Delivery.contact_id)
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .where(
            Delivery.batch_id == batch.id,
            Delivery.state.not_in(NOT_READ),
            Delivery.facts.is_not(None),
            is_letter(),
        )
        .group_by(Organisation.kind, Delivery.language, Delivery.channel)
        .order_by(func.count().desc(), func.min(Delivery.id))
    ).all()
    chosen = choose([(row.kind, row.language, row.channel) for row in rows])
    found = []
    for place in chosen:
        row = rows[place]
        delivery, contact, organisation = session.execute(
            select(Delivery.id, Contact.code, Organisation.name)
            .join(Contact, Contact.id == Delivery.contact_id)
            .join(Organisation, Organisation.id == Contact.organisation_id)
            .where(Delivery.id == row.first)
        ).one()
        found.append(
            Typical(delivery, contact, organisation, row.kind, row.language, row.channel, row.alike)
        )
    return found


def choose(groups: Sequence[tuple[str, str, str]]) -> list[int]:
    """Return the places of at most three groups (kind, language, way), given the largest first.

    Each choice takes the first group that differs most from those chosen before it: another
    language counts more than another way, and that more than another kind.
    """
    chosen: list[int] = []
    while len(chosen) < min(COUNT, len(groups)):

        def new(place: int) -> tuple[bool, bool, bool, int]:
            kind, language, way = groups[place]
            before = [groups[each] for each in chosen]
            return (
                language not in {each[1] for each in before},
                way not in {each[2] for each in before},
                kind not in {each[0] for each in before},
                -place,
            )

        left = [place for place in range(len(groups)) if place not in chosen]
        chosen.append(max(left, key=new) if chosen else left[0])
    return chosen
