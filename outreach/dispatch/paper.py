"""Letters that go by post: one PDF each, and one file to print, in postcode order."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.contacts.models import Contact, Organisation
from outreach.dispatch import archive, lots, sending
from outreach.dispatch.composing import Composer
from outreach.dispatch.lots import LotLetter
from outreach.dispatch.models import Batch, Delivery
from outreach.dispatch.outbox import Progress
from outreach.dispatch.postallines import lines_of, postcode_of
from outreach.dispatch.states import BatchState, DeliveryState, move_delivery, require
from outreach.errors import N_, OutreachError
from outreach.journal import Act
from outreach.letters import facts as letter_facts
from outreach.letters.printing import merge_in_lots

MERGED = "impression.pdf"
QUEUED = DeliveryState.QUEUED.value


class NothingToPrintError(OutreachError):
    """No letter of the batch goes by post, or all are printed."""

    message = N_(
        "Batch {batch} has no letter waiting to be printed. Add --again to print those that were "
        "printed before."
    )


@dataclass(frozen=True, slots=True)
class Printed:
    """What was printed and where."""

    letters: int
    pages: int
    files: tuple[Path, ...]
    """All letters one after another, a thousand to a file."""
    folder: Path
    """Each letter in a file of its own."""
    lot: int | None = None
    """The number of the lot; None where earlier lots were printed again."""
    lists: tuple[Path, ...] = ()
    """The lot's bordereau, as PDF and CSV."""

    @property
    def merged(self) -> Path:
        """The first file."""
        return self.files[0]


@dataclass(frozen=True, slots=True)
class _Sheet:
    delivery: Delivery
    postcode: str
    title: str
    name: str


def print_batch(
    session: Session,
    batch: Batch,
    composer: Composer,
    folder: Path,
    *,
    again: bool,
    progress: Progress,
    act: Act,
    most: int | None = None,
    lot: int | None = None,
) -> Printed:
    """Write the postal letters of a signed batch into ``folder``, each and merged.

    The merged files, a thousand letters each, stand complete before any letter counts as printed; interrupted and run again,
    it begins anew. ``most`` makes a lot of at most so many letters, the next ones in order.
    ``again`` prints what was printed before, from the archive, byte for byte; with ``lot`` only that
    lot. Raises BatchStateError, NothingToPrintError, UnknownLotError.
    """
    users.require(session, act.actor, Role.SECRETARY)
    require(batch, BatchState.SIGNED, BatchState.SENDING, BatchState.DONE)
    former = lots.find(session, batch, lot) if lot is not None else None
    sheets = _sheets(session, batch, again=again or former is not None, lot=former)[:most]
    if not sheets:
        raise NothingToPrintError(batch=batch.id)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / MERGED
    fresh = [sheet.delivery for sheet in sheets if sheet.delivery.state == QUEUED]
    made = lots.make(session, batch, fresh, act) if fresh else None
    if former is not None or (most is not None and made is not None):
        number = former.number if former is not None else made.number if made else 0
        target = target.with_stem(f"{target.stem}-lot-{number}")
    for old in folder.glob(f"{target.stem}*.pdf"):
        if re.fullmatch(rf"{target.stem}(-\d+)?", old.stem):
            old.unlink()  # of a longer run: nobody shall post it twice
    new = [sheet.delivery for sheet in sheets if sheet.delivery.archive_sha256 is None]

    def letters() -> Iterator[tuple[str, bytes]]:
        with closing(composer.papers(session, new)) as made:
            for done, sheet in enumerate(sheets, 1):
                pdf = _pdf(session, sheet.delivery, made)
                (folder / sheet.name).write_bytes(pdf)
                progress(done, len(sheets))
                yield sheet.title, pdf
                for file in letter_facts.read(sheet.delivery.facts or "").files:
                    if file.is_pdf:
                        yield f"{sheet.title} – {file.title}", archive.read(session, file.sha256)

    files = list(merge_in_lots(letters(), target))
    for delivery in fresh:
        move_delivery(session, delivery, DeliveryState.PRINTED, act)
    session.flush()
    sending.finish(session, batch, act)
    chosen = made or former
    return Printed(
        letters=len(sheets),
        pages=sum(pages for _, pages in files),
        files=tuple(path for path, _ in files),
        folder=folder,
        lot=chosen.number if chosen else None,
        lists=()
        if chosen is None
        else lots.write_bordereau(
            session, chosen, folder, language=composer.language, moment=act.at
        ),
    )


def envelopes(session: Session, batch: Batch) -> list[tuple[str, ...]]:
    """Return the address lines of a signed batch's postal letters, in the order of printing.

    Raises BatchStateError, NothingToPrintError.
    """
    require(batch, BatchState.SIGNED, BatchState.SENDING, BatchState.DONE)
    found = [lines_of(sheet.delivery) for sheet in _sheets(session, batch, again=True)]
    if not found:
        raise NothingToPrintError(batch=batch.id)
    return found


def _sheets(
    session: Session, batch: Batch, *, again: bool, lot: lots.Lot | None = None
) -> list[_Sheet]:
    """Return the letters to print: French post first, each country by postcode."""
    states = [DeliveryState.QUEUED.value]
    if again:
        states += [DeliveryState.PRINTED.value, DeliveryState.SENT.value]
    query = (
        select(Delivery, Contact.code, Organisation.name, Organisation.country)
        .join(Contact, Contact.id == Delivery.contact_id)
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .where(
            Delivery.batch_id == batch.id,
            Delivery.channel == "post",
            Delivery.state.in_(states),
        )
    )
    if lot is not None:
        query = query.join(LotLetter, LotLetter.delivery_id == Delivery.id).where(
            LotLetter.lot_id == lot.id
        )
    found = []
    for delivery, code, name, country in session.execute(query):
        postcode = postcode_of(delivery)
        title = f"{postcode} {name}".strip()
        file_name = "-".join(filter(None, (postcode, _plain(name), _plain(code)))) + ".pdf"
        found.append(
            (country != "FR", postcode, name, _Sheet(delivery, postcode, title, file_name))
        )
    return [sheet for *_, sheet in sorted(found, key=lambda item: item[:3])]


def _pdf(session: Session, delivery: Delivery, made: Iterator[bytes]) -> bytes:
    """Return the letter's bytes, made once and then read from the archive."""
    if delivery.archive_sha256 is not None:
        return archive.read(session, delivery.archive_sha256)
    pdf = next(made)
    delivery.archive_sha256 = archive.keep(session, pdf, "application/pdf")
    return pdf


def _plain(text: str) -> str:
    """Return the text as a file name that every system and postal clerk can read."""
    ascii_ = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_).strip("-")
