"""An older book of outgoing letters, taken over: its numbers stay known and are never used again.

What is taken over is not this program's work: gaps are reported as they are, and a line that
cannot be read is refused with its reason rather than guessed.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.dispatch import register, registerchain
from outreach.dispatch.models import FormerEntry
from outreach.errors import N_, OutreachError, Phrase, WrongUseError
from outreach.journal import Act
from outreach.settings import Register

Line = tuple[int, list[str]]
HEADER_WITHIN = 30
"""Lines in which the titles must stand."""
FIELDS: Mapping[str, frozenset[str]] = {
    "number": frozenset(
        {
            "numero",
            "n",
            "no",
            "num",
            "number",
            "reference",
            "ref",
            "referencia",
            "radicado",
            "consecutivo",
            "numero d ordre",
            "n d ordre",
            "numero de radicado",
        }
    ),
    "date": frozenset(
        {"date", "fecha", "date d envoi", "fecha de envio", "date du courrier", "date de depart"}
    ),
    "subject": frozenset({"objet", "asunto", "subject", "sujet"}),
    "addressee": frozenset({"destinataire", "destinatario", "addressee", "a"}),
    "signatory": frozenset({"signataire", "firmante", "signatory", "signe par", "firmado por"}),
    "annulled": frozenset(
        {
            "annule",
            "annulation",
            "anulado",
            "anulacion",
            "annulled",
            "annulled because",
            "annule parce que",
            "annulee",
        }
    ),
}
DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y")
NO = frozenset({"", "non", "no", "0", "false"})
LONGEST = 2_000


class NoNumberColumnError(OutreachError):
    """No title names the numbers."""

    message = N_(
        "{path} has no column with the numbers. Its titles: {columns}. Say which is which: "
        "--column “title=field”. Fields: {fields}."
    )


class UnknownBookFieldError(WrongUseError):
    """A mapping names a field that there is not."""

    message = N_("“{field}” is no field of the register. Fields: {fields}.")


class RefusedLinesError(OutreachError):
    """Some lines cannot be taken over."""

    message = N_(
        "{count} lines cannot be taken over; nothing was written. Mend the file, or leave them out "
        "for good with --leave-out-refused: what is taken over is never changed afterwards."
    )


class NothingToTakeOverError(OutreachError):
    """The file has no number that is not known already."""

    message = N_("{path} holds no number that the register does not have already.")


@dataclass(frozen=True, slots=True)
class Former:
    """One line of the older book, read."""

    year: int
    number: int
    reference: str
    issued_on: date | None
    subject: str
    addressee: str
    signatory: str
    annulled: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that cannot be taken over, and why."""

    line: int
    reference: str
    why: Phrase


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers of one year that no line bears."""

    year: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file holds, or what was taken over from it."""

    entries: tuple[Former, ...]
    known: int
    """Lines that were taken over before."""
    refused: tuple[Refused, ...]
    gaps: tuple[Gap, ...]


def read(
    lines: Iterable[Line], path: str, format_: str, columns: Mapping[str, str]
) -> tuple[list[tuple[int, Former]], list[Refused]]:
    """Read the lines of a list; ``columns`` says by hand which title is which field.

    A number stands as printed in ``format_``, or alone beside a date. Raises NoNumberColumnError,
    UnknownBookFieldError.
    """
    for field in columns.values():
        if field not in FIELDS:
            raise UnknownBookFieldError(field=field, fields=list(FIELDS))
    rest = iter(lines)
    places = _header(rest, path, columns)
    found: list[tuple[int, Former]] = []
    refused: list[Refused] = []
    seen: dict[tuple[int, int], int] = {}
    for number, cells in rest:
        said = {
            field: cells[place].strip() if place < len(cells) else ""
            for field, place in places.items()
        }
        if not any(said.values()):
            continue
        one = _entry(said, format_)
        if isinstance(one, Phrase):
            refused.append(Refused(number, said["number"], one))
        elif (first := seen.setdefault((one.year, one.number), number)) != number:
            why = Phrase(N_("it stands on line {line} already"), {"line": first})
            refused.append(Refused(number, one.reference, why))
        else:
            found.append((number, one))
    return found, refused


def plan(
    session: Session, lines: Iterable[Line], path: str, format_: str, columns: Mapping[str, str]
) -> Taken:
    """Return what taking a file over would do. Raises what :func:`read` raises."""
    found, refused = read(lines, path, format_, columns)
    own = {(row.year, row.number): row.reference for row in register.entries(session)}
    references = set(own.values())
    former = {(row.year, row.number): row for row in entries(session)}
    taken: list[Former] = []
    known = 0
    for line, one in found:
        before = former.get((one.year, one.number))
        if before is not None and before.reference == one.reference:
            known += 1
        elif before is not None or (one.year, one.number) in own or one.reference in references:
            why = Phrase(N_("the register has this number already"))
            refused.append(Refused(line, one.reference, why))
        else:
            taken.append(one)
    refused.sort(key=lambda row: row.line)
    numbers = {(one.year, one.number) for one in taken} | former.keys()
    return Taken(
        tuple(taken),
        known,
        tuple(refused),
        tuple(gaps_of(numbers | own.keys(), {year for year, _ in numbers})),
    )


def take_over(
    session: Session,
    lines: Iterable[Line],
    path: str,
    format_: str,
    columns: Mapping[str, str],
    *,
    settings: Register,
    leave_out: bool,
    act: Act,
) -> Taken:
    """Take an older book over, as one unit: its numbers count as used, and are sealed.

    Where the program keeps the book itself, the year goes on after the highest number. Raises
    NotAllowedError, RefusedLinesError (unless ``leave_out``), NothingToTakeOverError.
    """
    users.require(session, act.actor, Role.ADMINISTRATOR)
    done = plan(session, lines, path, format_, columns)
    if done.refused and not leave_out:
        raise RefusedLinesError(count=len(done.refused))
    if not done.entries:
        raise NothingToTakeOverError(path=path)
    session.add_all(
        FormerEntry(
            year=one.year,
            number=one.number,
            reference=one.reference,
            issued_on=one.issued_on,
            subject=one.subject,
            addressee=one.addressee,
            signatory=one.signatory,
            annulled=one.annulled or None,
            source=path,
            taken_by=act.actor,
            taken_at=act.at,
        )
        for one in done.entries
    )
    session.flush()
    if settings.source == "own":
        for year in sorted({one.year for one in done.entries}):
            last = max(one.number for one in done.entries if one.year == year)
            register.go_on_after(session, year, last)
    registerchain.seal(session)
    journal.record(
        session,
        act,
        "register_former",
        0,
        "taken-over",
        detail={"numbers": len(done.entries), "refused": len(done.refused)},
    )
    return done


def entries(session: Session, year: int | None = None) -> list[FormerEntry]:
    """Return what was taken over, in order, of one year or all."""
    query = select(FormerEntry).order_by(FormerEntry.year, FormerEntry.number)
    if year is not None:
        query = query.where(FormerEntry.year == year)
    return list(session.scalars(query))


def gaps(session: Session) -> list[Gap]:
    """Return the numbers that the older book lacked, up to its last of each year."""
    numbers = {(row.year, row.number) for row in entries(session)}
    last = dict(sorted(numbers))
    own = {
        (row.year, row.number)
        for row in register.entries(session)
        if row.number <= last.get(row.year, 0)
    }
    return list(gaps_of(numbers | own, last))


def gaps_of(numbers: Iterable[tuple[int, int]], years: Iterable[int]) -> Iterable[Gap]:
    """Yield the numbers of each year that stand between 1 and its last and are not there."""
    by_year: dict[int, list[int]] = {year: [0] for year in sorted(years)}
    for year, number in sorted(numbers):
        if year in by_year:
            by_year[year].append(number)
    for year, found in by_year.items():
        for before, after in pairwise(found):
            if after > before + 1:
                yield Gap(year, before + 1, after - 1)


def _header(rest: Iterable[Line], path: str, columns: Mapping[str, str]) -> dict[str, int]:
    by_hand = {_plain(title): field for title, field in columns.items()}
    first: Sequence[str] = ()
    for number, cells in rest:
        first = first or cells
        places: dict[str, int] = {}
        for place, title in enumerate(map(_plain, cells)):
            field = by_hand.get(title) or next(
                (name for name, titles in FIELDS.items() if title in titles), None
            )
            if field is not None:
                places.setdefault(field, place)
        if "number" in places and len([cell for cell in cells if cell.strip()]) > 1:
            return places
        if number > HEADER_WITHIN:
            break
    raise NoNumberColumnError(path=path, columns=list(first), fields=list(FIELDS))


def _entry(said: Mapping[str, str], format_: str) -> Former | Phrase:
    text, day = said["number"], said.get("date", "")
    if not text:
        return Phrase(N_("it has no number"))
    issued_on = _day(day) if day else None
    if day and issued_on is None:
        return Phrase(N_("“{date}” is no date"), {"date": day})
    read_ = register.read_any_year(format_, text, issued_on.year if issued_on else None)
    if read_ is None:
        return Phrase(
            N_("“{text}” is no number that looks like {example}"),
            {"text": text, "example": register.printed(format_, 2025, 265)},
        )
    if issued_on is not None and issued_on.year != read_.year:
        return Phrase(N_("its date is of another year than its number"))
    annulled = said.get("annulled", "")
    return Former(
        year=read_.year,
        number=read_.number,
        reference=read_.reference,
        issued_on=issued_on,
        subject=said.get("subject", "")[:LONGEST],
        addressee=said.get("addressee", "")[:LONGEST],
        signatory=said.get("signatory", "")[:200],
        annulled="" if _plain(annulled) in NO else annulled[:LONGEST],
    )


def _day(text: str) -> date | None:
    start = text.split("T", maxsplit=1)[0].split(" ", maxsplit=1)[0]
    for form in DAYS:
        try:
            return datetime.strptime(start, form).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    return None


def _plain(text: str) -> str:
    plain = (
        unicodedata.normalize("NFKD", re.sub("[°’]", " ", text)).encode("ascii", "ignore").decode()
    )
    return re.sub(r"[^a-z0-9]+", " ", plain.lower()).strip()
