"""Record a reply by hand, and let it act: chasers stop, a promised letter waits for a person."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.campaigns import enrolments
from outreach.campaigns.definition import Definition
from outreach.campaigns.models import Campaign
from outreach.contacts.models import Contact, Organisation
from outreach.errors import N_, OutreachError
from outreach.inbox import effects
from outreach.inbox.effects import REPLIED, Case
from outreach.inbox.hand import Hand, What
from outreach.inbox.kinds import Kind, Verdict
from outreach.inbox.models import Outcome, Reply, Way
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

    reply: int
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
) -> Effects:
    """Write a human reply down and apply its effects to everyone at the organisation.

    A reminder ("did you get our letter?") is pointless once anyone there answered. A promised
    letter is never cancelled by a reply: it is held until a person decides. Raises
    FutureReplyError, NotStartedError, NotAllowedError.
    """
    users.require(session, act.actor, Role.SECRETARY)
    if received_on > today:
        raise FutureReplyError(day=received_on.isoformat(), today=today.isoformat())
    campaign = enrolments.require_started(session, definition.name)
    hand = Hand(session, act)
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
    return Effects(
        reply=reply.id if reply is not None else 0,
        stopped=hand.count(What.STOPPED),
        held=hand.count(What.HELD),
    )


def release(session: Session, definition: Definition, contact: Contact, why: str, act: Act) -> None:
    """Let a held promised letter go as planned. Raises NothingHeldError."""
    users.require(session, act.actor, Role.SECRETARY)
    campaign = enrolments.require_started(session, definition.name)
    enrolment = enrolments.of_contact(session, campaign, contact.id)
    if enrolment is None or enrolment.reason != REPLIED or enrolment.held_until is not None:
        raise NothingHeldError(contact=contact.code, campaign=definition.name)
    enrolments.resume(session, enrolment, why, act)


@dataclass(frozen=True, slots=True)
class Line:
    """One reply, as lists show it."""

    received_on: date
    contact: str
    organisation: str
    way: str
    outcome: str
    recorded_by: str


def replies(session: Session, campaign: Campaign) -> list[Line]:
    """Return the replies of a campaign, the newest first."""
    return [
        Line(*row)
        for row in session.execute(
            select(
                Reply.received_on,
                Contact.code,
                Organisation.name,
                Reply.way,
                Reply.outcome,
                Reply.recorded_by,
            )
            .join(Contact, Contact.id == Reply.contact_id)
            .join(Organisation, Organisation.id == Contact.organisation_id)
            .where(Reply.campaign_id == campaign.id)
            .order_by(Reply.received_on.desc(), Reply.id.desc())
        )
    ]
