"""The seals of the register: each number's hash covers the seal before it, so no change hides.

What is sealed: every number as it was issued, every annulment as it was confirmed, which number
corrects which, and what an older book brought, in that order. Whoever changes an old row would have to change every seal after it; the last seal, copied
to paper or to a colleague, then tells.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session, aliased

from outreach.dispatch.models import (
    Annulment,
    FormerEntry,
    RegisterCorrection,
    RegisterEntry,
    RegisterSeal,
)

START = "0" * 64


@dataclass(frozen=True, slots=True)
class Verdict:
    """What checking the chain found."""

    sealed: int
    broken: str | None
    """The first number that is no longer as it was sealed."""
    unsealed: int
    """Numbers issued before the register had seals; the next signature seals them."""
    last: str
    """The last seal: copy it to prove later that nothing before it changed."""


def seal(session: Session) -> None:
    """Seal every number and annulment that is not sealed yet, in the caller's transaction.

    Two signers queue here until the first commits; on SQLite there is one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE register_seal IN EXCLUSIVE MODE"))
    place = session.scalar(select(func.coalesce(func.max(RegisterSeal.place), 0))) or 0
    before = session.scalar(select(RegisterSeal.sha256).where(RegisterSeal.place == place)) or START
    for kind, number, said, _ in list(_all(session, unsealed=True)):
        place += 1
        before = _link(before, kind, said)
        session.add(RegisterSeal(place=place, kind=kind, subject_id=number, sha256=before))
    session.flush()


def verify(session: Session) -> Verdict:
    """Check every seal against the row it seals and the seal before it."""
    rows = {(kind, number): (said, reference) for kind, number, said, reference in _all(session)}
    before, sealed = START, 0
    broken: str | None = None
    seals = session.scalars(select(RegisterSeal).order_by(RegisterSeal.place))
    for place, row in enumerate(seals, 1):
        said, reference = rows.pop((row.kind, row.subject_id), (None, f"#{row.subject_id}"))
        if said is None or row.place != place or _link(before, row.kind, said) != row.sha256:
            broken = broken or reference
        else:
            sealed += 1
        before = row.sha256
    return Verdict(sealed=sealed, broken=broken, unsealed=len(rows), last=before)


def _link(before: str, kind: str, said: list[str]) -> str:
    words = json.dumps([before, kind, *said], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(words.encode()).hexdigest()


def _all(session: Session, *, unsealed: bool = False) -> Iterator[tuple[str, int, list[str], str]]:
    """Yield (kind, row, what it says, number) of all that is to be sealed, in order."""
    entries = select(RegisterEntry).order_by(RegisterEntry.id)
    annulments = (
        select(Annulment, RegisterEntry.reference)
        .join(RegisterEntry, RegisterEntry.id == Annulment.entry_id)
        .where(Annulment.confirmed_at.is_not(None))
        .order_by(Annulment.confirmed_at, Annulment.id)
    )
    if unsealed:
        entries = entries.where(RegisterEntry.id.not_in(_sealed("entry")))
        annulments = annulments.where(Annulment.id.not_in(_sealed("annulment")))
    for entry in session.scalars(entries):
        said = [
            entry.source,
            str(entry.year),
            str(entry.number),
            entry.reference,
            entry.issued_on.isoformat(),
            str(entry.batch_id),
            entry.subject,
            entry.addressee,
            entry.signatory,
        ]
        yield "entry", entry.id, said, entry.reference
    for row, reference in session.execute(annulments):
        at = row.confirmed_at.astimezone(UTC).isoformat() if row.confirmed_at else ""
        said = [reference, row.reason, row.proposed_by, row.confirmed_by or "", at]
        yield "annulment", row.id, said, reference
    yield from _corrections(session, unsealed=unsealed)
    yield from _former(session, unsealed=unsealed)


def _corrections(session: Session, *, unsealed: bool) -> Iterator[tuple[str, int, list[str], str]]:
    new, old = aliased(RegisterEntry), aliased(RegisterEntry)
    query = (
        select(RegisterCorrection.id, new.reference, old.reference)
        .join(new, new.id == RegisterCorrection.entry_id)
        .join(old, old.id == RegisterCorrection.corrects_id)
        .order_by(RegisterCorrection.id)
    )
    if unsealed:
        query = query.where(RegisterCorrection.id.not_in(_sealed("correction")))
    for number, reference, corrected in session.execute(query):
        yield "correction", number, [reference, corrected], reference


def _former(session: Session, *, unsealed: bool) -> Iterator[tuple[str, int, list[str], str]]:
    query = select(FormerEntry).order_by(FormerEntry.id)
    if unsealed:
        query = query.where(FormerEntry.id.not_in(_sealed("former")))
    for row in session.scalars(query):
        said = [
            str(row.year),
            str(row.number),
            row.reference,
            row.issued_on.isoformat() if row.issued_on else "",
            row.subject,
            row.addressee,
            row.signatory,
            row.annulled or "",
            row.source,
        ]
        yield "former", row.id, said, row.reference


def _sealed(kind: str) -> Select[int]:
    return select(RegisterSeal.subject_id).where(RegisterSeal.kind == kind)
