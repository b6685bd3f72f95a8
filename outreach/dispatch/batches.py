"""Find batches and say how they stand."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign, Step
from outreach.dispatch.deliveries import SUPPLEMENT, is_letter
from outreach.dispatch.models import Batch, Delivery, Sequel
from outreach.dispatch.states import DeliveryState
from outreach.errors import N_, WrongUseError


class UnknownBatchError(WrongUseError):
    """No batch of that number."""

    message = N_("There is no batch {batch}. “outreach batch list” shows those there are.")


@dataclass(frozen=True, slots=True)
class Summary:
    """One batch in figures."""

    batch: Batch
    campaign: str
    step: str
    states: dict[str, int]
    """Deliveries by state."""
    reasons: dict[str, int]
    """Why some were left out."""

    @property
    def letters(self) -> int:
        """Letters that are in it: neither left out nor cancelled."""
        gone = (DeliveryState.SKIPPED.value, DeliveryState.CANCELLED.value)
        return sum(count for state, count in self.states.items() if state not in gone)


def find(session: Session, number: int) -> Batch:
    """Return a batch. Raises UnknownBatchError."""
    batch = session.get(Batch, number)
    if batch is None:
        raise UnknownBatchError(batch=number)
    return batch


def with_supplements(session: Session, number: int) -> list[int]:
    """Return the numbers of a batch and of those that brought its circulars to more recipients."""
    added = session.scalars(
        select(Sequel.batch_id)
        .where(Sequel.parent_id == number, Sequel.kind == SUPPLEMENT)
        .order_by(Sequel.batch_id)
    )
    return [number, *added]


def campaign_of(session: Session, batch: Batch) -> tuple[str, str]:
    """Return the names of the batch's campaign and step."""
    campaign, step = session.execute(
        select(Campaign.name, Step.name)
        .join(Step, Step.campaign_id == Campaign.id)
        .where(Step.id == batch.step_id)
    ).one()
    return campaign, step


def summaries(
    session: Session, *, campaign: str | None = None, batch: int | None = None
) -> list[Summary]:
    """Return batches with their figures, the newest first."""
    query = (
        select(Batch, Campaign.name, Step.name)
        .join(Step, Step.id == Batch.step_id)
        .join(Campaign, Campaign.id == Step.campaign_id)
        .order_by(Batch.id.desc())
    )
    if campaign is not None:
        query = query.where(Campaign.name == campaign)
    if batch is not None:
        query = query.where(Batch.id == batch)
    found = session.execute(query).all()
    states: dict[int, Counter[str]] = {}
    reasons: dict[int, Counter[str]] = {}
    for number, state, reason, count in session.execute(
        select(Delivery.batch_id, Delivery.state, Delivery.reason, func.count())
        .where(Delivery.batch_id.in_([row[0].id for row in found]), is_letter())
        .group_by(Delivery.batch_id, Delivery.state, Delivery.reason)
    ):
        states.setdefault(number, Counter())[state] += count
        if reason:
            reasons.setdefault(number, Counter())[reason] += count
    return [
        Summary(
            batch=row,
            campaign=campaign_name,
            step=step,
            states=dict(states.get(row.id, {})),
            reasons=dict(reasons.get(row.id, {})),
        )
        for row, campaign_name, step in found
    ]
