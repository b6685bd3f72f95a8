"""A draft of our answer: in the thread of what they wrote, their text quoted below."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, formataddr

from sqlalchemy.orm import Session

from outreach.contacts.addresses import is_deliverable
from outreach.contacts.models import Contact
from outreach.dispatch.headers import MOST_REFERENCES, UNSAFE, encoded_words
from outreach.dispatch.messages import quoted_printable
from outreach.errors import N_, OutreachError
from outreach.inbox import arrivals
from outreach.inbox.decoding import fold
from outreach.inbox.models import Arrival
from outreach.inbox.parsing import Parsed, parse
from outreach.language import dates
from outreach.settings import Language, Settings

MAX_SUBJECT = 300
MAX_QUOTED = 400
"""Lines that are quoted."""
ANSWERED = ("re:", "re :", "rv:", "rép:", "rép :", "rep:")


class NoMessageError(OutreachError):
    """There is no message to answer."""

    message = N_("{number} has no message to answer: it was told, or forgotten since.")


@dataclass(frozen=True, slots=True)
class Draft:
    """A message ready to be finished and sent by a person."""

    message: bytes
    name: str
    """For its file."""
    recipient: str
    subject: str


def draft(
    session: Session, arrival: Arrival, *, text: str, settings: Settings, now: datetime
) -> Draft:
    """Return a draft that answers a message. ``text`` stands above what they wrote.

    Raises NoMessageError.
    """
    if not arrival.kept or arrival.sha256 is None:
        raise NoMessageError(number=arrival.id)
    theirs = parse(arrivals.raw(session, arrival))
    recipient = next(iter(theirs.reply_to), theirs.sender[1])
    if not is_deliverable(recipient):
        raise NoMessageError(number=arrival.id)
    contact = session.get(Contact, arrival.contact_id) if arrival.contact_id else None
    language: Language = "es" if contact is not None and contact.language == "es" else "fr"
    subject = _subject(theirs.subject)
    local = now.astimezone(settings.zone)
    lines = [
        f"Message-ID: <answer-{arrival.id}-{now:%Y%m%d%H%M%S}@{settings.sender.domain}>",
        f"Date: {format_datetime(local)}",
        f"From: {_named(settings.sender.name.in_(language), settings.sender.address)}",
        f"To: {_named(theirs.sender[0] if not theirs.reply_to else '', recipient)}",
        f"Subject: {_encoded(subject)}",
    ]
    if settings.sender.reply_to:
        lines.append(f"Reply-To: {settings.sender.reply_to}")
    lines += _thread(theirs)
    lines += [
        "MIME-Version: 1.0",
        'Content-Type: text/plain; charset="utf-8"',
        "Content-Transfer-Encoding: quoted-printable",
    ]
    body = "\n\n".join(
        filter(None, (text.strip(), _quotation(theirs, arrival, settings, language)))
    )
    message = "\r\n".join(lines).encode() + b"\r\n\r\n" + quoted_printable(body + "\n")
    return Draft(message, f"answer-{arrival.id}.eml", recipient, subject)


def _subject(theirs: str) -> str:
    plain = theirs.strip()
    return plain if fold(plain).startswith(ANSWERED) else f"Re: {plain}".strip()


def _thread(theirs: Parsed) -> list[str]:
    """Name the message that is answered, and those before it (RFC 5322 section 3.6.4)."""
    if theirs.message_id is None:
        return []
    before = theirs.references or theirs.in_reply_to
    named = [one for one in dict.fromkeys(before) if one != theirs.message_id]
    kept = [*named[:1], *named[1:][-(MOST_REFERENCES - 2) :], theirs.message_id]
    return [f"In-Reply-To: {theirs.message_id}", "References: " + "\r\n ".join(kept)]


def _quotation(theirs: Parsed, arrival: Arrival, settings: Settings, language: Language) -> str:
    moment = (theirs.date or arrival.received_at).astimezone(settings.zone)
    day = str(dates.long(moment.date(), language, settings.language))
    name = theirs.sender[0] or theirs.sender[1]
    opening = (
        f"El {day}, {name} escribió:"
        if language == "es"
        else f"Le {day} à {moment:%H:%M}, {name} a écrit\u00a0:"
    )
    quoted = theirs.text.strip().split("\n")[:MAX_QUOTED]
    return "\n".join([opening, *(f"> {line}" if line else ">" for line in quoted)])


def _named(name: str, address: str) -> str:
    plain = UNSAFE.sub("", name).strip()
    if plain.isascii() and "=?" not in plain:
        return formataddr((plain, address))
    return f"{encoded_words(plain, len('From: '))}\r\n <{address}>"


def _encoded(subject: str) -> str:
    # Always encoded: what they wrote may look like an encoded-word that ends the header.
    return encoded_words(UNSAFE.sub("", subject)[:MAX_SUBJECT], len("Subject: "))
