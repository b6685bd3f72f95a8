"""Backups that were written and restorations that took place, as rows."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, UtcDateTime


class BackupWritten(Base):
    """One backup of this database that was written and proved by restoring it."""

    __tablename__ = "backup_written"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    path: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    """Octets of the file."""
    proved: Mapped[bool]
    """Whether it was restored into a copy and compared."""


class Restoration(Base):
    """This database came out of a backup: it acts again once it was compared and unlocked."""

    __tablename__ = "restoration"

    id: Mapped[int] = mapped_column(primary_key=True)
    backup_made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    restored_at: Mapped[datetime] = mapped_column(UtcDateTime)
    restored_by: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(Text)
    """The backup's file."""
    aside: Mapped[str | None] = mapped_column(Text)
    """Where the database that it replaced was put: the best witness of what left since."""
    reconciled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    found: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What the comparison found, in figures."""
    unlocked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    unlocked_by: Mapped[str | None] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(Text)
