"""States of batches and deliveries, as tables; every move writes one line in the journal."""

from enum import StrEnum

from sqlalchemy.orm import Session

from outreach import journal
from outreach.dispatch.models import Batch, Delivery
from outreach.errors import N_, OutreachError, Phrase
from outreach.journal import Act


class BatchState(StrEnum):
    """Where a batch stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    SIGNED = "signed"
    SENDING = "sending"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class DeliveryState(StrEnum):
    """Where a delivery stands. ``sent`` means accepted by the server, or posted."""

    DRAFT = "draft"
    APPROVED = "approved"
    QUEUED = "queued"
    CLAIMED = "claimed"
    ARMED = "armed"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    BOUNCED = "bounced"
    PRINTED = "printed"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    THROUGH = "through"
    """An association was asked to pass it on; whether it did, nobody knows."""


B, D = BatchState, DeliveryState

NEXT_BATCH: dict[BatchState, frozenset[BatchState]] = {
    B.DRAFT: frozenset({B.SUBMITTED, B.CANCELLED}),
    B.SUBMITTED: frozenset({B.APPROVED, B.DRAFT, B.CANCELLED}),
    B.APPROVED: frozenset({B.SIGNED, B.DRAFT, B.PAUSED, B.CANCELLED}),
    B.SIGNED: frozenset({B.SENDING}),
    B.SENDING: frozenset({B.DONE, B.PAUSED, B.SIGNED}),  # signed: taken back within the grace
    B.PAUSED: frozenset({B.APPROVED, B.SENDING, B.CANCELLED}),
    # Cancelled: recorded letters taken back; tool batches never. Sending: a person queued again
    # what was refused or in doubt.
    B.DONE: frozenset({B.CANCELLED, B.SENDING}),
    B.CANCELLED: frozenset(),
}

NEXT_DELIVERY: dict[DeliveryState, frozenset[DeliveryState]] = {
    D.DRAFT: frozenset({D.APPROVED, D.SENT, D.CANCELLED, D.SKIPPED}),
    D.APPROVED: frozenset({D.QUEUED, D.DRAFT, D.CANCELLED, D.SKIPPED}),
    # Uncertain: out of a restored backup, so that it perhaps left since.
    D.QUEUED: frozenset({D.CLAIMED, D.PRINTED, D.CANCELLED, D.SKIPPED, D.UNCERTAIN}),
    D.CLAIMED: frozenset({D.ARMED, D.QUEUED, D.FAILED}),
    D.ARMED: frozenset({D.SENT, D.FAILED, D.UNCERTAIN, D.QUEUED}),
    D.SENT: frozenset({D.BOUNCED, D.RETURNED, D.CANCELLED}),  # cancelled: recorded ones, undone
    D.FAILED: frozenset({D.QUEUED}),
    D.UNCERTAIN: frozenset({D.SENT, D.QUEUED}),
    D.BOUNCED: frozenset({D.SENT}),
    D.PRINTED: frozenset({D.SENT, D.QUEUED, D.CANCELLED, D.SKIPPED}),
    D.RETURNED: frozenset(),
    D.CANCELLED: frozenset({D.DRAFT, D.SKIPPED, D.THROUGH}),
    D.SKIPPED: frozenset({D.DRAFT}),
    D.THROUGH: frozenset({D.CANCELLED}),
}


class BatchStateError(OutreachError):
    """The batch does not stand where the act needs it."""

    message = N_("Batch {batch} is “{state}”, so this cannot be done now. {hint}")


class DeliveryStateError(OutreachError):
    """The table of states forbids the move."""

    message = N_("Letter {delivery} is “{state}”; it cannot become “{wanted}”.")


HINTS: dict[BatchState, str] = {
    B.DRAFT: N_("Next: “outreach batch check {batch}”, then “outreach batch submit {batch}”."),
    B.SUBMITTED: N_("Next: a manager says “outreach batch approve {batch}”."),
    B.APPROVED: N_("Next: “outreach batch sign {batch}”."),
    B.SIGNED: N_("Next: “outreach batch send {batch}”, and “outreach batch print {batch}”."),
    B.SENDING: N_("Next: “outreach batch send {batch}” goes on where it stopped."),
    B.PAUSED: N_("It is paused; “outreach batch resume {batch}” lets it go on."),
    B.DONE: N_("It is finished; “outreach report who” shows who got what."),
    B.CANCELLED: N_("It was cancelled; prepare a new one."),
}


def require(batch: Batch, *allowed: BatchState) -> None:
    """Refuse unless the batch is in one of ``allowed``. Raises BatchStateError."""
    state = BatchState(batch.state)
    if state not in allowed:
        raise BatchStateError(
            batch=batch.id, state=state, hint=Phrase(HINTS[state], {"batch": batch.id})
        )


def move_batch(
    session: Session, batch: Batch, state: BatchState, act: Act, *, reason: str | None = None
) -> None:
    """Change a batch's state. Raises BatchStateError."""
    before = BatchState(batch.state)
    if state not in NEXT_BATCH[before]:
        require(batch)
    batch.state = state.value
    journal.record(
        session,
        act,
        "batch",
        batch.id,
        "moved",
        before=before.value,
        after=state.value,
        reason=reason,
    )


def move_delivery(
    session: Session,
    delivery: Delivery,
    state: DeliveryState,
    act: Act,
    *,
    reason: str | None = None,
) -> None:
    """Change one delivery's state. Raises DeliveryStateError.

    The outbox moves whole slices with the same table, in SQL.
    """
    before = DeliveryState(delivery.state)
    if state not in NEXT_DELIVERY[before]:
        raise DeliveryStateError(delivery=delivery.id, state=before, wanted=state)
    delivery.state = state.value
    delivery.reason = reason
    journal.record(
        session,
        act,
        "delivery",
        delivery.id,
        "moved",
        before=before.value,
        after=state.value,
        reason=reason,
    )
