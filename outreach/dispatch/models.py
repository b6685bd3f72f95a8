"""Batches, deliveries, register entries and the archive as rows."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, UtcDateTime

HASH = String(64)


class Batch(Base):
    """Deliveries prepared, numbered, approved and released together."""

    __tablename__ = "batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("step.id"), index=True)
    origin: Mapped[str] = mapped_column(String(10))
    """``tool``, or ``recorded``: letters that left beside the tool."""
    state: Mapped[str] = mapped_column(String(10))
    audience: Mapped[str | None] = mapped_column(String(100))
    """The segment that narrowed it, if any."""
    note: Mapped[str | None] = mapped_column(Text)
    prepared_by: Mapped[str] = mapped_column(String(200))
    prepared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_by: Mapped[str | None] = mapped_column(String(200))
    approved_by: Mapped[str | None] = mapped_column(String(200))
    alone_reason: Mapped[str | None] = mapped_column(Text)
    """Why the same person submitted and approved."""
    material: Mapped[dict[str, str] | None] = mapped_column(JSON)
    """What was approved, part by part: template twins, letterhead, settings -> SHA-256."""
    approved_hash: Mapped[str | None] = mapped_column(HASH)
    signed_by: Mapped[str | None] = mapped_column(String(200))
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mandate: Mapped[str | None] = mapped_column(Text)
    """The recorded mandate under which it was signed, in the signatory's words."""
    scan_sha256: Mapped[str | None] = mapped_column(HASH)
    """The uploaded signed scan, in the archive."""
    letter_day: Mapped[date | None]


class AcceptedWarning(Base):
    """A warning of preflight that a person let stand, and why."""

    __tablename__ = "accepted_warning"
    __table_args__ = (UniqueConstraint("batch_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"))
    code: Mapped[str] = mapped_column(String(10))
    """As in ``letters.checklist``."""
    key: Mapped[str] = mapped_column(HASH)
    what: Mapped[str] = mapped_column(Text)
    """The warning's words, in English."""
    letters: Mapped[int]
    contacts: Mapped[list[str]] = mapped_column(JSON)
    """The codes of the contacts it was accepted for."""
    reason: Mapped[str] = mapped_column(Text)
    accepted_by: Mapped[str] = mapped_column(String(200))
    accepted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RegisterEntry(Base):
    """One official number, issued or annulled. Never changed, never deleted."""

    __tablename__ = "register_entry"
    __table_args__ = (UniqueConstraint("source", "year", "number"), UniqueConstraint("reference"))

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(10))
    """``own`` or ``external``."""
    year: Mapped[int]
    number: Mapped[int]
    reference: Mapped[str] = mapped_column(String(60))
    """As printed: ``S-EFRPR-25-265``."""
    issued_on: Mapped[date]
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), index=True)
    subject: Mapped[str] = mapped_column(Text)
    addressee: Mapped[str] = mapped_column(Text)
    """The contact's code, or the collective addressee of a circular: no personal name."""
    signatory: Mapped[str] = mapped_column(String(200))


class RegisterYear(Base):
    """The last number issued in a year of the tool's own book: the row that signers queue for."""

    __tablename__ = "register_year"

    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last: Mapped[int]


class FormerEntry(Base):
    """A number of an older book that was taken over. Never changed, never deleted."""

    __tablename__ = "register_former"
    __table_args__ = (UniqueConstraint("year", "number"), UniqueConstraint("reference"))

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    number: Mapped[int]
    reference: Mapped[str] = mapped_column(String(60))
    issued_on: Mapped[date | None]
    subject: Mapped[str] = mapped_column(Text)
    addressee: Mapped[str] = mapped_column(Text)
    signatory: Mapped[str] = mapped_column(String(200))
    annulled: Mapped[str | None] = mapped_column(Text)
    """Why it was given up, where the older book says so."""
    source: Mapped[str] = mapped_column(String(200))
    """The name of the file."""
    taken_by: Mapped[str] = mapped_column(String(200))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Annulment(Base):
    """A number given up. In force once ``confirmed_by`` is set."""

    __tablename__ = "register_annulment"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("register_entry.id"), unique=True)
    reason: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[str] = mapped_column(String(200))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_by: Mapped[str | None] = mapped_column(String(200))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RegisterSeal(Base):
    """One seal, at its place in the chain."""

    __tablename__ = "register_seal"
    __table_args__ = (UniqueConstraint("kind", "subject_id"),)

    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(10))
    """``entry``, ``annulment``, ``correction`` or ``former``."""
    subject_id: Mapped[int]
    """The row that it seals."""
    sha256: Mapped[str] = mapped_column(HASH)


class Circular(Base):
    """One text of a circular in one language: its number, and the PDF that everyone gets."""

    __tablename__ = "circular"
    __table_args__ = (UniqueConstraint("batch_id", "place", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"))
    place: Mapped[int]
    """Which letter of the step."""
    language: Mapped[str] = mapped_column(String(2))
    facts: Mapped[str] = mapped_column(Text)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("register_entry.id"))
    pdf_sha256: Mapped[str | None] = mapped_column(HASH)
    """In the archive, once signed."""


class Sequel(Base):
    """A batch that follows another one: it adds recipients to it, or corrects it."""

    __tablename__ = "sequel"

    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    """``supplement`` or ``correction``, as its deliveries'."""
    parent_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), index=True)
    letter: Mapped[str | None] = mapped_column(String(100))
    """Of a correction: the template of its letter."""


class RegisterCorrection(Base):
    """A number whose letter corrects that of an older number. Never changed, never deleted."""

    __tablename__ = "register_correction"
    __table_args__ = (UniqueConstraint("entry_id", "corrects_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("register_entry.id"), index=True)
    corrects_id: Mapped[int] = mapped_column(ForeignKey("register_entry.id"), index=True)


class Delivery(Base):
    """One letter to one contact by one carrier."""

    __tablename__ = "delivery"
    __table_args__ = (
        # One first letter per step and contact, whatever happens around the database.
        UniqueConstraint("step_id", "contact_id", "kind", "round"),
        # Counting a batch by state, and why some were left out, reads this and no row.
        Index("ix_delivery_batch_figures", "batch_id", "state", "kind", "reason"),
        # Segments ask who got what and when: this is read, and no whole row.
        # All that segments and figures ask of a letter: they read no row, however many there are.
        Index(
            "ix_delivery_figures",
            *("contact_id", "state", "sent_at", "step_id"),
            *("kind", "reason", "language", "channel"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"))
    step_id: Mapped[int] = mapped_column(ForeignKey("step.id"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12), default="first")
    round: Mapped[int] = mapped_column(default=0)
    channel: Mapped[str | None] = mapped_column(String(10))
    """``email``, ``post``, ``external``; None where it was left out."""
    place: Mapped[int] = mapped_column(default=0)
    """Which letter of the step."""
    language: Mapped[str] = mapped_column(String(2))
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(60))
    """Why it was left out, cancelled or failed."""
    address: Mapped[str | None] = mapped_column(String(320))
    """The e-mail address as approved."""
    facts: Mapped[str | None] = mapped_column(Text)
    """What the letter says of the contact, as approved (JSON)."""
    content_hash: Mapped[str | None] = mapped_column(HASH)
    circular_id: Mapped[int | None] = mapped_column(ForeignKey("circular.id"))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("register_entry.id"))
    reference: Mapped[str | None] = mapped_column(String(60), index=True)
    """The number, as printed; of a recorded letter too."""
    lease_owner: Mapped[str | None] = mapped_column(String(60))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Not before then, after a refusal for now."""
    message_id: Mapped[str | None] = mapped_column(String(200), index=True)
    archive_sha256: Mapped[str | None] = mapped_column(HASH)
    """The exact bytes that left."""
    receipt: Mapped[str | None] = mapped_column(Text)
    """What the carrier answered."""
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ArchivedObject(Base):
    """Bytes that left or were approved, under their SHA-256.

    ``body`` is compressed; a message's enclosure stands once, as an object of its own, and the
    message holds the rest and where it goes. So do the words that all messages of a text share:
    they hold nothing of anybody, so that one message can be erased without the others.
    """

    __tablename__ = "archived_object"

    sha256: Mapped[str] = mapped_column(HASH, primary_key=True)
    media: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    shared: Mapped[list[list[Any]] | None] = mapped_column(JSON)
    """[[offset, sha256], …]: enclosures cut out of the body, in order."""
    dictionary: Mapped[str | None] = mapped_column(HASH)
    """The object that the body was compressed against: what all letters of a text share."""
