"""Replies, what arrived in the mailbox, what followed from it, and what is to be done."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Float, ForeignKey, Index, String, Text, UniqueConstraint
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
    MEETING = "meeting"
    LATER = "later"
    DECLINED = "declined"
    WRONG_PERSON = "wrong-person"
    UNJUDGED = "unjudged"
    """It came by itself; nobody has said yet what it means."""


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


class ArrivalState(StrEnum):
    """How far a message that came back is understood."""

    MATCHED = "matched"
    """It is about a letter or a contact; what follows from it was done."""
    UNSURE = "unsure"
    """A person says whom it is about; the follow-ups of the candidates wait."""
    SET_ASIDE = "set-aside"
    """A person said that nothing follows from it."""
    UNREADABLE = "unreadable"
    """Kept as it is, for a person to look at."""


NEXT_ARRIVAL: dict[ArrivalState, frozenset[ArrivalState]] = {
    ArrivalState.MATCHED: frozenset({ArrivalState.SET_ASIDE, ArrivalState.MATCHED}),
    ArrivalState.UNSURE: frozenset({ArrivalState.MATCHED, ArrivalState.SET_ASIDE}),
    ArrivalState.SET_ASIDE: frozenset({ArrivalState.MATCHED}),
    ArrivalState.UNREADABLE: frozenset({ArrivalState.MATCHED, ArrivalState.SET_ASIDE}),
}


class Arrival(Base):
    """A message that came back and is about a letter or a contact of ours, or cannot be read.

    Its bytes are in the archive under ``sha256`` until the office's retention forgets them; then
    ``kept`` is false, and sender, subject and verdict are blank. An answer by telephone, on paper
    or in a meeting is one too: written down by a person, without bytes.
    """

    __tablename__ = "arrival"
    __table_args__ = (Index("ix_arrival_state_kind", "state", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str | None] = mapped_column(String(64), unique=True)
    """None where there are no bytes."""
    origin: Mapped[str] = mapped_column(String(10))
    """``imap``, ``file``, ``upload``; of what a person wrote down, as ``Way``."""
    place: Mapped[str] = mapped_column(String(200), default="")
    """The mailbox's folder, or the file's name."""
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    message_id: Mapped[str | None] = mapped_column(String(500), index=True)
    sender: Mapped[str | None] = mapped_column(String(320))
    subject: Mapped[str | None] = mapped_column(Text)
    """Of what a person wrote down, their note."""
    kind: Mapped[str] = mapped_column(String(20))
    """As ``kinds.Kind``."""
    reason: Mapped[str | None] = mapped_column(String(20))
    permanence: Mapped[str | None] = mapped_column(String(4))
    verdict: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """All that ``kinds.Verdict`` says, but for what they write; None once forgotten."""
    rung: Mapped[str | None] = mapped_column(String(12))
    """How it was recognised (``matching.Rung``), or ``person``."""
    confidence: Mapped[float] = mapped_column(Float, default=0.0)
    candidates: Mapped[list[list[int | None]]] = mapped_column(JSON, default=list)
    """[[organisation, contact, delivery], …] of an unsure one, the likeliest first."""
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("delivery.id"), index=True)
    reply_id: Mapped[int | None] = mapped_column(ForeignKey("reply.id"), index=True)
    state: Mapped[str] = mapped_column(String(12))
    owner: Mapped[str | None] = mapped_column(String(200))
    """Who sees to it; None: nobody yet."""
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    kept: Mapped[bool] = mapped_column(default=True)


class Effect(Base):
    """One change that followed from what came back, with the value before, so that it can go back."""

    __tablename__ = "effect"

    id: Mapped[int] = mapped_column(primary_key=True)
    arrival_id: Mapped[int] = mapped_column(ForeignKey("arrival.id"), index=True)
    what: Mapped[str] = mapped_column(String(30))
    """As ``effects.What``."""
    subject: Mapped[str] = mapped_column(String(40))
    """Table of the row that changed."""
    subject_id: Mapped[int]
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    actor: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_by: Mapped[str | None] = mapped_column(String(200))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Task(Base):
    """Something that a person is to do, by a day."""

    __tablename__ = "task"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    """As ``nextactions.TaskKind``: it holds the sentence."""
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What fills the sentence's places; empty once the person is forgotten."""
    due_on: Mapped[date] = mapped_column(index=True)
    owner: Mapped[str | None] = mapped_column(String(200))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    arrival_id: Mapped[int | None] = mapped_column(ForeignKey("arrival.id"), index=True)
    made_by: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_by: Mapped[str | None] = mapped_column(String(200))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    dropped: Mapped[bool] = mapped_column(default=False)
    """Done by being undone: nobody had to do it after all."""


class AddressTrouble(Base):
    """How often in a row letters to an e-mail address came back for a passing reason."""

    __tablename__ = "address_trouble"

    email_address_id: Mapped[int] = mapped_column(ForeignKey("email_address.id"), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MailboxCursor(Base):
    """How far a folder of the mailbox was read (RFC 3501 section 2.3.1.1)."""

    __tablename__ = "mailbox_cursor"

    folder: Mapped[str] = mapped_column(String(200), primary_key=True)
    validity: Mapped[int] = mapped_column(BigInteger)
    last: Mapped[int] = mapped_column(BigInteger)
    """The last UID that was read."""


class PassingMessage(Base):
    """A message that is about nothing of ours: shown for a while, then forgotten."""

    __tablename__ = "passing_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    folder: Mapped[str] = mapped_column(String(200))
    sender: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    message_id: Mapped[str | None] = mapped_column(String(500), index=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Note(Base):
    """What somebody of the office wrote about a contact or a reply. Empty once forgotten."""

    __tablename__ = "note"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    arrival_id: Mapped[int | None] = mapped_column(ForeignKey("arrival.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    written_by: Mapped[str] = mapped_column(String(200))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Mention(Base):
    """A colleague whom a note names, or to whom it hands something over."""

    __tablename__ = "mention"
    __table_args__ = (
        UniqueConstraint("note_id", "name"),
        Index("ix_mention_name_seen_at", "name", "seen_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("note.id"))
    name: Mapped[str] = mapped_column(String(200))
    """The colleague's."""
    handed: Mapped[bool] = mapped_column(default=False)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
