"""What a person does with a batch, over an open office: one function per act, each its own whole.

The commands and the pages call the same functions. Each opens its own transaction and commits it;
what is refused is an error of the room that refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from sqlalchemy.orm import Session

from outreach.app import App
from outreach.campaigns import definition as definitions
from outreach.campaigns.definition import Definition
from outreach.dispatch import (
    approval,
    archive,
    audience,
    batches,
    linkage,
    paper,
    preflight,
    release,
    sending,
    sequels,
    settling,
    signaturebook,
    signing,
)
from outreach.dispatch import pressroom as pressrooms
from outreach.dispatch.composing import Composer
from outreach.dispatch.ledger import Tally
from outreach.dispatch.models import Batch
from outreach.dispatch.outbox import Progress
from outreach.dispatch.pace.pacer import NO_PATIENCE, Patience
from outreach.dispatch.paper import Printed
from outreach.dispatch.preflight import Line
from outreach.dispatch.pressroom import Pressroom
from outreach.dispatch.release import Prepared
from outreach.dispatch.signing import Signature, Signed
from outreach.dispatch.states import BatchState, require
from outreach.journal import Act


@dataclass(frozen=True, slots=True)
class Opened:
    """A batch with its campaign file and the folder's present material."""

    batch: Batch
    definition: Definition
    current: Pressroom

    def approved_or_current(self, session: Session) -> Pressroom:
        """Return the material that was submitted, else what stands in the folder."""
        if self.batch.material is None:
            return self.current
        return pressrooms.from_archive(session, self.batch.material)


def open_batch(app: App, session: Session, number: int) -> Opened:
    """Open a batch by its number. Raises UnknownBatchError and what its files give rise to."""
    found = batches.find(session, number)
    campaign, step = batches.campaign_of(session, found)
    definition = definitions.load(app.folder, campaign)
    return Opened(
        found,
        *sequels.opened(session, found, definition, step, folder=app.folder, settings=app.settings),
    )


def prepare(app: App, campaign: str, step: str, segment: str | None, act: Act) -> Prepared:
    """Make a draft batch of a step, narrowed to a segment. Raises what ``release.prepare`` raises."""
    definition = definitions.load(app.folder, campaign)
    with app.store.transaction() as session:
        narrowed = None
        if segment:
            narrowed = set(audience.of(session, app.folder, segment).ids)
        return release.prepare(
            session,
            definition,
            step,
            settings=app.settings,
            key=app.key(),
            audience=narrowed,
            audience_name=segment or None,
            act=act,
        )


def look(app: App, session: Session, opened: Opened, act: Act, progress: Progress) -> list[Line]:
    """Return what is wrong with a batch's letters, errors first."""
    return preflight.check(
        session,
        opened.batch,
        opened.current,
        settings=app.settings,
        act=act,
        progress=progress,
        present=preflight.Present(opened.definition, app.key()),
        visit=app.visitor(),
    )


def check(app: App, number: int, act: Act, progress: Progress) -> list[Line]:
    """Check every letter of a batch; change nothing."""
    with app.store.reading() as session:
        return look(app, session, open_batch(app, session, number), act, progress)


def submit(app: App, number: int, act: Act, progress: Progress) -> int:
    """Check a batch once more and put it before a manager; return how many letters.

    Raises RefusedError, UnacceptedError, and what ``approval.submit`` raises.
    """
    with app.store.transaction() as session:
        opened = open_batch(app, session, number)
        require(opened.batch, BatchState.DRAFT)
        preflight.require_clear(opened.batch, look(app, session, opened, act, progress))
        return approval.submit(session, opened.batch, opened.definition, opened.current, act)


def approve(app: App, number: int, alone: str | None, act: Act, progress: Progress) -> str:
    """Approve what was submitted, if it is still the same and nothing new is wrong; return its hash.

    Raises RefusedError, NewWarningsError, and what ``approval.approve`` raises.
    """
    with app.store.transaction() as session:
        opened = open_batch(app, session, number)
        require(opened.batch, BatchState.SUBMITTED)
        preflight.require_clear(opened.batch, look(app, session, opened, act, progress))
        return approval.approve(
            session,
            opened.batch,
            opened.definition,
            opened.current,
            settings=app.settings,
            key=app.key(),
            alone=alone,
            act=act,
        )


def sign(app: App, number: int, signature: Signature, numbers: Sequence[str], act: Act) -> Signed:
    """Sign an approved batch: numbers and date in one transaction.

    Raises ChangedError, SignatureMissingError, NotAScanError, NotAtHomeError and the register's
    errors.
    """
    app.require_home()
    with app.store.transaction() as session:
        opened = open_batch(app, session, number)
        require(opened.batch, BatchState.APPROVED)
        approval.refuse_changes(
            session,
            opened.batch,
            opened.definition,
            opened.current,
            settings=app.settings,
            key=app.key(),
        )
        return signing.sign(
            session,
            opened.batch,
            pressrooms.from_archive(session, opened.batch.material or {}),
            signature,
            settings=app.settings,
            key=app.key(),
            numbers=tuple(numbers),
            act=act,
        )


def send(
    app: App,
    number: int,
    actor: str,
    progress: Progress,
    *,
    patience: Patience = NO_PATIENCE,
    any_hour: bool = False,
) -> Tally:
    """Send the e-mails of a signed batch that have not left; return how it went.

    A person asks for it: a second one at the same time is refused. ``patience`` and ``any_hour``
    as in ``sending.send``. Raises DeadLinksError, BatchStateError, AlreadySendingError,
    NotAtHomeError, and what the carrier raises.
    """
    with app.store.reading() as session:
        found = batches.find(session, number)
        campaign, _ = batches.campaign_of(session, found)
        if found.letter_day is not None:  # else the sending itself says what is missing
            room = pressrooms.from_archive(session, found.material or {})
            linkage.require_alive(session, found, room, app.visitor())
    return sending.send(
        app.store,
        number,
        definitions.load(app.folder, campaign),
        app.carrier(),
        settings=app.settings,
        key=app.key(),
        clock=app.clock,
        actor=actor,
        progress=progress,
        postmark=app.postmark(),
        patience=patience,
        any_hour=any_hour,
        alone=True,
    )


def print_(
    app: App,
    number: int,
    act: Act,
    progress: Progress,
    *,
    again: bool,
    most: int | None = None,
    lot: int | None = None,
) -> Printed:
    """Write the postal letters of a signed batch as PDF; ``most`` and ``lot`` as in ``paper``.

    Raises NotAtHomeError, RestoredError and what ``paper.print_batch`` raises.
    """
    app.require_home()
    with app.store.transaction() as session:
        found = batches.find(session, number)
        require(found, BatchState.SIGNED, BatchState.SENDING, BatchState.DONE)
        room = pressrooms.from_archive(session, found.material or {})
        return paper.print_batch(
            session,
            found,
            Composer(found, room, app.clock()),
            app.print_folder(number),
            again=again,
            progress=progress,
            act=act,
            most=most,
            lot=lot,
        )


def posted(app: App, number: int, on: date, act: Act, lot: int | None = None) -> int:
    """Record the day on which the printed letters, or those of one lot, were posted.

    Returns how many. Raises UnknownLotError.
    """
    with app.store.transaction() as session:
        found = batches.find(session, number)
        campaign, _ = batches.campaign_of(session, found)
        return sending.posted(
            session,
            found,
            definitions.load(app.folder, campaign),
            on=datetime.combine(on, time(12), app.settings.zone),
            settings=app.settings,
            act=act,
            lot=lot,
        )


def book(app: App, number: int, target: Path, act: Act, progress: Progress) -> Sequence[Path]:
    """Write the signature book: every text that is to be signed, as PDF; return the files."""
    with app.store.reading() as session:
        opened = open_batch(app, session, number)
        return signaturebook.bind(
            session,
            opened.batch,
            opened.approved_or_current(session),
            target,
            settings=app.settings,
            act=act,
            progress=progress,
        )


def settle(
    app: App, number: int, contacts: Sequence[str] | None, *, left: bool, because: str, act: Act
) -> int:
    """Record what a person found out of letters that perhaps left; return how many."""
    with app.store.transaction() as session:
        found = batches.find(session, number)
        rows = settling.decide(session, found, contacts, left=left, because=because, act=act)
        if left:
            campaign, _ = batches.campaign_of(session, found)
            sending.left(
                session,
                found,
                definitions.load(app.folder, campaign),
                list(rows),
                settings=app.settings,
                act=act,
            )
        return len(rows)


def look_up(app: App, number: int, act: Act) -> tuple[int, int, int]:
    """Ask the carrier what became of the letters in doubt, and settle those it knows.

    Returns how many left, how many wait to be sent again, how many nobody can tell of.
    """
    with app.store.transaction() as session:
        found = batches.find(session, number)
        known = settling.look_up(session, found, app.carrier(look_up=True), act)
        if known.left:
            campaign, _ = batches.campaign_of(session, found)
            sending.left(
                session,
                found,
                definitions.load(app.folder, campaign),
                list(known.left),
                settings=app.settings,
                act=act,
            )
        return len(known.left), known.queued, known.unknown


def kept(app: App, sha256: str) -> bytes:
    """Return a file of the archive, its hash verified."""
    with app.store.reading() as session:
        return archive.read(session, sha256)
