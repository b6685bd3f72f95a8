"""What is known of each enrolled contact, gathered for :mod:`outreach.campaigns.triggers`."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns import calendar
from outreach.campaigns.definition import Definition
from outreach.campaigns.models import Campaign, Enrolment
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
    reason: str | None
    step_id: int | None
    due_on: date | None
    now: Situation


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
    told = _Told(session, campaign)
    unfit = _Unfit(session, definition, campaign)
    started = local_date(campaign.started_at or campaign.created_at, settings.zone)
    for row in _rows(session, campaign, contacts):
        yield Standing(
            id=row.id,
            contact=row.contact_id,
            state=row.state,
            reason=row.reason,
            step_id=row.step_id,
            due_on=row.due_on,
            now=Situation(
                places=places(settings, row.country, row.departement),
                kind=row.kind,
                entered=row.enrolled_on or started,
                received=tuple(sorted(past.received.get(row.contact_id, {}).items())),
                outcomes=told.outcomes(row.contact_id),
                replied=told.organisations.get(row.organisation_id),
                bounced=row.contact_id in past.bounced,
                unfit=unfit.steps(row.contact_id),
            ),
        )


def places(settings: Settings, country: str, departement: str | None) -> tuple[str, ...]:
    """Return the office's place and an organisation's."""
    return (settings.office.country, calendar.place(country, departement))


def _rows(session: Session, campaign: Campaign, contacts: Sequence[int] | None) -> Iterator[Any]:
    query = (
        select(
            Enrolment.id,
            Enrolment.contact_id,
            Enrolment.state,
            Enrolment.reason,
            Enrolment.step_id,
            Enrolment.due_on,
            Enrolment.enrolled_on,
            Contact.organisation_id,
            Organisation.country,
            Organisation.departement,
            Organisation.kind,
        )
        .join(Contact, Contact.id == Enrolment.contact_id)
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .where(Enrolment.campaign_id == campaign.id)
        .order_by(Enrolment.contact_id)
    )
    if contacts is None:
        yield from session.execute(query)
        return
    for start in range(0, len(contacts), CHUNK):
        part = Enrolment.contact_id.in_(contacts[start : start + CHUNK])
        yield from session.execute(query.where(part))


class _Told:
    """The replies of a campaign."""

    def __init__(self, session: Session, campaign: Campaign) -> None:
        self.organisations: dict[int, date] = {}
        self._outcomes: dict[int, dict[str, date]] = {}
        for source in SOURCES.values():
            for answer in source(session, campaign.id):
                last = self.organisations.get(answer.organisation, answer.on)
                self.organisations[answer.organisation] = max(answer.on, last)
                known = self._outcomes.setdefault(answer.contact, {})
                known[answer.outcome] = min(answer.on, known.get(answer.outcome, answer.on))

    def outcomes(self, contact: int) -> tuple[tuple[str, date], ...]:
        """Return the outcomes of a contact's own replies, each with its first day."""
        return tuple(sorted(self._outcomes.get(contact, {}).items()))


class _Unfit:
    """For whom which steps are not: those whose ``only`` does not hold."""

    def __init__(self, session: Session, definition: Definition, campaign: Campaign) -> None:
        enrolled = select(Enrolment.contact_id).where(Enrolment.campaign_id == campaign.id)
        self._fit = {
            step.name: set(
                session.scalars(
                    select(Contact.id)
                    .join(Organisation, Organisation.id == Contact.organisation_id)
                    .where(Contact.id.in_(enrolled), step.only.clause())
                )
            )
            for step in definition.file.steps
            if step.only is not None
        }

    def steps(self, contact: int) -> frozenset[str]:
        """Return the steps that are not for a contact."""
        return frozenset(name for name, fit in self._fit.items() if contact not in fit)
