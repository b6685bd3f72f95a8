"""Warnings of preflight that a person accepted, with the reason; kept on the batch, told at approval.

Accepted is what was found at that time: the same words at the same place, for the same contacts or
fewer of them. Anything more is a new warning.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.dispatch.models import AcceptedWarning, Batch
from outreach.dispatch.states import BatchState, require
from outreach.errors import N_, OutreachError, Phrase, WrongUseError
from outreach.journal import Act
from outreach.letters.checklist import CHECKS

EXAMPLES = 5


@dataclass(slots=True)
class Line:
    """One thing that is wrong, in how many letters, and whose."""

    code: str
    severity: str
    what: Phrase
    where: str
    count: int = 0
    everyone: list[str] = field(default_factory=list)
    """The contacts it is about, by code."""
    accepted: str | None = None
    """Why it was accepted, where it was."""

    @property
    def contacts(self) -> list[str]:
        """A few of the contacts."""
        return self.everyone[:EXAMPLES]

    @property
    def key(self) -> str:
        """What makes it this warning and no other, contacts left out."""
        words = "\0".join((self.code, self.where, str(self.what)))
        return hashlib.sha256(words.encode()).hexdigest()


class UnreasonedError(WrongUseError):
    """A warning is accepted without a reason."""

    message = N_("Say why {codes} may stand: --because “…”. The reason stays on the batch.")


class NothingToAcceptError(WrongUseError):
    """No such warning in this batch."""

    message = N_("Batch {batch} has no warning {code} now. Its warnings: {known}.")


class ErrorAcceptedError(OutreachError):
    """An error is no warning."""

    message = N_("{code} ({title}) is an error: it must be mended and cannot be accepted.")


class UnacceptedError(OutreachError):
    """Warnings stand that nobody accepted."""

    message = N_(
        "Batch {batch} has warnings that nobody accepted: {codes}. Mend them, or accept each with a "
        "reason: “outreach batch check {batch} --accept {first} --because …”."
    )


class NewWarningsError(OutreachError):
    """Something is found that was not when the batch was submitted."""

    message = N_(
        "Batch {batch} now has warnings that it had not when it was submitted: {codes}. Send it "
        "back with “outreach batch return {batch} --comment …”, so that they can be mended or "
        "accepted."
    )


def accept(
    session: Session, batch: Batch, lines: Sequence[Line], code: str, *, reason: str, act: Act
) -> int:
    """Accept every warning of this code that the batch has now; return how many.

    Raises NotAllowedError, BatchStateError (only a draft), ErrorAcceptedError,
    NothingToAcceptError, UnreasonedError.
    """
    users.require(session, act.actor, Role.SECRETARY)
    require(batch, BatchState.DRAFT)
    reason = reason.strip()
    if not reason:
        raise UnreasonedError(codes=code)
    same = [line for line in lines if line.code == code]
    if any(line.severity == "error" for line in same):
        raise ErrorAcceptedError(code=code, title=Phrase(CHECKS[code].title))
    if not same:
        known = sorted({line.code for line in lines if line.severity == "warning"})
        raise NothingToAcceptError(batch=batch.id, code=code, known=known)
    _remove(session, batch, code)
    for line in same:
        session.add(
            AcceptedWarning(
                batch_id=batch.id,
                code=code,
                key=line.key,
                what=str(line.what),
                letters=line.count,
                contacts=sorted(set(line.everyone)),
                reason=reason,
                accepted_by=act.actor,
                accepted_at=act.at,
            )
        )
        line.accepted = reason
    session.flush()
    _write_down(session, batch, code, "warning-accepted", act, reason=reason)
    return len(same)


def withdraw(session: Session, batch: Batch, code: str, act: Act) -> None:
    """Take back that warnings of this code were accepted.

    Raises NotAllowedError, BatchStateError, NothingToAcceptError.
    """
    users.require(session, act.actor, Role.SECRETARY)
    require(batch, BatchState.DRAFT)
    if not _remove(session, batch, code):
        known = sorted({each.code for each in accepted(session, batch)})
        raise NothingToAcceptError(batch=batch.id, code=code, known=known)
    _write_down(session, batch, code, "warning-withdrawn", act)


def accepted(session: Session, batch: Batch) -> list[AcceptedWarning]:
    """Return what was accepted in a batch."""
    return list(
        session.scalars(
            select(AcceptedWarning)
            .where(AcceptedWarning.batch_id == batch.id)
            .order_by(AcceptedWarning.code, AcceptedWarning.id)
        )
    )


def mark(session: Session, batch: Batch, lines: Sequence[Line]) -> None:
    """Write beside each warning why it was accepted, where it was."""
    known = {each.key: each for each in accepted(session, batch)}
    for line in lines:
        row = known.get(line.key)
        if (
            row is not None
            and line.severity == "warning"
            and set(line.everyone) <= set(row.contacts)
        ):
            line.accepted = row.reason


def open_ones(lines: Sequence[Line]) -> list[Line]:
    """Return the warnings that nobody accepted."""
    return [line for line in lines if line.severity == "warning" and line.accepted is None]


def require_accepted(batch: Batch, lines: Sequence[Line]) -> None:
    """Refuse where a warning stands that nobody accepted.

    Raises UnacceptedError of a draft, NewWarningsError of a batch that was submitted.
    """
    codes = sorted({line.code for line in open_ones(lines)})
    if codes and batch.state == BatchState.DRAFT.value:
        raise UnacceptedError(batch=batch.id, codes=codes, first=codes[0])
    if codes:
        raise NewWarningsError(batch=batch.id, codes=codes)


def _remove(session: Session, batch: Batch, code: str) -> int:
    gone = session.scalars(
        delete(AcceptedWarning)
        .where(AcceptedWarning.batch_id == batch.id, AcceptedWarning.code == code)
        .returning(AcceptedWarning.id)
        .execution_options(synchronize_session="fetch")
    ).all()
    return len(gone)


def _write_down(
    session: Session, batch: Batch, code: str, verb: str, act: Act, *, reason: str | None = None
) -> None:
    journal.record(session, act, "batch", batch.id, verb, reason=reason, detail={"code": code})
