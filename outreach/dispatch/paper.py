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
from outreach.dispatch import archive, sending
from outreach.dispatch.composing import Composer
from outreach.dispatch.models import Batch, Delivery
from outreach.dispatch.outbox import Progress
from outreach.dispatch.states import BatchState, DeliveryState, move_delivery, require
from outreach.errors import N_, OutreachError
from outreach.journal import Act
from outreach.letters import facts as letter_facts
from outreach.letters.printing import merge_in_lots

POSTCODE = re.compile(r"\b(\d{6}|\d{5})\b")
MERGED = "impression.pdf"


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
) -> Printed:
    """Write the postal letters of a signed batch into ``folder``, each and merged.

    The merged files, a thousand letters each, stand complete before any letter counts as printed; interrupted and run again,
    it begins anew. ``again`` prints what was printed before, from the archive, byte for byte.
    Raises BatchStateError, NothingToPrintError.
    """
    users.require(session, act.actor, Role.SECRETARY)
    require(batch, BatchState.SIGNED, BatchState.SENDING, BatchState.DONE)
    sheets = _sheets(session, batch, again=again)
    if not sheets:
        raise NothingToPrintError(batch=batch.id)
    folder.mkdir(parents=True, exist_ok=True)
    for former in folder.glob(f"{Path(MERGED).stem}*.pdf"):
        former.unlink()  # of a longer run: nobody shall post it twice
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

    lots = list(merge_in_lots(letters(), folder / MERGED))
    for sheet in sheets:
        if sheet.delivery.state == DeliveryState.QUEUED.value:
            move_delivery(session, sheet.delivery, DeliveryState.PRINTED, act)
    session.flush()
    sending.finish(session, batch, act)
    return Printed(
        letters=len(sheets),
        pages=sum(pages for _, pages in lots),
        files=tuple(path for path, _ in lots),
        folder=folder,
    )


def envelopes(session: Session, batch: Batch) -> list[tuple[str, ...]]:
    """Return the address lines of a signed batch's postal letters, in the order of printing.

    Raises BatchStateError, NothingToPrintError.
    """
    require(batch, BatchState.SIGNED, BatchState.SENDING, BatchState.DONE)
    found = [_lines(sheet.delivery) for sheet in _sheets(session, batch, again=True)]
    if not found:
        raise NothingToPrintError(batch=batch.id)
    return found


def _sheets(session: Session, batch: Batch, *, again: bool) -> list[_Sheet]:
    """Return the letters to print: French post first, each country by postcode."""
    states = [DeliveryState.QUEUED.value]
    if again:
        states += [DeliveryState.PRINTED.value, DeliveryState.SENT.value]
    rows = session.execute(
        select(Delivery, Contact.code, Organisation.name, Organisation.country)
        .join(Contact, Contact.id == Delivery.contact_id)
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .where(
            Delivery.batch_id == batch.id,
            Delivery.channel == "post",
            Delivery.state.in_(states),
        )
    ).all()
    found = []
    for delivery, code, name, country in rows:
        postcode = _postcode(delivery)
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


def _postcode(delivery: Delivery) -> str:
    for line in reversed(_lines(delivery)):
        if match := POSTCODE.search(line):
            return match[1]
    return ""


def _lines(delivery: Delivery) -> tuple[str, ...]:
    facts = letter_facts.read(delivery.facts or "")
    return facts.contact.postal_lines if facts.contact else ()


def _plain(text: str) -> str:
    """Return the text as a file name that every system and postal clerk can read."""
    ascii_ = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_).strip("-")
