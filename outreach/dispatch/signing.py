"""Sign a batch: numbers, letter date and frozen letters, bound together in one transaction.

A recorded mandate signs at once; a signed scan is kept as it was uploaded. The year of the numbers
is that of the signing day at the office.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.clock import local_date
from outreach.contacts import suppressions
from outreach.contacts.models import Contact
from outreach.dispatch import archive, copies, messages, register, registerchain, sequels
from outreach.dispatch.approval import EmptyBatchError
from outreach.dispatch.models import Batch, Circular, Delivery, RegisterEntry
from outreach.dispatch.pressroom import Pressroom
from outreach.dispatch.recipients import Reason
from outreach.dispatch.register import Number
from outreach.dispatch.states import (
    BatchState,
    DeliveryState,
    move_batch,
    move_delivery,
    require,
)
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.journal import Act
from outreach.letters import facts as letter_facts
from outreach.letters.facts import Seal
from outreach.settings import Language, Settings

PDF_START = b"%PDF-"
MAX_SCAN = 30_000_000
CIRCULAR = "circular"
"""What stands as addressee of a circular in the register; its recipients are the batch's."""


class SignatureMissingError(WrongUseError):
    """Neither mandate nor scan."""

    message = N_(
        "Say how it is signed: --mandate with the words of the recorded mandate, or --scan with "
        "the signed letter as PDF."
    )


class NotAScanError(OutreachError):
    """The file is no PDF, or too large."""

    message = N_("{path} is no PDF of at most 30 MB. Scan the signed letter as PDF and try again.")


@dataclass(frozen=True, slots=True)
class Signature:
    """How the signatory signed: in the words of a mandate, or on paper."""

    mandate: str | None = None
    scan: bytes | None = None
    scan_name: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed batch."""

    numbers: list[str]
    letters: int
    day: date


def sign(
    session: Session,
    batch: Batch,
    pressroom: Pressroom,
    signature: Signature,
    *,
    settings: Settings,
    key: bytes,
    numbers: Sequence[str] = (),
    act: Act,
) -> Signed:
    """Bind numbers and date to the approved letters and put them in the queue.

    ``pressroom`` is the batch's own, from the archive; the caller compared it with the folder.
    ``numbers`` are those of an external book. A supplement takes none: it bears the numbers, date
    and signature of its circulars. Raises BatchStateError, SignatureMissingError,
    NotAScanError, EmptyBatchError, and the register's refusals; then nothing is numbered.
    """
    users.require(session, act.actor, Role.SECRETARY)
    require(batch, BatchState.APPROVED)
    parent = sequels.supplemented(session, batch)
    if parent is None:
        _keep_signature(session, batch, signature)
    elif numbers or signature.scan is not None:
        raise sequels.SameNumberError(batch=batch.id)
    _leave_out_suppressed(session, batch, key, act)
    day = local_date(act.at, settings.zone)
    texts, letters = _texts(session, batch), _individual(session, batch)
    count = len(texts) + len(letters)
    if not count:
        raise EmptyBatchError(batch=batch.id)
    if parent is not None:
        day = parent.letter_day or day
        batch.mandate = signature.mandate
        references = sequels.bind(session, batch, parent)
    else:
        taken = register.take(session, settings.register, day, count, numbers)
        desk = _Desk(session, batch, pressroom, settings.register.source, day, act)
        for text, number in zip(texts, taken, strict=False):
            desk.number_circular(text, number)
        desk.number_letters(letters, taken[len(texts) :])
        references = [number.reference for number in taken]
        sequels.link(session, batch)
        registerchain.seal(session)
    queued = _queue(session, batch, pressroom.house.sender.domain, act)
    copies.queue(session, batch, pressroom.step, pressroom.house.sender.domain, act)
    batch.signed_by, batch.signed_at, batch.letter_day = act.actor, act.at, day
    move_batch(session, batch, BatchState.SIGNED, act, reason=signature.mandate)
    journal.record(session, act, "batch", batch.id, "numbered", detail={"numbers": references})
    return Signed(numbers=references, letters=queued, day=day)


def _keep_signature(session: Session, batch: Batch, signature: Signature) -> None:
    if not signature.mandate and signature.scan is None:
        raise SignatureMissingError
    batch.mandate = signature.mandate
    if signature.scan is not None:
        if not signature.scan.startswith(PDF_START) or len(signature.scan) > MAX_SCAN:
            raise NotAScanError(path=signature.scan_name)
        batch.scan_sha256 = archive.keep(session, signature.scan, "application/pdf")


def _leave_out_suppressed(session: Session, batch: Batch, key: bytes, act: Act) -> None:
    """Leave out who asked not to be written to since the approval: no number for them."""
    rows = session.scalars(
        select(Delivery).where(
            Delivery.batch_id == batch.id, Delivery.state == DeliveryState.APPROVED.value
        )
    ).all()
    barred = suppressions.suppressed(session, key, [row.address for row in rows if row.address])
    for row in rows:
        if row.address in barred:
            move_delivery(session, row, DeliveryState.SKIPPED, act, reason=Reason.SUPPRESSED.value)
    session.flush()


def _texts(session: Session, batch: Batch) -> list[Circular]:
    """Return the circular texts that still have a recipient."""
    return list(
        session.scalars(
            select(Circular)
            .where(
                Circular.batch_id == batch.id,
                select(Delivery.id)
                .where(
                    Delivery.circular_id == Circular.id,
                    Delivery.state == DeliveryState.APPROVED.value,
                )
                .exists(),
            )
            .order_by(Circular.place, Circular.language)
        )
    )


def _individual(session: Session, batch: Batch) -> list[tuple[Delivery, str]]:
    """Return the letters that take a number each, by the contact's code."""
    return [
        (row, code)
        for row, code in session.execute(
            select(Delivery, Contact.code)
            .join(Contact, Contact.id == Delivery.contact_id)
            .where(
                Delivery.batch_id == batch.id,
                Delivery.circular_id.is_(None),
                Delivery.state == DeliveryState.APPROVED.value,
            )
            .order_by(Contact.code)
        )
    ]


@dataclass(frozen=True, slots=True)
class _Desk:
    """What every numbering of one signature shares."""

    session: Session
    batch: Batch
    pressroom: Pressroom
    book: str
    day: date
    act: Act

    def number_circular(self, text: Circular, number: Number) -> None:
        """Give a circular its number and freeze its PDF: the scan where there is one."""
        letter = self.pressroom.step.letters[text.place].letter
        language: Language = "es" if text.language == "es" else "fr"
        seal = Seal(reference=number.reference, day=self.day, signed=True)
        written = self.pressroom.write(letter, language, letter_facts.read(text.facts), seal)
        entry = self._entry(number, written.subject, CIRCULAR, language)
        self.session.add(entry)
        self.session.flush()
        text.entry_id = entry.id
        text.pdf_sha256 = self.batch.scan_sha256 or archive.keep(
            self.session, self.pressroom.pdf(written, self.act.at), "application/pdf"
        )
        self.session.execute(
            update(Delivery)
            .where(Delivery.circular_id == text.id, Delivery.state == DeliveryState.APPROVED.value)
            .values(reference=number.reference, entry_id=entry.id)
            .execution_options(synchronize_session="fetch")
        )

    def number_letters(
        self, letters: Sequence[tuple[Delivery, str]], numbers: Sequence[Number]
    ) -> None:
        """Give each individual letter its number, in the order of the contacts' codes."""
        entries = []
        for (row, code), number in zip(letters, numbers, strict=True):
            letter = self.pressroom.step.letters[row.place].letter
            language: Language = "es" if row.language == "es" else "fr"
            seal = Seal(reference=number.reference, day=self.day, signed=True)
            facts = letter_facts.read(row.facts or "")
            subject = self.pressroom.write(letter, language, facts, seal).subject
            entries.append(self._entry(number, subject, code, language))
        self.session.add_all(entries)
        self.session.flush()
        for (row, _), entry in zip(letters, entries, strict=True):
            row.reference, row.entry_id = entry.reference, entry.id
        self.session.flush()

    def _entry(
        self, number: Number, subject: str, addressee: str, language: Language
    ) -> RegisterEntry:
        return RegisterEntry(
            source=self.book,
            year=number.year,
            number=number.number,
            reference=number.reference,
            issued_on=self.day,
            batch_id=self.batch.id,
            subject=subject,
            addressee=addressee,
            signatory=self.pressroom.house.office[language].signatory_name,
        )


def _queue(session: Session, batch: Batch, domain: str, act: Act) -> int:
    """Put the signed letters in the queue, each with the Message-ID that it will keep."""
    rows = session.execute(
        select(Delivery.id, Delivery.content_hash).where(
            Delivery.batch_id == batch.id, Delivery.state == DeliveryState.APPROVED.value
        )
    ).all()
    session.connection().execute(
        update(Delivery)
        .where(Delivery.id == bindparam("row"))
        .values(
            {
                Delivery.__table__.c.message_id: bindparam("mid"),
                Delivery.__table__.c.state: DeliveryState.QUEUED.value,
            }
        ),
        [
            {"row": row.id, "mid": messages.message_id(row.id, row.content_hash or "", domain)}
            for row in rows
        ],
    )
    journal.record_moves(
        session,
        act,
        Delivery,
        [row.id for row in rows],
        before=DeliveryState.APPROVED.value,
        after=DeliveryState.QUEUED.value,
    )
    return len(rows)
