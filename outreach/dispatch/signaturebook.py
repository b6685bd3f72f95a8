"""The signature book (parapheur): every text of a batch that somebody signs, as one PDF.

A circular stands once for each language, an individual letter for each recipient. Before the
signature the number is blank and no picture of a signature shows.
"""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.clock import local_date
from outreach.contacts.models import Contact, Organisation
from outreach.dispatch import register
from outreach.dispatch.models import Batch, Circular, Delivery
from outreach.dispatch.outbox import Progress
from outreach.dispatch.pressroom import Pressroom
from outreach.dispatch.states import BatchState, DeliveryState, require
from outreach.errors import N_, OutreachError
from outreach.journal import Act
from outreach.letters import facts as letter_facts
from outreach.letters.compiling import Written
from outreach.letters.facts import Seal
from outreach.letters.printing import merge_in_lots
from outreach.settings import Settings

WAITING = (DeliveryState.DRAFT.value, DeliveryState.APPROVED.value)


class NothingToSignError(OutreachError):
    """The batch has no letter."""

    message = N_("Batch {batch} has no letter to sign.")


def bind(
    session: Session,
    batch: Batch,
    room: Pressroom,
    target: Path,
    *,
    settings: Settings,
    act: Act,
    progress: Progress,
) -> list[Path]:
    """Write the book of a batch that is not signed yet; return its files, a thousand texts each.

    Raises BatchStateError, NothingToSignError, and the errors of ``letters.pdf``.
    """
    require(batch, BatchState.DRAFT, BatchState.SUBMITTED, BatchState.APPROVED)
    day = local_date(act.at, settings.zone)
    seal = Seal(reference=register.blank(settings.register.format, day.year), day=day)
    titles: list[str] = []
    total = _count(session, batch)
    if not total:
        raise NothingToSignError(batch=batch.id)

    def letters() -> Iterator[Written]:
        for title, written in _texts(session, batch, room, seal):
            titles.append(title)
            yield written

    def bound() -> Iterator[tuple[str, bytes]]:
        for number, pdf in enumerate(room.pdfs(letters(), total, act.at)):
            progress(number + 1, total)
            yield f"{number + 1}. {titles[number]}", pdf

    target.parent.mkdir(parents=True, exist_ok=True)
    return [path for path, _ in merge_in_lots(bound(), target)]


def _count(session: Session, batch: Batch) -> int:
    circulars = session.scalar(select(func.count()).where(Circular.batch_id == batch.id)) or 0
    alone = session.scalar(
        select(func.count()).where(
            Delivery.batch_id == batch.id,
            Delivery.circular_id.is_(None),
            Delivery.state.in_(WAITING),
        )
    )
    return circulars + (alone or 0)


def _texts(
    session: Session, batch: Batch, room: Pressroom, seal: Seal
) -> Iterator[tuple[str, Written]]:
    """Yield title and text, circulars first, then letters in the order of their numbers."""
    for text in session.scalars(
        select(Circular)
        .where(Circular.batch_id == batch.id)
        .order_by(Circular.place, Circular.language)
    ):
        facts = letter_facts.read(text.facts)
        name = room.step.letters[text.place].letter
        written = room.write(name, facts.language, facts, seal)
        yield f"{written.subject} ({text.language})", written
    rows = session.execute(
        select(Delivery.place, Delivery.facts, Organisation.name, Contact.code)
        .join(Contact, Contact.id == Delivery.contact_id)
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .where(
            Delivery.batch_id == batch.id,
            Delivery.circular_id.is_(None),
            Delivery.state.in_(WAITING),
        )
        .order_by(Contact.code)
    ).all()
    for row in rows:
        facts = letter_facts.read(row.facts or "")
        name = room.step.letters[row.place].letter
        yield f"{row.name} ({row.code})", room.write(name, facts.language, facts, seal)
