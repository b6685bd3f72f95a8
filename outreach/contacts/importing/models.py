"""Imports as they happened, line by line, and contacts that were merged."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, UtcDateTime


class ImportRun(Base):
    """One imported list: one unit, taken back as one."""

    __tablename__ = "import_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    file: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(60))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ImportRow(Base):
    """What one line of a list did. It holds values of a person: an erasure deletes it."""

    __tablename__ = "import_row"
    __table_args__ = (Index("ix_import_row_run", "run_id", "outcome"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"))
    line: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(10))
    """``new``, ``changed``, ``merged``, ``unsure``, ``refused``; after that ``settled``."""
    reason: Mapped[str | None] = mapped_column(Text)
    contact_id: Mapped[int | None] = mapped_column(index=True)
    """No foreign key: the row tells of a contact that an undo deleted."""
    membership_id: Mapped[int | None]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """The fields that were changed, as they were."""
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """The same fields as the line made them; all that it gave for a new contact."""
    given: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """For an unsure line: its fields, and the codes of the candidates."""


class ContactMerge(Base):
    """Two contacts that are one: the one that is gone is read through the one that is kept."""

    __tablename__ = "contact_merge"

    id: Mapped[int] = mapped_column(primary_key=True)
    gone_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)
    added: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What the kept one took over: fields that it lacked, and e-mail addresses."""
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ContactsApart(Base):
    """Two contacts that look alike and are two people, as somebody said; never proposed again."""

    __tablename__ = "contacts_apart"
    __table_args__ = (UniqueConstraint("one_id", "other_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    one_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    """The one with the smaller id."""
    other_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(200))
