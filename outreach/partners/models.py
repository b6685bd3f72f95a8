"""Wishes, decisions on pairs, cooperations, and lists of proposals as rows."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, UtcDateTime


class Wish(Base):
    """A theme that an organisation cares for, and where it said so."""

    __tablename__ = "wish"
    __table_args__ = (UniqueConstraint("organisation_id", "theme"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    theme: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(Text)
    """Where it is attested: a reply, a council's deliberation, an address on the web."""
    noted_by: Mapped[str] = mapped_column(String(200))
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PairDecision(Base):
    """A pair that a person wants proposed, or never proposed."""

    __tablename__ = "pair_decision"
    __table_args__ = (UniqueConstraint("organisation_id", "city_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    city_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    decision: Mapped[str] = mapped_column(String(10))
    """``pinned`` or ``excluded``."""
    reason: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str] = mapped_column(String(200))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Cooperation(Base):
    """How far a French authority and a Colombian city have come together."""

    __tablename__ = "cooperation"
    __table_args__ = (UniqueConstraint("organisation_id", "city_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    city_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    stage: Mapped[str] = mapped_column(String(12))
    since: Mapped[date | None]
    source: Mapped[str] = mapped_column(Text)
    changed_by: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class NamedPerson(Base):
    """Somebody at a French authority who agreed to be named to a city."""

    __tablename__ = "named_person"
    __table_args__ = (UniqueConstraint("organisation_id", "city_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    city_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    """Their card: the name is read from there, so that an erasure ends it."""
    agreed: Mapped[str] = mapped_column(Text)
    """How they agreed: a reply, a telephone call."""
    noted_by: Mapped[str] = mapped_column(String(200))
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ProposalList(Base):
    """One assignment of cities to authorities: a draft until a person releases it."""

    __tablename__ = "proposal_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    segment: Mapped[str] = mapped_column(String(100))
    """Whose authorities."""
    candidates: Mapped[str] = mapped_column(String(12))
    each: Mapped[int]
    made_by: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    released_by: Mapped[str | None] = mapped_column(String(200))
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Proposal(Base):
    """One city proposed to one authority, and why."""

    __tablename__ = "proposal"
    __table_args__ = (
        UniqueConstraint("list_id", "organisation_id", "city_id"),
        Index("ix_proposal_organisation_id", "organisation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("proposal_list.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    city_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    rank: Mapped[int]
    """From 1: the best first."""
    score: Mapped[int]
    grounds: Mapped[list[list[str]]] = mapped_column(JSON)
    """[[ground, theme or "", points]]: what they had in common when the list was made."""


class Project(Base):
    """What a city wants to do with a partner, as its form says; a proposal once validated."""

    __tablename__ = "project"

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[str] = mapped_column(String(12))
    title: Mapped[dict[str, str]] = mapped_column(JSON)
    """By language; empty where it is not translated yet."""
    summary: Mapped[dict[str, str]] = mapped_column(JSON)
    theme: Mapped[str] = mapped_column(String(20))
    contact: Mapped[str] = mapped_column(Text)
    """The office that sees to it."""
    source: Mapped[str] = mapped_column(Text)
    received_on: Mapped[date]
    validated_by: Mapped[str | None] = mapped_column(String(200))
    validated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
