"""A letter as it left, read for the eye: who got it, headers, text, HTML, enclosures."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign, Step
from outreach.contacts.models import Contact, Organisation
from outreach.contacts.privacy import rights
from outreach.dispatch import archive
from outreach.dispatch.models import ArchivedObject, Delivery
from outreach.dispatch.states import DeliveryState
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.reports.letters import MESSAGE, PDF, Exact, NoLetterError, file_name
from outreach.reports.lines import FATES, Fate

LARGEST_ID = 2**31 - 1
"""A larger number is no row’s, and PostgreSQL would not even look."""


class UnknownLetterError(WrongUseError):
    """No delivery of that number."""

    message = N_("There is no letter {delivery}.")


@dataclass(frozen=True, slots=True)
class Letter:
    """What is known of one letter to one contact."""

    delivery: int
    campaign: str
    step: str
    contact: str
    organisation: str
    language: str
    fate: Fate
    state: str
    reason: str | None
    channel: str | None
    reference: str | None
    when: datetime | None
    sha256: str | None
    """Of the bytes that are kept; None where none are: it waits, or left beside the program."""
    media: str | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A kept letter taken apart. A printed one has no headers and no text: its PDF is the letter."""

    data: bytes
    headers: tuple[tuple[str, str], ...] = ()
    """All of them, decoded, in their order."""
    text: str = ""
    html: str = ""
    pdfs: tuple[Exact, ...] = ()


def find(session: Session, delivery: int) -> Letter:
    """Return what is known of a letter. Raises UnknownLetterError."""
    if not 0 < delivery <= LARGEST_ID:
        raise UnknownLetterError(delivery=str(delivery))
    row = session.execute(
        select(
            Delivery,
            Campaign.name.label("campaign"),
            Step.name.label("step"),
            Contact.code,
            Organisation.name.label("organisation"),
            ArchivedObject.media,
        )
        .join(Step, Step.id == Delivery.step_id)
        .join(Campaign, Campaign.id == Step.campaign_id)
        .join(Contact, Contact.id == Delivery.contact_id)
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .outerjoin(ArchivedObject, ArchivedObject.sha256 == Delivery.archive_sha256)
        .where(Delivery.id == delivery)
    ).first()
    if row is None:
        raise UnknownLetterError(delivery=str(delivery))
    found: Delivery = row.Delivery
    return Letter(
        delivery=found.id,
        campaign=row.campaign,
        step=row.step,
        contact=row.code,
        organisation=row.organisation,
        language=found.language,
        fate=FATES[DeliveryState(found.state)],
        state=found.state,
        reason=found.reason,
        channel=found.channel,
        reference=found.reference,
        when=found.sent_at,
        sha256=found.archive_sha256,
        media=row.media,
    )


class ErasedAddresseeError(OutreachError):
    """A registered letter to somebody who was erased, asked for on a page that all may see."""

    message = N_(
        "{contact} was erased. Registered letters stay in the book, but they are read only by those "
        "named in privacy.restricted_role, with “outreach report letter”."
    )


def refuse_erased(session: Session, contact: str) -> None:
    """Refuse a letter to somebody who was erased. Raises ErasedAddresseeError."""
    found = session.scalar(select(Contact.id).where(Contact.code == contact))
    if found is not None and rights.is_erased(session, found):
        raise ErasedAddresseeError(contact=contact)


def original(session: Session, letter: Letter) -> Exact:
    """Return the bytes as they left, verified.

    Raises NoLetterError, ArchiveDamagedError, ErasedAddresseeError.
    """
    refuse_erased(session, letter.contact)
    if letter.sha256 is None or letter.media is None:
        raise NoLetterError(step=letter.step, campaign=letter.campaign, contact=letter.contact)
    return Exact(
        name=file_name(letter.reference, letter.contact, letter.media),
        data=archive.read(session, letter.sha256),
    )


def opened(session: Session, letter: Letter) -> Opened:
    """Read a letter and take it apart. Raises what :func:`original` raises."""
    exact = original(session, letter)
    if letter.media != MESSAGE:
        return Opened(exact.data, pdfs=(exact,))
    message = message_from_bytes(exact.data, policy=policy.default)
    name = file_name(letter.reference, letter.contact, PDF)
    return Opened(
        data=exact.data,
        headers=tuple((key, str(value)) for key, value in message.items()),
        text=_body(message, "plain"),
        html=_shown(message),
        pdfs=tuple(
            Exact(name if place == 0 else part.get_filename() or name, part.get_content())
            for place, part in enumerate(
                part for part in message.iter_attachments() if part.get_content_type() == PDF
            )
        ),
    )


def _shown(message: EmailMessage) -> str:
    """Return the page with its pictures in it: a browser cannot look into a message."""
    page = _body(message, "html")
    for part in message.walk():
        mark = str(part["Content-ID"] or "").strip("<> ")
        if mark and part.get_content_maintype() == "image":
            data = b64encode(part.get_content()).decode()
            address = f"data:{part.get_content_type()};base64,{data}"
            page = page.replace(f"cid:{mark}", address)
    return page


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return "" if part is None else str(part.get_content())
