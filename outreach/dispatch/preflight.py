"""Before a batch is submitted: every letter is written as it would leave, and looked at.

Equal findings of many letters become one line with a count and examples. Errors block the batch.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from msgspec import structs
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Step
from outreach.clock import local_date
from outreach.contacts.models import Contact
from outreach.dispatch import register
from outreach.dispatch.models import Batch, Circular, Delivery
from outreach.dispatch.outbox import Progress
from outreach.dispatch.pressroom import LANGUAGES, Pressroom, part_name
from outreach.dispatch.states import DeliveryState
from outreach.errors import N_, OutreachError, Phrase
from outreach.journal import Act
from outreach.letters import checks
from outreach.letters import facts as letter_facts
from outreach.letters.catalogue import LetterTemplate
from outreach.letters.checks import Finding
from outreach.letters.facts import Facts, Seal
from outreach.settings import Settings

CHUNK = 1_000
EXAMPLES = 5


class RefusedError(OutreachError):
    """Something must be mended first."""

    message = N_(
        "Batch {batch} cannot go on: {errors} errors must be mended first. Mend the file or the "
        "contact named beside each, then check again."
    )


@dataclass(slots=True)
class Line:
    """One thing that is wrong, in how many letters, and whose."""

    code: str
    severity: str
    what: Phrase
    where: str
    count: int = 0
    contacts: list[str] = field(default_factory=list)


def check(
    session: Session,
    batch: Batch,
    room: Pressroom,
    *,
    settings: Settings,
    act: Act,
    progress: Progress,
) -> list[Line]:
    """Return what is wrong with a batch, errors first. Nothing is written."""
    day = local_date(act.at, settings.zone)
    seal = Seal(reference=register.blank(settings.register.format, day.year), day=day)
    look = _Look(session, batch, room, seal, demo=settings.office.demo)
    lines: dict[tuple[str, str, str], Line] = {}
    for finding, contact in chain(look.templates(), look.letters(progress)):
        where = "" if finding.where == contact else finding.where
        key = (finding.code, where, str(finding.message))
        line = lines.setdefault(key, Line(finding.code, finding.severity, finding.message, where))
        line.count += 1
        if contact is not None and len(line.contacts) < EXAMPLES:
            line.contacts.append(contact)
    return sorted(lines.values(), key=lambda line: (line.severity, line.code, line.where))


def errors(lines: list[Line]) -> list[Line]:
    """Return the lines that block."""
    return [line for line in lines if line.severity == "error"]


class _Look:
    """One look at one batch."""

    def __init__(
        self, session: Session, batch: Batch, room: Pressroom, seal: Seal, *, demo: bool
    ) -> None:
        self._session, self._batch, self._room, self._seal = session, batch, room, seal
        self._demo = demo
        self._missing: set[str] = set()
        """Template twins that are not there."""
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
            .where(
                Delivery.batch_id == self._batch.id,
                Delivery.state == DeliveryState.DRAFT.value,
            )
            .distinct()
        )
        for name in sorted({name for place in places for name in self._names(place)}):
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
        ids = self._session.scalars(
            select(Delivery.id)
            .where(
                Delivery.batch_id == self._batch.id,
                Delivery.state == DeliveryState.DRAFT.value,
            )
            .order_by(Delivery.id)
        ).all()
        for start in range(0, len(ids), CHUNK):
            part = ids[start : start + CHUNK]
            rows = self._session.execute(
                select(Delivery.place, Delivery.channel, Delivery.facts, Contact.code)
                .join(Contact, Contact.id == Delivery.contact_id)
                .where(Delivery.id.in_(part))
            )
            for row in rows:
                entry = self._room.step.letters[row.place]
                facts = letter_facts.read(row.facts or "")
                name = entry.cover or entry.letter
                if row.channel == "post":
                    name = entry.letter
                    if entry.mode == "circular":
                        facts = structs.replace(facts, collective=True)
                for finding in self._one(name, facts):
                    yield finding, row.code
            progress(start + len(part), len(ids))

    def _one(self, name: str, facts: Facts) -> list[Finding]:
        """Write one letter and look at it; a missing twin was told before."""
        if part_name(name, facts.language) in self._missing:
            return []
        written = self._room.write(name, facts.language, facts, self._seal)
        return checks.check(written, facts, demo=self._demo)

    def _names(self, place: int) -> list[str]:
        entry = self._room.step.letters[place]
        return [name for name in (entry.letter, entry.cover) if name]
