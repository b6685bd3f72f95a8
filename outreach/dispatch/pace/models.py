"""What paces the sending, as rows."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, UtcDateTime


class Schedule(Base):
    """When a batch whose sending was asked for may leave, and goes on."""

    __tablename__ = "batch_schedule"

    batch_id: Mapped[int] = mapped_column(
        ForeignKey("batch.id"), primary_key=True, autoincrement=False
    )
    asked_by: Mapped[str] = mapped_column(String(200))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    leaves_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Nothing leaves before; until then the sending can be taken back."""
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When something of it was last to leave. Long after, a machine does not go on by itself."""
    any_hour: Mapped[bool] = mapped_column(default=False)
    """Whether a person lets it arrive at any hour and day."""
    judged_left: Mapped[int] = mapped_column(default=0)
    """How many letters had left when a person was last told of bounces; they count no more."""
    judged_bounced: Mapped[int] = mapped_column(default=0)


class Line(Base):
    """How many letters ever left by the mail server, or to one domain.

    Workers queue for this row before a letter leaves.
    """

    __tablename__ = "pace_line"

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    """The domain; empty for all letters."""
    last: Mapped[int]


class Departure(Base):
    """When the letter at one place of a line left. Kept for two days."""

    __tablename__ = "pace_departure"
    __table_args__ = (Index("ix_pace_departure_at", "at"),)

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Run(Base):
    """One run over a batch that goes on now."""

    __tablename__ = "sending_run"

    owner: Mapped[str] = mapped_column(String(60), primary_key=True)
    """As in ``leases``."""
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), index=True)
    actor: Mapped[str] = mapped_column(String(200))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    """Renewed while it lives."""
    connections: Mapped[int] = mapped_column(default=1)
