"""Letters that a manager approved beforehand: so many of one step, until a day, as they are now.

A round may then approve, sign and send what falls due, without anybody at the desk. Whatever is not
as the manager saw it, or beyond the limits, stays a draft that waits for a person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import JSON, ForeignKey, Text, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import String

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.campaigns import enrolments
from outreach.campaigns.definition import Definition, LetterToComeError
from outreach.campaigns.models import Campaign, Step
from outreach.clock import local_date
from outreach.db import Base, UtcDateTime
from outreach.dispatch import deliveries
from outreach.dispatch import pressroom as pressrooms
from outreach.dispatch.models import Batch, Delivery
from outreach.dispatch.pressroom import Pressroom
from outreach.dispatch.states import BatchState, DeliveryState
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.journal import Act
from outreach.settings import Language, Settings

REPLACED = "replaced"
UNUSED = (BatchState.DRAFT.value, BatchState.SUBMITTED.value, BatchState.CANCELLED.value)
"""States of a batch whose letters do not count against a limit."""
GONE = (DeliveryState.SKIPPED.value, DeliveryState.CANCELLED.value)


class Preapproval(Base):
    """One approval beforehand, of one step."""

    __tablename__ = "preapproval"

    id: Mapped[int] = mapped_column(primary_key=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("step.id"), index=True)
    at_most: Mapped[int]
    """Letters in all."""
    until: Mapped[date]
    """The last day on which it holds."""
    mandate: Mapped[str | None] = mapped_column(Text)
    """The recorded mandate that signs; None: a person signs."""
    material: Mapped[dict[str, str]] = mapped_column(JSON)
    """What the manager saw, part by part -> SHA-256, as a batch keeps it."""
    set_by: Mapped[str] = mapped_column(String(200))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    looked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When a round last saw to its campaign."""
    withdrawn_by: Mapped[str | None] = mapped_column(String(200))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(Text)
    """Why it was withdrawn."""


class PreapprovedBatch(Base):
    """A batch that a round took up under an approval given beforehand."""

    __tablename__ = "preapproved_batch"

    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), primary_key=True)
    preapproval_id: Mapped[int] = mapped_column(ForeignKey("preapproval.id"), index=True)


class PreapprovalLimitsError(WrongUseError):
    """Limits that allow nothing."""

    message = N_(
        "Say at least one letter, and a day that is not past: --at-most {at_most} --until {until} "
        "allows nothing."
    )


class PreapprovalNumbersError(OutreachError):
    """Numbers that only a person can give cannot be given beforehand."""

    message = N_(
        "The numbers of this office come from its official book (register.source), so a person "
        "signs each batch with them. Leave --mandate out: the letters are approved beforehand and "
        "then wait for their signature."
    )


class NotPreapprovedError(WrongUseError):
    """Nothing to withdraw."""

    message = N_("No letter of step {step} ({campaign}) is approved beforehand.")


class PreapprovalOverError(OutreachError):
    """Its last day is past."""

    message = N_("They were approved beforehand until {until}. A manager may set a later day.")


class PreapprovalLimitError(OutreachError):
    """More letters than are left of it."""

    message = N_(
        "{at_most} letters were approved beforehand; {used} of them are used, and these are "
        "{letters} more."
    )


class PreapprovalChangedError(OutreachError):
    """The letters are not those that the manager saw."""

    message = N_(
        "Since {set_by} approved them beforehand, this was changed: {parts}. A manager looks and "
        "approves anew."
    )


class PreapprovalLateError(OutreachError):
    """They were due while no round was made."""

    message = N_(
        "They were due on {due}, and no round was made between {looked_at} and now. Look whether "
        "they still hold."
    )


class PreapprovalOwnError(OutreachError):
    """Four eyes: who prepares does not approve, beforehand or after."""

    message = N_(
        "{set_by} approved them beforehand and makes this round too. Let somebody else make the "
        "rounds (outreach --as NAME worker), or approve the batch by hand."
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """What a manager allows."""

    at_most: int
    until: date
    mandate: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """One approval beforehand, with what is used of it."""

    row: Preapproval
    campaign: str
    step: str
    used: int
    batches: Sequence[int]


def allow(
    session: Session,
    definition: Definition,
    current: Pressroom,
    limits: Limits,
    *,
    settings: Settings,
    act: Act,
) -> Preapproval:
    """Approve letters of the step of ``current`` beforehand; a former approval of it ends.

    Raises NotAllowedError, NotStartedError, LetterToComeError, PreapprovalLimitsError,
    PreapprovalNumbersError.
    """
    users.require(session, act.actor, Role.MANAGER)
    campaign = enrolments.require_started(session, definition.name)
    step = definition.step(current.step.name)
    if step.letter_to_come is not None:
        language: Language = "es" if settings.office.ui_language == "es" else "fr"
        raise LetterToComeError(step=step.name, why=step.letter_to_come.in_(language))
    if limits.at_most < 1 or limits.until < local_date(act.at, settings.zone):
        raise PreapprovalLimitsError(at_most=limits.at_most, until=limits.until.isoformat())
    if limits.mandate and settings.register.source != "own":
        raise PreapprovalNumbersError
    enrolments.ensure(session, definition, act)
    step_id = enrolments.steps(session, campaign)[step.name].id
    former = in_force(session, step_id)
    if former is not None:
        _end(session, former, REPLACED, act)
    row = Preapproval(
        step_id=step_id,
        at_most=limits.at_most,
        until=limits.until,
        mandate=limits.mandate or None,
        material=pressrooms.freeze(session, current),
        set_by=act.actor,
        set_at=act.at,
        looked_at=act.at,
    )
    session.add(row)
    session.flush()
    journal.record(
        *(session, act, "preapproval", row.id, "created"),
        detail={"at_most": row.at_most, "until": row.until.isoformat()},
    )
    return row


def withdraw(session: Session, campaign: Campaign, step: str, reason: str, act: Act) -> Preapproval:
    """End the approval of a step's letters beforehand; what left, left.

    Raises NotAllowedError, NotPreapprovedError.
    """
    users.require(session, act.actor, Role.SECRETARY)
    known = enrolments.steps(session, campaign).get(step)
    row = in_force(session, known.id) if known else None
    if row is None:
        raise NotPreapprovedError(step=step, campaign=campaign.name)
    _end(session, row, reason, act)
    return row


def in_force(session: Session, step_id: int) -> Preapproval | None:
    """Return the approval of a step (by id) that was not withdrawn; its last day may be past."""
    return session.scalar(
        select(Preapproval).where(
            Preapproval.step_id == step_id, Preapproval.withdrawn_at.is_(None)
        )
    )


def standing(session: Session, campaign: str | None = None) -> list[Standing]:
    """Return the approvals that were not withdrawn, the first to end first."""
    query = (
        select(Preapproval, Campaign.name, Step.name)
        .join(Step, Step.id == Preapproval.step_id)
        .join(Campaign, Campaign.id == Step.campaign_id)
        .where(Preapproval.withdrawn_at.is_(None))
        .order_by(Preapproval.until, Preapproval.id)
    )
    if campaign is not None:
        query = query.where(Campaign.name == campaign)
    return [
        Standing(row, name, step, used(session, row), _batches(session, row))
        for row, name, step in session.execute(query)
    ]


def used(session: Session, row: Preapproval) -> int:
    """Return how many letters a round approved under it."""
    return (
        session.scalar(
            select(func.count(Delivery.id))
            .join(Batch, Batch.id == Delivery.batch_id)
            .join(PreapprovedBatch, PreapprovedBatch.batch_id == Batch.id)
            .where(
                PreapprovedBatch.preapproval_id == row.id,
                Batch.state.not_in(UNUSED),
                Delivery.state.not_in(GONE),
                deliveries.is_letter(),
            )
        )
        or 0
    )


def of_batch(session: Session, batch: int) -> Preapproval | None:
    """Return the approval under which a round took a batch up, if one did."""
    return session.scalar(
        select(Preapproval)
        .join(PreapprovedBatch, PreapprovedBatch.preapproval_id == Preapproval.id)
        .where(PreapprovedBatch.batch_id == batch)
    )


def take_up(
    session: Session,
    row: Preapproval,
    batch: Batch,
    material: Mapping[str, str],
    *,
    letters: int,
    due: date,
    settings: Settings,
    stale: timedelta,
    act: Act,
) -> None:
    """Put a batch of ``letters`` that was prepared a moment ago under an approval given beforehand.

    ``material`` is what stands in the folder now; ``due`` the first day of one of its letters.
    Raises PreapprovalOwnError, PreapprovalOverError, PreapprovalChangedError, PreapprovalLateError,
    PreapprovalLimitError.
    """
    today = local_date(act.at, settings.zone)
    if row.set_by == act.actor:
        raise PreapprovalOwnError(set_by=row.set_by)
    if today > row.until:
        raise PreapprovalOverError(until=row.until)
    parts = [
        name
        for name in sorted(row.material.keys() | material.keys())
        if row.material.get(name) != material.get(name)
    ]
    if parts:
        raise PreapprovalChangedError(set_by=row.set_by, parts=parts)
    # A week in which the machine slept: what was right on its day may be wrong today.
    if due < today and act.at - row.looked_at > stale:
        raise PreapprovalLateError(due=due, looked_at=row.looked_at)
    before = used(session, row)
    if before + letters > row.at_most:
        raise PreapprovalLimitError(at_most=row.at_most, used=before, letters=letters)
    session.add(PreapprovedBatch(batch_id=batch.id, preapproval_id=row.id))
    session.flush()
    journal.record(
        *(session, act, "preapproval", row.id, "used"), detail={"batch": batch.id, "n": letters}
    )


def looked(session: Session, campaign: str, now: datetime) -> None:
    """Note that a round saw to a campaign."""
    session.execute(
        update(Preapproval)
        .where(
            Preapproval.withdrawn_at.is_(None),
            Preapproval.step_id.in_(
                select(Step.id)
                .join(Campaign, Campaign.id == Step.campaign_id)
                .where(Campaign.name == campaign)
            ),
        )
        .values(looked_at=now)
        .execution_options(synchronize_session=False)
    )


def _batches(session: Session, row: Preapproval) -> list[int]:
    return list(
        session.scalars(
            select(PreapprovedBatch.batch_id)
            .where(PreapprovedBatch.preapproval_id == row.id)
            .order_by(PreapprovedBatch.batch_id)
        )
    )


def _end(session: Session, row: Preapproval, reason: str, act: Act) -> None:
    row.withdrawn_by, row.withdrawn_at, row.reason = act.actor, act.at, reason
    session.flush()
    journal.record(session, act, "preapproval", row.id, "withdrawn", reason=reason)
