"""Who got what: one line per contact and step, straight from the delivery rows."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, null, or_, select
from sqlalchemy.orm import Session, aliased

from outreach.campaigns.models import Campaign, Enrolment, EnrolmentState, Step
from outreach.contacts import kinship
from outreach.contacts.models import Contact, Organisation
from outreach.dispatch.deliveries import COPY, FIRST, VIA, is_turn
from outreach.dispatch.models import Delivery
from outreach.dispatch.states import DeliveryState

PAGE_SIZE = 100
D = DeliveryState
ASSOCIATION = aliased(Organisation)


class Fate(StrEnum):
    """What became of a letter, in words that a manager uses."""

    SENT = "sent"
    WAITING = "waiting"
    LEFT_OUT = "left-out"
    FAILED = "failed"
    THROUGH = "through"
    """An association was asked to pass it on: receipt unknown, never counted as sent."""
    PERHAPS = "perhaps"
    """The machine stopped while it was leaving, and nobody can tell yet."""


FATES: dict[DeliveryState, Fate] = {
    D.DRAFT: Fate.WAITING,
    D.APPROVED: Fate.WAITING,
    D.QUEUED: Fate.WAITING,
    D.CLAIMED: Fate.WAITING,
    D.ARMED: Fate.PERHAPS,
    D.SENT: Fate.SENT,
    D.FAILED: Fate.FAILED,
    D.UNCERTAIN: Fate.PERHAPS,
    D.BOUNCED: Fate.FAILED,
    D.PRINTED: Fate.WAITING,
    D.RETURNED: Fate.FAILED,
    D.CANCELLED: Fate.LEFT_OUT,
    D.SKIPPED: Fate.LEFT_OUT,
    D.THROUGH: Fate.THROUGH,
}


WITH_PLANNED = frozenset({None, Fate.WAITING})
"""Fates of which those are whose letter is not prepared yet."""


@dataclass(frozen=True, slots=True)
class Line:
    """One contact and one step: what became of the letter."""

    delivery: int | None
    """None where no letter was prepared yet."""
    step: str
    contact: str
    organisation: str
    country: str
    kind: str
    language: str
    fate: Fate
    state: str
    form: str | None
    """``supplement``, ``resend``…; None for a letter that came in its turn."""
    reason: str | None
    channel: str | None
    through: str | None
    """The association that was asked to pass it on; whether it did, nobody knows."""
    reference: str | None
    when: datetime | None


@dataclass(frozen=True, slots=True)
class Narrow:
    """Only some of the letters: those that one figure of ``reports.figures`` counts."""

    reason: str = ""
    """Why it was left out or not delivered; its state, where no reason stands with it."""
    language: str = ""
    kind: str = ""
    """Of the organisation."""
    channel: str = ""

    def __bool__(self) -> bool:
        return bool(self.reason or self.language or self.kind or self.channel)


WHOLE = Narrow()


def who(
    session: Session,
    campaign: Campaign,
    *,
    step: str | None = None,
    fate: Fate | None = None,
    narrow: Narrow = WHOLE,
) -> Iterator[Line]:
    """Yield each contact of the campaign with each letter's fate, by step and name.

    Contacts whose next step has no letter yet are ``waiting`` with the state ``planned``.
    """
    for query in _queries(campaign, step, fate, narrow):
        for row in session.execute(query.execution_options(yield_per=2_000)):
            yield _line(row)


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the lines, and how many there are."""

    lines: list[Line]
    number: int
    """From 1."""
    pages: int
    total: int


def page(
    session: Session,
    campaign: Campaign,
    number: int,
    *,
    step: str | None = None,
    fate: Fate | None = None,
    narrow: Narrow = WHOLE,
    size: int = PAGE_SIZE,
    order: "Order | None" = None,
) -> Page:
    """Return one page of what :func:`who` yields; the nearest one where ``number`` is too high.

    ``order`` is what :func:`order` returned for the same question, if somebody still has it.
    """
    order = order or order_of(session, campaign, step=step, fate=fate, narrow=narrow)
    total = len(order.letters) + len(order.planned)
    pages = max(1, -(-total // size))
    number = min(max(1, number), pages)
    start, end = (number - 1) * size, number * size
    shown = order.letters[start:end]
    found = _in_order(session, _of_letters(), Delivery.id, shown)
    after = max(0, start - len(order.letters))
    more = order.planned[after : after + size - len(shown)]
    found += _in_order(session, _of_planned(), Enrolment.id, more)
    return Page(lines=found, number=number, pages=pages, total=total)


@dataclass(frozen=True, slots=True)
class Order:
    """The lines of a question in their order, as rows' ids: what takes long to find out."""

    letters: "array[int]"
    """Of deliveries."""
    planned: "array[int]"
    """Of enrolments whose next step has no letter yet; they come last."""


def order_of(
    session: Session,
    campaign: Campaign,
    *,
    step: str | None = None,
    fate: Fate | None = None,
    narrow: Narrow = WHOLE,
) -> Order:
    """Return the ids of what :func:`who` yields, in its order."""
    letters, *planned = _queries(campaign, step, fate, narrow)
    return Order(
        array("q", session.scalars(letters.with_only_columns(Delivery.id))),
        array("q", session.scalars(planned[0].with_only_columns(Enrolment.id)) if planned else ()),
    )


def _in_order(
    session: Session,
    query: Select[*tuple[Any, ...]],
    column: Any,  # noqa: ANN401  # an id
    ids: "array[int]",
) -> list[Line]:
    """Return the lines of some rows, in the order of their ids here."""
    if not ids:
        return []
    rows = session.execute(query.add_columns(column.label("row")).where(column.in_(list(ids))))
    there = {row.row: _line(row) for row in rows}
    return [there[id_] for id_ in ids if id_ in there]


def letters_to(session: Session, contact: int) -> list[Line]:
    """Return every letter of a contact (by id) and of those merged into it, the newest first."""
    ids = kinship.family(session, contact)
    query = _of_letters().where(Delivery.contact_id.in_(ids)).order_by(Delivery.id.desc())
    return [_line(row) for row in session.execute(query)]


def found(session: Session, condition: ColumnElement[bool], most: int) -> list[Line]:
    """Return the letters that a condition on them finds, the newest first."""
    query = _of_letters().where(condition).order_by(Delivery.id.desc()).limit(most)
    return [_line(row) for row in session.execute(query)]


def _of_letters() -> Select[*tuple[Any, ...]]:
    """Return the columns that a line is made of."""
    return (
        select(
            Delivery.id.label("delivery"),
            Step.name.label("step"),
            Contact.code.label("contact"),
            Organisation.name.label("organisation"),
            Organisation.country,
            Organisation.kind,
            Delivery.language,
            Delivery.state,
            Delivery.kind.label("form"),
            Delivery.reason,
            Delivery.channel,
            Delivery.reference,
            Delivery.sent_at.label("when"),
            ASSOCIATION.name.label("through"),
        )
        .outerjoin(ASSOCIATION, and_(Delivery.kind == VIA, ASSOCIATION.id == Delivery.round))
        .join(Step, Step.id == Delivery.step_id)
        .join(Contact, Contact.id == Delivery.contact_id)
        .join(Organisation, Organisation.id == Contact.organisation_id)
    )


def _queries(
    campaign: Campaign, step: str | None, fate: Fate | None, narrow: Narrow
) -> list[Select[*tuple[Any, ...]]]:
    """Return the queries whose rows, one after the other, are the lines asked for."""
    letters, planned = _letters(campaign), _planned(campaign)
    if fate is not None:
        states = [state.value for state, its in FATES.items() if its is fate]
        letters = letters.where(Delivery.state.in_(states))
    if narrow:
        wanted = [_narrowed(letters, narrow)]
    else:
        wanted = [letters, planned] if fate in WITH_PLANNED else [letters]
    return wanted if step is None else [query.where(Step.name == step) for query in wanted]


def _narrowed(letters: Select[*tuple[Any, ...]], narrow: Narrow) -> Select[*tuple[Any, ...]]:
    """Return the letters that a figure counts: what came in its turn, or through an association."""
    letters = letters.where(or_(is_turn(), Delivery.state == D.THROUGH.value))
    if narrow.reason:
        letters = letters.where(func.coalesce(Delivery.reason, Delivery.state) == narrow.reason)
    if narrow.language:
        letters = letters.where(Delivery.language == narrow.language)
    if narrow.kind:
        letters = letters.where(Organisation.kind == narrow.kind)
    if narrow.channel:
        letters = letters.where(Delivery.channel == narrow.channel)
    return letters


def _letters(campaign: Campaign) -> Select[*tuple[Any, ...]]:
    return (
        _of_letters()
        .where(Step.campaign_id == campaign.id, Delivery.kind != COPY)
        .order_by(Step.position, Organisation.name, Delivery.id)
    )


def _planned(campaign: Campaign) -> Select[*tuple[Any, ...]]:
    """Active enrolments whose next step has no row for them."""
    return (
        _of_planned()
        .where(
            Enrolment.campaign_id == campaign.id,
            Enrolment.state.in_([EnrolmentState.ACTIVE.value, EnrolmentState.HELD.value]),
            Delivery.id.is_(None),
        )
        .order_by(Step.position, Organisation.name, Contact.id)
    )


def _of_planned() -> Select[*tuple[Any, ...]]:
    """Return the same columns of an enrolment and its next step."""
    return (
        select(
            Delivery.id.label("delivery"),
            Step.name.label("step"),
            Contact.code.label("contact"),
            Organisation.name.label("organisation"),
            Organisation.country,
            Organisation.kind,
            Contact.language,
            Enrolment.state,
            Delivery.kind.label("form"),
            Enrolment.reason,
            Delivery.channel,
            Delivery.reference,
            Delivery.sent_at.label("when"),
            null().label("through"),
        )
        .join(Step, Step.id == Enrolment.step_id)
        .join(Contact, Contact.id == Enrolment.contact_id)
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .outerjoin(
            Delivery,
            and_(
                Delivery.step_id == Enrolment.step_id,
                Delivery.contact_id == Contact.id,
                is_turn(),
            ),
        )
    )


def _line(row: Any) -> Line:  # noqa: ANN401  # a row of either query
    planned = row.delivery is None
    state = "planned" if planned else row.state
    return Line(
        delivery=row.delivery,
        step=row.step,
        contact=row.contact,
        organisation=row.organisation,
        country=row.country,
        kind=row.kind,
        language=row.language,
        fate=Fate.WAITING if planned else FATES[DeliveryState(row.state)],
        state=state,
        form=None if row.form == FIRST else row.form,
        reason=row.reason,
        channel=row.channel,
        through=row.through,
        reference=row.reference,
        when=row.when,
    )
