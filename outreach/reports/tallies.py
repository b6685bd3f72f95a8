"""Letters of a scope counted in SQL, at any moment, and the answers to each."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    text,
)
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign, Step
from outreach.clock import local_date
from outreach.contacts.models import Contact, Organisation
from outreach.dispatch.deliveries import is_turn
from outreach.dispatch.models import Delivery
from outreach.dispatch.states import DeliveryState
from outreach.inbox.kinds import Kind
from outreach.inbox.models import Arrival, Reply
from outreach.journal import Event
from outreach.reports import measures

AT_ONCE = 500
"""Letters that one question names."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which letters: of one campaign or step, or all."""

    campaign: Campaign | None = None
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class Behind:
    """Whom a figure stands for."""

    delivery: int
    contact: str
    organisation: str
    step: str
    state: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A letter that a person answered, and the last answer to it."""

    outcome: str
    days: int
    """From the letter to the answer, in calendar days."""
    key: str
    """Of the letter, among those of its breakdown."""
    state: DeliveryState


class Letters:
    """The letters of a scope with their state then, and what tells them apart."""

    def __init__(
        self,
        session: Session,
        scope: Scope,
        by: measures.By,
        zone: ZoneInfo,
        as_of: datetime | None,
    ) -> None:
        self._session = session
        self._key = measures.keys(by, zone)
        self._dimension = _dimension(by, session.get_bind().dialect.name, as_of).label("key")
        self._state: ColumnElement[str] = Delivery.__table__.c.state.label("state")
        self._reason: ColumnElement[str | None] = Delivery.__table__.c.reason.label("reason")
        self._scope, self._as_of, self._zone = scope, as_of, zone
        self._of_organisations = by in OF_ORGANISATIONS
        if as_of is not None:
            self._state = Event.__table__.c.after.label("state")
            self._reason = Event.__table__.c.reason.label("reason")
        self._query = self._letters(_conditions(scope))

    def _letters(self, conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
        """Return a query of letters, with what their state then and their key are read from."""
        query: Select[Any] = (
            select()
            .select_from(Delivery)
            .join(Step, Step.id == Delivery.step_id)
            .where(is_turn(), *conditions)
        )
        if self._of_organisations:
            query = _with_organisations(query)
        if self._as_of is None:
            return query
        changes = select(Event.subject_id, func.max(Event.id).label("event")).where(
            Event.subject == "delivery", Event.after.is_not(None), Event.at <= self._as_of
        )
        if conditions:  # else every delivery's: no need to look them up
            its = select(Delivery.id).join(Step, Step.id == Delivery.step_id).where(*conditions)
            changes = changes.where(Event.subject_id.in_(its))
        last = changes.group_by(Event.subject_id).subquery()
        return query.join(last, last.c.subject_id == Delivery.id).join(
            Event, Event.id == last.c.event
        )

    def counted(self) -> Iterator[tuple[str, DeliveryState, str, int]]:
        """Yield how many letters there are of each key, state and reason ("" where none is told)."""
        told = (self._dimension, self._state, self._reason)
        query = self._query.add_columns(*told, func.count().label("letters")).group_by(*told)
        for row in self._session.execute(query):
            yield self._key(row.key), DeliveryState(row.state), row.reason or "", row.letters

    def of(self, deliveries: Iterable[int]) -> dict[int, tuple[str, DeliveryState]]:
        """Return the key and state of those of some letters that are in the scope."""
        wanted = sorted(set(deliveries))
        found: dict[int, tuple[str, DeliveryState]] = {}
        for start in range(0, len(wanted), AT_ONCE):
            query = self._query.add_columns(
                Delivery.id.label("delivery"), self._dimension, self._state
            ).where(Delivery.id.in_(wanted[start : start + AT_ONCE]))
            for row in self._session.execute(query):
                found[row.delivery] = (self._key(row.key), DeliveryState(row.state))
        return found

    def answered(self) -> dict[int, Answered]:
        """Return the letters of the scope that a person answered, each with its last answer.

        With a past moment, what the answer was taken to mean then. An answer is to the last letter
        that its contact had got in that campaign when it was written down; with none, it answers no
        letter and is in no breakdown.
        """
        left = [each.value for each in measures.MEASURES[measures.Measure.SENT]]
        step = self._scope.step
        # Also for one step: an answer to a later letter of the campaign is none to this one.
        whole = (
            self._query if step is None else self._letters([Step.campaign_id == step.campaign_id])
        )
        query = (
            whole.join(
                Reply,
                and_(
                    Reply.campaign_id == Step.campaign_id,
                    Reply.contact_id == Delivery.contact_id,
                    Reply.recorded_at >= Delivery.sent_at,
                ),
            )
            .where(Delivery.state.in_(left))
            .add_columns(
                Reply.id.label("reply"),
                _meaning(self._as_of).label("outcome"),
                Reply.received_on,
                Delivery.id.label("delivery"),
                Delivery.sent_at,
                Delivery.step_id,
                self._dimension,
                self._state,
            )
            .order_by(Reply.id, Delivery.sent_at, Delivery.id)
        )
        if self._as_of is not None:
            query = query.where(Reply.recorded_at <= self._as_of)
        if self._session.get_bind().dialect.name == "postgresql":
            # It would look each answer up among all letters of its contact and remember them, in
            # four times the time of one pass over both tables.
            self._session.execute(text("SET LOCAL enable_memoize = off"))
        last = {row.reply: row for row in self._session.execute(query)}
        day = lru_cache(maxsize=10_000)(partial(local_date, zone=self._zone))
        return {
            row.delivery: Answered(
                row.outcome,
                max((row.received_on - day(row.sent_at)).days, 0),
                self._key(row.key),
                DeliveryState(row.state),
            )
            for row in last.values()
            if step is None or row.step_id == step.id
        }

    def named(self, states: Collection[DeliveryState] | None) -> Iterator[tuple[str, Behind]]:
        """Yield each letter with its key, by organisation; ``states``: only those that are so."""
        whole = self._query if self._of_organisations else _with_organisations(self._query)
        query = whole.add_columns(
            self._dimension,
            Delivery.id.label("delivery"),
            Contact.code,
            Organisation.name,
            Step.name.label("step"),
            self._state,
        ).order_by(Organisation.name, Delivery.id)
        if states is not None:
            query = query.where(self._state.in_([each.value for each in states]))
        for row in self._session.execute(query):
            yield (
                self._key(row.key),
                Behind(row.delivery, row.code, row.name, row.step, row.state),
            )


OF_ORGANISATIONS = frozenset(
    {
        *(measures.By.COUNTRY, measures.By.REGION, measures.By.DEPARTMENT),
        *(measures.By.KIND, measures.By.SIZE),
    }
)
"""What is told of whom a letter is to; the others need no look at them."""


def _with_organisations(query: Select[Any]) -> Select[Any]:
    return query.join(Contact, Contact.id == Delivery.contact_id).join(
        Organisation, Organisation.id == Contact.organisation_id
    )


def _conditions(scope: Scope) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if scope.step is not None:
        found.append(Delivery.step_id == scope.step.id)
    elif scope.campaign is not None:
        found.append(Step.campaign_id == scope.campaign.id)
    return found


PLAIN: dict[measures.By, ColumnElement[Any]] = {
    measures.By.STEP: Step.__table__.c.name,
    measures.By.COUNTRY: Organisation.__table__.c.country,
    measures.By.KIND: Organisation.__table__.c.kind,
    measures.By.LANGUAGE: Delivery.__table__.c.language,
    measures.By.CHANNEL: Delivery.__table__.c.channel,
    measures.By.OUTCOME: literal(measures.NONE),
}
"""Columns that are keys as they are; answers are counted apart."""


def _dimension(by: measures.By, dialect: str, as_of: datetime | None) -> ColumnElement[Any]:
    """Return the expression whose value makes a letter's key.

    A letter that left only after ``as_of`` is in no week yet.
    """
    organisations = Organisation.__table__.c
    if by in {measures.By.REGION, measures.By.DEPARTMENT}:
        code: ColumnElement[Any] = organisations.departement
        if by is measures.By.REGION:  # Colombia has no division above the departamento
            code = case((organisations.country == "FR", organisations.region), else_=code)
        return case(
            (code.is_(None), literal(measures.NONE)), else_=organisations.country + ":" + code
        )
    if by is measures.By.SIZE:
        size = organisations.population
        classes = [(size < least, literal(place)) for place, least in enumerate(measures.SIZES)]
        return case((size.is_(None), literal(-1)), *classes, else_=literal(len(measures.SIZES)))
    if by is measures.By.WEEK:
        # By the hour: few groups, and in Europe and America a week begins on a whole hour of UTC.
        at = Delivery.__table__.c.sent_at
        hour: ColumnElement[Any] = func.date_trunc("hour", at)
        if dialect == "sqlite":
            hour = func.substr(cast(at, String), 1, len("2025-09-01 08")) + ":00+00:00"
        return hour if as_of is None else case((at <= as_of, hour), else_=null())
    return PLAIN[by]


def _meaning(as_of: datetime | None) -> ColumnElement[str]:
    """Return what a reply means now, or what the journal says that it meant at a moment."""
    now: ColumnElement[str] = Reply.__table__.c.outcome
    if as_of is None:
        return now
    then = (
        select(Event.after)
        .where(
            Event.subject == "reply",
            Event.subject_id == Reply.id,
            Event.after.is_not(None),
            Event.at <= as_of,
        )
        .order_by(Event.id.desc())
        .limit(1)
        .correlate(Reply)
        .scalar_subquery()
    )
    return func.coalesce(then, now)


def absent(session: Session, scope: Scope, as_of: datetime | None) -> set[int]:
    """Return the letters that an automatic answer came to."""
    query = (
        select(Delivery.id)
        .join(Arrival, Arrival.delivery_id == Delivery.id)
        .join(Step, Step.id == Delivery.step_id)
        .where(Arrival.kind == Kind.AUTO_REPLY.value, is_turn(), *_conditions(scope))
    )
    if as_of is not None:
        query = query.where(Arrival.taken_at <= as_of)
    return set(session.scalars(query))
