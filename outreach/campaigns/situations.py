"""What is known of each enrolled contact, gathered for :mod:`outreach.campaigns.triggers`."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from outreach.campaigns import calendar
from outreach.campaigns.definition import Definition
from outreach.campaigns.models import (
    Campaign,
    Enrolment,
    EnrolmentState,
    Postponement,
    Promise,
    PromiseState,
    Step,
)
from outreach.campaigns.triggers import Situation
from outreach.clock import local_date
from outreach.contacts.models import Contact, Organisation
from outreach.settings import Settings

CHUNK = 5_000

Received = Mapping[int, Mapping[str, date]]
"""By contact id: the steps whose letter left, and when."""


@dataclass(frozen=True, slots=True)
class Past:
    """What ``dispatch`` knows of contacts in a campaign."""

    received: Received = field(default_factory=dict)
    bounced: Collection[int] = frozenset()
    """Contacts (by id) of whom a letter came back."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One human reply in a campaign, as ``inbox`` tells of it."""

    contact: int
    organisation: int
    outcome: str
    on: date
    human: bool = True
    """Whether they answered; else something else calls for a step, as a promise put off does."""


Source = Callable[[Session, int], Sequence[Answer]]
"""Returns the replies of a campaign (by id)."""

SOURCES: dict[str, Source] = {}
"""Filled by ``app.py`` from the rooms to the right that know of replies."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One enrolment, with what is known of its contact."""

    id: int
    contact: int
    state: str
    now: Situation
    reason: str | None = None
    step_id: int | None = None
    due_on: date | None = None
    held_until: date | None = None


def of(
    session: Session,
    definition: Definition,
    campaign: Campaign,
    contacts: Sequence[int] | None,
    *,
    settings: Settings,
    past: Past,
) -> Iterator[Standing]:
    """Yield the enrolments of contacts (by id; None: of all), by contact."""
    enrolled = select(Enrolment.contact_id).where(Enrolment.campaign_id == campaign.id)
    few = contacts if contacts is not None and len(contacts) <= CHUNK else None
    known = _Known(
        session,
        definition,
        Contact.id.in_(enrolled if few is None else few),
        told=_Told(session, campaign),
        settings=settings,
        past=past,
    )
    started = local_date(campaign.started_at or campaign.created_at, settings.zone)
    query = (
        select(*WHO, *ENROLMENT)
        .join(Contact, Contact.id == Enrolment.contact_id)
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .where(Enrolment.campaign_id == campaign.id)
        .order_by(Enrolment.contact_id)
    )
    for row in _in_parts(session, query, Enrolment.contact_id, contacts):
        yield Standing(
            id=row.id,
            contact=row.contact_id,
            state=row.state,
            reason=row.reason,
            step_id=row.step_id,
            due_on=row.due_on,
            held_until=row.held_until,
            now=known.situation(row, row.enrolled_on or started),
        )


def answering(session: Session, campaign: Campaign) -> list[int]:
    """Return the contacts (by id) whose own replies are known: few, beside the whole campaign."""
    return sorted(
        {answer.contact for source in SOURCES.values() for answer in source(session, campaign.id)}
    )


def ahead(
    session: Session,
    definition: Definition,
    contacts: Sequence[int],
    *,
    settings: Settings,
    past: Past,
    today: date,
) -> Iterator[Standing]:
    """Yield contacts (by id) that are not enrolled yet, as if they were enrolled ``today``."""
    known = _Known(session, definition, true(), told=_Told(session), settings=settings, past=past)
    query = (
        select(*WHO)
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .order_by(Contact.id)
    )
    for row in _in_parts(session, query, Contact.id, contacts):
        yield Standing(
            id=0,
            contact=row.contact_id,
            state=EnrolmentState.ACTIVE.value,
            now=known.situation(row, today),
        )


WHO = (
    Contact.id.label("contact_id"),
    Contact.organisation_id,
    Organisation.country,
    Organisation.departement,
    Organisation.kind,
)
ENROLMENT = (
    Enrolment.id,
    Enrolment.state,
    Enrolment.reason,
    Enrolment.step_id,
    Enrolment.due_on,
    Enrolment.held_until,
    Enrolment.enrolled_on,
)


def _in_parts(
    session: Session,
    query: Select[*tuple[Any, ...]],
    column: InstrumentedAttribute[int],
    contacts: Sequence[int] | None,
) -> Iterator[Any]:
    if contacts is None:
        yield from session.execute(query)
        return
    for start in range(0, len(contacts), CHUNK):
        yield from session.execute(query.where(column.in_(contacts[start : start + CHUNK])))


def places(settings: Settings, country: str, departement: str | None) -> tuple[str, ...]:
    """Return the office's place and an organisation's."""
    return (settings.office.country, calendar.place(country, departement))


class _Known:
    """Puts together what is known of each contact."""

    def __init__(
        self,
        session: Session,
        definition: Definition,
        among: ColumnElement[bool],
        *,
        told: "_Told",
        settings: Settings,
        past: Past,
    ) -> None:
        self._told, self._settings, self._past = told, settings, past
        self._not_before = _put_off(session, definition.name)
        self._fit = {
            step.name: set(
                session.scalars(
                    select(Contact.id)
                    .join(Organisation, Organisation.id == Contact.organisation_id)
                    .where(among, step.only.clause())
                )
            )
            for step in definition.file.steps
            if step.only is not None
        }

    def situation(self, row: Any, entered: date) -> Situation:  # noqa: ANN401  # a row of WHO
        """Return what is known of the contact of a row."""
        contact = row.contact_id
        return Situation(
            places=places(self._settings, row.country, row.departement),
            kind=row.kind,
            entered=entered,
            received=tuple(sorted(self._past.received.get(contact, {}).items())),
            outcomes=self._told.outcomes(contact),
            replied=self._told.organisations.get(row.organisation_id),
            bounced=contact in self._past.bounced,
            unfit=frozenset(name for name, fit in self._fit.items() if contact not in fit),
            not_before=self._not_before,
        )


def _put_off(session: Session, campaign: str) -> tuple[tuple[str, date], ...]:
    """Return the steps whose promise was put off, and to when."""
    maker = aliased(Step)
    rows = session.execute(
        select(Step.name, func.max(Promise.due_on))
        .join(Promise, Promise.kept_by_id == Step.id)
        .join(maker, maker.id == Promise.step_id)
        .join(Campaign, Campaign.id == maker.campaign_id)
        .where(
            Campaign.name == campaign,
            Promise.state == PromiseState.OPEN.value,
            Promise.id.in_(select(Postponement.promise_id)),
        )
        .group_by(Step.name)
        .order_by(Step.name)
    )
    return tuple((name, due) for name, due in rows)


class _Told:
    """The replies of a campaign; none before it begins."""

    def __init__(self, session: Session, campaign: Campaign | None = None) -> None:
        self.organisations: dict[int, date] = {}
        self._outcomes: dict[int, dict[str, date]] = {}
        for source in SOURCES.values():
            for answer in source(session, campaign.id) if campaign else ():
                if answer.human:
                    last = self.organisations.get(answer.organisation, answer.on)
                    self.organisations[answer.organisation] = max(answer.on, last)
                known = self._outcomes.setdefault(answer.contact, {})
                known[answer.outcome] = min(answer.on, known.get(answer.outcome, answer.on))

    def outcomes(self, contact: int) -> tuple[tuple[str, date], ...]:
        """Return the outcomes of a contact's own replies, each with its first day."""
        return tuple(sorted(self._outcomes.get(contact, {}).items()))
