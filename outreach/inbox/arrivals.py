"""Take in what came back: judge it, find whom it is about, keep it, and let it act.

The same message twice is one arrival, and nothing follows twice.
"""

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach import journal
from outreach.campaigns import definition as definitions
from outreach.campaigns.definition import Definition
from outreach.campaigns.models import Campaign, Step
from outreach.clock import local_date
from outreach.contacts.models import Contact
from outreach.dispatch import archive
from outreach.dispatch.models import Delivery
from outreach.errors import OutreachError
from outreach.inbox import effects, landmarks, matching
from outreach.inbox.effects import Case
from outreach.inbox.hand import Hand
from outreach.inbox.kinds import Kind, Verdict
from outreach.inbox.landmarks import Landmarks
from outreach.inbox.matching import Match, Rung
from outreach.inbox.models import Arrival, ArrivalState
from outreach.inbox.parsing import Parsed, parse
from outreach.inbox.verdict import judge
from outreach.journal import Act
from outreach.settings import Settings

MEDIA = "message/rfc822"
MAX_SUBJECT, MAX_SENDER, MAX_ID = 1_000, 320, 500


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a message was read."""

    way: str
    """``imap``, ``file`` or ``upload``."""
    place: str = ""
    """The mailbox's folder, or the file's name."""
    received: datetime | None = None
    """When the mailbox took it (aware), where the mailbox says so."""


@dataclass(frozen=True, slots=True)
class Passing:
    """A message that is about nothing of ours: all that may be shown of it."""

    sender: str
    subject: str
    received: datetime
    message_id: str | None


@dataclass(frozen=True, slots=True)
class Desk:
    """What reading the mailbox needs to know; made once for a round of it."""

    settings: Settings
    key: bytes
    known: Landmarks
    plans: Callable[[str], Definition | None]
    """A campaign's plan by name; None where its file is gone or unsound."""
    actor: str


def desk(session: Session, settings: Settings, *, key: bytes, folder: Path, actor: str) -> Desk:
    """Read once what every message is compared with. ``folder`` is the office's."""
    plans: dict[str, Definition | None] = {}

    def plan(name: str) -> Definition | None:
        if name not in plans:
            try:
                plans[name] = definitions.load(folder, name)
            except OutreachError:
                plans[name] = None
        return plans[name]

    return Desk(settings, key, landmarks.survey(session, settings, key=key), plan, actor)


def take_in(
    session: Session, raw: bytes, *, origin: Origin, now: datetime, desk: Desk
) -> Arrival | Passing:
    """Take one message in; return its arrival, or what a list may show of one that is not ours.

    No message whatever makes this fail. Raises UnknownUserError where the actor works not here.
    """
    sha256 = hashlib.sha256(raw).hexdigest()
    known = session.scalar(select(Arrival).where(Arrival.sha256 == sha256))
    if known is not None:
        return known
    message = parse(raw)
    received = min(origin.received or message.received or message.date or now, now)
    verdict = judge(message, received=received.astimezone(desk.settings.zone))
    found = matching.match(session, message, verdict, desk.known)
    if found.rung is None and verdict.kind is not Kind.UNREADABLE:
        return _passing(message, received)
    again = _known_already(session, message, verdict)
    if again is not None:
        return again
    arrival = _written(message, verdict, found)
    arrival.sha256, arrival.received_at, arrival.taken_at = sha256, received, now
    arrival.origin, arrival.place = origin.way, origin.place[:200]
    if found.delivery_id is not None and arrival.state == ArrivalState.MATCHED.value:
        letter = session.get_one(Delivery, found.delivery_id)
        arrival.campaign_id = session.get_one(Step, letter.step_id).campaign_id
    try:
        with session.begin_nested():
            session.add(arrival)
            session.flush()
    except IntegrityError:  # another worker took the same message in at this moment
        return session.scalars(select(Arrival).where(Arrival.sha256 == sha256)).one()
    archive.keep(session, raw, MEDIA)
    act = Act(desk.actor, now)
    journal.record(
        *(session, act, "arrival", arrival.id, "created"),
        after=arrival.state,
        detail={"kind": arrival.kind, "rung": arrival.rung},
    )
    hand = Hand(session, act, arrival_id=arrival.id)
    if arrival.state == ArrivalState.MATCHED.value:
        act_on(hand, arrival, verdict, desk)
    elif arrival.state == ArrivalState.UNSURE.value and verdict.kind in effects.WITH_EFFECT:
        effects.wait(hand, {one.organisation_id for one in found.candidates})
    return arrival


def act_on(hand: Hand, arrival: Arrival, verdict: Verdict, desk: Desk) -> None:
    """Let a matched arrival act, on the contact and letter that it names."""
    session = hand.session
    if arrival.contact_id is None:
        return
    contact = session.get_one(Contact, arrival.contact_id)
    campaign = session.get(Campaign, arrival.campaign_id) if arrival.campaign_id else None
    sender = verdict.author or arrival.sender or ""
    reply = effects.follow(
        hand,
        Case(
            verdict=verdict,
            contact=contact,
            day=local_date(arrival.received_at, desk.settings.zone),
            today=local_date(hand.act.at, desk.settings.zone),
            settings=desk.settings,
            key=desk.key,
            campaign=campaign,
            definition=desk.plans(campaign.name) if campaign else None,
            delivery=session.get(Delivery, arrival.delivery_id) if arrival.delivery_id else None,
            sender=sender,
            rung=Rung(arrival.rung) if arrival.rung in set(Rung) else None,
            alone=len(desk.known.places(sender)) == 1,
        ),
    )
    arrival.reply_id = reply.id if reply is not None else None
    session.flush()


def place(session: Session, arrival: Arrival, contact: Contact, delivery: Delivery | None) -> None:
    """Say which contact and letter an arrival is about; without a letter, the last that left."""
    if delivery is None:
        delivery = session.scalars(
            select(Delivery)
            .where(Delivery.contact_id == contact.id, Delivery.sent_at.is_not(None))
            .order_by(Delivery.sent_at.desc(), Delivery.id.desc())
            .limit(1)
        ).first()
    arrival.contact_id, arrival.organisation_id = contact.id, contact.organisation_id
    arrival.delivery_id = delivery.id if delivery is not None else None
    arrival.campaign_id = None
    if delivery is not None:
        arrival.campaign_id = session.get_one(Step, delivery.step_id).campaign_id


def verdict_of(arrival: Arrival) -> Verdict:
    """Return what was found out when the message came, but for what they write."""
    return msgspec.convert({"kind": arrival.kind} | (arrival.verdict or {}), Verdict)


def raw(session: Session, arrival: Arrival) -> bytes:
    """Return the message as it came. Raises NotArchivedError once it is forgotten."""
    return archive.read(session, arrival.sha256 or "")


def _known_already(session: Session, message: Parsed, verdict: Verdict) -> Arrival | None:
    """Return the arrival of the same message by another way: same id, sender and kind."""
    if message.message_id is None:
        return None
    return session.scalar(
        select(Arrival)
        .where(
            Arrival.message_id == message.message_id[:MAX_ID],
            Arrival.sender == message.sender[1][:MAX_SENDER],
            Arrival.subject == message.subject[:MAX_SUBJECT],
            Arrival.kind == verdict.kind.value,
        )
        .limit(1)
    )


def _written(message: Parsed, verdict: Verdict, found: Match) -> Arrival:
    """Return the row of what the message says, without where and when it was read."""
    if verdict.kind is Kind.UNREADABLE:
        state = ArrivalState.UNREADABLE
    elif found.is_sure and found.contact_id is not None:
        state = ArrivalState.MATCHED
    else:
        state = ArrivalState.UNSURE
    told = asdict(verdict)
    told.pop("new_text")
    sure = state is ArrivalState.MATCHED
    return Arrival(
        message_id=message.message_id[:MAX_ID] if message.message_id else None,
        sender=message.sender[1][:MAX_SENDER],
        subject=message.subject[:MAX_SUBJECT],
        kind=verdict.kind.value,
        reason=verdict.reason.value if verdict.reason else None,
        permanence=verdict.permanence.value if verdict.permanence else None,
        verdict=msgspec.to_builtins(told),
        rung=found.rung.value if found.rung else None,
        confidence=found.confidence,
        candidates=_candidates(found),
        organisation_id=found.organisation_id if sure else None,
        contact_id=found.contact_id if sure else None,
        delivery_id=found.delivery_id if sure else None,
        state=state.value,
    )


def _candidates(found: Match) -> list[list[Any]]:
    return [[one.organisation_id, one.contact_id, one.delivery_id] for one in found.candidates]


def _passing(message: Parsed, received: datetime) -> Passing:
    name, address = message.sender
    return Passing(
        sender=f"{name} <{address}>"[:MAX_SENDER] if name else address[:MAX_SENDER],
        subject=message.subject[:MAX_SUBJECT],
        received=received,
        message_id=message.message_id[:MAX_ID] if message.message_id else None,
    )
