"""What changed since the last approval: for whoever approves a batch, so that only that is read anew.

The last approval is this batch's own, where it fell because something was changed; else that of
the batch of the same step that was approved last.
"""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from outreach.contacts.models import Contact
from outreach.dispatch import archive
from outreach.dispatch.archive import ArchiveDamagedError, NotArchivedError
from outreach.dispatch.deliveries import is_letter
from outreach.dispatch.models import Batch, Delivery
from outreach.dispatch.states import BatchState, DeliveryState
from outreach.journal import Event

MOST_LINES = 60
"""Of one part: whoever changed more reads the letter."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a text: taken out, put in, or (neither) beside one that was."""

    sign: str
    """``-``, ``+`` or blank."""
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the material that is no longer as it was approved."""

    name: str
    how: str
    """``changed``, ``new`` or ``gone``."""
    lines: Sequence[Line]
    more: bool
    """Whether lines were left out."""


@dataclass(frozen=True, slots=True)
class Since:
    """What changed since an approval."""

    batch: int
    by: str
    at: datetime
    parts: Sequence[Part]
    reasons: Sequence[str]
    """Of the same batch: why it came back, since."""
    retouched: Sequence[str]
    """Of the same batch: contacts whose letter was changed by hand since."""
    newcomers: int
    """Recipients of this batch whom the approved one did not have."""


def since(session: Session, batch: Batch) -> Since | None:
    """Return what changed since the last approval; None where nothing of the step was approved."""
    own = _last_approval(session, batch.id)
    if own is not None:
        return _own(session, batch, own)
    before = session.execute(
        select(Batch, Event)
        .join(Event, and_(Event.subject == "batch", Event.subject_id == Batch.id))
        .where(
            Batch.step_id == batch.step_id,
            Batch.id != batch.id,
            Batch.material.is_not(None),
            Event.after == BatchState.APPROVED.value,
        )
        .order_by(Event.id.desc())
        .limit(1)
    ).first()
    if before is None:
        return None
    other, event = before
    return Since(
        batch=other.id,
        by=event.actor,
        at=event.at,
        parts=tuple(_parts(session, other.material or {}, batch.material or {})),
        reasons=(),
        retouched=(),
        newcomers=_newcomers(session, batch, other),
    )


def compare(before: str, after: str) -> tuple[list[Line], bool]:
    """Return the lines that differ, each with a line around it, and whether some were left out."""
    found = [
        Line(line[0], line[1:])
        for line in difflib.unified_diff(before.splitlines(), after.splitlines(), n=1, lineterm="")
        if not line.startswith(("---", "+++"))
    ]
    shown = [Line(" ", "…") if line.sign == "@" else line for line in found]
    return shown[:MOST_LINES], len(shown) > MOST_LINES


def _own(session: Session, batch: Batch, approval: Event) -> Since:
    later = session.scalars(
        select(Event)
        .where(Event.subject == "batch", Event.subject_id == batch.id, Event.id > approval.id)
        .order_by(Event.id)
    ).all()
    retouched = session.scalars(
        select(Contact.code)
        .join(Delivery, Delivery.contact_id == Contact.id)
        .join(Event, and_(Event.subject == "delivery", Event.subject_id == Delivery.id))
        .where(
            Delivery.batch_id == batch.id,
            Event.id > approval.id,
            Event.verb.in_(("retouched", "restored")),
        )
        .distinct()
        .order_by(Contact.code)
    ).all()
    return Since(
        batch=batch.id,
        by=approval.actor,
        at=approval.at,
        parts=(),
        reasons=[row.reason for row in later if row.reason],
        retouched=retouched,
        newcomers=0,
    )


def _last_approval(session: Session, batch: int) -> Event | None:
    return session.scalar(
        select(Event)
        .where(
            Event.subject == "batch",
            Event.subject_id == batch,
            Event.after == BatchState.APPROVED.value,
        )
        .order_by(Event.id.desc())
        .limit(1)
    )


def _parts(session: Session, before: dict[str, str], after: dict[str, str]) -> Iterator[Part]:
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            yield Part(name, "gone", (), more=False)
        elif name not in before:
            yield Part(name, "new", (), more=False)
        elif before[name] != after[name]:
            lines, more = compare(_text(session, before[name]), _text(session, after[name]))
            yield Part(name, "changed", lines, more=more)


def _text(session: Session, sha256: str) -> str:
    """Return a part's words; "" for a picture, or for what can no longer be read."""
    try:
        return archive.read(session, sha256).decode()
    except (NotArchivedError, ArchiveDamagedError, UnicodeDecodeError):
        return ""


def _newcomers(session: Session, batch: Batch, other: Batch) -> int:
    gone = (DeliveryState.SKIPPED.value, DeliveryState.CANCELLED.value)
    had = select(Delivery.contact_id).where(
        Delivery.batch_id == other.id, Delivery.state.not_in(gone)
    )
    return (
        session.scalar(
            select(func.count())
            .select_from(Delivery)
            .where(
                Delivery.batch_id == batch.id,
                Delivery.state.not_in(gone),
                is_letter(),
                Delivery.contact_id.not_in(had),
            )
        )
        or 0
    )
