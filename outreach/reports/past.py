"""The office as it was at the end of a past day, for any report: read from the journal.

A session of the past has temporary tables that hide those of the office, under the same names. So a
report asks its questions as always, and what it finds are letters in the state they had then, the
answers that had been written down by then, and promises with the day they were given then. Nothing
of the office is locked or changed; the tables go with the session.

What no journal tells stays as it is today: where an organisation is, its size, a letter's language
and channel. An answer that was taken back since is gone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Select,
    Table,
    and_,
    case,
    func,
    insert,
    null,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateView

from outreach.campaigns.models import (
    Campaign,
    Enrolment,
    EnrolmentState,
    Postponement,
    Promise,
    PromiseSettlement,
    Step,
)
from outreach.db import Base, Store
from outreach.dispatch.models import Annulment, Delivery, RegisterEntry
from outreach.dispatch.states import DeliveryState
from outreach.errors import N_, WrongUseError
from outreach.inbox.models import Arrival, Reply
from outreach.journal import Event
from outreach.reports import snapshots

UNNUMBERED = (DeliveryState.DRAFT.value, DeliveryState.APPROVED.value)
"""A letter gets its number with the signature."""
MOVES = ("created", "moved")
"""Verbs that tell a state; of a letter all do, of others some tell what else was before and after."""
INDEXED = {
    "delivery": ("id", "step_id", "contact_id", "batch_id"),
    "reply": ("id", "campaign_id", "contact_id"),
    "arrival": ("reply_id", "campaign_id", "delivery_id"),
    "enrolment": ("campaign_id", "contact_id"),
}
"""What the reports look up by."""


class FutureDayError(WrongUseError):
    """A report was asked for at a day that has not ended."""

    message = N_("{day} has not ended yet. Choose a past day, or none to see how it stands now.")


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the last moment of a day on the office's clock."""
    return datetime.combine(day + timedelta(days=1), time(), zone) - timedelta(microseconds=1)


@contextmanager
def reading(
    store: Store, day: date, *, zone: ZoneInfo, today: date, campaign: str | None = None
) -> Iterator[Session]:
    """Open a session that reads the office as it was at the end of ``day``.

    With a ``campaign`` it has only the letters of that one, and is there sooner. Raises
    FutureDayError where the day is yet to come.
    """
    if day >= today:
        raise FutureDayError(day=day)
    with store.reading() as session:
        snapshots.hold(session)
        try:
            _turn_back(session.connection(), end_of(day, zone), day, campaign)
            yield session
        finally:
            session.rollback()  # the temporary tables go with it


def _turn_back(connection: Connection, moment: datetime, day: date, campaign: str | None) -> None:
    """Lay the tables of the past over those of the office."""
    real = _Real(connection)
    # The journal is long, and nothing of it changes: looked at through a view, not copied.
    events = real.past(Event, real.of(Event).c.at <= moment)
    connection.execute(CreateView(events, Event.__tablename__, temporary=True))
    then = [
        (Delivery, _letters(real, moment, campaign)),
        (Reply, _replies(real, moment)),
        (Arrival, _arrivals(real, moment)),
        (Promise, _promises(real, moment, day)),
        (
            PromiseSettlement,
            real.past(PromiseSettlement, real.of(PromiseSettlement).c.settled_on <= day),
        ),
        (Postponement, real.past(Postponement, real.of(Postponement).c.postponed_on <= day)),
        (Campaign, _campaigns(real, moment)),
        (Enrolment, _enrolments(real, moment, day)),
        (RegisterEntry, real.past(RegisterEntry, real.of(RegisterEntry).c.issued_on <= day)),
        (Annulment, real.past(Annulment, real.of(Annulment).c.confirmed_at <= moment)),
    ]
    for model, query in then:
        _lay(connection, model.__tablename__, query)


class _Real:
    """The office's own tables, named so that nothing can hide them."""

    def __init__(self, connection: Connection) -> None:
        schema = (
            "main"
            if connection.dialect.name == "sqlite"
            else connection.scalar(select(func.current_schema()))
        )
        self._tables = MetaData(schema=schema)

    def of(self, model: type[Base]) -> Table:
        name = f"{self._tables.schema}.{model.__tablename__}"
        if name not in self._tables.tables:
            columns = [Column(one.name, one.type) for one in model.__table__.columns]
            Table(model.__tablename__, self._tables, *columns)
        return self._tables.tables[name]

    def past(
        self,
        model: type[Base],
        where: ColumnElement[bool],
        **then: ColumnElement[Any],
    ) -> Select[*tuple[Any, ...]]:
        """Return the rows that were there, some columns as they were then."""
        columns = self.of(model).c
        return select(*(then.get(one.name, one).label(one.name) for one in columns)).where(where)

    def last_move(self, subject: str, moment: datetime, rows: Select[int] | None = None) -> Any:  # noqa: ANN401  # a subquery with its columns
        """Return the last state that the journal tells of each row, or of some, until ``moment``."""
        event = self.of(Event)
        last = (
            select(func.max(event.c.id).label("id"))
            .where(event.c.subject == subject, event.c.after.is_not(None), event.c.at <= moment)
            .where(event.c.verb.in_(MOVES) if subject != "delivery" else true())
            .where(event.c.subject_id.in_(rows) if rows is not None else true())
            .group_by(event.c.subject_id)
            .subquery()
        )
        return (
            select(event.c.subject_id, event.c.after, event.c.reason)
            .join(last, last.c.id == event.c.id)
            .subquery()
        )


def _letters(real: _Real, moment: datetime, campaign: str | None) -> Select[*tuple[Any, ...]]:
    letters, steps, campaigns = real.of(Delivery), real.of(Step), real.of(Campaign)
    wanted = None
    if campaign is not None:
        its = select(steps.c.id).join_from(steps, campaigns, campaigns.c.id == steps.c.campaign_id)
        its = its.where(campaigns.c.name == campaign)
        wanted = select(letters.c.id).where(letters.c.step_id.in_(its))
    then = real.last_move("delivery", moment, wanted)
    left = letters.c.sent_at <= moment
    numbered = then.c.after.not_in(UNNUMBERED)
    return real.past(
        Delivery,
        letters.c.id.is_not(None),
        state=then.c.after,
        reason=then.c.reason,
        sent_at=case((left, letters.c.sent_at)),
        reference=case((numbered, letters.c.reference)),
        lease_owner=null(),
    ).join_from(letters, then, then.c.subject_id == letters.c.id)


def _replies(real: _Real, moment: datetime) -> Select[*tuple[Any, ...]]:
    then = real.last_move("reply", moment)
    replies = real.of(Reply)
    return real.past(
        Reply,
        replies.c.recorded_at <= moment,
        outcome=func.coalesce(then.c.after, replies.c.outcome),
    ).join_from(replies, then, then.c.subject_id == replies.c.id, isouter=True)


def _arrivals(real: _Real, moment: datetime) -> Select[*tuple[Any, ...]]:
    arrivals = real.of(Arrival)
    answered = arrivals.c.answered_at
    return real.past(
        Arrival,
        arrivals.c.taken_at <= moment,
        answered_at=case((answered <= moment, answered)),
    )


def _promises(real: _Real, moment: datetime, day: date) -> Select[*tuple[Any, ...]]:
    then = real.last_move("promise", moment)
    promises, postponed = real.of(Promise), real.of(Postponement)
    # The first time that it was put off since tells for when it had been promised until then.
    later = (
        select(func.min(postponed.c.id).label("id"))
        .where(postponed.c.postponed_on > day)
        .group_by(postponed.c.promise_id)
        .subquery()
    )
    due = (
        select(postponed.c.promise_id, postponed.c.before)
        .join(later, later.c.id == postponed.c.id)
        .subquery()
    )
    return real.past(
        Promise,
        promises.c.made_on <= day,
        state=func.coalesce(then.c.after, promises.c.state),
        due_on=func.coalesce(due.c.before, promises.c.due_on),
    ).select_from(
        promises.join(then, then.c.subject_id == promises.c.id, isouter=True).join(
            due, due.c.promise_id == promises.c.id, isouter=True
        )
    )


def _campaigns(real: _Real, moment: datetime) -> Select[*tuple[Any, ...]]:
    then = real.last_move("campaign", moment)
    campaigns = real.of(Campaign)
    started = campaigns.c.started_at
    return real.past(
        Campaign,
        campaigns.c.created_at <= moment,
        state=func.coalesce(then.c.after, campaigns.c.state),
        started_at=case((started <= moment, started)),
    ).join_from(campaigns, then, then.c.subject_id == campaigns.c.id, isouter=True)


def _enrolments(real: _Real, moment: datetime, day: date) -> Select[*tuple[Any, ...]]:
    """Return who was enrolled, and whether they had been stopped; their next step is not known."""
    then = real.last_move("enrolment", moment)
    rows, campaigns = real.of(Enrolment), real.of(Campaign)
    since_the_start = and_(rows.c.enrolled_on.is_(None), campaigns.c.started_at <= moment)
    return real.past(
        Enrolment,
        or_(since_the_start, rows.c.enrolled_on <= day),
        state=func.coalesce(then.c.after, EnrolmentState.ACTIVE.value),
        reason=then.c.reason,
        step_id=null(),
        due_on=null(),
    ).select_from(
        rows.join(campaigns, campaigns.c.id == rows.c.campaign_id).join(
            then, then.c.subject_id == rows.c.id, isouter=True
        )
    )


def _lay(connection: Connection, name: str, query: Select[*tuple[Any, ...]]) -> None:
    own = Base.metadata.tables[name]
    columns = [Column(one.name, one.type) for one in own.columns]
    table = Table(name, MetaData(), *columns, prefixes=["TEMPORARY"])
    # Before it is there, the name still means the office's own table; the query names that in full.
    table.create(connection, checkfirst=False)
    connection.execute(insert(table).from_select([one.name for one in columns], query))
    place = "temp." if connection.dialect.name == "sqlite" else ""
    for number, keys in enumerate(INDEXED.get(name, ())):
        connection.execute(text(f"CREATE INDEX {place}past_{name}_{number} ON {name} ({keys})"))
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"ANALYZE {name}"))
