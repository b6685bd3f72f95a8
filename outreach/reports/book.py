"""The book of outgoing letters as pages read it: searched, by day, with what was given up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, null, or_, select
from sqlalchemy.orm import Session

from outreach.contacts import directory
from outreach.contacts.models import Contact, Organisation
from outreach.db import fold, folded
from outreach.dispatch.models import (
    Annulment,
    Delivery,
    FormerEntry,
    RegisterCorrection,
    RegisterEntry,
)
from outreach.errors import N_, WrongUseError
from outreach.journal import Event


class View(StrEnum):
    """Which numbers."""

    ALL = ""
    PROPOSED = "proposed"
    """Their annulment waits for a second person."""
    ANNULLED = "annulled"
    FORMER = "former"
    """Of an older book that was taken over."""


class UnknownEntryError(WrongUseError):
    """The address of the page was made up."""

    message = N_("There is no such number in the register.")


@dataclass(frozen=True, slots=True)
class Line:
    """One number. Of an older book that was taken over: without ``entry``."""

    entry: int | None
    reference: str
    issued_on: date | None
    addressee: str
    organisation: str | None
    """The addressee's, where it is one contact."""
    subject: str
    signatory: str
    batch: int | None
    proposed_by: str | None
    """Who proposed to give it up; in force once ``annulled`` says why."""
    annulled: str | None
    source: str | None
    """The older book's file."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the lines, the newest first, and how many there are."""

    lines: list[Line]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class Opened:
    """One number with all that is known of it."""

    line: Line
    reason: str | None
    """Why its annulment was proposed."""
    confirmed_by: str | None
    letters: Sequence[tuple[int, str, str, str]]
    """(delivery, contact's code, organisation, state) of the letters that bear it."""
    corrects: Sequence[tuple[int, str]]
    corrected_by: Sequence[tuple[int, str]]
    """(entry, number)."""
    events: Sequence[Event]


def page(
    session: Session,
    text: str,
    number: int,
    *,
    view: View = View.ALL,
    year: int | None = None,
    size: int,
) -> Page:
    """Return the numbers in which a text is found: number, addressee, organisation or subject."""
    table = FormerEntry if view is View.FORMER else RegisterEntry
    query = _former() if view is View.FORMER else _own()
    if text.strip():
        query = query.where(_holds(table, text.strip()))
    if year is not None:
        query = query.where(table.year == year)
    if view is View.PROPOSED:
        query = query.where(Annulment.id.is_not(None), Annulment.confirmed_by.is_(None))
    elif view is View.ANNULLED:
        query = query.where(Annulment.confirmed_by.is_not(None))
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = max(1, -(-total // size))
    number = min(max(1, number), pages)
    query = query.order_by(table.year.desc(), table.number.desc(), table.id.desc())
    rows = session.execute(query.limit(size).offset((number - 1) * size))
    return Page([_line(row) for row in rows], number, pages, total)


def years(session: Session, view: View = View.ALL) -> list[int]:
    """Return the years of a book, the newest first."""
    year = FormerEntry.year if view is View.FORMER else RegisterEntry.year
    return list(session.scalars(select(year).distinct().order_by(year.desc())))


def open_(session: Session, entry: int) -> Opened:
    """Return one number of this book. Raises UnknownEntryError."""
    row = session.execute(_own().where(RegisterEntry.id == entry)).one_or_none()
    if row is None:
        raise UnknownEntryError
    annulment = session.scalar(select(Annulment).where(Annulment.entry_id == entry))
    letters = session.execute(
        select(Delivery.id, Contact.code, Organisation.name, Delivery.state)
        .join(Contact, Contact.id == Delivery.contact_id)
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .where(Delivery.entry_id == entry)
        .order_by(Organisation.name, Contact.code)
    ).all()
    events = session.scalars(
        select(Event)
        .where(Event.subject == "register_entry", Event.subject_id == entry)
        .order_by(Event.id)
    ).all()
    return Opened(
        line=_line(row),
        reason=annulment.reason if annulment else None,
        confirmed_by=annulment.confirmed_by if annulment else None,
        letters=[(one.id, one.code, one.name, one.state) for one in letters],
        corrects=_linked(
            session, RegisterCorrection.corrects_id, RegisterCorrection.entry_id == entry
        ),
        corrected_by=_linked(
            session, RegisterCorrection.entry_id, RegisterCorrection.corrects_id == entry
        ),
        events=events,
    )


def _linked(session: Session, other: Any, condition: Any) -> list[tuple[int, str]]:  # noqa: ANN401  # columns
    rows = session.execute(
        select(RegisterEntry.id, RegisterEntry.reference)
        .join(RegisterCorrection, other == RegisterEntry.id)
        .where(condition)
        .order_by(RegisterEntry.id)
    )
    return [(row.id, row.reference) for row in rows]


def _own() -> Select[*tuple[Any, ...]]:
    return (
        select(
            RegisterEntry.id.label("entry"),
            RegisterEntry.reference,
            RegisterEntry.issued_on,
            RegisterEntry.addressee,
            Organisation.name.label("organisation"),
            RegisterEntry.subject,
            RegisterEntry.signatory,
            RegisterEntry.batch_id.label("batch"),
            Annulment.proposed_by,
            case((Annulment.confirmed_by.is_not(None), Annulment.reason)).label("annulled"),
            null().label("source"),
        )
        .select_from(RegisterEntry)
        .outerjoin(Annulment, Annulment.entry_id == RegisterEntry.id)
        .outerjoin(Contact, Contact.code == RegisterEntry.addressee)
        .outerjoin(Organisation, Organisation.id == Contact.organisation_id)
    )


def _former() -> Select[*tuple[Any, ...]]:
    return (
        select(
            null().label("entry"),
            FormerEntry.reference,
            FormerEntry.issued_on,
            FormerEntry.addressee,
            Organisation.name.label("organisation"),
            FormerEntry.subject,
            FormerEntry.signatory,
            null().label("batch"),
            null().label("proposed_by"),
            FormerEntry.annulled,
            FormerEntry.source,
        )
        .select_from(FormerEntry)
        .outerjoin(Contact, Contact.code == FormerEntry.addressee)
        .outerjoin(Organisation, Organisation.id == Contact.organisation_id)
    )


def _holds(table: type[RegisterEntry | FormerEntry], text: str) -> ColumnElement[bool]:
    """Return the condition that a text is part of a number, an addressee or a subject.

    Of a circular, whose letters share a number, each organisation that got one counts.
    """
    part = f"%{directory.escaped(text.lower())}%"
    words = f"%{directory.escaped(folded(text))}%"
    named = select(Contact.id).join(Organisation, Organisation.id == Contact.organisation_id)
    named = named.where(
        or_(
            fold(Organisation.name).like(words, escape="\\"),
            func.lower(Contact.code).like(part, escape="\\"),
        )
    )
    parts = [
        func.lower(table.reference).like(part, escape="\\"),
        func.lower(table.addressee).like(part, escape="\\"),
        fold(table.subject).like(words, escape="\\"),
        and_(Organisation.name.is_not(None), fold(Organisation.name).like(words, escape="\\")),
    ]
    if table is RegisterEntry:
        parts.append(
            RegisterEntry.id.in_(select(Delivery.entry_id).where(Delivery.contact_id.in_(named)))
        )
    return or_(*parts)


def _line(row: Any) -> Line:  # noqa: ANN401  # a row of either book
    return Line(**row._mapping)  # noqa: SLF001  # SQLAlchemy's public name for it
