"""A letter as it left, read for the eye: headers, plain text, HTML, enclosures."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contacts.models import Contact
from outreach.dispatch import archive
from outreach.dispatch.models import ArchivedObject, Delivery

SHOWN_HEADERS = ("From", "To", "Subject", "Date", "Message-ID")


@dataclass(frozen=True, slots=True)
class Read:
    """One letter. A printed letter has no headers and no text: its PDF is the letter."""

    delivery: int
    contact: str
    reference: str | None
    media: str
    data: bytes
    headers: tuple[tuple[str, str], ...] = ()
    text: str = ""
    html: str = ""
    pdfs: tuple[bytes, ...] = ()


def letter(session: Session, delivery: int) -> Read | None:
    """Return a letter from the archive, verified; None where nothing is kept of it.

    Raises ArchiveDamagedError.
    """
    row = session.execute(
        select(
            Delivery.id,
            Delivery.reference,
            Delivery.archive_sha256,
            Contact.code,
            ArchivedObject.media,
        )
        .join(Contact, Contact.id == Delivery.contact_id)
        .join(ArchivedObject, ArchivedObject.sha256 == Delivery.archive_sha256)
        .where(Delivery.id == delivery)
    ).one_or_none()
    if row is None or row.archive_sha256 is None:
        return None
    data = archive.read(session, row.archive_sha256)
    if row.media == "application/pdf":
        return Read(row.id, row.code, row.reference, row.media, data, pdfs=(data,))
    message = message_from_bytes(data, policy=policy.default)
    return Read(
        delivery=row.id,
        contact=row.code,
        reference=row.reference,
        media=row.media,
        data=data,
        headers=tuple((name, str(message[name])) for name in SHOWN_HEADERS if message[name]),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        pdfs=tuple(
            part.get_payload(decode=True)  # type: ignore[misc]  # bytes, for a part that is no container
            for part in message.iter_attachments()
            if part.get_content_type() == "application/pdf"
        ),
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return "" if part is None else str(part.get_content())
