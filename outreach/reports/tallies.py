"""Letters of a scope counted in SQL, at any moment, and the answers to each."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, null, select
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
class Answer:
    """The last answer to a letter."""

    outcome: str
    days: int
    """From the letter to the answer, in calendar days."""


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
        self._query: Select[Any] = (
            select()
            .select_from(Delivery)
            .join(Step, Step.id == Delivery.step_id)
            .join(Contact, Contact.id == Delivery.contact_id)
            .join(Organisation, Organisation.id == Contact.organisation_id)
            .where(is_turn(), *_conditions(scope))
        )
        if as_of is not None:
            changes = select(Event.subject_id, func.max(Event.id).label("event")).where(
                Event.subject == "delivery", Event.after.is_not(None), Event.at <= as_of
            )
            if conditions := _conditions(scope):  # else every delivery's: no need to look them up
                its = select(Delivery.id).join(Step, Step.id == Delivery.step_id).where(*conditions)
                changes = changes.where(Event.subject_id.in_(its))
            last = changes.group_by(Event.subject_id).subquery()
            self._query = self._query.join(last, last.c.subject_id == Delivery.id).join(
                Event, Event.id == last.c.event
            )
            self._state = Event.__table__.c.after.label("state")
            self._reason = Event.__table__.c.reason.label("reason")

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

    def named(self, states: Collection[DeliveryState] | None) -> Iterator[tuple[str, Behind]]:
        """Yield each letter with its key, by organisation; ``states``: only those that are so."""
        query = self._query.add_columns(
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
            hour = func.strftime("%Y-%m-%dT%H:00:00+00:00", at)
        return hour if as_of is None else case((at <= as_of, hour), else_=null())
    return PLAIN[by]


def answers(
    session: Session, scope: Scope, zone: ZoneInfo, as_of: datetime | None
) -> dict[int, Answer]:
    """Return the last answer to each letter that a person answered, by delivery.

    With ``as_of``, what it was taken to mean at that moment. Days are those of ``zone``.

    An answer is to the last letter that its contact had got in that campaign when it was written
    down; with none, it answers no letter and is in no breakdown.
    """
    query = (
        select(
            Reply.id.label("reply"),
            _meaning(as_of).label("outcome"),
            Reply.received_on,
            Delivery.id.label("delivery"),
            Delivery.sent_at,
        )
        .join(Step, Step.campaign_id == Reply.campaign_id)
        .join(
            Delivery,
            and_(
                Delivery.step_id == Step.id,
                Delivery.contact_id == Reply.contact_id,
                Delivery.sent_at <= Reply.recorded_at,
                Delivery.state.in_(
                    [each.value for each in measures.MEASURES[measures.Measure.SENT]]
                ),
                is_turn(),
            ),
        )
        .order_by(Reply.id, Delivery.sent_at, Delivery.id)
    )
    campaign = scope.campaign.id if scope.campaign else None
    if scope.step is not None:
        campaign = scope.step.campaign_id
    if campaign is not None:
        query = query.where(Reply.campaign_id == campaign)
    if as_of is not None:
        query = query.where(Reply.recorded_at <= as_of)
    last = {row.reply: row for row in session.execute(query)}
    found = {}
    for row in last.values():
        days = (row.received_on - local_date(row.sent_at, zone)).days
        found[row.delivery] = Answer(row.outcome, max(days, 0))
    return found


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
