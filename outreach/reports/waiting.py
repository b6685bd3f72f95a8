"""What waits for one person, and what is late in the whole office: counted, never loaded."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from outreach.accounts.users import RANK, Role, User
from outreach.dispatch.models import Annulment, Batch, Delivery
from outreach.dispatch.states import BatchState, DeliveryState
from outreach.errors import N_, Phrase
from outreach.inbox.kinds import Kind as MessageKind
from outreach.inbox.listing import OPEN
from outreach.inbox.models import Arrival, ArrivalState, Mention, Task
from outreach.journal import Event
from outreach.reports import promises
from outreach.settings import Settings


class Kind(StrEnum):
    """What sort of thing waits; each has its page."""

    NOTES = "notes"
    APPROVE = "approve"
    RETURNED = "returned"
    DOUBT = "doubt"
    ANNUL = "annul"
    REPLIES = "replies"
    UNPLACED = "unplaced"
    NOBODYS = "nobodys"
    TASKS = "tasks"
    PROMISES = "promises"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the list: what waits, and how much of it."""

    kind: Kind
    what: Phrase
    count: int
    late: bool = False
    batch: int | None = None
    """Which batch it is about."""


def of(session: Session, user: User, today: date, settings: Settings) -> list[Item]:
    """Return what waits for a person: the late first, then in the order of a working day."""
    found = [
        *_notes(session, user),
        *_batches(session, user),
        *doubts(session),
        *_annulments(session, user),
        *_replies(session, user, today, settings),
        *_tasks(session, user, today),
        *_promises(session, user, today),
    ]
    return sorted(found, key=lambda item: not item.late)


def late(session: Session, today: date, settings: Settings) -> list[Item]:
    """Return what is late in the whole office, whoever sees to it."""
    found = []
    overdue = [line for line in promises.lines(session, today, only_open=True) if line.overdue]
    if overdue:
        words = Phrase(N_("Promises past their day: {count}"), {"count": len(overdue)})
        found.append(Item(Kind.PROMISES, words, len(overdue), late=True))
    if count := _count(session, to_answer() & (Arrival.received_at < limit(today, settings))):
        words = Phrase(N_("Replies that wait too long for an answer: {count}"), {"count": count})
        found.append(Item(Kind.REPLIES, words, count, late=True))
    tasks = (
        session.scalar(
            select(func.count())
            .select_from(Task)
            .where(Task.done_at.is_(None), Task.due_on < today)
        )
        or 0
    )
    if tasks:
        words = Phrase(N_("Things to do past their day: {count}"), {"count": tasks})
        found.append(Item(Kind.TASKS, words, tasks, late=True))
    return found


def doubts(session: Session) -> Iterator[Item]:
    """Yield the letters that perhaps left, by batch."""
    rows = session.execute(
        select(Delivery.batch_id, func.count())
        .where(Delivery.state == DeliveryState.UNCERTAIN.value)
        .group_by(Delivery.batch_id)
        .order_by(Delivery.batch_id)
    )
    for batch, count in rows:
        words = N_(
            "Batch {batch}: letters that perhaps left: {count}. Find out what became of them."
        )
        values: dict[str, object] = {"batch": str(batch), "count": count}
        yield Item(Kind.DOUBT, Phrase(words, values), count, late=True, batch=batch)


def limit(today: date, settings: Settings) -> datetime:
    """Return the moment before which an unanswered reply is late."""
    day = today - timedelta(days=settings.replies.answer_days)
    return datetime.combine(day, time(), settings.zone)


def to_answer() -> ColumnElement[bool]:
    """Return the condition of a reply that nobody has answered."""
    return and_(
        Arrival.kind == MessageKind.REPLY.value,
        Arrival.state == ArrivalState.MATCHED.value,
        Arrival.answered_at.is_(None),
    )


def _notes(session: Session, user: User) -> Iterator[Item]:
    count = session.scalar(
        select(func.count())
        .select_from(Mention)
        .where(Mention.name == user.name, Mention.seen_at.is_(None))
    )
    if count:
        words = N_("Notes that colleagues wrote to you: {count}")
        yield Item(Kind.NOTES, Phrase(words, {"count": count}), count)


def _batches(session: Session, user: User) -> Iterator[Item]:
    """Yield the batches to approve, and those of this person that were sent back."""
    letters = (
        select(func.count())
        .where(Delivery.batch_id == Batch.id, Delivery.state == DeliveryState.DRAFT.value)
        .scalar_subquery()
    )
    if RANK[Role(user.role)] >= RANK[Role.MANAGER]:
        rows = session.execute(
            select(Batch.id, Batch.submitted_by, letters)
            .where(Batch.state == BatchState.SUBMITTED.value, Batch.submitted_by != user.name)
            .order_by(Batch.id)
        )
        for number, by, count in rows:
            words = N_(
                "Batch {batch}, put forward by {name}: approve {count} letters or send it back."
            )
            values = {"batch": str(number), "name": by, "count": count}
            yield Item(Kind.APPROVE, Phrase(words, values), count, batch=number)
    returned = session.execute(
        select(Batch.id, Event.actor, Event.reason)
        .join(Event, and_(Event.subject == "batch", Event.subject_id == Batch.id))
        .where(
            Batch.state == BatchState.DRAFT.value,
            Batch.submitted_by == user.name,
            Event.before == BatchState.SUBMITTED.value,
            Event.after == BatchState.DRAFT.value,
        )
        .order_by(Event.id)
    )
    newest = {number: (by, comment) for number, by, comment in returned}
    for number, (by, comment) in newest.items():
        words = N_("Batch {batch} came back from {name}: {comment}")
        values = {"batch": str(number), "name": by, "comment": comment or "–"}
        yield Item(Kind.RETURNED, Phrase(words, values), 1, batch=number)


def _annulments(session: Session, user: User) -> Iterator[Item]:
    if RANK[Role(user.role)] < RANK[Role.MANAGER]:
        return
    count = session.scalar(
        select(func.count())
        .select_from(Annulment)
        .where(Annulment.confirmed_by.is_(None), Annulment.proposed_by != user.name)
    )
    if count:
        words = N_("Numbers whose annulment waits for a second person: {count}")
        yield Item(Kind.ANNUL, Phrase(words, {"count": count}), count)


def _replies(session: Session, user: User, today: date, settings: Settings) -> Iterator[Item]:
    if count := _count(session, Arrival.state.in_(OPEN)):
        words = N_("Messages that nobody could place: {count}")
        yield Item(Kind.UNPLACED, Phrase(words, {"count": count}), count)
    mine = to_answer() & (Arrival.owner == user.name)
    if count := _count(session, mine):
        old = _count(session, mine & (Arrival.received_at < limit(today, settings)))
        words = N_("Replies that you answer: {count}, late: {late}")
        values = {"count": count, "late": old}
        yield Item(Kind.REPLIES, Phrase(words, values), count, late=bool(old))
    if count := _count(session, to_answer() & Arrival.owner.is_(None)):
        words = N_("Replies that nobody sees to: {count}")
        yield Item(Kind.NOBODYS, Phrase(words, {"count": count}), count)


def _tasks(session: Session, user: User, today: date) -> Iterator[Item]:
    count, first = session.execute(
        select(func.count(), func.min(Task.due_on)).where(
            Task.done_at.is_(None), Task.owner == user.name
        )
    ).one()
    if count:
        words = N_("Things that you do: {count}, the first by {due}")
        values = {"count": count, "due": first}
        yield Item(Kind.TASKS, Phrase(words, values), count, late=first < today)


def _promises(session: Session, user: User, today: date) -> Iterator[Item]:
    lines = promises.lines(session, today, owner=user.name, only_open=True)
    if lines:
        words = N_("Promises that you keep: {count}, the first by {due}")
        values = {"count": len(lines), "due": min(line.due_on for line in lines)}
        is_late = any(line.overdue for line in lines)
        yield Item(Kind.PROMISES, Phrase(words, values), len(lines), late=is_late)


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Arrival).where(condition)) or 0
