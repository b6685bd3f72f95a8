"""The numbers that were given after the backup was made: never given again, never a gap."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.db import Store
from outreach.dispatch import register, registerchain
from outreach.dispatch.models import Annulment, FormerEntry, RegisterEntry, RegisterYear
from outreach.dispatch.register import Number
from outreach.errors import N_, WrongUseError
from outreach.journal import Act
from outreach.settings import Register

LOST = N_("Given after the backup that was restored")
SOURCE = "restored"


class LastNumberNeededError(WrongUseError):
    """Nobody but a person knows which number was the last."""

    message = N_(
        "The database that was replaced cannot be read, so nobody knows which numbers were given "
        "since the backup. Look at the last letter that was signed, and say its number: --last "
        "{example}. Where none was given since: --last {now}."
    )


class LastNumberError(WrongUseError):
    """No number, or one that the register is past."""

    message = N_("“{reference}” cannot be the last number: the register stands at {now} already.")


@dataclass(frozen=True, slots=True)
class Given:
    """One number as the replaced database has it."""

    number: Number
    entry: RegisterEntry | FormerEntry | None
    annulled: str | None


def given(old: Store) -> list[Given]:
    """Return every number of a database."""
    with old.reading() as session:
        annulled = {
            row.entry_id: row.reason
            for row in session.execute(
                select(Annulment.entry_id, Annulment.reason).where(
                    Annulment.confirmed_by.is_not(None)
                )
            )
        }
        own = [
            Given(Number(row.year, row.number, row.reference), row, annulled.get(row.id))
            for row in session.scalars(select(RegisterEntry))
        ]
        former = [
            Given(Number(row.year, row.number, row.reference), row, row.annulled)
            for row in session.scalars(select(FormerEntry))
        ]
        session.expunge_all()
        return own + former


def take_up(
    session: Session,
    settings: Register,
    known: list[Given] | None,
    last: str | None,
    act: Act,
) -> int:
    """Write down the numbers that the restored register lacks; return how many.

    ``known``: those of the replaced database, None where it cannot be read. ``last``: the last
    number as a person says it. Raises LastNumberNeededError, LastNumberError.
    """
    here = set(session.scalars(select(RegisterEntry.reference)))
    here |= set(session.scalars(select(FormerEntry.reference)))
    lacking = [one for one in known or () if one.number.reference not in here]
    if settings.source == "own":
        lacking += _between(session, settings, lacking, last, act, alone=known is None)
    for one in lacking:
        session.add(
            FormerEntry(
                year=one.number.year,
                number=one.number.number,
                reference=one.number.reference,
                issued_on=one.entry.issued_on if one.entry else None,
                subject=one.entry.subject if one.entry else LOST,
                addressee=one.entry.addressee if one.entry else "",
                signatory=one.entry.signatory if one.entry else "",
                annulled=one.annulled,
                source=SOURCE,
                taken_by=act.actor,
                taken_at=act.at,
            )
        )
    session.flush()
    if settings.source == "own":
        for one in lacking:
            register.go_on_after(session, one.number.year, one.number.number)
    if lacking:
        registerchain.seal(session)
    return len(lacking)


def _between(
    session: Session,
    settings: Register,
    lacking: list[Given],
    last: str | None,
    act: Act,
    *,
    alone: bool,
) -> list[Given]:
    """Return the numbers up to the last one that nobody has any words about.

    ``alone``: no other register says which was the last.
    """
    year = act.at.year
    stands = session.scalar(select(func.max(RegisterYear.year)))
    reached = session.scalar(select(RegisterYear.last).where(RegisterYear.year == (stands or year)))
    now = register.printed(settings.format, stands or year, reached or 0)
    if last is None:
        if alone:
            example = register.printed(settings.format, stands or year, (reached or 0) + 7)
            raise LastNumberNeededError(example=example, now=now)
        return []
    said = register.read_any_year(settings.format, last, stands or year)
    if last.strip() == now:
        return []
    if said is None:
        raise LastNumberError(reference=last, now=now)
    before = session.scalar(select(RegisterYear.last).where(RegisterYear.year == said.year)) or 0
    if said.number < before:
        raise LastNumberError(reference=last, now=now)
    there = {(one.number.year, one.number.number) for one in lacking}
    return [
        Given(Number(said.year, n, register.printed(settings.format, said.year, n)), None, None)
        for n in range(before + 1, said.number + 1)
        if (said.year, n) not in there
    ]
