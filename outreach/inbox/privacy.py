"""This room's side of privacy: what a person answered, and how long their words are kept."""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import Select, delete, func, or_, select, update
from sqlalchemy.orm import Session

from outreach import journal
from outreach.campaigns.models import Campaign
from outreach.contacts.privacy.holding import (
    Aged,
    Fate,
    HeldFile,
    Holder,
    Section,
    Treated,
    months_before,
)
from outreach.contacts.privacy.report import midnight
from outreach.dispatch import archive
from outreach.dispatch.archive import NotArchivedError
from outreach.dispatch.models import ArchivedObject, Delivery
from outreach.errors import N_
from outreach.inbox.models import Arrival, Note, Reply, Task
from outreach.journal import Act
from outreach.settings import Retention


class Replies(Holder):
    """Replies: that there was one, when, and what it meant; and messages until they are forgotten."""

    def held(self, session: Session, contact_id: int) -> Iterator[Section]:
        """Return every reply and message of a contact, and what was noted to do."""
        rows = session.execute(
            select(Reply, Campaign.name)
            .join(Campaign, Campaign.id == Reply.campaign_id)
            .where(Reply.contact_id == contact_id)
            .order_by(Reply.received_on, Reply.id)
        )
        yield Section(
            "replies",
            N_("Replies"),
            [
                {
                    "campaign": campaign,
                    "received_on": reply.received_on,
                    "way": reply.way,
                    "outcome": reply.outcome,
                    "recorded_by": reply.recorded_by,
                }
                for reply, campaign in rows
            ],
        )
        yield Section(
            "messages",
            N_("Messages received"),
            [
                {
                    "received_at": row.received_at,
                    "kind": row.kind,
                    "sender": row.sender,
                    "subject": row.subject,
                    "kept": row.kept,
                }
                for row in _of(session, contact_id)
            ],
        )
        tasks = session.scalars(
            select(Task).where(Task.contact_id == contact_id).order_by(Task.id)
        ).all()
        yield Section(
            "tasks",
            N_("What was to be done"),
            [
                {
                    "kind": task.kind,
                    "values": task.values,
                    "due_on": task.due_on,
                    "done_at": task.done_at,
                }
                for task in tasks
            ],
        )

        yield Section(
            "notes",
            N_("What colleagues noted"),
            [
                {"written_at": note.written_at, "written_by": note.written_by, "text": note.text}
                for note in _notes(session, contact_id)
            ],
        )

    def files(self, session: Session, contact_id: int) -> Iterator[HeldFile]:
        """Return the messages as they came."""
        for row in _of(session, contact_id):
            if row.kept and row.sha256:
                try:
                    yield HeldFile(f"received-{row.id}.eml", archive.read(session, row.sha256))
                except NotArchivedError:
                    continue

    def blank(self, session: Session, contact_id: int, act: Act) -> Iterator[Treated]:
        """Forget what they wrote; keep that there was an answer, which names nobody."""
        messages = _forget(session, _of(session, contact_id), act)
        tasks = session.scalars(select(Task).where(Task.contact_id == contact_id)).all()
        for task in tasks:
            task.values = {}
        notes = [note for note in _notes(session, contact_id) if note.text]
        for note in notes:
            note.text = ""
        session.flush()
        rows = session.scalars(select(Reply.id).where(Reply.contact_id == contact_id)).all()
        yield Treated(
            Fate.BLANKED, N_("messages received, and what was noted about them"), messages
        )
        yield Treated(Fate.BLANKED, N_("what was noted to do"), len(tasks))
        yield Treated(Fate.BLANKED, N_("what colleagues noted"), len(notes))
        yield Treated(
            Fate.KEPT, N_("that there were replies, when and with what outcome"), len(rows)
        )

    def heard(self) -> Select[int, date]:
        """Return when each contact last wrote, called or came."""
        return select(Reply.contact_id, func.max(Reply.received_on)).group_by(Reply.contact_id)

    def aged(self, session: Session, retention: Retention, today: date) -> Iterator[Aged]:
        """Count messages that are kept too long."""
        over = 0
        if retention.replies:
            query = _old(retention, today).with_only_columns(func.count()).order_by(None)
            over = session.scalar(query) or 0
        yield Aged(N_("messages received"), retention.replies, over)


def forget_old(session: Session, retention: Retention, today: date, act: Act) -> int:
    """Forget messages beyond the office's limit, their words and notes; return how many.

    What followed from them stays, and so does the figure.
    """
    if not retention.replies:
        return 0
    return _forget(session, session.scalars(_old(retention, today)).all(), act)


def _old(retention: Retention, today: date) -> Select[Arrival]:
    limit = midnight(months_before(today, retention.replies))
    return (
        select(Arrival)
        .where(Arrival.verdict.is_not(None), Arrival.received_at < limit)
        .order_by(Arrival.id)
    )


def _notes(session: Session, contact_id: int) -> Sequence[Note]:
    """Return the notes about a contact and about what it answered."""
    return session.scalars(
        select(Note)
        .outerjoin(Arrival, Arrival.id == Note.arrival_id)
        .where(or_(Note.contact_id == contact_id, Arrival.contact_id == contact_id))
        .order_by(Note.id)
    ).all()


def _of(session: Session, contact_id: int) -> Sequence[Arrival]:
    return session.scalars(
        select(Arrival).where(Arrival.contact_id == contact_id).order_by(Arrival.id)
    ).all()


def _forget(session: Session, rows: Sequence[Arrival], act: Act) -> int:
    forgotten = 0
    for row in rows:
        if row.verdict is None:
            continue
        row.kept, row.verdict = False, None
        row.sender = row.subject = row.message_id = None
        session.execute(update(Note).where(Note.arrival_id == row.id).values(text=""))
        session.flush()
        journal.record(session, act, "arrival", row.id, "forgotten")
        forgotten += 1
        letter = select(Delivery.id).where(Delivery.archive_sha256 == row.sha256)
        if row.sha256 and session.scalar(letter.limit(1)) is None:
            session.execute(delete(ArchivedObject).where(ArchivedObject.sha256 == row.sha256))
    return forgotten
