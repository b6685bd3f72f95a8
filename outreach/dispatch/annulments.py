"""Numbers that are given up: proposed by one person with a reason, confirmed by another.

Acuerdo 060/2001, art. 5, as restated by entities' manuals: a number is never reused, changed or
struck; it is annulled with a written reason signed by the registrar and their superior.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.dispatch import registerchain, sending
from outreach.dispatch.models import Annulment, Batch, Delivery, RegisterEntry
from outreach.dispatch.states import DeliveryState, move_delivery
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.journal import Act

D = DeliveryState
NEVER_LEFT = (D.CANCELLED.value, D.SKIPPED.value, D.FAILED.value)
WAITING = (D.APPROVED.value, D.QUEUED.value, D.PRINTED.value)


class UnknownNumberError(WrongUseError):
    """No letter bears it."""

    message = N_("No letter bears {reference}. “outreach register list” shows the numbers.")


class AnnulledError(OutreachError):
    """It was given up before, or is about to be."""

    message = N_("{reference} was annulled, or its annulment waits for a second person.")


class NotProposedError(OutreachError):
    """There is nothing to confirm."""

    message = N_(
        "Nobody proposed to annul {reference}, or it is annulled already. “outreach register annul "
        "{reference} --because …” proposes it."
    )


class SamePersonError(OutreachError):
    """Two people are needed."""

    message = N_("{name} proposed to annul {reference}; another person must confirm it.")


class LetterLeftError(OutreachError):
    """A letter with that number left, or may have."""

    message = N_(
        "A letter with the number {reference} left, or perhaps did: its number stays. What is wrong "
        "in it is put right by another letter, with a number of its own."
    )


class ReasonMissingError(WrongUseError):
    """No reason was given."""

    message = N_("A number is annulled with a written reason: --because.")


@dataclass(frozen=True, slots=True)
class Owed:
    """A number whose letter did not leave: to be annulled, or sent after all."""

    reference: str
    issued_on: date
    batch: int
    addressee: str
    proposed_by: str | None
    """Who proposed its annulment, if anybody did."""


def propose(session: Session, reference: str, reason: str, act: Act) -> Annulment:
    """Propose to give a number up; it takes effect when another person confirms.

    Raises UnknownNumberError, AnnulledError, LetterLeftError, ReasonMissingError.
    """
    users.require(session, act.actor, Role.SECRETARY)
    if not reason.strip():
        raise ReasonMissingError
    entry = _entry(session, reference)
    if _of(session, entry) is not None:
        raise AnnulledError(reference=reference)
    _letters(session, entry)
    row = Annulment(entry_id=entry.id, reason=reason, proposed_by=act.actor, proposed_at=act.at)
    session.add(row)
    session.flush()
    journal.record(session, act, "register_entry", entry.id, "annulment-proposed", reason=reason)
    return row


def confirm(session: Session, reference: str, act: Act) -> Annulment:
    """Annul a number for good; its letters that still wait are cancelled.

    Raises UnknownNumberError, NotProposedError, SamePersonError, LetterLeftError, NotAllowedError.
    """
    user = users.require(session, act.actor, Role.MANAGER)
    entry = _entry(session, reference)
    row = _of(session, entry)
    if row is None or row.confirmed_by is not None:
        raise NotProposedError(reference=reference)
    if row.proposed_by.lower() == user.name.lower():
        raise SamePersonError(name=row.proposed_by, reference=reference)
    for letter in _letters(session, entry):
        if letter.state in WAITING:
            move_delivery(session, letter, D.CANCELLED, act, reason="annulled")
    row.confirmed_by, row.confirmed_at = act.actor, act.at
    session.flush()
    journal.record(session, act, "register_entry", entry.id, "annulled", reason=row.reason)
    registerchain.seal(session)
    sending.finish(session, session.get_one(Batch, entry.batch_id), act)
    return row


def refuse(session: Session, reference: str, reason: str, act: Act) -> None:
    """Let a number stand whose annulment was proposed: by a manager, or by who proposed it.

    Raises UnknownNumberError, NotProposedError, ReasonMissingError, NotAllowedError.
    """
    entry = _entry(session, reference)
    row = _of(session, entry)
    if row is None or row.confirmed_by is not None:
        raise NotProposedError(reference=reference)
    mine = row.proposed_by.lower() == act.actor.lower()
    users.require(session, act.actor, Role.SECRETARY if mine else Role.MANAGER)
    if not reason.strip():
        raise ReasonMissingError
    session.delete(row)
    session.flush()
    journal.record(session, act, "register_entry", entry.id, "annulment-refused", reason=reason)


def owed(session: Session) -> list[Owed]:
    """Return the numbers in force none of whose letters left or will, in order."""
    alive = (
        select(Delivery.id)
        .where(
            Delivery.reference == RegisterEntry.reference,
            Delivery.entry_id == RegisterEntry.id,
            Delivery.state.not_in(NEVER_LEFT),
        )
        .exists()
    )
    rows = session.execute(
        select(
            RegisterEntry.reference,
            RegisterEntry.issued_on,
            RegisterEntry.batch_id,
            RegisterEntry.addressee,
            Annulment.proposed_by,
        )
        .outerjoin(Annulment, Annulment.entry_id == RegisterEntry.id)
        .where(~alive, Annulment.confirmed_by.is_(None))
        .order_by(RegisterEntry.year, RegisterEntry.number)
    )
    return [Owed(*row) for row in rows]


def annulled(session: Session) -> dict[int, Annulment]:
    """Return the annulments in force, by entry."""
    rows = session.scalars(select(Annulment).where(Annulment.confirmed_by.is_not(None)))
    return {row.entry_id: row for row in rows}


def _entry(session: Session, reference: str) -> RegisterEntry:
    entry = session.scalar(
        select(RegisterEntry).where(RegisterEntry.reference == reference.strip()).with_for_update()
    )
    if entry is None:
        raise UnknownNumberError(reference=reference)
    return entry


def _of(session: Session, entry: RegisterEntry) -> Annulment | None:
    return session.scalar(select(Annulment).where(Annulment.entry_id == entry.id))


def _letters(session: Session, entry: RegisterEntry) -> Sequence[Delivery]:
    """Return the letters with that number, locked. Raises LetterLeftError."""
    rows = session.scalars(
        select(Delivery)
        .where(Delivery.reference == entry.reference, Delivery.entry_id == entry.id)
        .order_by(Delivery.id)
        .with_for_update()
    ).all()
    if any(row.state not in (*NEVER_LEFT, *WAITING) for row in rows):
        raise LetterLeftError(reference=entry.reference)
    return rows
