"""Letters of a scope counted in SQL, at any moment, and the answers to each."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign, Step
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
        self, session: Session, scope: Scope, by: measures.By, zone: tzinfo, as_of: datetime | None
    ) -> None:
        self._session = session
        self._key = measures.keys(by, zone)
        self._dimension = _dimension(by, session.get_bind().dialect.name).label("key")
        self._state: ColumnElement[str] = Delivery.__table__.c.state.label("state")
        self._query: Select[Any] = (
            select()
            .select_from(Delivery)
            .join(Step, Step.id == Delivery.step_id)
            .join(Contact, Contact.id == Delivery.contact_id)
            .join(Organisation, Organisation.id == Contact.organisation_id)
            .where(is_turn(), *_conditions(scope))
        )
        if as_of is not None:
            last = (
                select(Event.subject_id, func.max(Event.id).label("event"))
                .where(Event.subject == "delivery", Event.after.is_not(None), Event.at <= as_of)
                .group_by(Event.subject_id)
                .subquery()
            )
            self._query = self._query.join(last, last.c.subject_id == Delivery.id).join(
                Event, Event.id == last.c.event
            )
            self._state = Event.__table__.c.after.label("state")

    def counted(self) -> Iterator[tuple[str, DeliveryState, int]]:
        """Yield how many letters there are of each key and state."""
        query = self._query.add_columns(
            self._dimension, self._state, func.count().label("letters")
        ).group_by(self._dimension, self._state)
        for row in self._session.execute(query):
            yield self._key(row.key), DeliveryState(row.state), row.letters

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


def _dimension(by: measures.By, dialect: str) -> ColumnElement[Any]:
    """Return the expression whose value makes a letter's key."""
    organisations = Organisation.__table__.c
    if by is measures.By.REGION:
        code = organisations.departement
        return case(
            (code.is_(None), literal(measures.NONE)), else_=organisations.country + ":" + code
        )
    if by is measures.By.SIZE:
        size = organisations.population
        classes = [(size < least, literal(place)) for place, least in enumerate(measures.SIZES)]
        return case((size.is_(None), literal(-1)), *classes, else_=literal(len(measures.SIZES)))
    if by is measures.By.WEEK:
        # measures.By the hour: few groups, and no zone of an office is off by parts of one.
        at = Delivery.__table__.c.sent_at
        if dialect == "sqlite":
            return func.strftime("%Y-%m-%dT%H:00:00+00:00", at)
        return func.date_trunc("hour", at)
    return PLAIN[by]


def answers(session: Session, scope: Scope, as_of: datetime | None) -> dict[int, Answer]:
    """Return the last answer to each letter that a person answered, by delivery.

    An answer is to the last letter that its contact had got in that campaign when it was written
    down; with none, it answers no letter and is in no breakdown.
    """
    query = (
        select(
            Reply.id.label("reply"),
            Reply.outcome,
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
        days = (row.received_on - row.sent_at.date()).days
        found[row.delivery] = Answer(row.outcome, max(days, 0))
    return found


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
