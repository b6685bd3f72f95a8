"""What came back, as lists show it: what waits for a person first."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign
from outreach.clock import local_date
from outreach.contacts.models import Contact, Organisation
from outreach.inbox.kinds import Kind
from outreach.inbox.models import Arrival, ArrivalState, Reply
from outreach.settings import Settings

OF_PEOPLE = (
    *(Kind.REPLY.value, Kind.OPT_OUT.value, Kind.COMPLAINT.value),
    *(Kind.CHALLENGE.value, Kind.UNREADABLE.value),
)
"""What a person should see; the rest comes from machines."""
OPEN = (ArrivalState.UNSURE.value, ArrivalState.UNREADABLE.value)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of what came back."""

    campaign: str | None = None
    owner: str | None = None
    unassigned: bool = False
    late: bool = False
    machines: bool = False
    """Bounces, absences and the like too."""
    kind: str | None = None
    unsure: bool = False
    outcome: str | None = None
    """Only replies that mean it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that came back."""

    number: int
    received_on: date
    state: str
    kind: str
    way: str
    contact: str | None
    organisation: str | None
    outcome: str | None
    sender: str | None
    subject: str | None
    """Of what a person wrote down, their note."""
    campaign: str | None
    owner: str | None
    to_answer: bool
    late: bool


TO_ANSWER = and_(
    Arrival.kind == Kind.REPLY.value,
    Arrival.state == ArrivalState.MATCHED.value,
    Arrival.answered_at.is_(None),
)


def count(session: Session, wanted: Wanted, *, today: date, settings: Settings) -> int:
    """Return how many :func:`lines` there are."""
    query = (
        select(func.count(Arrival.id))
        .outerjoin(Campaign, Campaign.id == Arrival.campaign_id)
        .outerjoin(Reply, Reply.id == Arrival.reply_id)
        .where(*_conditions(wanted, _begin(today, settings)))
    )
    return session.scalars(query).one()


def lines(
    session: Session,
    wanted: Wanted,
    *,
    today: date,
    settings: Settings,
    most: int | None = None,
) -> list[Line]:
    """Return what came back: unsure first, then what is to be answered, then the newest.

    ``most`` gives no more than so many.
    """
    order = case((Arrival.state.in_(OPEN), 0), (TO_ANSWER, 1), else_=2)
    begin = _begin(today, settings)
    query = (
        select(Arrival, Contact.code, Organisation.name, Reply.outcome, Campaign.name)
        .outerjoin(Contact, Contact.id == Arrival.contact_id)
        .outerjoin(Organisation, Organisation.id == Arrival.organisation_id)
        .outerjoin(Reply, Reply.id == Arrival.reply_id)
        .outerjoin(Campaign, Campaign.id == Arrival.campaign_id)
        .where(*_conditions(wanted, begin))
        .order_by(order, Arrival.received_at.desc(), Arrival.id.desc())
        .limit(most)
    )
    found = []
    for arrival, code, organisation, outcome, campaign in session.execute(query):
        day = local_date(arrival.received_at, settings.zone)
        owed = (
            arrival.kind == Kind.REPLY.value
            and arrival.state == ArrivalState.MATCHED.value
            and arrival.answered_at is None
        )
        late = (owed or arrival.state in OPEN) and arrival.received_at < begin
        found.append(
            Line(
                number=arrival.id,
                received_on=day,
                state=arrival.state,
                kind=arrival.kind,
                way="email" if arrival.sha256 else arrival.origin,
                contact=code,
                organisation=organisation,
                outcome=outcome,
                sender=arrival.sender,
                subject=arrival.subject,
                campaign=campaign,
                owner=arrival.owner,
                to_answer=owed,
                late=late,
            )
        )
    return found


def _begin(today: date, settings: Settings) -> datetime:
    """Return the moment before which what is not answered is late: a midnight of the office."""
    day = today - timedelta(days=settings.replies.answer_days)
    return datetime.combine(day, time.min, settings.zone)


def _conditions(wanted: Wanted, begin: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.late:
        found += [or_(Arrival.state.in_(OPEN), TO_ANSWER), Arrival.received_at < begin]
    if wanted.campaign is not None:
        found.append(Campaign.name == wanted.campaign)
    if wanted.owner is not None:
        found.append(Arrival.owner == wanted.owner)
    if wanted.unassigned:
        found.append(Arrival.owner.is_(None))
    if wanted.unsure:
        found.append(Arrival.state.in_(OPEN))
    if wanted.outcome is not None:
        found += [
            Reply.outcome == wanted.outcome,
            Arrival.state == ArrivalState.MATCHED.value,
        ]
    if wanted.kind is not None:
        found.append(Arrival.kind == wanted.kind)
    elif not wanted.machines:
        found.append(or_(Arrival.kind.in_(OF_PEOPLE), Arrival.state.in_(OPEN)))
    return found
