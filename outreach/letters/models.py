"""What people are doing with the letters' texts, as rows. The texts themselves are files."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, UtcDateTime


class TextReview(Base):
    """A text whose twin was changed: it waits until somebody brings it up to date or says it is."""

    __tablename__ = "text_review"
    __table_args__ = (UniqueConstraint("letter", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    letter: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(200))
    """Who changed the twin."""


class TextOpening(Base):
    """Who has a text open in a form, so that a second person is told."""

    __tablename__ = "text_opening"
    __table_args__ = (UniqueConstraint("letter", "language", "actor"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    letter: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2))
    actor: Mapped[str] = mapped_column(String(200))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    seen: Mapped[datetime] = mapped_column(UtcDateTime)
    """The last sign of the form."""
