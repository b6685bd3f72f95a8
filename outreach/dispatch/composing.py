"""Signed letters become messages and PDFs."""

from collections.abc import Generator, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import structs
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Step
from outreach.contacts.models import Contact
from outreach.dispatch import archive, copies, messages, tokens
from outreach.dispatch.carriers.base import Addressed
from outreach.dispatch.deliveries import COPY, RESEND, is_letter
from outreach.dispatch.headers import Envelope
from outreach.dispatch.messages import Attachment, Composed
from outreach.dispatch.models import Batch, Circular, Delivery, RegisterEntry
from outreach.dispatch.outbox import Outgoing
from outreach.dispatch.postmark import Postmark, is_first, threads
from outreach.dispatch.pressroom import Pressroom
from outreach.errors import OutreachError
from outreach.letters import facts as letter_facts
from outreach.letters.compiling import Frame, Written
from outreach.letters.enclosures import EnclosedFile
from outreach.letters.facts import Seal
from outreach.letters.included import Inline
from outreach.letters.listing import listing
from outreach.settings import Language

KEPT_FILES = 64
"""Enclosures held ready: those of all letters stay, those of one recipient each make room."""


class Composer:
    """Makes the messages and PDFs of one signed batch, from its frozen material."""

    def __init__(
        self,
        batch: Batch,
        pressroom: Pressroom,
        moment: datetime,
        postmark: Postmark | None = None,
    ) -> None:
        """Without a ``postmark`` only PDFs can be made."""
        if batch.signed_at is None or batch.letter_day is None:
            raise ValueError("only a signed batch is composed")
        self._signed_at, self._day = batch.signed_at, batch.letter_day
        self._batch = batch
        self._pressroom = pressroom
        self._postmark = postmark
        self._threaded: bool | None = None
        self._campaign_id: int | None = None
        self._moment = moment.astimezone(ZoneInfo(pressroom.house.time_zone))
        self._scan = batch.scan_sha256
        self._circulars: dict[int, tuple[Circular, Attachment]] = {}
        self._frames: dict[Frame, archive.Shared] = {}
        self._copy_frame = Frame(copies.TEXT.fr, copies.TEXT.es)
        self._files: dict[tuple[str, str], Attachment] = {}
        self._pictures: dict[str, tuple[Attachment, dict[str, Any]]] = {}

    @property
    def language(self) -> Language:
        """The language in which the office itself works: for lists that stay in the house."""
        return "es" if self._pressroom.house.office["fr"].country == "CO" else "fr"

    def messages(
        self, session: Session, deliveries: Sequence[Delivery]
    ) -> list[Outgoing | OutreachError]:
        """Return a message per delivery, in order; the error of one that cannot be made."""
        made: list[Outgoing | OutreachError] = []
        threads = self._threads(session, deliveries)
        for delivery in deliveries:
            try:
                made.append(self._message(session, delivery, threads.get(delivery.id, ())))
            except OutreachError as error:
                made.append(error)
        return made

    def paper(self, session: Session, delivery: Delivery) -> bytes:
        """Return the PDF of a letter that goes by post, with its address in the window."""
        return next(self.papers(session, [delivery]))

    def papers(
        self, session: Session, deliveries: Sequence[Delivery]
    ) -> Generator[bytes, None, None]:
        """Yield the PDF of each letter that goes by post, in order; many in several processes."""
        if self._scan is None:
            sheets = (self._sheet(session, delivery) for delivery in deliveries)
            yield from self._pressroom.pdfs(sheets, len(deliveries), self._signed_at)
            return
        alone = [delivery for delivery in deliveries if delivery.circular_id is None]
        sheets = (self._sheet(session, delivery) for delivery in alone)
        with closing(self._pressroom.pdfs(sheets, len(alone), self._signed_at)) as made:
            for delivery in deliveries:
                if delivery.circular_id is None:
                    yield next(made)
                else:  # the signed scan is the letter
                    yield archive.read(session, self._circular(session, delivery)[1].sha256)

    def _sheet(self, session: Session, delivery: Delivery) -> Written:
        seal = Seal(reference=delivery.reference or "", day=self._day, signed=True)
        letter = self._pressroom.step.letters[delivery.place]
        facts = letter_facts.read(delivery.facts or "")
        if delivery.circular_id is not None:
            text, _ = self._circular(session, delivery)
            facts = structs.replace(
                letter_facts.read(text.facts),
                contact=facts.contact,
                organisation=facts.organisation,
                first_letter=facts.first_letter,
            )
        return self._pressroom.write(letter.letter, facts.language, facts, seal)

    def _threads(
        self, session: Session, deliveries: Sequence[Delivery]
    ) -> dict[int, tuple[str, ...]]:
        if self._threaded is None:
            self._threaded = not is_first(session, self._batch)
        return threads(session, deliveries) if self._threaded else {}

    def _message(self, session: Session, delivery: Delivery, thread: tuple[str, ...]) -> Outgoing:
        if self._postmark is None:
            raise ValueError("messages want a postmark")
        if delivery.kind == COPY:
            return self._copy(session, delivery)
        if delivery.kind == RESEND:
            return self._again(session, delivery)
        letter = self._pressroom.step.letters[delivery.place]
        language: Language = "es" if delivery.language == "es" else "fr"
        facts = letter_facts.read(delivery.facts or "")
        seal = Seal(reference=delivery.reference or "", day=self._day, signed=True)
        written = self._pressroom.write(letter.cover or letter.letter, language, facts, seal)
        attachments: list[Attachment] = []
        kept = []
        if delivery.circular_id is not None:
            attachments.append(self._circular(session, delivery)[1])
        elif letter.attaches_pdf:
            body = (
                self._pressroom.write(letter.letter, language, facts, seal)
                if letter.cover
                else written
            )
            pdf = self._pressroom.pdf(body, self._signed_at)
            kept.append(archive.row(pdf, "application/pdf"))
            attachments.append(Attachment.of(f"{seal.reference}.pdf", "application/pdf", pdf))
        attachments += [self._enclosed(session, file) for file in facts.files]
        for picture in written.inline:
            shown, row = self._shown(picture)
            kept.append(row)
            attachments.append(shown)
        postmark, step = self._postmark, self._pressroom.step
        sender = self._pressroom.house.sender
        name = facts.organisation.name if facts.organisation else ""
        composed = messages.compose(
            Envelope(
                message_id=delivery.message_id or "",
                sender=(sender.name.in_(language), sender.address),
                recipient=(name, delivery.address or ""),
                subject=written.subject,
                moment=self._moment,
                language=language,
                reply_to=step.reply_to or sender.reply_to,
                copies=tuple(("", address) for address in step.cc),
                thread=thread,
                opt_out=tokens.opt_out_token(
                    postmark.key, delivery.contact_id, self._campaign(session)
                ),
                public_url=postmark.mail.public_url,
            ),
            written.text,
            written.html,
            attachments,
        )
        return self._outgoing(delivery, composed, self._shared(written.frame), kept, step.cc)

    def _outgoing(
        self,
        delivery: Delivery,
        composed: Composed,
        shared: archive.Shared,
        kept: Sequence[dict[str, Any]],
        cc: Sequence[str] = (),
    ) -> Outgoing:
        """Put the office's marks on a message; ``kept`` are archive rows it refers to."""
        if self._postmark is None:
            raise ValueError("messages want a postmark")
        if self._postmark.signers:
            composed = composed.under(self._postmark.signature(composed.message))
        stored = archive.message_row(composed.message, composed.bare, composed.enclosed, shared)
        sender = self._pressroom.house.sender.address
        return Outgoing(
            letter=Addressed(
                delivery_id=delivery.id,
                message_id=delivery.message_id or "",
                sender=self._postmark.return_path(delivery.id, sender),
                recipient=delivery.address or "",
                message=composed.message,
                copies=(*cc, *self._postmark.blind_copies()),
            ),
            archive=(shared.row, *kept, stored),
            sha256=stored["sha256"],
        )

    def _again(self, session: Session, delivery: Delivery) -> Outgoing:
        """Return a letter that left before, byte for byte, in an envelope to another address."""
        if self._postmark is None:
            raise ValueError("messages want a postmark")
        kept = delivery.archive_sha256 or ""
        sender = self._pressroom.house.sender.address
        return Outgoing(
            letter=Addressed(
                delivery_id=delivery.id,
                message_id=delivery.message_id or "",
                sender=self._postmark.return_path(delivery.id, sender),
                recipient=delivery.address or "",
                message=archive.read(session, kept),
                copies=self._postmark.blind_copies(),
            ),
            archive=(),
            sha256=kept,
        )

    def _copy(self, session: Session, delivery: Delivery) -> Outgoing:
        """Return what goes to someone named under "Copie": letter, numbers, recipients."""
        language: Language = "es" if delivery.language == "es" else "fr"
        batch = session.get_one(Batch, delivery.batch_id)
        found = copies.listed(session, batch, language)
        about, letters = self._letters(session, batch)
        subject, text, page = copies.words(about, self._day, found, language)
        title = copies.LIST_TITLE.in_(language)
        pdf = listing(
            title,
            [subject],
            copies.columns(language),
            found.rows,
            language=language,
            moment=self._signed_at,
        )
        files = [*letters, (copies.LIST_FILE.in_(language), pdf)]
        sender = self._pressroom.house.sender
        name = session.get_one(Contact, delivery.contact_id).organisation.name
        composed = messages.compose(
            Envelope(
                message_id=delivery.message_id or "",
                sender=(sender.name.in_(language), sender.address),
                recipient=(name, delivery.address or ""),
                subject=subject,
                moment=self._moment,
                language=language,
                reply_to=sender.reply_to,
            ),
            text,
            page,
            [Attachment.of(name, "application/pdf", data) for name, data in files],
        )
        rows = [archive.row(data, "application/pdf") for _, data in files]
        return self._outgoing(delivery, composed, self._shared(self._copy_frame), rows)

    def _letters(self, session: Session, batch: Batch) -> tuple[str, list[tuple[str, bytes]]]:
        """Return the subject and the PDFs (name, bytes) of a batch's texts; of individual letters one each."""
        subjects, found = [], []
        for text in session.scalars(
            select(Circular).where(Circular.batch_id == batch.id, Circular.pdf_sha256.is_not(None))
        ):
            entry = session.get_one(RegisterEntry, text.entry_id)
            subjects.append(entry.subject)
            pdf = archive.read(session, text.pdf_sha256 or "")
            found.append((f"{entry.reference}.pdf", pdf))
        firsts = session.execute(
            select(func.min(Delivery.id))
            .where(
                Delivery.batch_id == batch.id,
                Delivery.circular_id.is_(None),
                Delivery.state.in_(copies.LEAVING),
                is_letter(),
            )
            .group_by(Delivery.place, Delivery.language)
            .order_by(Delivery.place, Delivery.language)
        ).scalars()
        for number in firsts:
            one = session.get_one(Delivery, number)
            sheet = self._sheet(session, one)
            subjects.append(sheet.subject)
            pdf = self._pressroom.pdf(sheet, self._signed_at)
            found.append((f"{one.reference}.pdf", pdf))
        return " / ".join(dict.fromkeys(subjects)), found

    def _campaign(self, session: Session) -> int:
        if self._campaign_id is None:
            self._campaign_id = session.get_one(Step, self._batch.step_id).campaign_id
        return self._campaign_id

    def _shared(self, frame: Frame) -> archive.Shared:
        found = self._frames.get(frame)
        if found is None:
            found = archive.Shared(messages.body(frame.text, frame.html))
            self._frames[frame] = found
        return found

    def _circular(self, session: Session, delivery: Delivery) -> tuple[Circular, Attachment]:
        """Return the circular of a delivery and its PDF, encoded once for all recipients."""
        found = self._circulars.get(delivery.circular_id or 0)
        if found is None:
            text = session.get_one(Circular, delivery.circular_id)
            pdf = archive.read(session, text.pdf_sha256 or "")
            found = text, Attachment.of(f"{delivery.reference}.pdf", "application/pdf", pdf)
            self._circulars[text.id] = found
        return found

    def _enclosed(self, session: Session, file: EnclosedFile) -> Attachment:
        """Return an enclosed file as it was approved; encoded once where many letters share it."""
        key = file.sha256, file.name
        found = self._files.get(key)
        if found is None:
            if len(self._files) >= KEPT_FILES:
                self._files.clear()
            data = archive.read(session, file.sha256)
            found = Attachment.of(file.name, file.media, data)
            self._files[key] = found
        return found

    def _shown(self, picture: Inline) -> tuple[Attachment, dict[str, Any]]:
        """Return a picture of the page as it travels and as it is kept; made once."""
        found = self._pictures.get(picture.cid)
        if found is None:
            travels = Attachment.of(picture.name, picture.media, picture.data, picture.cid)
            found = travels, archive.row(picture.data, picture.media)
            self._pictures[picture.cid] = found
        return found
