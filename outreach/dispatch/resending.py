"""A letter once more, byte for byte as it left, to another address of its contact.

The message is read from the archive and put into a new envelope: its headers still name the first
address, as with a letter that a post office forwards. The first delivery keeps its state; the
second one has its own, and the same number.
"""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.contacts import addresses, directory, suppressions
from outreach.contacts.models import Contact
from outreach.contacts.privacy import rights
from outreach.dispatch import batches, deliveries, messages, settling
from outreach.dispatch.models import Annulment, Batch, Delivery
from outreach.dispatch.settling import NumberGivenUpError
from outreach.dispatch.states import BatchState, DeliveryState, require
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.journal import Act
from outreach.settings import Settings

LEFT = (
    DeliveryState.SENT.value,
    DeliveryState.BOUNCED.value,
    DeliveryState.FAILED.value,
)
BY_HAND = ("drafts", "eml")


class NothingToResendError(OutreachError):
    """No message to that contact is kept, or nobody knows whether it left."""

    message = N_(
        "Batch {batch} has no e-mail to {contact} that can be sent again: only what left by e-mail, "
        "or was refused, is kept byte for byte. If it perhaps left, first say so with “outreach "
        "batch resolve {batch}”; a letter by post is printed again with “outreach batch print”."
    )


class ResendAddressError(WrongUseError):
    """Not an e-mail address that servers take."""

    message = N_("“{address}” is no e-mail address that servers take.")


class ObjectionError(OutreachError):
    """The contact or the address is not to be written to."""

    message = N_(
        "{contact} or {address} asked not to be written to, so the letter is not sent again."
    )


class ByHandError(OutreachError):
    """The office's letters leave from a person's mail program."""

    message = N_(
        "This office lays its letters ready for a person to send ([mail] carrier = {carrier}): "
        "forward the letter from the mail program instead, and note it with “outreach campaign "
        "record”."
    )


@dataclass(frozen=True, slots=True)
class Resend:
    """A letter that waits to be sent again."""

    delivery: int
    batch: int
    contact: str
    reference: str | None
    sha256: str
    """Of its bytes: the same as the first time."""


def resend(
    session: Session,
    batch: Batch,
    code: str,
    to: str,
    *,
    reason: str,
    settings: Settings,
    key: bytes,
    act: Act,
) -> Resend:
    """Queue the letter of ``batch`` to the contact ``code`` once more, to the address ``to``.

    Raises NotAllowedError, BatchStateError, UnknownContactError, NothingToResendError,
    ResendAddressError, ObjectionError, ByHandError, ReasonNeededError, NumberGivenUpError.
    """
    users.require(session, act.actor, Role.SECRETARY)
    if settings.mail.carrier in BY_HAND:
        raise ByHandError(carrier=settings.mail.carrier)
    if not reason.strip():
        raise settling.ReasonNeededError
    require(batch, BatchState.SIGNED, BatchState.SENDING, BatchState.PAUSED, BatchState.DONE)
    contact = directory.find(session, code)
    address = addresses.in_ascii(to.strip())
    if address is None or not addresses.is_deliverable(address):
        raise ResendAddressError(address=to)
    campaign, _ = batches.campaign_of(session, batch)
    _refuse_objection(session, contact, address, campaign, key)
    first = _first(session, batch, contact)
    row = Delivery(
        batch_id=batch.id,
        step_id=batch.step_id,
        contact_id=contact.id,
        kind=deliveries.RESEND,
        round=_next_round(session, first),
        channel="email",
        place=first.place,
        language=first.language,
        state=DeliveryState.QUEUED.value,
        address=address,
        content_hash=first.content_hash,
        circular_id=first.circular_id,
        entry_id=first.entry_id,
        reference=first.reference,
        archive_sha256=first.archive_sha256,
    )
    session.add(row)
    session.flush()
    # Its own: what is looked up later is this envelope, not the first.
    row.message_id = messages.message_id(row.id, first.content_hash or "", settings.sender.domain)
    journal.record(
        session,
        act,
        "delivery",
        row.id,
        "queued",
        after=row.state,
        reason=reason,
        detail={"kind": deliveries.RESEND, "of": first.id},
    )
    session.flush()
    settling.reopen(session, batch, act)
    return Resend(row.id, batch.id, contact.code, row.reference, row.archive_sha256 or "")


def _refuse_objection(
    session: Session, contact: Contact, address: str, campaign: str, key: bytes
) -> None:
    known = [email.address for email in contact.emails]
    barred = suppressions.suppressed(session, key, [*known, address])
    if barred or contact.id in rights.objecting(session, [contact.id], campaign):
        raise ObjectionError(contact=contact.code, address=address)


def _first(session: Session, batch: Batch, contact: Contact) -> Delivery:
    found = session.scalar(
        select(Delivery)
        .where(
            Delivery.batch_id == batch.id,
            Delivery.contact_id == contact.id,
            Delivery.kind.not_in((deliveries.COPY, deliveries.RESEND)),
            Delivery.channel == "email",
            Delivery.state.in_(LEFT),
            Delivery.archive_sha256.is_not(None),
        )
        .limit(1)
        .with_for_update()
    )
    if found is None:
        raise NothingToResendError(batch=batch.id, contact=contact.code)
    given_up = session.scalar(select(Annulment.id).where(Annulment.entry_id == found.entry_id))
    if given_up is not None:
        raise NumberGivenUpError(references=[found.reference])
    return found


def _next_round(session: Session, first: Delivery) -> int:
    last = session.scalar(
        select(func.max(Delivery.round)).where(
            Delivery.step_id == first.step_id,
            Delivery.contact_id == first.contact_id,
            Delivery.kind == deliveries.RESEND,
        )
    )
    return (last or 0) + 1
