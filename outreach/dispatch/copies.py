"""Copies: whoever the letter names under "Copie" gets one message per batch.

It brings the letter (of individual letters, one of each text), its numbers and the list of
recipients. A copy is no letter to its reader: it moves no enrolment and counts in no figure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.campaigns.definition import StepDefinition
from outreach.contacts import addresses, directory
from outreach.contacts.models import Contact, Organisation
from outreach.dispatch import deliveries, messages
from outreach.dispatch.models import Batch, Delivery
from outreach.dispatch.states import DeliveryState
from outreach.errors import N_, OutreachError
from outreach.journal import Act
from outreach.language import dates
from outreach.letters.listing import ListColumn
from outreach.settings import Bilingual, Language

LEAVING = frozenset(
    {
        DeliveryState.QUEUED.value,
        DeliveryState.CLAIMED.value,
        DeliveryState.ARMED.value,
        DeliveryState.PRINTED.value,
        DeliveryState.SENT.value,
        DeliveryState.UNCERTAIN.value,
        DeliveryState.BOUNCED.value,
        DeliveryState.RETURNED.value,
        DeliveryState.FAILED.value,
    }
)
"""States of a signed batch's letters: those whose number was given."""

SUBJECT = Bilingual(fr="Copie : {subject} ({numbers})", es="Copia: {subject} ({numbers})")
TEXT = Bilingual(
    fr=(
        "Pour information : copie de la lettre « {subject} » du {day}, enregistrée sous {numbers}.\n"
        "\nNombre de destinataires : {count}. La lettre et la liste des destinataires sont jointes."
    ),
    es=(
        "Para su información: copia de la carta «{subject}» del {day}, radicada con {numbers}.\n\n"
        "Número de destinatarios: {count}. Se adjuntan la carta y la lista de destinatarios."
    ),
)
RANGE = Bilingual(fr="{first} à {last}", es="{first} a {last}")
LIST_TITLE = Bilingual(fr="Liste des destinataires", es="Lista de destinatarios")
LIST_FILE = Bilingual(fr="destinataires.pdf", es="destinatarios.pdf")
CHANNELS = {
    "email": Bilingual(fr="courriel", es="correo electrónico"),
    "post": Bilingual(fr="courrier postal", es="correo postal"),
}


class CopyAddressError(OutreachError):
    """A copy cannot be sent."""

    message = N_(
        "The copy for “{name}” cannot be sent: {code} has no e-mail address that works. Enter one, "
        "or leave “contact” out of that copy in the campaign file: then it is only named."
    )


@dataclass(frozen=True, slots=True)
class Target:
    """Who gets a copy, and where."""

    name: Bilingual
    contact: Contact
    address: str


def targets(session: Session, step: StepDefinition) -> list[Target]:
    """Return who gets a copy by e-mail; copies without a contact are only named in the letter.

    Raises UnknownContactError, CopyAddressError.
    """
    found = []
    for copy in step.copies:
        if not copy.contact:
            continue
        contact = directory.find(session, copy.contact)
        channel = addresses.best_channel(contact, ("email",))
        if isinstance(channel, addresses.NoChannel) or channel.email is None:
            raise CopyAddressError(name=copy.fr, code=copy.contact)
        found.append(Target(copy, contact, channel.email))
    return found


def queue(session: Session, batch: Batch, step: StepDefinition, domain: str, act: Act) -> int:
    """Queue the copies of a batch that is being signed; return how many."""
    rows = [
        Delivery(
            batch_id=batch.id,
            step_id=batch.step_id,
            contact_id=target.contact.id,
            kind=deliveries.COPY,
            round=batch.id,  # one per batch, however many batches a step has
            channel="email",
            language=target.contact.language,
            state=DeliveryState.QUEUED.value,
            address=target.address,
        )
        for target in targets(session, step)
    ]
    session.add_all(rows)
    session.flush()
    for row in rows:
        row.message_id = messages.message_id(row.id, batch.approved_hash or "", domain)
        journal.record(
            session, act, "delivery", row.id, "queued", after=row.state, reason=deliveries.COPY
        )
    session.flush()
    return len(rows)


@dataclass(frozen=True, slots=True)
class Listed:
    """A batch's letters as a copy tells them."""

    numbers: tuple[str, ...]
    rows: tuple[tuple[str, str, str, str], ...]
    """Number, organisation, code, channel."""


def listed(session: Session, batch: Batch, language: Language) -> Listed:
    """Return the recipients of a signed batch, by number and code."""
    found = session.execute(
        select(Delivery.reference, Organisation.name, Contact.code, Delivery.channel)
        .join(Contact, Contact.id == Delivery.contact_id)
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .where(Delivery.batch_id == batch.id, deliveries.is_letter(), Delivery.state.in_(LEAVING))
        .order_by(Delivery.entry_id, Contact.code)
    ).all()
    rows = tuple(
        (
            reference or "",
            name,
            code,
            CHANNELS[channel].in_(language) if channel in CHANNELS else channel or "",
        )
        for reference, name, code, channel in found
    )
    return Listed(tuple(dict.fromkeys(row[0] for row in rows if row[0])), rows)


def columns(language: Language) -> tuple[ListColumn, ...]:
    """Return the columns of the list of recipients."""
    if language == "fr":
        titles = ("Numéro", "Collectivité", "Code", "Par")
    else:
        titles = ("Número", "Entidad", "Código", "Por")
    return tuple(
        ListColumn(title, share) for title, share in zip(titles, (2, 5, 2, 2), strict=True)
    )


def words(subject: str, day: date, found: Listed, language: Language) -> tuple[str, str, str]:
    """Return a copy's subject, text and page."""
    values = {
        "subject": subject,
        "day": str(dates.long(day, language)),
        "numbers": _numbers(found.numbers, language),
        "count": len(found.rows),
    }
    text = TEXT.in_(language).format(**values)
    paragraphs = "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n"))
    page = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"></head>'
        f"<body>{paragraphs}</body></html>"
    )
    return SUBJECT.in_(language).format(**values), text, page


def _numbers(numbers: Sequence[str], language: Language) -> str:
    if len(numbers) < 2:  # noqa: PLR2004  # one number is no range
        return "".join(numbers)
    return RANGE.in_(language).format(first=numbers[0], last=numbers[-1])
