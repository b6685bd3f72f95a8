"""The exact letter that someone got, from the archive."""

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign, Step
from outreach.contacts.models import Contact
from outreach.dispatch import archive
from outreach.dispatch.deliveries import FIRST, is_letter, is_turn
from outreach.dispatch.models import ArchivedObject, Batch, Delivery
from outreach.dispatch.states import DeliveryState
from outreach.errors import N_, OutreachError

MESSAGE, PDF = "message/rfc822", "application/pdf"
ENDINGS = {MESSAGE: "eml", PDF: "pdf"}


class NoLetterError(OutreachError):
    """Nothing of that step left for that contact."""

    message = N_(
        "No letter of step {step} of {campaign} is kept for {contact}: it did not leave yet, or it "
        "was recorded from outside."
    )


@dataclass(frozen=True, slots=True)
class Exact:
    """The bytes and a name for their file."""

    name: str
    data: bytes


def exact(
    session: Session, campaign: str, step: str, contact: str, *, batch: int | None = None
) -> Exact:
    """Return the exact bytes that left: the step's one letter, or what left with ``batch``.

    A correction, a copy or a supplement has a batch of its own. Raises NoLetterError,
    ArchiveDamagedError.
    """
    query = (
        select(Delivery.archive_sha256, Delivery.reference, ArchivedObject.media)
        .join(Contact, Contact.id == Delivery.contact_id)
        .join(Step, Step.id == Delivery.step_id)
        .join(Campaign, Campaign.id == Step.campaign_id)
        .join(ArchivedObject, ArchivedObject.sha256 == Delivery.archive_sha256)
        .where(Campaign.name == campaign, Step.name == step, Contact.code == contact)
        .order_by((Delivery.kind == FIRST).desc(), Delivery.id)
    )
    query = query.where(is_turn() if batch is None else Delivery.batch_id == batch)
    row = session.execute(query).first()
    if row is None or row.archive_sha256 is None:
        raise NoLetterError(step=step, campaign=campaign, contact=contact)
    return Exact(
        name=file_name(row.reference, contact, row.media),
        data=archive.read(session, row.archive_sha256),
    )


def file_name(reference: str | None, contact: str, media: str) -> str:
    """Return a name that every system takes: ``S-EFRPR-25-265-FR-76351.eml``."""
    stem = "-".join(re.sub(r"[^A-Za-z0-9._-]+", "-", part) for part in (reference, contact) if part)
    return f"{stem}.{ENDINGS.get(media, 'bin')}"


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
                is_letter(),
            )
            .order_by(Delivery.id)
            .limit(1)
        ).first()
        if row is None:
            continue
        name = f"{language}-{row.reference}"
        found.append(Exact(f"{name}.eml", archive.read(session, row.archive_sha256 or "")))
        enclosed = [enclosure for _, enclosure in row.shared or ()]
        pdfs = set(
            session.scalars(
                select(ArchivedObject.sha256).where(
                    ArchivedObject.sha256.in_(enclosed), ArchivedObject.media == "application/pdf"
                )
            )
        )
        # The letter comes before its enclosures; the letterhead's pictures are no PDF.
        letter = next((each for each in enclosed if each in pdfs), None)
        if letter is not None:
            found.append(Exact(f"{name}.pdf", archive.read(session, letter)))
    return found
