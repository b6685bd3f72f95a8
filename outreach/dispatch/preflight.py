"""Before a batch is submitted: every letter is written as it would leave, and looked at.

Equal findings of many letters become one line with a count and examples. Errors block the batch;
warnings too, until somebody accepts them with a reason (``dispatch.warnings``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain

from msgspec import structs
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns.definition import Definition, StepLetter
from outreach.campaigns.models import Step
from outreach.clock import local_date
from outreach.contacts.models import Contact
from outreach.dispatch import approval, register, warnings
from outreach.dispatch.linkage import Linkage
from outreach.dispatch.models import Batch, Circular, Delivery
from outreach.dispatch.outbox import Progress
from outreach.dispatch.pressroom import LANGUAGES, Pressroom, part_name
from outreach.dispatch.recipients import Reason, Recipients
from outreach.dispatch.states import DeliveryState
from outreach.dispatch.visiting import Visit
from outreach.dispatch.warnings import Line
from outreach.errors import N_, OutreachError, Phrase
from outreach.journal import Act
from outreach.letters import checks, reviews
from outreach.letters import facts as letter_facts
from outreach.letters.catalogue import LetterTemplate
from outreach.letters.checks import Finding
from outreach.letters.compiling import Written
from outreach.letters.facts import Facts, Seal
from outreach.letters.pdf import PdfError
from outreach.settings import Settings

__all__ = ["Line", "Present", "RefusedError", "check", "errors", "require_clear"]

CHUNK = 1_000
MAX_MESSAGE = 20_000_000
"""Octets of an e-mail with all that it encloses, base64 included; most servers take 20 to 25 MB."""
HELD = (DeliveryState.DRAFT.value, DeliveryState.APPROVED.value)


class RefusedError(OutreachError):
    """Something must be mended first."""

    message = N_(
        "Batch {batch} cannot go on: {errors} errors must be mended first. Mend the file or the "
        "contact named beside each, then check again."
    )


@dataclass(frozen=True, slots=True)
class Present:
    """What contacts are compared with: who would get what now, and the suppression list's key."""

    definition: Definition
    key: bytes


def check(
    session: Session,
    batch: Batch,
    room: Pressroom,
    *,
    settings: Settings,
    act: Act,
    progress: Progress,
    present: Present | None = None,
    visit: Visit | None = None,
) -> list[Line]:
    """Return what is wrong with a batch, errors first. Nothing is written.

    ``present`` compares the recipients with what is known of them now; ``visit`` opens the links.
    """
    look = _Look(session, batch, room, settings, act)
    lines: dict[tuple[str, str, str], Line] = {}
    now = look.recipients(present) if present is not None else ()
    found = chain(look.templates(), look.letters(progress), now, look.linkage.findings(visit))
    for finding, contact in found:
        where = "" if finding.where == contact else finding.where
        key = (finding.code, where, str(finding.message))
        line = lines.setdefault(key, Line(finding.code, finding.severity, finding.message, where))
        line.count += 1
        if contact is not None:
            line.everyone.append(contact)
    listed = sorted(lines.values(), key=lambda line: (line.severity, line.code, line.where))
    warnings.mark(session, batch, listed)
    return listed


def errors(lines: list[Line]) -> list[Line]:
    """Return the lines that block."""
    return [line for line in lines if line.severity == "error"]


def require_clear(batch: Batch, lines: list[Line]) -> None:
    """Refuse a batch with errors, or with warnings that nobody accepted.

    Raises RefusedError, UnacceptedError.
    """
    if found := errors(lines):
        raise RefusedError(batch=batch.id, errors=len(found))
    warnings.require_accepted(batch, lines)


class _Look:
    """One look at one batch."""

    def __init__(
        self, session: Session, batch: Batch, room: Pressroom, settings: Settings, act: Act
    ) -> None:
        self._session, self._batch, self._room = session, batch, room
        day = local_date(act.at, settings.zone)
        self._seal = Seal(reference=register.blank(settings.register.format, day.year), day=day)
        self._settings, self._act = settings, act
        self._demo = settings.office.demo
        self.linkage = Linkage()
        self._missing: set[str] = set()
        """Template twins that are not there."""
        self._bodies: dict[str, int] = {}
        """Octets of the last message of each template twin."""
        self._pdfs: dict[str, int] = {}
        """Template twins of which one letter was made into a PDF, and its octets."""
        self._steps = set(
            session.scalars(
                select(Step.name).where(
                    Step.campaign_id
                    == select(Step.campaign_id).where(Step.id == batch.step_id).scalar_subquery()
                )
            )
        )
        self._promises = {promise.name for promise in room.step.promises}

    def templates(self) -> Iterator[tuple[Finding, None]]:
        """Yield what is wrong with the texts themselves, whoever gets them."""
        places = self._session.scalars(
            select(Delivery.place)
            .where(Delivery.batch_id == self._batch.id, Delivery.state.in_(HELD))
            .distinct()
        )
        names = sorted({name for place in places for name in self._names(place)})
        for finding in reviews.findings(self._session, names):
            yield finding, None
        for name in names:
            twins = {
                language: source
                for language in LANGUAGES
                if (source := self._room.source(name, language)) is not None
            }
            self._missing |= {part_name(name, each) for each in LANGUAGES if each not in twins}
            presses = {language: self._room.press(name, language) for language in twins}
            template = LetterTemplate(name=name, twins=twins)
            for finding in checks.check_template(
                template, presses, steps=self._steps, promises=self._promises
            ):
                yield finding, None
            for source in twins.values():
                for finding in checks.check_source(
                    source, sent_on=self._seal.day, words=self._room.words
                ):
                    yield finding, None
        for text in self._session.scalars(
            select(Circular).where(Circular.batch_id == self._batch.id)
        ):
            letter = self._room.step.letters[text.place].letter
            for finding in self._one(letter, letter_facts.read(text.facts)):
                yield finding, None

    def letters(self, progress: Progress) -> Iterator[tuple[Finding, str]]:
        """Yield what is wrong with each letter and whose it is, a chunk in memory at a time."""
        ids = self._ids()
        for start in range(0, len(ids), CHUNK):
            part = ids[start : start + CHUNK]
            rows = self._session.execute(
                select(
                    Delivery.place,
                    Delivery.channel,
                    Delivery.facts,
                    Contact.code,
                    Contact.mandate_end,
                )
                .join(Contact, Contact.id == Delivery.contact_id)
                .where(Delivery.id.in_(part))
                .order_by(Delivery.id)
            )
            for row in rows:
                entry = self._room.step.letters[row.place]
                facts = letter_facts.read(row.facts or "")
                name = entry.cover or entry.letter
                post = row.channel == "post"
                if post:
                    name = entry.letter
                    if entry.mode == "circular":
                        facts = structs.replace(facts, collective=True)
                for finding in self._one(name, facts):
                    yield finding, row.code
                if not post:
                    for finding in self._size(name, entry, facts):
                        yield finding, row.code
                if row.mandate_end is not None and row.mandate_end < self._seal.day:
                    yield _ended(row.mandate_end, row.code), row.code
            progress(start + len(part), len(ids))

    def recipients(self, present: Present) -> Iterator[tuple[Finding, str]]:
        """Yield whose data or address is no longer what the batch was prepared with."""
        definition, key = present.definition, present.key
        recipients = Recipients(self._session, definition, self._room.step, self._settings)
        ids = self._ids()
        for start in range(0, len(ids), CHUNK):
            rows = self._session.execute(
                select(Delivery.contact_id, Delivery.facts, Delivery.address).where(
                    Delivery.id.in_(ids[start : start + CHUNK])
                )
            )
            prepared = {row.contact_id: row for row in rows}
            for one in recipients.of(list(prepared), key):
                row, code = prepared[one.contact.id], one.contact.code
                if one.chosen is Reason.SUPPRESSED:
                    words = Phrase(N_("asked not to be written to; it is left out at signature."))
                    yield _of("L150", words, code, "warning"), code
                elif one.facts is None or isinstance(one.chosen, Reason):
                    words = Phrase(N_("has no address that works any more."))
                    yield _of("L151", words, code), code
                elif one.chosen.email != row.address:
                    words = Phrase(N_("the address chosen for this letter is no longer the best."))
                    yield _of("L151", words, code), code
                elif approval.as_retouched(row.facts, one.facts) != row.facts:
                    words = Phrase(N_("the contact’s data changed since the batch was prepared."))
                    yield _of("L152", words, code), code

    def _ids(self) -> list[int]:
        return list(
            self._session.scalars(
                select(Delivery.id)
                .where(Delivery.batch_id == self._batch.id, Delivery.state.in_(HELD))
                .order_by(Delivery.id)
            )
        )

    def _one(self, name: str, facts: Facts) -> Iterator[Finding]:
        """Write one letter and look at it; a missing twin was told before."""
        part = part_name(name, facts.language)
        if part in self._missing:
            return
        written = self._room.write(name, facts.language, facts, self._seal)
        found = checks.check(written, facts, demo=self._demo)
        yield from found
        if facts.own_text and written.source.front.kind == "letter":
            yield from checks.check_source(
                written.source, sent_on=self._seal.day, words=self._room.words
            )
        self.linkage.add(written.links, written.source.path)
        self._bodies[part] = len(written.text.encode()) + len(written.html.encode())
        if written.source.front.kind == "letter" and not found and part not in self._pdfs:
            yield from self._pdf(written, part)

    def _pdf(self, written: Written, part: str) -> Iterator[Finding]:
        """Yield why the letter cannot be laid out: one letter of each text is tried."""
        self._pdfs[part] = 0
        try:
            self._pdfs[part] = len(self._room.pdf(written, self._act.at))
        except PdfError as error:
            yield _of("L136", Phrase(error.message, error.values), part)

    def _size(self, name: str, entry: StepLetter, facts: Facts) -> Iterator[Finding]:
        """Yield a message that many servers refuse for its size."""
        part = part_name(name, facts.language)
        enclosed = sum(file.size for file in facts.files)
        if entry.attaches_pdf:
            enclosed += self._pdfs.get(part_name(entry.letter, facts.language), 0)
        size = self._bodies.get(part, 0) + enclosed * 4 // 3  # base64
        if size > MAX_MESSAGE:
            words = Phrase(
                N_("the message has {size} MB; many servers refuse more than {most}."),
                {"size": size // 1_000_000, "most": MAX_MESSAGE // 1_000_000},
            )
            yield _of("L160", words, part)

    def _names(self, place: int) -> list[str]:
        entry = self._room.step.letters[place]
        return [name for name in (entry.letter, entry.cover) if name]


def _ended(day: date, code: str) -> Finding:
    words = Phrase(N_("the mandate ended on {day}."), {"day": day.isoformat()})
    return _of("L153", words, code, "warning")


def _of(code: str, message: Phrase, where: str, severity: checks.Severity = "error") -> Finding:
    return Finding(code=code, severity=severity, message=message, where=where)
