"""French authorities that a city may be told of: those that answered that they are interested.

Which these are, the room of replies knows and says through SOURCES. A city is told of nobody else,
and of no person who did not agree.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns.definition import StepDefinition
from outreach.campaigns.models import Campaign, Step
from outreach.campaigns.situations import Answer
from outreach.clock import local_date
from outreach.contacts.models import Contact, Organisation
from outreach.dispatch.models import Delivery
from outreach.dispatch.states import DeliveryState
from outreach.letters import facts as letter_facts
from outreach.letters.facts import InterestedFacts, OrganisationFacts
from outreach.partners import naming, scoring
from outreach.partners.places import Gazetteer
from outreach.partners.scoring import Ground
from outreach.settings import PartnerWeights

OUTCOME = "partner-interested"
"""At which the step begins whose letter tells a city of them."""


@dataclass(frozen=True, slots=True)
class Interest:
    """A French authority that wants to hear from a city (by id), and since when."""

    organisation: int
    city: int
    since: date


Source = Callable[[Session, int], Sequence[Interest]]
"""Returns the interests that were answered in a campaign (by id), the first one first."""

SOURCES: dict[str, Source] = {}
"""Filled by ``app.py`` from the room to the right that knows of replies."""


def interests(session: Session, campaign_id: int) -> list[Interest]:
    """Return who is interested in which city, as far as replies in a campaign say."""
    return [each for source in SOURCES.values() for each in source(session, campaign_id)]


def answers(session: Session, campaign_id: int) -> list[Answer]:
    """Return which contacts of cities are due a letter on it: a source for ``situations``."""
    since: dict[int, date] = {}
    for each in interests(session, campaign_id):
        since[each.city] = min(each.since, since.get(each.city, each.since))
    rows = session.execute(
        select(Contact.id, Contact.organisation_id)
        .where(Contact.organisation_id.in_(since))
        .order_by(Contact.id)
    )
    return [
        Answer(contact=contact, organisation=0, outcome=OUTCOME, on=since[city], human=False)
        for contact, city in rows
    ]


@dataclass(frozen=True, slots=True)
class Line:
    """One interest, as lists show it."""

    authority: str
    city: str
    since: date
    person: str
    """Who may be named; empty: nobody."""
    told_on: date | None
    """When a letter that names the authority left for the city."""


def lines(session: Session, campaign: Campaign, zone: ZoneInfo) -> list[Line]:
    """Return who is interested in which city, and whether the city was told."""
    told: dict[tuple[int, str], date] = {}
    rows = session.execute(
        select(Contact.organisation_id, Delivery.facts, Delivery.sent_at)
        .join(Contact, Contact.id == Delivery.contact_id)
        .join(Step, Step.id == Delivery.step_id)
        .where(
            Step.campaign_id == campaign.id,
            Delivery.state == DeliveryState.SENT.value,
            Contact.organisation_id.in_({each.city for each in interests(session, campaign.id)}),
        )
        .order_by(Delivery.sent_at.desc())
    )
    for city, facts, sent_at in rows:
        if facts is not None and sent_at is not None:
            for named in letter_facts.read(facts).interested:
                told[city, named.organisation.code] = local_date(sent_at, zone)
    found = []
    for each in interests(session, campaign.id):
        ours = session.get_one(Organisation, each.organisation)
        theirs = session.get_one(Organisation, each.city)
        found.append(
            Line(
                authority=ours.name,
                city=theirs.name,
                since=each.since,
                person=naming.named(session, ours.id, theirs.id),
                told_on=told.get((theirs.id, ours.code)),
            )
        )
    return found


def tells(step: StepDefinition) -> bool:
    """Say whether a step's letter tells cities of authorities."""
    return step.on_outcome is not None and step.on_outcome.outcome == OUTCOME


class Introductions:
    """What the letters of a step tell each city."""

    def __init__(
        self, session: Session, office: Path, weights: PartnerWeights, campaign_id: int
    ) -> None:
        self._session, self._weights = session, weights
        self._gazetteer = Gazetteer(session, office)
        self._interests = interests(session, campaign_id)

    def of(
        self, city: Organisation, around: Callable[[Organisation], OrganisationFacts]
    ) -> tuple[InterestedFacts, ...]:
        """Return the authorities that a city is told of; ``around`` says where each lies."""
        ids = [each.organisation for each in self._interests if each.city == city.id]
        if not ids:
            return ()
        (theirs,) = self._gazetteer.places([city])
        found = []
        for row in (self._session.get_one(Organisation, id_) for id_ in ids):
            (ours,) = self._gazetteer.places([row])
            why = scoring.reasons(ours, theirs, self._weights)
            found.append(
                InterestedFacts(
                    organisation=around(row),
                    shared=tuple(each.words for each in why if each.ground is Ground.THEME),
                    grounds=tuple(each.words for each in why if each.ground is not Ground.THEME),
                    person=naming.named(self._session, row.id, city.id),
                )
            )
        return tuple(found)
