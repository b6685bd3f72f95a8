"""Which cities now talk to whom: each pair with how far it has come, and what they said.

Of a person nothing is told but what somebody at the office wrote down of a reply: the report is for
partners, and a message is between those who wrote it.
"""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from outreach.contacts.models import Contact, Organisation
from outreach.errors import N_
from outreach.inbox.models import Arrival, Outcome, Reply
from outreach.partners.models import Cooperation
from outreach.partners.pairs import Stage
from outreach.reports.documents import Column, Document, Figure, Table, Tongue, filled

STAGES: dict[Stage, str] = {
    Stage.PROPOSED: N_("Proposed to each other"),
    Stage.INTERESTED: N_("The authority is interested"),
    Stage.IN_TOUCH: N_("Put in touch"),
    Stage.MET: N_("They met"),
    Stage.AGREED: N_("Agreement signed"),
    Stage.CLOSED: N_("Ended"),
}
"""From the first to the last."""
WORTH = (Outcome.INTERESTED.value, Outcome.WANTS_DETAILS.value, Outcome.MEETING.value)
"""Answers that are told."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A French authority and a Colombian city, and how far they have come."""

    city: str
    authority: str
    stage: Stage
    since: date | None
    source: str
    """From what one knows it."""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody at the office wrote down of an answer."""

    organisation: str
    country: str
    day: date
    outcome: str
    note: str


def pairs(session: Session) -> list[Pair]:
    """Return every pair, by city, the furthest first."""
    city = aliased(Organisation)
    rows = session.execute(
        select(city.name, Organisation.name, Cooperation)
        .join(city, city.id == Cooperation.city_id)
        .join(Organisation, Organisation.id == Cooperation.organisation_id)
    )
    found = [
        Pair(
            city=theirs, authority=ours, stage=Stage(row.stage), since=row.since, source=row.source
        )
        for theirs, ours, row in rows
    ]
    order = list(STAGES)
    return sorted(found, key=lambda one: (one.city, -order.index(one.stage), one.authority))


def said(session: Session) -> list[Said]:
    """Return the favourable answers of which something was written down, the newest first."""
    rows = session.execute(
        select(
            Organisation.name,
            Organisation.country,
            Reply.received_on,
            Reply.outcome,
            Arrival.subject,
        )
        .join(Contact, Contact.id == Reply.contact_id)
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .join(Arrival, Arrival.reply_id == Reply.id)
        # A message's own subject line is no note of ours.
        .where(Reply.outcome.in_(WORTH), Arrival.sha256.is_(None), Arrival.subject.is_not(None))
        .order_by(Reply.received_on.desc(), Reply.id.desc())
    )
    return [
        Said(organisation, country, day, outcome, note or "")
        for organisation, country, day, outcome, note in rows
    ]


def document(session: Session, tongue: Tongue, *, office: str, today: date) -> Document:
    """Return who talks to whom as it stands ``today``: by stage, by city, by authority."""
    say = tongue.gettext
    found = pairs(session)
    reached = Counter(one.stage for one in found)
    cities = {one.city for one in found}
    authorities = sorted({one.authority for one in found})
    return Document(
        name=f"cooperation-{today.isoformat()}",
        title=say(N_("Which cities talk to whom")),
        office=office,
        subtitle=filled(tongue, N_("As it stands on {day}"), day=today),
        lines=[],
        figures=[
            Figure(say(N_("Colombian cities")), len(cities)),
            Figure(say(N_("French authorities")), len(authorities)),
            Figure(say(N_("Pairs put in touch or further")), _further(reached)),
            Figure(say(N_("Agreements signed")), reached[Stage.AGREED]),
        ],
        parts=[
            Table(
                say(N_("How far they have come")),
                [Column(say(N_("Stage")), 6), Column(say(N_("Pairs")), 1, figures=True)],
                [(say(name), reached[stage]) for stage, name in STAGES.items() if reached[stage]],
                say(N_("No pair is noted yet.")),
            ),
            Table(
                say(N_("By Colombian city")),
                [
                    Column(say(N_("City in Colombia")), 3),
                    Column(say(N_("Authority in France")), 3),
                    Column(say(N_("Stage")), 3),
                    Column(say(N_("Since")), 2),
                    Column(say(N_("Known from")), 4),
                ],
                [
                    (
                        one.city,
                        one.authority,
                        say(STAGES[one.stage]),
                        one.since,
                        _source(one, tongue),
                    )
                    for one in found
                ],
                say(N_("No pair is noted yet.")),
            ),
            Table(
                say(N_("By French authority")),
                [Column(say(N_("Authority in France")), 3), Column(say(N_("Colombian cities")), 6)],
                [
                    (
                        name,
                        "; ".join(
                            f"{one.city} ({say(STAGES[one.stage])})"
                            for one in found
                            if one.authority == name
                        ),
                    )
                    for name in authorities
                ],
                say(N_("No pair is noted yet.")),
            ),
            Table(
                say(N_("What they said")),
                [
                    Column(say(N_("Who")), 3),
                    Column(say(N_("Date")), 2),
                    Column(say(N_("What it means")), 2),
                    Column(say(N_("In short")), 7),
                ],
                [(one.organisation, one.day, say(one.outcome), one.note) for one in said(session)],
                say(N_("Nothing was written down of favourable answers.")),
            ),
        ],
    )


def _source(pair: Pair, tongue: Tongue) -> str:
    """Return from what a pair is known, a reply by its number in the reader's language."""
    reply = re.fullmatch(r"reply (\d+)", pair.source)
    if reply is None:
        return pair.source
    return tongue.gettext(N_("reply {number}")).format(number=reply[1])


def _further(reached: Counter[Stage]) -> int:
    return sum(reached[stage] for stage in (Stage.IN_TOUCH, Stage.MET, Stage.AGREED))
