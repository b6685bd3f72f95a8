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
    """What a step committed us to, for all who got its letter."""

    __tablename__ = "promise"
    __table_args__ = (UniqueConstraint("step_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("step.id"))
    """The step whose letter made it."""
    name: Mapped[str] = mapped_column(String(100))
    text: Mapped[dict[str, str]] = mapped_column(JSON)
    kept_by_id: Mapped[int] = mapped_column(ForeignKey("step.id"))
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(Text)
    made_on: Mapped[date]
