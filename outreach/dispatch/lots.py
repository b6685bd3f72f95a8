"""Lots of printed letters: what is put into envelopes, franked and carried to the post together.

Each run of printing makes one, with a number within its batch. Its *bordereau* is the list that
goes with the envelopes: for whoever franks them, for the post's stamp, for the file.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path

from sqlalchemy import ForeignKey, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from outreach import journal
from outreach.contacts.exporting import safe
from outreach.contacts.models import Contact, Organisation
from outreach.db import Base, UtcDateTime
from outreach.dispatch.models import Batch, Delivery
from outreach.dispatch.postallines import lines_of, postcode_of
from outreach.dispatch.states import DeliveryState
from outreach.errors import N_, WrongUseError
from outreach.journal import Act
from outreach.language import dates
from outreach.letters.listing import ListColumn, listing
from outreach.settings import Bilingual, Language

TITLE = Bilingual(
    fr="Bordereau d’envoi, lot {lot} du courrier {batch}",
    es="Planilla de envío, remesa {lot} del correo {batch}",
)
COUNT = Bilingual(fr="Lettres\u00a0: {count}", es="Cartas: {count}")
PRINTED = Bilingual(fr="Imprimées le {day}", es="Impresas el {day}")
POSTED = Bilingual(
    fr="Remises à la poste le\u00a0: ____________________   Visa\u00a0: ____________________",
    es="Entregadas al correo el: ____________________   Visto bueno: ____________________",
)
COLUMNS = Bilingual(
    fr="Rang|Numéro|Destinataire|Adresse|Code postal",
    es="Orden|Número|Destinatario|Dirección|Código postal",
)
SHARES = (1, 3, 5, 7, 2)


class Lot(Base):
    """Letters that were printed together."""

    __tablename__ = "print_lot"
    __table_args__ = (UniqueConstraint("batch_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"))
    number: Mapped[int]
    """Within its batch, from 1."""
    printed_by: Mapped[str] = mapped_column(String(200))
    printed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LotLetter(Base):
    """One letter of a lot, at its place in the pile."""

    __tablename__ = "print_lot_letter"

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("print_lot.id"), index=True)
    place: Mapped[int]


class UnknownLotError(WrongUseError):
    """The batch has no lot of that number."""

    message = N_(
        "Batch {batch} has no lot {lot}. “outreach batch lots {batch}” shows those that were printed."
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How one lot stands."""

    lot: int
    printed_at: datetime
    printed_by: str
    letters: int
    waiting: int
    """Printed and not posted yet."""
    posted: int
    returned: int
    posted_on: datetime | None


def find(session: Session, batch: Batch, number: int) -> Lot:
    """Return a lot. Raises UnknownLotError."""
    found = session.scalar(select(Lot).where(Lot.batch_id == batch.id, Lot.number == number))
    if found is None:
        raise UnknownLotError(batch=batch.id, lot=number)
    return found


def make(session: Session, batch: Batch, letters: Sequence[Delivery], act: Act) -> Lot:
    """Write down that letters were printed together, in this order; each is of its newest lot."""
    last = session.scalar(select(func.max(Lot.number)).where(Lot.batch_id == batch.id))
    lot = Lot(batch_id=batch.id, number=(last or 0) + 1, printed_by=act.actor, printed_at=act.at)
    session.add(lot)
    session.flush()
    for place, letter in enumerate(letters, 1):
        session.merge(LotLetter(delivery_id=letter.id, lot_id=lot.id, place=place))
    journal.record(
        session,
        act,
        "batch",
        batch.id,
        "printed",
        detail={"lot": lot.number, "letters": len(letters)},
    )
    session.flush()
    return lot


def of_batch(session: Session, batch: Batch) -> list[Standing]:
    """Return the lots of a batch, in order."""
    rows = session.execute(
        select(Lot, Delivery.state, func.count(), func.max(Delivery.sent_at))
        .join(LotLetter, LotLetter.lot_id == Lot.id)
        .join(Delivery, Delivery.id == LotLetter.delivery_id)
        .where(Lot.batch_id == batch.id)
        .group_by(Lot.id, Delivery.state)
        .order_by(Lot.number)
    ).all()
    found = []
    for lot in dict.fromkeys(row[0] for row in rows):
        states = {state: count for one, state, count, _ in rows if one is lot}
        days = [day for one, *_, day in rows if one is lot and day is not None]
        found.append(
            Standing(
                lot=lot.number,
                printed_at=lot.printed_at,
                printed_by=lot.printed_by,
                letters=sum(states.values()),
                waiting=states.get(DeliveryState.PRINTED.value, 0),
                posted=states.get(DeliveryState.SENT.value, 0),
                returned=states.get(DeliveryState.RETURNED.value, 0),
                posted_on=max(days, default=None),
            )
        )
    return found


def bordereau(
    session: Session, lot: Lot, *, language: Language, moment: datetime
) -> tuple[bytes, str]:
    """Return the list of a lot as PDF, and as CSV that Excel opens (semicolons)."""
    found = rows(session, lot)
    titles = COLUMNS.in_(language).split("|")
    pdf = listing(
        TITLE.in_(language).format(lot=lot.number, batch=lot.batch_id),
        [
            COUNT.in_(language).format(count=len(found)),
            PRINTED.in_(language).format(day=dates.long(lot.printed_at.date(), language)),
            POSTED.in_(language),
        ],
        [
            ListColumn(title, share, right=place == 0)
            for place, (title, share) in enumerate(zip(titles, SHARES, strict=True))
        ],
        found,
        language=language,
        moment=moment,
    )
    file = StringIO(newline="")
    writer = csv.writer(file, delimiter=";")
    writer.writerow(titles)
    writer.writerows([safe(cell) for cell in row] for row in found)
    return pdf, file.getvalue()


def write_bordereau(
    session: Session, lot: Lot, folder: Path, *, language: Language, moment: datetime
) -> tuple[Path, Path]:
    """Write both forms of a lot's list into ``folder``; return their paths."""
    pdf, table = bordereau(session, lot, language=language, moment=moment)
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / f"bordereau-lot-{lot.number}"
    printed, listed = stem.with_suffix(".pdf"), stem.with_suffix(".csv")
    printed.write_bytes(pdf)
    listed.write_text(table, "utf-8-sig", newline="")
    return printed, listed


def rows(session: Session, lot: Lot) -> list[tuple[str, str, str, str, str]]:
    """Return place, number, addressee, address and postcode of each letter of a lot, in order."""
    found = session.execute(
        select(LotLetter.place, Delivery, Organisation.name)
        .join(Delivery, Delivery.id == LotLetter.delivery_id)
        .join(Contact, Contact.id == Delivery.contact_id)
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .where(LotLetter.lot_id == lot.id)
        .order_by(LotLetter.place)
    )
    return [
        (
            str(place),
            delivery.reference or "",
            name,
            ", ".join(lines_of(delivery)),
            postcode_of(delivery),
        )
        for place, delivery, name in found
    ]
