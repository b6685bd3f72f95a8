"""One thing that came back, opened: what they write, beside the letter that it answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign, Step
from outreach.contacts.models import Contact, Organisation
from outreach.dispatch import archive
from outreach.dispatch.archive import ArchiveDamagedError, NotArchivedError
from outreach.dispatch.models import ArchivedObject, Delivery
from outreach.inbox import arrivals, attachments, learning, undoing
from outreach.inbox.arrivals import MEDIA
from outreach.inbox.attachments import Attachment
from outreach.inbox.classifying import quoting
from outreach.inbox.kinds import Kind
from outreach.inbox.learning import Proposed
from outreach.inbox.models import Arrival, Effect, Reply
from outreach.inbox.parsing import Parsed, parse


@dataclass(frozen=True, slots=True)
class Answered:
    """The letter that a message answers."""

    delivery: int
    campaign: str
    step: str
    reference: str | None
    state: str
    sent_at: datetime | None
    subject: str
    text: str
    """Of an e-mail; empty where it went by post or was recorded from outside."""


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody that a message may be about."""

    contact: str | None
    organisation: str
    delivery: int | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A message that came back, with all that a person needs to judge it."""

    arrival: Arrival
    contact: str | None
    organisation: str | None
    campaign: str | None
    outcome: str | None
    message: Parsed | None
    """None once it is forgotten, or where there never was one."""
    new_text: str
    quoted: str
    attachments: tuple[Attachment, ...]
    letter: Answered | None
    candidates: tuple[Who, ...]
    effects: tuple[Effect, ...]
    newcomer: Proposed | None
    """The sender, where no card has the address."""


def open_(session: Session, arrival: Arrival) -> Opened:
    """Read a message again, and the letter that it answers, from the archive."""
    raw = b""
    if arrival.kept and arrival.sha256:
        raw = arrivals.raw(session, arrival)
    message = parse(raw) if raw else None
    split = quoting.split(message) if message is not None else quoting.Split("", "")
    contact = session.get(Contact, arrival.contact_id) if arrival.contact_id else None
    organisation = (
        session.get(Organisation, arrival.organisation_id) if arrival.organisation_id else None
    )
    campaign = session.get(Campaign, arrival.campaign_id) if arrival.campaign_id else None
    reply = session.get(Reply, arrival.reply_id) if arrival.reply_id else None
    return Opened(
        arrival=arrival,
        contact=contact.code if contact else None,
        organisation=organisation.name if organisation else None,
        campaign=campaign.name if campaign else None,
        outcome=reply.outcome if reply else None,
        message=message,
        new_text=split.new,
        quoted=split.quoted,
        attachments=tuple(attachments.of(raw)) if raw else (),
        letter=_letter(session, arrival),
        candidates=tuple(_who(session, row) for row in arrival.candidates),
        effects=tuple(undoing.of_arrival(session, arrival.id)),
        newcomer=_newcomer(session, arrival, message),
    )


def _newcomer(session: Session, arrival: Arrival, message: Parsed | None) -> Proposed | None:
    if message is None or arrival.kind != Kind.REPLY.value:
        return None
    return learning.proposed(session, arrival, message.sender[0])


def _letter(session: Session, arrival: Arrival) -> Answered | None:
    if arrival.delivery_id is None:
        return None
    delivery, step, campaign = session.execute(
        select(Delivery, Step.name, Campaign.name)
        .join(Step, Step.id == Delivery.step_id)
        .join(Campaign, Campaign.id == Step.campaign_id)
        .where(Delivery.id == arrival.delivery_id)
    ).one()
    message = _sent(session, delivery)
    return Answered(
        delivery=delivery.id,
        campaign=campaign,
        step=step,
        reference=delivery.reference,
        state=delivery.state,
        sent_at=delivery.sent_at,
        subject=message.subject if message else "",
        text=message.text if message else "",
    )


def _sent(session: Session, delivery: Delivery) -> Parsed | None:
    if delivery.archive_sha256 is None:
        return None
    media = session.scalar(
        select(ArchivedObject.media).where(ArchivedObject.sha256 == delivery.archive_sha256)
    )
    if media != MEDIA:
        return None
    try:
        return parse(archive.read(session, delivery.archive_sha256))
    except (NotArchivedError, ArchiveDamagedError):
        return None


def _who(session: Session, row: list[Any]) -> Who:
    organisation, contact, delivery = row
    code = session.get(Contact, contact) if contact else None
    name = session.get(Organisation, organisation)
    return Who(code.code if code else None, name.name if name else "–", delivery)
