"""Campaigns, steps, enrolments and promises as rows."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, UtcDateTime


class CampaignState(StrEnum):
    """Where a campaign stands."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"


class EnrolmentState(StrEnum):
    """Where one contact stands in one campaign."""

    ACTIVE = "active"
    HELD = "held"
    STOPPED = "stopped"
    COMPLETED = "completed"


class StopReason(StrEnum):
    """Why an enrolment was stopped."""

    REPLIED = "replied"
    OPTED_OUT = "opted-out"
    HARD_BOUNCE = "hard-bounce"
    SUPPRESSED = "suppressed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    """The contact is one with another, for whom it goes on."""


class PromiseState(StrEnum):
    """Overdue is computed, never stored."""

    OPEN = "open"
    KEPT = "kept"
    WITHDRAWN = "withdrawn"


NEXT_CAMPAIGN: dict[CampaignState, frozenset[CampaignState]] = {
    CampaignState.DRAFT: frozenset({CampaignState.RUNNING}),
    CampaignState.RUNNING: frozenset(
        {CampaignState.PAUSED, CampaignState.STOPPED, CampaignState.FINISHED}
    ),
    CampaignState.PAUSED: frozenset({CampaignState.RUNNING, CampaignState.STOPPED}),
    CampaignState.STOPPED: frozenset(),
    CampaignState.FINISHED: frozenset(),
}

NEXT_ENROLMENT: dict[EnrolmentState, frozenset[EnrolmentState]] = {
    EnrolmentState.ACTIVE: frozenset(
        {EnrolmentState.HELD, EnrolmentState.STOPPED, EnrolmentState.COMPLETED}
    ),
    EnrolmentState.HELD: frozenset({EnrolmentState.ACTIVE, EnrolmentState.STOPPED}),
    EnrolmentState.STOPPED: frozenset({EnrolmentState.ACTIVE}),
    EnrolmentState.COMPLETED: frozenset({EnrolmentState.ACTIVE}),  # a recorded letter taken back
}


NEXT_PROMISE: dict[PromiseState, frozenset[PromiseState]] = {
    PromiseState.OPEN: frozenset({PromiseState.KEPT, PromiseState.WITHDRAWN}),
    PromiseState.KEPT: frozenset({PromiseState.OPEN}),  # a person was mistaken
    PromiseState.WITHDRAWN: frozenset({PromiseState.OPEN}),
}


class Campaign(Base):
    """A campaign that was started or has recorded letters; the plan itself is its file."""

    __tablename__ = "campaign"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    state: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Step(Base):
    """One letter in a campaign. Rows are kept when the file drops a step: letters point here."""

    __tablename__ = "step"
    __table_args__ = (UniqueConstraint("campaign_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    name: Mapped[str] = mapped_column(String(100))
    position: Mapped[int]


class Enrolment(Base):
    """One contact in one campaign, with its cursor: the next step and its due date."""

    __tablename__ = "enrolment"
    __table_args__ = (UniqueConstraint("campaign_id", "contact_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(60))
    step_id: Mapped[int | None] = mapped_column(ForeignKey("step.id"), index=True)
    """The next step; None once completed."""
    due_on: Mapped[date | None]
    """When the next step falls due; None while it waits for an earlier step."""
    held_until: Mapped[date | None]
    enrolled_on: Mapped[date | None]
    """The first day in the campaign; None: the day of its start."""


class Promise(Base):
    """What we committed ourselves to: by a step, to all who got its letter; or to one contact."""

    __tablename__ = "promise"
    __table_args__ = (UniqueConstraint("step_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    step_id: Mapped[int | None] = mapped_column(ForeignKey("step.id"))
    """The step whose letter made it; None: a person made it to one contact."""
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    """To whom, where a person made it."""
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"))
    """The campaign it belongs to, where a person made it in one."""
    name: Mapped[str] = mapped_column(String(100))
    """As the campaign file calls it; empty where a person made it."""
    text: Mapped[dict[str, str]] = mapped_column(JSON)
    kept_by_id: Mapped[int | None] = mapped_column(ForeignKey("step.id"))
    """The step whose letter keeps it; None: only a person can say that it is kept."""
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10))
    """Of a step's: ``open`` until a person ends it for everybody. For whom a letter kept it is read
    from the deliveries (``dispatch.commitments``)."""
    reason: Mapped[str | None] = mapped_column(Text)
    made_on: Mapped[date]
    owner: Mapped[str | None] = mapped_column(String(200))
    """Who sees to it."""
    country: Mapped[str | None] = mapped_column(String(2))
    """To whom a step's is made, among those who got its letter; None: to all."""


class PromiseChoice(Base):
    """The date that a person chose for a step's promise before any letter of it left."""

    __tablename__ = "promise_choice"
    __table_args__ = (UniqueConstraint("step_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("step.id"))
    name: Mapped[str] = mapped_column(String(100))
    due_on: Mapped[date]


class PromiseSettlement(Base):
    """That a person ended a step's promise for one contact: kept in another way, or withdrawn."""

    __tablename__ = "promise_settlement"
    __table_args__ = (UniqueConstraint("promise_id", "contact_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    promise_id: Mapped[int] = mapped_column(ForeignKey("promise.id"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    """``kept`` or ``withdrawn``."""
    settled_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    settled_by: Mapped[str] = mapped_column(String(200))


class Postponement(Base):
    """That a promise was not ready: from which day to which, and why. The history of its date."""

    __tablename__ = "promise_postponement"

    id: Mapped[int] = mapped_column(primary_key=True)
    promise_id: Mapped[int] = mapped_column(ForeignKey("promise.id"), index=True)
    before: Mapped[date]
    after: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    letter: Mapped[bool]
    """Whether a holding letter tells those to whom it is still owed."""
    postponed_on: Mapped[date]
    postponed_by: Mapped[str] = mapped_column(String(200))
