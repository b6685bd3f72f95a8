"""Write down an answer that came by telephone, on paper or in a meeting, and let it act."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.campaigns import enrolments
from outreach.campaigns.definition import Definition
from outreach.contacts.models import Contact
from outreach.errors import N_, OutreachError
from outreach.inbox import effects
from outreach.inbox.effects import Case, Why
from outreach.inbox.hand import Hand, What
from outreach.inbox.kinds import Kind, Verdict
from outreach.inbox.models import Arrival, ArrivalState, Outcome, Way
from outreach.journal import Act
from outreach.settings import Settings


class FutureReplyError(OutreachError):
    """Nobody answers tomorrow."""

    message = N_("A reply cannot have come on {day}: it is {today} today.")


class NothingHeldError(OutreachError):
    """No letter of that contact waits for a decision."""

    message = N_("No promised letter to {contact} is held in {campaign}.")


@dataclass(frozen=True, slots=True)
class Effects:
    """What a reply changed, by number of contacts of the organisation."""

    number: int
    """Of the reply, as ``replies list`` shows it."""
    stopped: int
    """Reminders that will not be sent."""
    held: int
    """Promised letters that wait for a decision."""


def record(
    session: Session,
    definition: Definition,
    contact: Contact,
    *,
    way: Way,
    outcome: Outcome,
    received_on: date,
    today: date,
    settings: Settings,
    act: Act,
    note: str = "",
) -> Effects:
    """Write a human reply down and apply its effects to everyone at the organisation.

    A reminder ("did you get our letter?") is pointless once anyone there answered. A promised
    letter is never cancelled by a reply: it is held until a person decides. Raises
    FutureReplyError, NotStartedError, NotAllowedError.
    """
    user = users.require(session, act.actor, Role.SECRETARY)
    if received_on > today:
        raise FutureReplyError(day=received_on.isoformat(), today=today.isoformat())
    campaign = enrolments.require_started(session, definition.name)
    arrival = Arrival(
        origin=way.value,
        received_at=_moment(received_on, settings),
        taken_at=act.at,
        subject=note.strip() or None,
        kind=Kind.REPLY.value,
        verdict={},
        rung=PERSON,
        confidence=1.0,
        campaign_id=campaign.id,
        organisation_id=contact.organisation_id,
        contact_id=contact.id,
        state=ArrivalState.MATCHED.value,
        owner=user.name,
        decided_by=act.actor,
        decided_at=act.at,
        # Whoever spoke with them answered them.
        answered_at=act.at if way in {Way.PHONE, Way.MEETING} else None,
        kept=False,
    )
    session.add(arrival)
    session.flush()
    journal.record(
        *(session, act, "arrival", arrival.id, "created"),
        after=arrival.state,
        detail={"kind": arrival.kind, "rung": arrival.rung},
    )
    hand = Hand(session, act, arrival.id)
    case = Case(
        verdict=Verdict(Kind.REPLY),
        contact=contact,
        day=received_on,
        today=today,
        settings=settings,
        key=b"",
        campaign=campaign,
        definition=definition,
    )
    reply = effects.replied(hand, case, way, outcome)
    arrival.reply_id = reply.id if reply is not None else None
    session.flush()
    return Effects(number=arrival.id, stopped=hand.count(What.STOPPED), held=hand.count(What.HELD))


PERSON = N_("person")
"""How an arrival was recognised: somebody said so."""


def release(session: Session, definition: Definition, contact: Contact, why: str, act: Act) -> None:
    """Let a held promised letter go as planned. Raises NothingHeldError."""
    users.require(session, act.actor, Role.SECRETARY)
    campaign = enrolments.require_started(session, definition.name)
    enrolment = enrolments.of_contact(session, campaign, contact.id)
    if enrolment is None or enrolment.reason != Why.REPLIED or enrolment.held_until is not None:
        raise NothingHeldError(contact=contact.code, campaign=definition.name)
    enrolments.resume(session, enrolment, why, act)


def _moment(day: date, settings: Settings) -> datetime:
    """Return noon of a day at the office: the hour of a call is not asked for."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=settings.zone)
