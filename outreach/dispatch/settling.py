"""What a person settles: pause and resume, letters in doubt, refused, bounced or come back.

Nothing here happens by itself. A letter whose connection broke is *uncertain* until the carrier
knows what became of it (:func:`look_up`) or somebody says so (:func:`decide`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.campaigns import course
from outreach.contacts.models import AddressState, Contact, EmailAddress, PostalAddress
from outreach.dispatch.carriers.base import Carrier, Receipt
from outreach.dispatch.models import Annulment, Batch, Delivery
from outreach.dispatch.pace import schedules
from outreach.dispatch.states import (
    BatchState,
    DeliveryState,
    move_batch,
    move_delivery,
    require,
)
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.journal import Act

D = DeliveryState


class ReturnReason(StrEnum):
    """Why the post brought a letter back, as La Poste ticks it."""

    UNKNOWN = "unknown-at-address"
    """*N'habite pas à l'adresse indiquée* (NPAI), or unknown there."""
    INCOMPLETE = "address-incomplete"
    REFUSED = "refused"
    UNCLAIMED = "unclaimed"


WRONG_ADDRESS = frozenset({ReturnReason.UNKNOWN, ReturnReason.INCOMPLETE})
"""After these the address is flagged; a letter refused or not fetched says nothing against it."""


class NoSuchLetterError(WrongUseError):
    """The batch has no letter in that state to that contact."""

    message = N_("Batch {batch} has no letter to {contacts} that is “{state}”.")


class ReasonNeededError(WrongUseError):
    """A decision without its reason."""

    message = N_("Say why with --because: it is kept with the letter.")


class NumberGivenUpError(OutreachError):
    """A letter whose number was annulled."""

    message = N_(
        "These numbers were annulled, so their letters are not sent again: {references}. Prepare new "
        "letters, with numbers of their own."
    )


@dataclass(frozen=True, slots=True)
class Doubt:
    """One letter that perhaps left."""

    delivery: int
    contact: str
    address: str | None
    reference: str | None
    message_id: str | None
    """What to look for in the archive mailbox or the server's log."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the carrier knew of the letters in doubt."""

    left: tuple[int, ...]
    """Deliveries that left."""
    queued: int
    """Letters that certainly did not leave; they wait again."""
    unknown: int
    """Letters nobody can tell of: a person decides."""


def pause(session: Session, batch: Batch, reason: str | None, act: Act) -> None:
    """Hold a batch. Workers look before each letter. Raises BatchStateError."""
    users.require(session, act.actor, Role.SECRETARY)
    session.refresh(batch, with_for_update=True)
    require(batch, BatchState.APPROVED, BatchState.SENDING)
    move_batch(session, batch, BatchState.PAUSED, act, reason=reason)


def resume(session: Session, batch: Batch, act: Act) -> BatchState:
    """Let a paused batch go on where it stood; return that state. Raises BatchStateError."""
    users.require(session, act.actor, Role.SECRETARY)
    session.refresh(batch, with_for_update=True)
    require(batch, BatchState.PAUSED)
    course.require_awake(session, batch.step_id)
    state = BatchState.APPROVED if batch.signed_at is None else BatchState.SENDING
    move_batch(session, batch, state, act)
    schedules.go_on(session, batch.id, act.at)
    return state


def doubts(session: Session, batch: Batch) -> list[Doubt]:
    """Return the letters of the batch that perhaps left, in order."""
    rows = session.execute(
        select(Delivery.id, Contact.code, Delivery.address, Delivery.reference, Delivery.message_id)
        .join(Contact, Contact.id == Delivery.contact_id)
        .where(Delivery.batch_id == batch.id, Delivery.state == D.UNCERTAIN.value)
        .order_by(Delivery.id)
    )
    return [Doubt(*row) for row in rows]


def look_up(session: Session, batch: Batch, carrier: Carrier, act: Act) -> Found:
    """Ask the carrier what became of the letters in doubt, and settle those it knows."""
    users.require(session, act.actor, Role.SECRETARY)
    left: list[int] = []
    queued = unknown = 0
    for row in _letters(session, batch, D.UNCERTAIN, None):
        found = carrier.find(row.id, row.message_id or "")
        if found is None:
            unknown += 1
        elif found is False:
            _queue(session, row, "not-found-at-the-carrier", act)
            queued += 1
        else:
            if isinstance(found, Receipt):
                row.receipt = found.text
            _sent(session, row, act.at, "found-at-the-carrier", act)
            left.append(row.id)
    session.flush()
    if queued:
        reopen(session, batch, act)
    return Found(left=tuple(left), queued=queued, unknown=unknown)


def decide(
    session: Session,
    batch: Batch,
    contacts: Sequence[str] | None,
    *,
    left: bool,
    because: str,
    act: Act,
) -> list[int]:
    """Record a person's word on letters in doubt: they left, or are to be sent again.

    ``contacts`` are codes; None: all of the batch. Returns the deliveries.
    Raises NoSuchLetterError, ReasonNeededError, NumberGivenUpError.
    """
    return _settle(session, batch, D.UNCERTAIN, contacts, left=left, because=because, act=act)


def again(
    session: Session, batch: Batch, contacts: Sequence[str] | None, *, because: str, act: Act
) -> list[int]:
    """Queue letters once more that were refused: their attempts start anew.

    ``contacts`` as in :func:`decide`. Raises NoSuchLetterError, ReasonNeededError.
    """
    return _settle(session, batch, D.FAILED, contacts, left=False, because=because, act=act)


def arrived(
    session: Session, batch: Batch, contacts: Sequence[str], *, because: str, act: Act
) -> list[int]:
    """Record that letters arrived although a bounce was matched to them; the address is good again.

    Raises NoSuchLetterError, ReasonNeededError.
    """
    done = _settle(session, batch, D.BOUNCED, contacts, left=True, because=because, act=act)
    for row in session.scalars(select(Delivery).where(Delivery.id.in_(done))):
        for email in session.scalars(
            select(EmailAddress).where(
                EmailAddress.contact_id == row.contact_id,
                EmailAddress.address == row.address,
                EmailAddress.state == AddressState.BOUNCED.value,
            )
        ):
            _mark(session, email, AddressState.GOOD, because, act)
    return done


def returned(
    session: Session, batch: Batch, contacts: Sequence[str], reason: ReturnReason, act: Act
) -> int:
    """Record posted letters that came back; flag the address where that is to blame.

    Returns how many addresses were flagged. Raises NoSuchLetterError.
    """
    users.require(session, act.actor, Role.SECRETARY)
    flagged = 0
    for row in _letters(session, batch, D.SENT, contacts, channel="post"):
        move_delivery(session, row, D.RETURNED, act, reason=reason.value)
        if reason not in WRONG_ADDRESS:
            continue
        # The address as it was printed: the first good one (contacts.addresses.best_channel).
        post = session.scalars(
            select(PostalAddress)
            .where(
                PostalAddress.contact_id == row.contact_id,
                PostalAddress.state == AddressState.GOOD.value,
            )
            .order_by(PostalAddress.position, PostalAddress.id)
            .limit(1)
        ).first()
        if post is not None:
            _mark(session, post, AddressState.RETURNED, reason.value, act)
            flagged += 1
    return flagged


def _settle(
    session: Session,
    batch: Batch,
    state: DeliveryState,
    contacts: Sequence[str] | None,
    *,
    left: bool,
    because: str,
    act: Act,
) -> list[int]:
    users.require(session, act.actor, Role.SECRETARY)
    if not because.strip():
        raise ReasonNeededError
    rows = _letters(session, batch, state, contacts)
    if not left:
        _refuse_given_up(session, rows)
    for row in rows:
        if left:
            _sent(session, row, row.sent_at or act.at, because, act)
        else:
            _queue(session, row, because, act)
    session.flush()
    if rows and not left:
        reopen(session, batch, act)
    return [row.id for row in rows]


def _refuse_given_up(session: Session, rows: Sequence[Delivery]) -> None:
    given_up = set(session.scalars(select(Annulment.entry_id)))
    found = sorted(row.reference or "" for row in rows if row.entry_id in given_up)
    if found:
        raise NumberGivenUpError(references=found)


def _letters(
    session: Session,
    batch: Batch,
    state: DeliveryState,
    contacts: Sequence[str] | None,
    *,
    channel: str = "email",
) -> list[Delivery]:
    """Return the batch's letters in ``state``, locked; every contact named must have one."""
    query = (
        select(Delivery, Contact.code)
        .join(Contact, Contact.id == Delivery.contact_id)
        .where(
            Delivery.batch_id == batch.id,
            Delivery.state == state.value,
            Delivery.channel == channel,
        )
        .order_by(Delivery.id)
        .with_for_update(of=Delivery)
    )
    if contacts is not None:
        query = query.where(Contact.code.in_(contacts))
    found = session.execute(query).all()
    missing = sorted(set(contacts or ()) - {code for _, code in found})
    if missing:
        raise NoSuchLetterError(batch=batch.id, contacts=missing, state=state)
    return [row for row, _ in found]


def _sent(session: Session, row: Delivery, at: datetime, because: str, act: Act) -> None:
    row.sent_at, row.lease_owner = at, None
    _move(session, row, D.SENT, because, act)


def _queue(session: Session, row: Delivery, because: str, act: Act) -> None:
    row.attempts, row.next_attempt_at, row.lease_owner = 0, None, None
    _move(session, row, D.QUEUED, because, act)


def _move(session: Session, row: Delivery, state: DeliveryState, because: str, act: Act) -> None:
    """Move a letter; the person's own words stand in the journal only, whatever their length."""
    move_delivery(session, row, state, act, reason=because)
    row.reason = None


def reopen(session: Session, batch: Batch, act: Act) -> None:
    """Let a finished batch send again; one that is paused waits for its resuming."""
    session.refresh(batch, with_for_update=True)
    if batch.state == BatchState.DONE.value:
        move_batch(session, batch, BatchState.SENDING, act)
    schedules.go_on(session, batch.id, act.at)


def _mark(
    session: Session,
    address: EmailAddress | PostalAddress,
    state: AddressState,
    reason: str,
    act: Act,
) -> None:
    before, address.state = address.state, state.value
    journal.record(
        session,
        act,
        address.__tablename__,
        address.id,
        "moved",
        before=before,
        after=state.value,
        reason=reason,
    )
