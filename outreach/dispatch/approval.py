"""Submit, approve, send back, cancel: what was approved is what will be signed.

Approval is bound to a hash of every part: template twins, letterhead, settings, the step, and each
recipient's data, channel and address. Removing a recipient voids nothing; any other change does.
"""

import hashlib
from collections.abc import Iterator

from msgspec import structs
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.campaigns import promises
from outreach.campaigns.definition import Definition
from outreach.clock import local_date
from outreach.dispatch import copies
from outreach.dispatch import pressroom as pressrooms
from outreach.dispatch.models import Batch, Circular, Delivery
from outreach.dispatch.pressroom import Pressroom
from outreach.dispatch.recipients import Reason, Recipients
from outreach.dispatch.states import BatchState, DeliveryState, move_batch, require
from outreach.errors import N_, OutreachError, Phrase
from outreach.journal import Act
from outreach.letters import facts as letter_facts
from outreach.letters.facts import Facts
from outreach.settings import Settings

CHUNK = 2_000
UNTOUCHED = '"own_text":""'
"""In the stored facts of a letter that nobody retouched: nearly all."""
SHOWN = 5
HELD = (DeliveryState.DRAFT.value, DeliveryState.APPROVED.value)


class ChangedError(OutreachError):
    """Something is no longer what was submitted or approved."""

    message = N_(
        "Batch {batch} is no longer what was submitted: {changes}. Cancel it with “outreach batch "
        "cancel {batch}” and prepare it again."
    )


class OwnBatchError(OutreachError):
    """Four eyes: who submits does not approve."""

    message = N_(
        "“{name}” submitted batch {batch} and cannot approve it alone. Ask another manager; an "
        "administrator may do both with --alone and a reason, which stays on the batch."
    )


class EmptyBatchError(OutreachError):
    """Nobody is left in it."""

    message = N_("Batch {batch} has no letter left to send. Cancel it, or prepare another.")


def submit(
    session: Session, batch: Batch, definition: Definition, pressroom: Pressroom, act: Act
) -> int:
    """Freeze the material and put the batch before a manager; return how many letters.

    Preflight comes before, from the caller. Raises BatchStateError, EmptyBatchError, and what
    ``copies.targets`` raises.
    """
    users.require(session, act.actor, Role.SECRETARY)
    require(batch, BatchState.DRAFT)
    definition.step(pressroom.step.name)
    letters = _letters(session, batch)
    if not letters:
        raise EmptyBatchError(batch=batch.id)
    copies.targets(session, pressroom.step)  # refused here and not when it is signed
    batch.material = pressrooms.freeze(session, pressroom)
    batch.submitted_by = act.actor
    _write_hashes(session, batch, letters)
    move_batch(session, batch, BatchState.SUBMITTED, act)
    return len(letters)


def approve(
    session: Session,
    batch: Batch,
    definition: Definition,
    current: Pressroom,
    *,
    settings: Settings,
    key: bytes,
    alone: str | None,
    act: Act,
) -> str:
    """Approve what was submitted, after comparing it with what stands now; return the hash.

    ``current`` is the material of the folder as it is. Raises BatchStateError, NotAllowedError,
    OwnBatchError, ChangedError.
    """
    require(batch, BatchState.SUBMITTED)
    user = users.require(session, act.actor, Role.MANAGER)
    if batch.submitted_by == act.actor:
        if user.role != Role.ADMINISTRATOR.value or not alone:
            raise OwnBatchError(name=act.actor, batch=batch.id)
        batch.alone_reason = alone
    made = promises.Made(local_date(act.at, settings.zone), settings)
    promises.require_dates(session, definition, current.step.name, made)
    refuse_changes(session, batch, definition, current, settings=settings, key=key)
    batch.approved_by = act.actor
    batch.approved_hash = batch_hash(session, batch)
    _move_letters(session, batch, DeliveryState.DRAFT, DeliveryState.APPROVED, act)
    move_batch(session, batch, BatchState.APPROVED, act, reason=alone)
    return batch.approved_hash


def send_back(session: Session, batch: Batch, comment: str, act: Act) -> None:
    """Return a submitted batch to the secretariat with a comment."""
    users.require(session, act.actor, Role.MANAGER)
    move_batch(session, batch, BatchState.DRAFT, act, reason=comment)
    batch.material = None


def void(session: Session, batch: Batch, act: Act, *, reason: str) -> None:
    """Make a submitted or approved batch a draft again, because one of its letters changed."""
    _move_letters(session, batch, DeliveryState.APPROVED, DeliveryState.DRAFT, act)
    move_batch(session, batch, BatchState.DRAFT, act, reason=reason)
    batch.material = None
    batch.approved_hash = batch.approved_by = batch.alone_reason = None


def as_retouched(stored: str | None, facts: Facts) -> str:
    """Return what a letter's facts would be stored as, with the text retouched by hand, if any."""
    if stored is None or UNTOUCHED in stored:
        return letter_facts.stored(facts)
    own = letter_facts.read(stored).own_text
    return letter_facts.stored(structs.replace(facts, own_text=own))


def cancel(session: Session, batch: Batch, reason: str, act: Act) -> int:
    """Cancel a batch that is not signed; its contacts can be prepared again."""
    users.require(session, act.actor, Role.SECRETARY)
    require(batch, BatchState.DRAFT, BatchState.SUBMITTED, BatchState.APPROVED, BatchState.PAUSED)
    move_batch(session, batch, BatchState.CANCELLED, act, reason=reason)
    return sum(
        _move_letters(
            session, batch, DeliveryState(state), DeliveryState.CANCELLED, act, reason=reason
        )
        for state in HELD
    )


def refuse_changes(
    session: Session,
    batch: Batch,
    definition: Definition,
    current: Pressroom,
    *,
    settings: Settings,
    key: bytes,
) -> None:
    """Compare the batch with what would be prepared now. Raises ChangedError with what differs.

    A recipient who may no longer be written to is left out, which changes nothing for the others.
    """
    found: list[Phrase] = []
    for change in _changes(session, batch, definition, current, settings=settings, key=key):
        found.append(change)
        if len(found) > SHOWN:
            found[-1] = Phrase("…")
            break
    if found:
        raise ChangedError(batch=batch.id, changes=found)


def batch_hash(session: Session, batch: Batch) -> str:
    """Return the hash of all letters still in the batch, each bound to the material."""
    hashes = session.scalars(
        select(Delivery.content_hash)
        .where(Delivery.batch_id == batch.id, Delivery.state.in_(HELD))
        .order_by(Delivery.id)
    )
    return hashlib.sha256("\n".join(filter(None, hashes)).encode()).hexdigest()


def _changes(
    session: Session,
    batch: Batch,
    definition: Definition,
    current: Pressroom,
    *,
    settings: Settings,
    key: bytes,
) -> Iterator[Phrase]:
    approved, now = batch.material or {}, current.material
    for name in sorted(approved.keys() | now.keys()):
        if approved.get(name) != now.get(name):
            yield Phrase(N_("{part} was changed"), {"part": name})
    recipients = Recipients(session, definition, current.step, settings)
    letters = _letters(session, batch)
    digest = _material_hash(batch)
    texts = {
        row.id: row.facts
        for row in session.scalars(select(Circular).where(Circular.batch_id == batch.id))
    }
    for start in range(0, len(letters), CHUNK):
        part = {row.contact_id: row for row in letters[start : start + CHUNK]}
        for one in recipients.of(list(part), key):
            row = part[one.contact.id]
            if one.chosen is Reason.SUPPRESSED:
                continue
            if row.content_hash != _content_hash(row, texts.get(row.circular_id or 0), digest):
                yield Phrase(
                    N_("the stored letter to {contact} was changed"), _who(one.contact.code)
                )
            elif one.facts is None or isinstance(one.chosen, Reason):
                yield Phrase(N_("{contact} has no address any more"), _who(one.contact.code))
            elif row.facts != as_retouched(row.facts, one.facts) or row.address != one.chosen.email:
                yield Phrase(N_("the data of {contact} were changed"), _who(one.contact.code))


def _who(code: str) -> dict[str, object]:
    return {"contact": code}


def _letters(session: Session, batch: Batch) -> list[Delivery]:
    return list(
        session.scalars(
            select(Delivery)
            .where(Delivery.batch_id == batch.id, Delivery.state.in_(HELD))
            .order_by(Delivery.id)
        )
    )


def _material_hash(batch: Batch) -> str:
    parts = "\n".join(f"{name} {sha}" for name, sha in sorted((batch.material or {}).items()))
    return hashlib.sha256(parts.encode()).hexdigest()


def _content_hash(row: Delivery, circular: str | None, material: str) -> str:
    """Return the hash of one letter: material, texts, channel and address."""
    parts = (material, row.facts, circular, row.channel, row.address, row.language, str(row.place))
    return hashlib.sha256("\0".join(part or "" for part in parts).encode()).hexdigest()


def _write_hashes(session: Session, batch: Batch, letters: list[Delivery]) -> None:
    digest = _material_hash(batch)
    texts = {
        row.id: row.facts
        for row in session.scalars(select(Circular).where(Circular.batch_id == batch.id))
    }
    for row in letters:
        row.content_hash = _content_hash(row, texts.get(row.circular_id or 0), digest)
    session.flush()


def _move_letters(
    session: Session,
    batch: Batch,
    before: DeliveryState,
    after: DeliveryState,
    act: Act,
    *,
    reason: str | None = None,
) -> int:
    moved = session.scalars(
        update(Delivery)
        .where(Delivery.batch_id == batch.id, Delivery.state == before.value)
        .values(state=after.value, reason=reason)
        .returning(Delivery.id)
        .execution_options(synchronize_session="fetch")
    ).all()
    journal.record_moves(
        session, act, Delivery, moved, before=before.value, after=after.value, reason=reason
    )
    return len(moved)
