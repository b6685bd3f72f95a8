"""Letters of a batch as colleagues get them to look at: marked, without number, counted nowhere.

They are the very letters, from the same templates and data, in the state in which the batch is:
of the folder while it is a draft, as submitted from then on. Nothing of them is kept but a line in
the journal.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.clock import local_date
from outreach.contacts import suppressions
from outreach.contacts.models import Contact, EmailAddress
from outreach.dispatch import archive, deliveries, messages, register, specimens
from outreach.dispatch.carriers.base import Addressed, Carrier, Outcome
from outreach.dispatch.headers import Envelope
from outreach.dispatch.messages import Attachment
from outreach.dispatch.models import Batch, Circular, Delivery
from outreach.dispatch.postmark import Postmark
from outreach.dispatch.pressroom import Pressroom
from outreach.dispatch.trial import TRIAL, TrialRefusedError
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.journal import Act
from outreach.letters import facts as letter_facts
from outreach.letters.compiling import Written
from outreach.letters.facts import Seal
from outreach.settings import Bilingual, Language, Sender, Settings

MOST = 50
"""Messages of one test: more would be a mailing."""
USUAL = 3
"""Letters where none were named: the most unlike ones."""

MARK = Bilingual(fr="[ESSAI]", es="[PRUEBA]")
BANNER = Bilingual(
    fr="ESSAI, à ne pas transmettre. Lettre du lot {batch} destinée à {name} ({code}), {channel}. "
    "Elle n’est ni numérotée ni comptée.",
    es="PRUEBA, no transmitir. Carta del lote {batch} destinada a {name} ({code}), {channel}. "
    "No está numerada ni se cuenta.",
)
TEXT_BANNER = Bilingual(
    fr="ESSAI, à ne pas transmettre. Texte en cours de rédaction, tel que {name} ({code}) le lirait.",
    es="PRUEBA, no transmitir. Texto en redacción, como lo leería {name} ({code}).",
)
BY_EMAIL = Bilingual(fr="par courriel", es="por correo electrónico")
BY_POST = Bilingual(
    fr="par la poste (la lettre est jointe)", es="por correo postal (la carta va adjunta)"
)
STYLE = (
    "margin:0 0 16px;padding:8px 12px;border:2px solid #b00020;color:#b00020;font:14px sans-serif"
)


class NoSuchTestLetterError(WrongUseError):
    """A contact that has no letter in the batch."""

    message = N_(
        "Batch {batch} has no letter to {contacts}. “outreach report who” shows who is in it."
    )


class ColleagueNeededError(OutreachError):
    """The address is a recipient's, or of someone who objected."""

    message = N_(
        "{address} is the address of a contact or of someone who asked not to be written to. A "
        "test goes to colleagues only."
    )


class NoAddressOfOwnError(OutreachError):
    """Who asks for a test has no address to get it at."""

    message = N_(
        "Your account has no e-mail address to send to. Whoever looks after the accounts enters it."
    )


class TooManyTestsError(OutreachError):
    """A test that would be a mailing."""

    message = N_(
        "This test would be {count} messages; at most {most} are sent. Name fewer contacts or "
        "colleagues."
    )


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One letter that colleagues get."""

    contact: str
    channel: str
    language: str
    subject: str
    message: Addressed


def letters(
    session: Session,
    batch: Batch,
    pressroom: Pressroom,
    to: Sequence[str],
    contacts: Sequence[str],
    *,
    settings: Settings,
    postmark: Postmark,
    act: Act,
) -> list[Rehearsed]:
    """Return the messages of a test: each letter named, to each colleague.

    Without ``contacts`` (codes), the most unlike letters. Raises NotAllowedError,
    NoSuchTestLetterError, ColleagueNeededError, TooManyTestsError, and what writing raises.
    """
    users.require(session, act.actor, Role.SECRETARY)
    _refuse_outsiders(session, to, postmark.key)
    rows = _chosen(session, batch, contacts)
    count = len(rows) * len(to)
    if count > MOST:
        raise TooManyTestsError(count=count, most=MOST)
    desk = _Desk(session, batch, pressroom, settings, postmark, act)
    return [desk.made(row, contact, address) for row, contact in rows for address in to]


def of_text(
    written: Written,
    *,
    name: str,
    code: str,
    to: str | None,
    language: Language,
    settings: Settings,
    postmark: Postmark,
    moment: datetime,
) -> Rehearsed:
    """Return a text that is being written as its writer gets it, who has the address ``to``.

    ``name`` and ``code`` are the contact's for whom it was filled in. Raises NoAddressOfOwnError.
    """
    if not to:
        raise NoAddressOfOwnError
    banner = TEXT_BANNER.in_(language).format(name=name, code=code)
    subject = f"{MARK.in_(language)} {written.subject}"
    page = _under_banner(written.html, f'<p style="{STYLE}">{escape(banner)}</p>\n')
    return Rehearsed(
        contact=code,
        channel="email",
        language=language,
        subject=subject,
        message=_addressed(
            settings.sender,
            to,
            subject,
            (f"{banner}\n\n{written.text}", page),
            [Attachment.of(each.name, each.media, each.data, each.cid) for each in written.inline],
            language=language,
            reply_to=settings.sender.reply_to,
            settings=settings,
            postmark=postmark,
            moment=moment,
        ),
    )


def _addressed(
    sender: Sender,
    to: str,
    subject: str,
    words: tuple[str, str],
    files: Sequence[Attachment],
    *,
    language: Language,
    reply_to: str,
    settings: Settings,
    postmark: Postmark,
    moment: datetime,
) -> Addressed:
    """Return a test message; ``words`` are its text and its page."""
    message_id = f"<test.{secrets.token_hex(12)}@{sender.domain}>"
    composed = messages.compose(
        Envelope(
            message_id=message_id,
            sender=(sender.name.in_(language), sender.address),
            recipient=("", to),
            subject=subject,
            moment=moment.astimezone(settings.zone),
            language=language,
            reply_to=reply_to,
        ),
        *words,
        list(files),
    )
    if postmark.signers:
        composed = composed.under(postmark.signature(composed.message))
    return Addressed(
        delivery_id=TRIAL,
        message_id=message_id,
        sender=settings.mail.bounce_address or sender.address,
        recipient=to,
        message=composed.message,
    )


def send(carrier: Carrier, made: Sequence[Rehearsed]) -> int:
    """Hand the messages over, outside of any transaction; return how many.

    Raises TrialRefusedError with the server's words at the first that is refused.
    """
    try:
        for one in made:
            (receipt,) = carrier.send([one.message])
            if receipt.outcome not in {Outcome.ACCEPTED, Outcome.UNKNOWN}:
                raise TrialRefusedError(words=receipt.text, advice=receipt.advice or "")
    finally:
        carrier.close()
    return len(made)


def note(session: Session, batch_id: int, count: int, act: Act) -> None:
    """Write in the journal that letters of a batch were tested, not to whom."""
    journal.record(session, act, "batch", batch_id, "tested", detail={"letters": count})


def _refuse_outsiders(session: Session, to: Sequence[str], key: bytes) -> None:
    barred = suppressions.suppressed(session, key, list(to))
    for address in to:
        known = session.scalar(
            select(EmailAddress.id).where(EmailAddress.address == address.lower()).limit(1)
        )
        if known is not None or address in barred:
            raise ColleagueNeededError(address=address)


def _chosen(
    session: Session, batch: Batch, contacts: Sequence[str]
) -> list[tuple[Delivery, Contact]]:
    query = (
        select(Delivery, Contact)
        .join(Contact, Contact.id == Delivery.contact_id)
        .where(
            Delivery.batch_id == batch.id,
            Delivery.facts.is_not(None),
            Delivery.channel.in_(("email", "post")),
            deliveries.is_letter(),
        )
        .order_by(Contact.code)
    )
    if contacts:
        rows = session.execute(query.where(Contact.code.in_(contacts))).all()
    else:
        among = session.scalars(
            select(Delivery.contact_id).where(
                Delivery.batch_id == batch.id,
                Delivery.facts.is_not(None),
                deliveries.is_letter(),
            )
        ).all()
        unlike = [each.code for each in specimens.varied(session, among=among)][:USUAL]
        rows = session.execute(query.where(Contact.code.in_(unlike))).all()
    missing = sorted(set(contacts) - {contact.code for _, contact in rows})
    if missing or not rows:
        raise NoSuchTestLetterError(batch=batch.id, contacts=missing or ["-"])
    return [(row, contact) for row, contact in rows]


@dataclass(frozen=True, slots=True)
class _Desk:
    """What all letters of one test share."""

    session: Session
    batch: Batch
    pressroom: Pressroom
    settings: Settings
    postmark: Postmark
    act: Act

    def made(self, row: Delivery, contact: Contact, to: str) -> Rehearsed:
        """Return one letter as one colleague gets it."""
        language: Language = "es" if row.language == "es" else "fr"
        step = self.pressroom.step.letters[row.place]
        facts = letter_facts.read(row.facts or "")
        day = self.batch.letter_day or local_date(self.act.at, self.settings.zone)
        # Never the number of a signed letter: what a colleague passes on must not look like it.
        blank = register.blank(self.settings.register.format, day.year)
        seal = Seal(reference=blank, day=day)
        channel = row.channel or "email"
        written = self.pressroom.write(
            (step.cover if channel == "email" else "") or step.letter, language, facts, seal
        )
        banner = BANNER.in_(language).format(
            batch=self.batch.id,
            name=contact.organisation.name,
            code=contact.code,
            channel=(BY_EMAIL if channel == "email" else BY_POST).in_(language),
        )
        shown = f'<p style="{STYLE}">{escape(banner)}</p>\n'
        files = [
            Attachment.of(each.name, each.media, archive.read(self.session, each.sha256))
            for each in facts.files
            if each.sha256
        ]
        if channel == "post":
            text, page = f"{banner}\n", shown
        else:
            text, page = f"{banner}\n\n{written.text}", _under_banner(written.html, shown)
            files += [
                Attachment.of(each.name, each.media, each.data, each.cid) for each in written.inline
            ]
        if channel == "post" or row.circular_id is not None or step.attaches_pdf:
            files.insert(0, self._pdf(row, step.letter, language, seal, channel))
        house = self.pressroom.house
        subject = f"{MARK.in_(language)} {written.subject}"
        return Rehearsed(
            contact=contact.code,
            channel=channel,
            language=language,
            subject=subject,
            message=_addressed(
                house.sender,
                to,
                subject,
                (text, page),
                files,
                language=language,
                reply_to=self.pressroom.step.reply_to or house.sender.reply_to,
                settings=self.settings,
                postmark=self.postmark,
                moment=self.act.at,
            ),
        )

    def _pdf(
        self, row: Delivery, letter: str, language: Language, seal: Seal, channel: str
    ) -> Attachment:
        """Return the letter on paper; a circular as everyone gets it, unless it is posted."""
        facts = letter_facts.read(row.facts or "")
        if row.circular_id is not None and channel == "email":
            facts = letter_facts.read(self.session.get_one(Circular, row.circular_id).facts)
        written = self.pressroom.write(letter, language, facts, seal)
        data = self.pressroom.pdf(written, self.act.at)
        name = MARK.in_(language).strip("[]").lower()
        return Attachment.of(f"{name}-{seal.reference}.pdf", "application/pdf", data)


def _under_banner(html: str, banner: str) -> str:
    """Return the page with the banner as the first thing it shows."""
    start = html.find("<body")
    place = html.find(">", start) + 1 if start >= 0 else 0
    return html[:place] + banner + html[place:]
