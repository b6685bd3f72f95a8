"""Objections and erasures as rows."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, UtcDateTime


class Objection(Base):
    """A person does not want to be written to: in one campaign, or at all."""

    __tablename__ = "objection"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    campaign: Mapped[str | None] = mapped_column(String(100))
    """The campaign's name; None: any letter."""
    received_on: Mapped[date]
    reason: Mapped[str | None] = mapped_column(Text)
    """As we were told; erased with the person."""
    recorded_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Erasure(Base):
    """A person who was forgotten: when, by whom, and what stays, without anything of the person."""

    __tablename__ = "erasure"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), unique=True)
    erased_at: Mapped[datetime] = mapped_column(UtcDateTime)
    erased_by: Mapped[str] = mapped_column(String(200))
    told: Mapped[list[list[Any]]] = mapped_column(JSON)
    """[[fate, words, count]]: the account that was given of what went and what stays."""
