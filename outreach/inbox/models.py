"""Replies as rows."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, UtcDateTime


class Way(StrEnum):
    """How a reply reached us."""

    EMAIL = "email"
    PHONE = "phone"
    PAPER = "paper"
    MEETING = "meeting"


class Outcome(StrEnum):
    """What a reply means for the cooperation."""

    INTERESTED = "interested"
    WANTS_DETAILS = "wants-details"
    LATER = "later"
    DECLINED = "declined"
    WRONG_PERSON = "wrong-person"


class Reply(Base):
    """A human reply of someone at an organisation, in one campaign. No word of it is kept here."""

    __tablename__ = "reply"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    received_on: Mapped[date]
    way: Mapped[str] = mapped_column(String(10))
    outcome: Mapped[str] = mapped_column(String(20))
    recorded_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
