"""The exact letter that someone got, from the archive."""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default as modern

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign, Step
from outreach.contacts.models import Contact, Organisation
from outreach.dispatch import archive
from outreach.dispatch.models import ArchivedObject, Batch, Delivery
from outreach.dispatch.states import DeliveryState
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.reports.lines import FATES, Fate

MESSAGE, PDF = "message/rfc822", "application/pdf"
ENDINGS = {MESSAGE: "eml", PDF: "pdf"}
LARGEST_ID = 2**31 - 1
"""A larger number is no row's on any database."""


class NoLetterError(OutreachError):
    """Nothing of that step left for that contact."""

    message = N_(
        "No letter of step {step} of {campaign} is kept for {contact}: it did not leave yet, or it "
        "was recorded from outside."
    )


class UnknownLetterError(WrongUseError):
    """No delivery of that number."""

    message = N_("There is no letter {delivery}.")


@dataclass(frozen=True, slots=True)
class Exact:
    """The bytes and a name for their file."""

    name: str
    data: bytes


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
    address: str | None
    sha256: str | None
    """Of the bytes that are kept; None where nothing left through the program."""
    media: str | None

    @property
    def file_name(self) -> str:
        """The name of its file, without the ending."""
        return _file_name(self.reference, self.contact)


@dataclass(frozen=True, slots=True)
class Opened:
    """An e-mail as whoever gets it sees it."""

    headers: list[tuple[str, str]]
    """In their order, decoded."""
    text: str
    html: str | None
    enclosed: list[Exact]


def find(session: Session, delivery: int) -> Letter:
    """Return what is known of a letter. Raises UnknownLetterError."""
    if not 0 < delivery <= LARGEST_ID:
        raise UnknownLetterError(delivery=delivery)
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
        raise UnknownLetterError(delivery=delivery)
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
        address=found.address,
        sha256=found.archive_sha256,
        media=row.media,
    )


def kept(session: Session, letter: Letter) -> Exact:
    """Return the exact bytes of a letter. Raises NoLetterError, ArchiveDamagedError."""
    if letter.sha256 is None:
        raise NoLetterError(step=letter.step, campaign=letter.campaign, contact=letter.contact)
    return Exact(
        name=f"{letter.file_name}.{ENDINGS.get(letter.media or '', 'bin')}",
        data=archive.read(session, letter.sha256),
    )


def opened(data: bytes) -> Opened:
    """Take an e-mail apart."""
    message = BytesParser(EmailMessage, policy=modern).parsebytes(data)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    return Opened(
        headers=[(name, str(value)) for name, value in message.items()],
        text=text.get_content() if text is not None else "",
        html=html.get_content() if html is not None else None,
        enclosed=[
            Exact(part.get_filename() or "", part.get_payload(decode=True))
            for part in message.iter_attachments()
        ],
    )


def exact(session: Session, campaign: str, step: str, contact: str) -> Exact:
    """Return the exact bytes that left. Raises NoLetterError, ArchiveDamagedError."""
    row = session.execute(
        select(Delivery.archive_sha256, Delivery.reference, ArchivedObject.media)
        .join(Contact, Contact.id == Delivery.contact_id)
        .join(Step, Step.id == Delivery.step_id)
        .join(Campaign, Campaign.id == Step.campaign_id)
        .join(ArchivedObject, ArchivedObject.sha256 == Delivery.archive_sha256)
        .where(Campaign.name == campaign, Step.name == step, Contact.code == contact)
    ).first()
    if row is None or row.archive_sha256 is None:
        raise NoLetterError(step=step, campaign=campaign, contact=contact)
    return Exact(
        name=f"{_file_name(row.reference, contact)}.{ENDINGS.get(row.media, 'bin')}",
        data=archive.read(session, row.archive_sha256),
    )


def samples(session: Session, batch: Batch) -> list[Exact]:
    """Return, for each language of a batch, one e-mail that left and the PDF it carried."""
    found: list[Exact] = []
    for language in ("fr", "es"):
        row = session.execute(
            select(Delivery.archive_sha256, Delivery.reference, ArchivedObject.shared)
            .join(ArchivedObject, ArchivedObject.sha256 == Delivery.archive_sha256)
            .where(
                Delivery.batch_id == batch.id,
                Delivery.language == language,
                Delivery.channel == "email",
                Delivery.state == DeliveryState.SENT.value,
            )
            .order_by(Delivery.id)
            .limit(1)
        ).first()
        if row is None:
            continue
        name = f"{language}-{row.reference}"
        found.append(Exact(f"{name}.eml", archive.read(session, row.archive_sha256 or "")))
        for _, enclosure in (row.shared or ())[:1]:
            found.append(Exact(f"{name}.pdf", archive.read(session, enclosure)))
    return found


def _file_name(reference: str | None, contact: str) -> str:
    parts = [reference, contact]
    return "-".join(part.replace(":", "-").replace("/", "-") for part in parts if part)
