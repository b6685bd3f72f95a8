"""What a sending run writes down: each letter's moves, what the carrier answered, how many."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ClauseElement, Update, bindparam, select, update
from sqlalchemy.orm import Session

from outreach import journal
from outreach.clock import Clock
from outreach.dispatch import retries
from outreach.dispatch.carriers.base import Outcome, Receipt
from outreach.dispatch.models import Batch, Delivery
from outreach.dispatch.pacing import Wait
from outreach.dispatch.states import BatchState, DeliveryState, move_batch
from outreach.errors import N_, Phrase
from outreach.journal import Act

D = DeliveryState

AT_ONCE = 500
"""Rows that one statement moves: every database takes as many values."""
KEEP_RECEIPT = (
    update(Delivery.__table__)  # type: ignore[arg-type]  # a Table
    .where(Delivery.__table__.c.id == bindparam("row"))
    .values(receipt=bindparam("words"))
)

REFUSED_IN_A_ROW = N_(
    "Letters refused one after the other: {count}. See why with “outreach report who”, then let the "
    "batch go on with “outreach batch resume”."
)

BOUNCED_TOO_OFTEN = N_(
    "Of {left} letters that left, {bounced} bounced. See which with “outreach report who”; where the "
    "rest is good, let the batch go on with “outreach batch resume”."
)

Recorded = Callable[[Session, Sequence[int], datetime], None]
"""Told, in the recording transaction, which deliveries left and when."""


@dataclass(slots=True)
class Tally:
    """How a run went."""

    sent: int = 0
    failed: int = 0
    skipped: int = 0
    uncertain: int = 0
    requeued: int = 0
    later: int = 0
    """Refused for now; tried again by a later run."""
    paused: str = ""
    """The server's words where it refused us, the sender: the batch is paused."""
    advice: Phrase | None = None
    """What to do then."""
    waiting: Wait | None = None
    """Until when the rest of the batch waits, and why; another run goes on then."""


@dataclass(slots=True)
class Ledger:
    """The book of one run: every row moves by the table of states, and only if it still stands."""

    batch_id: int
    recorded: Recorded
    clock: Clock
    actor: str
    pause_after: int = 0
    """After how many letters refused for good in a row the batch pauses; 0: never."""
    tally: Tally = field(default_factory=Tally)
    refused_in_a_row: int = 0

    def record(self, session: Session, receipts: Sequence[Receipt]) -> None:
        """Write down what the carrier answered."""
        now = self.clock()
        left = [r for r in receipts if r.outcome is Outcome.ACCEPTED]
        if left:
            ids = [r.delivery_id for r in left]
            if len(left) == 1:  # over a network, letter by letter: one statement less
                words = left[0].text or None
                self.move(
                    session, ids, D.ARMED, D.SENT, sent_at=now, lease_owner=None, receipt=words
                )
            else:
                self.move(session, ids, D.ARMED, D.SENT, sent_at=now, lease_owner=None)
                self._keep_receipts(session, left)
            self.recorded(session, ids, now)
            self.tally.sent += len(left)
            self.refused_in_a_row = 0
        others = [r for r in receipts if r.outcome is not Outcome.ACCEPTED]
        for receipt in others:
            self._record_other(session, receipt, now)
        self._keep_receipts(session, others)

    def _record_other(self, session: Session, receipt: Receipt, now: datetime) -> None:
        """Write down a letter that did not leave, or perhaps did."""
        ids = [receipt.delivery_id]
        match receipt.outcome:
            case Outcome.TEMPORARY:
                attempts = session.scalar(select(Delivery.attempts).where(Delivery.id.in_(ids)))
                again = retries.next_attempt(attempts or 1, now, receipt.wait)
                self.move(
                    session,
                    ids,
                    D.ARMED,
                    D.FAILED if again is None else D.QUEUED,
                    reason="refused-for-now",
                    next_attempt_at=again,
                )
                self.tally.failed += again is None
                self.tally.later += again is not None
            case Outcome.SENDER_REFUSED:
                # No letter's fault: the attempt does not count, and no other is made.
                self.move(
                    session,
                    ids,
                    D.ARMED,
                    D.QUEUED,
                    reason="sender-refused",
                    attempts=Delivery.attempts - 1,
                )
                self.tally.requeued += 1
                self._pause(session, "sender-refused", receipt.text, receipt.advice)
            case Outcome.UNKNOWN:
                self.move(session, ids, D.ARMED, D.UNCERTAIN, reason="connection-lost")
                self.tally.uncertain += 1
            case _:
                self.move(session, ids, D.ARMED, D.FAILED, reason="refused")
                self.tally.failed += 1
                self.refused_in_a_row += 1
                if self.refused_in_a_row == self.pause_after:
                    advice = Phrase(REFUSED_IN_A_ROW, {"count": self.pause_after})
                    self._pause(session, "refused-in-a-row", receipt.text, advice)

    def _pause(self, session: Session, why: str, words: str, advice: Phrase | None) -> None:
        """Pause the batch with the server's words; the run ends with it."""
        self.tally.paused = words
        self.tally.advice = advice
        batch = session.get_one(Batch, self.batch_id, with_for_update=True)
        if batch.state == BatchState.SENDING.value:
            act = Act(self.actor, self.clock())
            move_batch(session, batch, BatchState.PAUSED, act, reason=f"{why}: {words}")

    def alarm(self, session: Session, left: int, bounced: int) -> None:
        """Pause the batch because too many of its letters bounced."""
        advice = Phrase(BOUNCED_TOO_OFTEN, {"left": left, "bounced": bounced})
        self._pause(session, "bounces", f"{bounced}/{left}", advice)

    def _keep_receipts(self, session: Session, receipts: Sequence[Receipt]) -> None:
        spoken = [{"row": r.delivery_id, "words": r.text} for r in receipts if r.text]
        if spoken:
            session.connection().execute(KEEP_RECEIPT, spoken)

    def move(
        self,
        session: Session,
        ids: Sequence[int],
        before: DeliveryState,
        after: DeliveryState,
        *,
        reason: str | None = None,
        held_by: str | None = None,
        **values: Any,  # noqa: ANN401  # columns of the delivery
    ) -> set[int]:
        """Move rows that still stand at ``before``; return those that did, each in the journal.

        The condition in the statement is what lets only one of two workers win.
        """
        values |= {"state": after.value, "reason": reason}
        act = Act(self.actor, self.clock())
        moved: set[int] = set()
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            moved |= (
                _move_one(session, some[0], before, held_by, values)
                if len(some) == 1
                else _move_some(session, some, before, held_by, values)
            )
        journal.record_all_moves(
            session,
            act,
            "delivery",
            sorted(moved),
            before=before.value,
            after=after.value,
            reason=reason,
        )
        return moved


def _move_one(
    session: Session,
    delivery: int,
    before: DeliveryState,
    held_by: str | None,
    values: Mapping[str, Any],
) -> set[int]:
    """Move one row if it still stands at ``before``; return it if it did."""
    found: dict[str, Any] = _bound(values, before, held_by) | {"row": delivery}
    result = session.connection().execute(_statement(values, held_by, one=True), found)
    return {delivery} if result.rowcount == 1 else set()


def _move_some(
    session: Session,
    deliveries: Sequence[int],
    before: DeliveryState,
    held_by: str | None,
    values: Mapping[str, Any],
) -> set[int]:
    """Move the rows that still stand at ``before``; return those that did."""
    found: dict[str, Any] = _bound(values, before, held_by) | {"rows": list(deliveries)}
    result = session.connection().execute(_statement(values, held_by, one=False), found)
    return set(result.scalars())


def _bound(values: Mapping[str, Any], before: DeliveryState, held_by: str | None) -> dict[str, Any]:
    said = {
        f"new_{name}": one for name, one in values.items() if not isinstance(one, ClauseElement)
    }
    return said | {"before": before.value, "holder": held_by}


def _statement(values: Mapping[str, Any], held_by: str | None, *, one: bool) -> Update:
    computed = tuple(
        (name, said) for name, said in values.items() if isinstance(said, ClauseElement)
    )
    bound = tuple(name for name, said in values.items() if not isinstance(said, ClauseElement))
    return _built(bound, computed, held=held_by is not None, one=one)


@lru_cache(maxsize=64)
def _built(
    bound: tuple[str, ...], computed: tuple[tuple[str, Any], ...], *, held: bool, one: bool
) -> Update:
    """Return the statement of a move, built once: that takes several times as long as running it."""
    columns = Delivery.__table__.c
    which = (
        columns.id == bindparam("row") if one else columns.id.in_(bindparam("rows", expanding=True))
    )
    statement = update(Delivery.__table__).where(which, columns.state == bindparam("before"))  # type: ignore[arg-type]  # a Table
    if held:
        statement = statement.where(columns.lease_owner == bindparam("holder"))
    statement = statement.values(
        {columns[name]: bindparam(f"new_{name}") for name in bound}
        | {columns[name]: said for name, said in computed}
    )
    return statement if one else statement.returning(columns.id)
