"""Import a list as one unit: planned in slices, written in slices, remembered line by line."""

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from sqlalchemy.orm import Session

from outreach import journal
from outreach.contacts import recognition, suppressions
from outreach.contacts.importing import fields, files, memberships, persons, planning, writing
from outreach.contacts.importing.fields import Header, Mapping
from outreach.contacts.importing.models import ImportRow, ImportRun
from outreach.contacts.importing.persons import Person
from outreach.contacts.importing.planning import Outcome, Planned
from outreach.contacts.recognition import Directory, Recognised
from outreach.errors import N_, Phrase, WrongUseError
from outreach.journal import Act

SLICE = 2_000
WHY = {
    "homonyms": N_("several places bear this name"),
    "unlike": N_("no place bears exactly this name"),
    "unknown": N_("no organisation of this name or code is known"),
    "code-and-name": N_("the code and the name are of two places"),
}


class UnknownLineError(WrongUseError):
    """No line waits under that number."""

    message = N_("No line waits under the number {row}. “outreach contacts unsure” lists them.")


class UnknownOrganisationError(WrongUseError):
    """No organisation of that code."""

    message = N_("No organisation has the code “{code}”. Codes look like FR:76351 or CO:05001.")


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that was opened, its columns recognised."""

    name: str
    header: Header
    mapping: Mapping
    lines: Iterator[files.Line]
    association: str = ""
    """Everybody on the list belongs to it, where no column says so."""
    role: str = "member"
    key: bytes | None = None
    """The office's, which recognises the addresses of those who were erased; None: nobody's."""


@dataclass(slots=True)
class Report:
    """What an import did."""

    run: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    memberships: int = 0
    ignored: list[str] = field(default_factory=list)


def open_list(
    path: Path,
    mapping: Mapping,
    association: str = "",
    role: str = "member",
    *,
    key: bytes | None = None,
    name: str = "",
) -> Listing:
    """Open a list and recognise its columns; ``name`` is its own where the file bears another one.

    Raises the errors of ``files`` and ``fields``.
    """
    lines = files.read(path)
    first = list(islice(lines, fields.LOOKED_AT))
    name = name or path.name
    header = fields.recognise(name, [cells for _, cells in first], mapping)
    rest = chain(first[header.line + 1 :], lines)
    return Listing(name, header, mapping, rest, association, role, key)


def plan(session: Session, listing: Listing) -> Iterator[Planned]:
    """Say line by line what an import would do; nothing is written."""
    directory = recognition.directory(session)
    for people in _slices(listing):
        yield from _decide(session, directory, people, listing)


def run(
    session: Session,
    listing: Listing,
    act: Act,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Import a list in the caller's transaction; memory does not grow with its length."""
    row = ImportRun(file=listing.name[:200], at=act.at, actor=act.actor, source=listing.name[:60])
    session.add(row)
    session.flush()
    report = Report(row.id, ignored=listing.header.ignored)
    directory = recognition.directory(session)
    # It stays to the end: no need to look for garbage in it again and again.
    gc.freeze()
    try:
        _import(session, listing, directory, row, report, act, progress)
    finally:
        gc.unfreeze()
    journal.record(session, act, "import_run", row.id, "imported", detail=dict(report.counts))
    return report


def _import(  # noqa: PLR0917  # the parts of one run
    session: Session,
    listing: Listing,
    directory: Directory,
    row: ImportRun,
    report: Report,
    act: Act,
    progress: Callable[[int], None] | None,
) -> None:
    for people in _slices(listing):
        planned = _decide(session, directory, people, listing)
        writing.write(session, row, planned, act)
        report.memberships += memberships.write(session, row.id, planned, listing, act)
        report.counts.update(one.outcome.value for one in planned)
        if progress is not None:
            progress(people[-1].line)


def unsure(session: Session) -> list[ImportRow]:
    """Return the lines that wait for a person, the oldest first."""
    from sqlalchemy import select

    query = (
        select(ImportRow)
        .join(ImportRun, ImportRun.id == ImportRow.run_id)
        .where(ImportRow.outcome == Outcome.UNSURE.value, ImportRun.undone_at.is_(None))
        .order_by(ImportRow.id)
    )
    return list(session.scalars(query))


def settle(session: Session, number: int, code: str, act: Act) -> Planned:
    """Import an unsure line for the organisation that a person names.

    Raises UnknownLineError, UnknownOrganisationError.
    """
    row = session.get(ImportRow, number)
    if row is None or row.outcome != Outcome.UNSURE.value or row.given is None:
        raise UnknownLineError(row=number)
    entry = recognition.directory(session).by_code.get(code.strip().upper())
    if entry is None:
        raise UnknownOrganisationError(code=code)
    cells: dict[str, str] = row.given["cells"]
    mapping = Mapping(office=cells.get("office", ""), election_cycle=row.given["election_cycle"])
    filled = {name: text for name, text in cells.items() if text}
    person = persons.make(row.line, filled, cells.get("emails", ""), mapping)
    place = entry.scored(100)
    there = writing.known(session, {place.id})
    header = Header(-1, (), ())
    listing = Listing("", header, mapping, iter(()), row.given["association"], row.given["role"])
    if person.is_somebody:
        planned = planning.decide(person, place, there.get(place.id, []))
    else:
        planned = Planned(row.line, Outcome.SAME, person=person, place=place)
    run_ = session.get_one(ImportRun, row.run_id)
    session.delete(row)
    session.flush()
    writing.write(session, run_, [planned], act)
    memberships.write(session, run_.id, [planned], listing, act)
    journal.record(session, act, "import_run", run_.id, "settled", detail={"line": planned.line})
    return planned


def _slices(listing: Listing) -> Iterator[list[Person]]:
    people = (
        persons.read(line, cells, listing.header, listing.mapping)
        for line, cells in listing.lines
        if cells != list(listing.header.titles)
    )
    while some := list(islice(people, SLICE)):
        yield some


def _decide(
    session: Session, directory: Directory, people: Iterable[Person], listing: Listing
) -> list[Planned]:
    people = list(people)
    _refuse_forgotten(session, people, listing.key)
    found = [(person, directory.recognise(person.wanted)) for person in people]
    ids = {seen.found.id for _, seen in found if seen.found}
    there = writing.known(session, ids)
    planned = []
    for person, seen in found:
        if person.refusal is not None:
            planned.append(Planned(person.line, Outcome.REFUSED, reason=person.refusal))
        elif seen.found is None:
            planned.append(_undecided(person, seen, listing))
        elif person.is_somebody or not (person.association or listing.association):
            one = planning.decide(person, seen.found, there.setdefault(seen.found.id, []))
            planned.append(one)
        else:
            planned.append(
                Planned(
                    person.line,
                    Outcome.SAME,
                    organisation=seen.found.name,
                    person=person,
                    place=seen.found,
                    how=seen.how,
                )
            )
    return planned


def _refuse_forgotten(session: Session, people: Sequence[Person], key: bytes | None) -> None:
    """Refuse lines with an address of somebody who was erased: they would be back by name."""
    if key is None:
        return
    given = {address for person in people for address in person.emails}
    forgotten = suppressions.suppressed(session, key, given, reason=suppressions.ERASED)
    for person in people if forgotten else ():
        for address in person.emails:
            if address in forgotten:
                person.refusal = Phrase(
                    N_(
                        "“{text}” is the address of somebody who asked to be forgotten; take it out "
                        "of the line if another person is meant"
                    ),
                    {"text": address},
                )


def _undecided(person: Person, seen: Recognised, listing: Listing) -> Planned:
    outcome = Outcome.UNSURE if seen.candidates else Outcome.REFUSED
    person.association = person.association or listing.association
    return Planned(
        person.line,
        outcome,
        organisation=person.wanted.name,
        reason=Phrase(WHY[seen.how]),
        candidates=seen.candidates,
        person=person,
        how=f"{listing.role}{'+' if listing.mapping.election_cycle else ''}",
    )
