"""For whom a promise is kept, read from the letters that left and from what people decided.

Nothing here is written down: a letter that comes back opens what it had kept, a recorded letter
that is taken back was promised to nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, case, func, literal, null, select
from sqlalchemy.orm import Session, aliased

from outreach.campaigns.models import (
    Enrolment,
    EnrolmentState,
    Postponement,
    Promise,
    PromiseSettlement,
    PromiseState,
    Step,
    StopReason,
)
from outreach.campaigns.situations import Answer
from outreach.clock import local_date
from outreach.contacts.models import Contact, Organisation
from outreach.dispatch.deliveries import is_letter
from outreach.dispatch.models import Delivery
from outreach.dispatch.states import DeliveryState

ENDED = (
    StopReason.OPTED_OUT.value,
    StopReason.SUPPRESSED.value,
    StopReason.WITHDRAWN.value,
)
"""Recorded decisions after which nothing more is sent to a contact in a campaign."""
POSTPONED = ("postponed", "postponed-again")
"""The outcomes at which holding letters begin: the first time that a promise is put off, a later."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One promise in figures: contacts it was made to, by what became of it."""

    made: int
    kept: int
    withdrawn: int
    open: int
    state: PromiseState

    def is_overdue(self, due: date, today: date) -> bool:
        """Say whether somebody is still owed it past its day."""
        return self.state is PromiseState.OPEN and due < today


@dataclass(frozen=True, slots=True)
class Party:
    """One contact that a promise was made to."""

    contact: str
    organisation: str
    state: str
    made_on: date | None
    settled_on: date | None
    reference: str | None
    """Number of the letter that kept it."""
    reason: str | None
    """Why it is withdrawn, or how else it was kept."""


def standing(session: Session, promise: Promise) -> Standing:
    """Return for how many contacts a promise is kept, withdrawn or still open.

    It is kept as a whole when nobody is owed it any more; it stays open while no letter that makes
    it is known to have arrived anywhere.
    """
    if promise.contact_id is not None:  # made to one alone: what was written down is all there is
        state = PromiseState(promise.state)
        return Standing(
            1,
            int(state is PromiseState.KEPT),
            int(state is PromiseState.WITHDRAWN),
            int(state is PromiseState.OPEN),
            state,
        )
    parties = _parties(promise).subquery()
    counted: dict[str, int] = dict(
        session.execute(select(parties.c.state, func.count()).group_by(parties.c.state)).all()
    )
    kept = counted.get(PromiseState.KEPT.value, 0)
    withdrawn = counted.get(PromiseState.WITHDRAWN.value, 0)
    open_ = counted.get(PromiseState.OPEN.value, 0)
    state = PromiseState(promise.state)
    if state is PromiseState.OPEN and not open_ and (kept or withdrawn):
        state = PromiseState.KEPT if kept else PromiseState.WITHDRAWN
    return Standing(kept + withdrawn + open_, kept, withdrawn, open_, state)


def parties(session: Session, promise: Promise, zone: ZoneInfo) -> list[Party]:
    """Return all contacts that a promise was made to: those still owed it first."""
    found = _parties(promise).subquery()
    rows = session.execute(
        select(
            Contact.code,
            Organisation.name,
            found.c.state,
            found.c.made_at,
            found.c.settled_on,
            found.c.kept_at,
            found.c.reference,
            found.c.reason,
        )
        .join(Contact, Contact.id == found.c.contact_id)
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .order_by(case((found.c.state == PromiseState.OPEN.value, 0), else_=1), Contact.code)
    )
    return [
        Party(
            contact=row.code,
            organisation=row.name,
            state=row.state,
            made_on=_day(row.made_at, zone) or promise.made_on,
            settled_on=row.settled_on or _day(row.kept_at, zone),
            reference=row.reference,
            reason=row.reason,
        )
        for row in rows
    ]


def owed(session: Session, promise: Promise) -> Sequence[int]:
    """Return the contacts (by id) to whom a promise is still open."""
    found = _parties(promise).subquery()
    return session.scalars(
        select(found.c.contact_id)
        .where(found.c.state == PromiseState.OPEN.value)
        .order_by(found.c.contact_id)
    ).all()


def postponed(session: Session, campaign_id: int) -> list[Answer]:
    """Return who is due a holding letter since when: a source for ``campaigns.situations``."""
    rows = session.execute(
        select(Promise, Postponement.postponed_on)
        .join(Postponement, Postponement.promise_id == Promise.id)
        .join(Step, Step.id == Promise.step_id)
        .where(Step.campaign_id == campaign_id, Postponement.letter)
        .order_by(Postponement.id)
    ).all()
    seen: dict[int, int] = {}
    found = []
    for promise, on in rows:
        again = seen.get(promise.id, 0)
        seen[promise.id] = 1
        found += [
            Answer(contact=contact, organisation=0, outcome=POSTPONED[again], on=on, human=False)
            for contact in owed(session, promise)
        ]
    return found


def _parties(promise: Promise) -> Select[*tuple[Any, ...]]:
    """Return the query of contacts and what became of the promise for each."""
    if promise.contact_id is not None:
        return select(
            Contact.id.label("contact_id"),
            literal(promise.state).label("state"),
            null().label("made_at"),
            null().label("settled_on"),
            null().label("kept_at"),
            null().label("reference"),
            literal(promise.reason).label("reason"),
        ).where(Contact.id == promise.contact_id)
    made = _left(promise.step_id, "made", promise.country)
    kept = _left(promise.kept_by_id, "kept")
    ours = aliased(PromiseSettlement)
    stopped = aliased(Enrolment)
    step = aliased(Step)
    ended = and_(stopped.state == EnrolmentState.STOPPED.value, stopped.reason.in_(ENDED))
    state = case(
        (ours.state.is_not(None), ours.state),
        (kept.c.contact_id.is_not(None), PromiseState.KEPT.value),
        (ended, PromiseState.WITHDRAWN.value),
        else_=promise.state,
    )
    return (
        select(
            made.c.contact_id,
            state.label("state"),
            made.c.at.label("made_at"),
            ours.settled_on.label("settled_on"),
            kept.c.at.label("kept_at"),
            kept.c.reference,
            case(
                (ours.state.is_not(None), ours.reason),
                (kept.c.contact_id.is_not(None), None),
                (ended, stopped.reason),
                else_=promise.reason,
            ).label("reason"),
        )
        .select_from(made)
        .join(step, step.id == promise.step_id)
        .outerjoin(kept, kept.c.contact_id == made.c.contact_id)
        .outerjoin(
            ours,
            and_(ours.promise_id == promise.id, ours.contact_id == made.c.contact_id),
        )
        .outerjoin(
            stopped,
            and_(stopped.campaign_id == step.campaign_id, stopped.contact_id == made.c.contact_id),
        )
    )


def _left(step_id: int | None, name: str, country: str | None = None) -> Any:  # noqa: ANN401  # a subquery, with its columns
    """Return who has a step's letter: contact, when it left, its number."""
    query = (
        select(
            Delivery.contact_id,
            func.min(Delivery.sent_at).label("at"),
            func.min(Delivery.reference).label("reference"),
        )
        .where(Delivery.step_id == step_id, Delivery.state == DeliveryState.SENT.value, is_letter())
        .group_by(Delivery.contact_id)
    )
    if country is not None:
        query = (
            query.join(Contact, Contact.id == Delivery.contact_id)
            .join(Organisation, Organisation.id == Contact.organisation_id)
            .where(Organisation.country == country)
        )
    return query.subquery(name)


def _day(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return local_date(moment, zone) if moment is not None else None
