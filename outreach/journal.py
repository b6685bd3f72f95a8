"""The append-only event log: who did what, when, and why.

It names rows and fields, never personal values. Every change of state is one row here; reports
and the audit trail read nothing else.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict, Unpack

from sqlalchemy import JSON, Index, String, Text, insert, literal, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from outreach.db import Base, UtcDateTime


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts, and when. Every function that changes something takes one."""

    actor: str
    at: datetime


class Event(Base):
    """One fact. Never updated, never deleted: the database refuses both by trigger."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_subject", "subject", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    actor: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(40))
    """Table of the row that changed: ``delivery``, ``batch``..."""
    subject_id: Mapped[int]
    verb: Mapped[str] = mapped_column(String(40))
    """``created``, ``moved`` (a state), ``changed`` (fields), or a room's own verb."""
    before: Mapped[str | None] = mapped_column(String(40))
    after: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(Text)
    detail: Mapped[dict[str, Any] | None] = mapped_column(JSON)


INSERT_MOVE = insert(Event.__table__)  # type: ignore[arg-type]  # a Table
"""Made once: making it takes longer than running it."""


def row(
    act: Act,
    subject: str,
    subject_id: int,
    verb: str,
    *,
    before: str | None = None,
    after: str | None = None,
    reason: str | None = None,
    detail: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return one event as a row for :func:`record_all`."""
    return {
        "at": act.at,
        "actor": act.actor,
        "subject": subject,
        "subject_id": subject_id,
        "verb": verb,
        "before": before,
        "after": after,
        "reason": reason,
        "detail": detail,
    }


class Optional(TypedDict, total=False):
    """What an event may also say."""

    before: str | None
    after: str | None
    reason: str | None
    detail: dict[str, Any] | None


def record(
    session: Session, act: Act, subject: str, subject_id: int, verb: str, **more: Unpack[Optional]
) -> None:
    """Write one event in the caller's transaction."""
    record_all(session, [row(act, subject, subject_id, verb, **more)])


def record_all(session: Session, rows: Iterable[dict[str, Any]]) -> None:
    """Write many events in the caller's transaction, in one statement."""
    batch: Sequence[dict[str, Any]] = list(rows)
    if batch:
        session.connection().execute(insert(Event), batch)


def record_all_moves(
    session: Session,
    act: Act,
    subject: str,
    rows: Collection[int],
    *,
    before: str,
    after: str,
    reason: str | None = None,
) -> None:
    """Write the change of state of some rows that are known by number, as quickly as can be."""
    if not rows:
        return
    told = {
        "at": act.at,
        "actor": act.actor,
        "subject": subject,
        "verb": "moved",
        "before": before,
        "after": after,
        "reason": reason,
    }
    session.connection().execute(INSERT_MOVE, [told | {"subject_id": row} for row in rows])


def record_moves(
    session: Session,
    act: Act,
    table: type[Base],
    rows: Collection[int],
    *,
    before: str,
    after: str,
    reason: str | None = None,
) -> None:
    """Write one event per row of ``table`` that changed its state alike, in one statement."""
    if not rows:
        return
    values = {
        "at": literal(act.at, UtcDateTime),
        "actor": literal(act.actor, String),
        "subject": literal(table.__tablename__, String),
        "subject_id": table.__table__.c.id,
        "verb": literal("moved", String),
        "before": literal(before, String),
        "after": literal(after, String),
        "reason": literal(reason, Text),
    }
    id_ = table.__table__.c.id
    moved = select(*values.values()).where(id_.in_(rows)).order_by(id_)  # type: ignore[call-overload]  # eight columns, typed as Any
    session.connection().execute(insert(Event).from_select(list(values), moved))
