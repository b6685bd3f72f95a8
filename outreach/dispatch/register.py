"""The register of outgoing letters (Acuerdo 060/2001, art. 5, as restated by entities' manuals).

Numbers restart each year at 1, in strict order, none reserved, repeated, changed or struck. The
year is that of the signing day at the office, so that 2026-01-01 00:30 in Paris opens the new book.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from outreach.dispatch.models import FormerEntry, RegisterCorrection, RegisterEntry, RegisterYear
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.settings import Register

BLANK = "____"
MOST_IN_A_RANGE = 100_000
OLDEST_SHORT_YEAR = 70


class NumberFormatError(WrongUseError):
    """The number does not look like this office's."""

    message = N_("“{reference}” is no number of this office’s register. It looks like {example}.")


class NumberYearError(OutreachError):
    """The number is of another year's book."""

    message = N_(
        "{reference} belongs to the book of another year; a letter signed now takes a number of "
        "the book of {year}."
    )


class NumberTakenError(OutreachError):
    """The number was used before."""

    message = N_("{reference} is in the register already. A number is never used twice.")


class NumbersNeededError(WrongUseError):
    """An external book: a person must give the numbers."""

    message = N_(
        "This office copies its numbers from the official book (register.source = external): "
        "{needed} are needed, {given} were given. Give them with --number, for instance "
        "--number {example} or --number {example}..{last}."
    )


class OwnBookError(WrongUseError):
    """An own book issues numbers itself."""

    message = N_(
        "This office’s register issues its own numbers (register.source = own); leave --number out."
    )


@dataclass(frozen=True, slots=True)
class Number:
    """One official number."""

    year: int
    number: int
    reference: str


def printed(format_: str, year: int, number: int | str) -> str:
    """Return a number as it is printed: ``S-EFRPR-25-265``."""
    return format_.format(yy=f"{year % 100:02d}", yyyy=year, n=number)


def blank(format_: str, year: int) -> str:
    """Return what drafts show in the place of a number: ``S-EFRPR-25-____``."""
    return printed(format_, year, BLANK)


def read_reference(format_: str, text: str, year: int) -> Number:
    """Read a number as printed, of the book of ``year``.

    Raises NumberFormatError, or NumberYearError where it is of another year.
    """
    match = _pattern(format_).fullmatch(text.strip())
    if match is None:
        raise NumberFormatError(reference=text, example=printed(format_, year, 265))
    number = int(match["n"])
    if printed(format_, year, number) != text.strip():
        raise NumberYearError(reference=text, year=year)
    return Number(year=year, number=number, reference=text.strip())


def read_any_year(format_: str, text: str, year: int | None) -> Number | None:
    """Read a number of any year's book: as printed, or alone where ``year`` is known.

    None where it is no number, or nothing says of which year. Two digits mean 1970 to 2069.
    """
    text = text.strip()
    match = _pattern(format_).fullmatch(text)
    if match is None and year is not None and re.fullmatch(r"0*[1-9]\d{0,8}", text):
        return Number(year, int(text), printed(format_, year, int(text)))
    if match is None:
        return None
    parts = match.groupdict()
    found = int(parts["yyyy"]) if parts.get("yyyy") else year
    if parts.get("yy"):
        short = int(parts["yy"])
        found = short + (1900 if short >= OLDEST_SHORT_YEAR else 2000)
    return None if found is None else Number(found, int(match["n"]), text)


def _pattern(format_: str) -> re.Pattern[str]:
    pattern = re.escape(format_)
    for name, form in (
        ("yy", r"(?P<yy>\d{2})"),
        ("yyyy", r"(?P<yyyy>\d{4})"),
        ("n", r"(?P<n>[1-9]\d{0,8})"),
    ):
        pattern = pattern.replace(re.escape("{" + name + "}"), form)
    return re.compile(pattern)


def expand(format_: str, texts: Sequence[str], year: int) -> list[Number]:
    """Read numbers and ranges (``S-EFRPR-25-301..S-EFRPR-25-338``), in the order given."""
    numbers: list[Number] = []
    for text in texts:
        first_text, dots, last_text = text.partition("..")
        first = read_reference(format_, first_text, year)
        last = read_reference(format_, last_text, year) if dots else first
        if not first.number <= last.number < first.number + MOST_IN_A_RANGE:
            raise NumberFormatError(reference=text, example=printed(format_, year, 265))
        numbers += [
            Number(year, n, printed(format_, year, n)) for n in range(first.number, last.number + 1)
        ]
    return numbers


def issue(session: Session, register: Register, day: date, count: int) -> list[Number]:
    """Take the next ``count`` numbers of the tool's own book, in the caller's transaction.

    The year's row is locked by its update until the caller commits: two signers queue, and a
    rolled-back signature gives its numbers back, so the book has no gap.
    """
    _open_year(session, day.year)
    last = session.execute(
        update(RegisterYear)
        .where(RegisterYear.year == day.year)
        .values(last=RegisterYear.last + count)
        .returning(RegisterYear.last)
    ).scalar_one()
    return [
        Number(day.year, n, printed(register.format, day.year, n))
        for n in range(last - count + 1, last + 1)
    ]


def go_on_after(session: Session, year: int, number: int) -> None:
    """Let the tool's own book of a year go on after ``number``, which an older book reached."""
    _open_year(session, year)
    session.execute(
        update(RegisterYear)
        .where(RegisterYear.year == year, RegisterYear.last < number)
        .values(last=number)
    )


def _open_year(session: Session, year: int) -> None:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(
        insert(RegisterYear)
        .values(year=year, last=0)
        .on_conflict_do_nothing(index_elements=["year"])
    )


def take(
    session: Session, register: Register, day: date, count: int, given: Sequence[str]
) -> list[Number]:
    """Return ``count`` numbers for letters signed on ``day``: issued, or checked as given.

    Raises OwnBookError, NumbersNeededError, NumberFormatError, NumberYearError, NumberTakenError.
    """
    if register.source == "own":
        if given:
            raise OwnBookError
        return issue(session, register, day, count)
    numbers = expand(register.format, given, day.year)
    if len(numbers) != count:
        raise NumbersNeededError(
            needed=count,
            given=len(numbers),
            example=printed(register.format, day.year, 301),
            last=printed(register.format, day.year, 300 + count),
        )
    references = [number.reference for number in numbers]
    taken = next(
        (
            found
            for column in (RegisterEntry.reference, FormerEntry.reference)
            if (found := session.scalars(select(column).where(column.in_(references))).first())
        ),
        None,
    )
    repeated = next((r for r in references if references.count(r) > 1), None)
    if taken or repeated:
        raise NumberTakenError(reference=taken or repeated)
    return numbers


def entries(session: Session, year: int | None = None) -> list[RegisterEntry]:
    """Return the register in order, of one year or all."""
    query = select(RegisterEntry).order_by(
        RegisterEntry.year, RegisterEntry.number, RegisterEntry.id
    )
    if year is not None:
        query = query.where(RegisterEntry.year == year)
    return list(session.scalars(query))


def corrected(session: Session) -> dict[int, list[str]]:
    """Return, by entry, the older numbers whose letters it corrects."""
    found: dict[int, list[str]] = {}
    rows = session.execute(
        select(RegisterCorrection.entry_id, RegisterEntry.reference)
        .join(RegisterEntry, RegisterEntry.id == RegisterCorrection.corrects_id)
        .order_by(RegisterEntry.id)
    )
    for entry, reference in rows:
        found.setdefault(entry, []).append(reference)
    return found


def gaps(session: Session) -> list[tuple[int, int]]:
    """Return (year, missing number) of the tool's own book; an empty list proves it has none."""
    missing: list[tuple[int, int]] = []
    # What was issued, not what is there: a last number that vanished is missed too.
    years = session.execute(select(RegisterYear.year, RegisterYear.last))
    for year, last in years:
        found = set(
            session.scalars(
                select(RegisterEntry.number).where(
                    RegisterEntry.source == "own", RegisterEntry.year == year
                )
            )
        )
        # What an older book lacked when it was taken over is its own gap, reported there.
        before = session.scalar(
            select(func.max(FormerEntry.number)).where(FormerEntry.year == year)
        )
        missing += [(year, n) for n in range((before or 0) + 1, last + 1) if n not in found]
    return missing
