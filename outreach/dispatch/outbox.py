"""The outbox: claim, arm, send, record. The delivery row is the queue.

A letter's intent to leave is durable (*armed*) before the carrier sees it, and its result right
after; the commit that records one window of letters arms the next. Whatever happens in between, a
letter that was not armed is queued again, and an armed one is looked up at the carrier: it left,
it did not, or nobody can tell, and then it is *uncertain* and a person decides.

This is the one place in the rooms that commits by itself: around the network.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from outreach import journal
from outreach.clock import Clock
from outreach.db import Store
from outreach.dispatch import archive, leases
from outreach.dispatch.carriers.base import Addressed, Carrier, Outcome, Receipt
from outreach.dispatch.models import Batch, Delivery
from outreach.dispatch.states import BatchState, DeliveryState
from outreach.errors import OutreachError
from outreach.journal import Act

SLICE = 500
LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 5
D = DeliveryState

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message made ready, with its archive rows."""

    letter: Addressed
    archive: tuple[dict[str, Any], ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class Made:
    """What a claimed delivery became: a message, or the reason why it cannot leave."""

    delivery: int
    message: Outgoing | OutreachError


Compose = Callable[[Session, Sequence[Delivery]], list[Outgoing | OutreachError]]
"""Turns claimed deliveries into messages, in order; an error stands for one that cannot leave."""

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


@dataclass(slots=True)
class Outbox:
    """One worker's run over the e-mails of one batch."""

    store: Store
    batch_id: int
    carrier: Carrier
    compose: Compose
    recorded: Recorded
    suppressed: Callable[[Session, Sequence[str]], set[str]]
    clock: Clock
    actor: str
    owner: str = field(default_factory=leases.owner)
    tally: Tally = field(default_factory=Tally)

    def run(self, progress: Progress) -> Tally:
        """Send all that is queued. Safe to interrupt at any point, and to run again.

        Raises what the carrier raises, after everything held was let go.
        """
        self.recover()
        total = self._pending()
        done = 0

        def told(letters: int) -> None:
            nonlocal done
            done = min(done + letters, total)
            progress(done, total)

        # A pass ends when nothing is queued; letters refused for now are queued again by then.
        while self._pass(told):
            pass
        return self.tally

    def _pass(self, told: Callable[[int], None]) -> bool:
        """Send what is queued now; say whether there was anything."""
        receipts: list[Receipt] = []
        turns = 0
        try:
            for window in self._windows():
                armed = self._turn(receipts, window)
                receipts = []
                if armed is None:
                    return False
                turns += 1
                receipts = self.carrier.send(armed) if armed else []
                told(len(window))
        finally:
            with self.store.transaction() as session:
                self._record(session, receipts)
            self._let_go()
        return turns > 0

    def _turn(self, receipts: Sequence[Receipt], window: Sequence[Made]) -> list[Addressed] | None:
        """Record what left and arm what comes next, in one commit.

        None if the batch may no longer send; what left is recorded all the same.
        """
        with self.store.transaction() as session:
            self._record(session, receipts)
            return self._arm(session, window) if self._may_send(session) else None

    def recover(self) -> None:
        """Settle what dead workers left: claimed is queued again, armed is looked up."""
        with self.store.transaction() as session:
            held = session.execute(
                select(
                    Delivery.id,
                    Delivery.state,
                    Delivery.message_id,
                    Delivery.lease_owner,
                    Delivery.lease_until,
                ).where(
                    Delivery.batch_id == self.batch_id,
                    Delivery.state.in_([D.CLAIMED.value, D.ARMED.value]),
                )
            ).all()
            now = self.clock()
            ended = [
                row
                for row in held
                if row.lease_until is None
                or row.lease_until <= now
                or leases.is_gone(row.lease_owner or "")
            ]
            self._settle(session, ended)

    def _settle(self, session: Session, rows: Iterable[Any]) -> None:
        receipts: list[Receipt] = []
        for row in rows:
            if row.state == D.CLAIMED.value:
                self._move(session, [row.id], D.CLAIMED, D.QUEUED, reason="lease-ended")
                self.tally.requeued += 1
                continue
            found = self.carrier.find(row.id, row.message_id or "")
            if isinstance(found, Receipt):
                receipts.append(found)
            elif found is False:
                self._move(session, [row.id], D.ARMED, D.QUEUED, reason="did-not-leave")
                self.tally.requeued += 1
            else:
                self._move(session, [row.id], D.ARMED, D.UNCERTAIN, reason="crash-while-sending")
                self.tally.uncertain += 1
        self._record(session, receipts)

    def _pending(self) -> int:
        with self.store.reading() as session:
            return (
                session.scalar(
                    select(func.count()).where(
                        Delivery.batch_id == self.batch_id,
                        Delivery.channel == "email",
                        Delivery.state == D.QUEUED.value,
                    )
                )
                or 0
            )

    def _windows(self) -> Iterator[list[Made]]:
        """Yield claimed letters, written and ready, one carrier window at a time."""
        while ids := self._claim():
            for start in range(0, len(ids), self.carrier.window):
                with self.store.reading() as session:
                    rows = session.scalars(
                        select(Delivery)
                        .where(Delivery.id.in_(ids[start : start + self.carrier.window]))
                        .order_by(Delivery.id)
                    ).all()
                    made = self.compose(session, rows)
                yield [Made(row.id, one) for row, one in zip(rows, made, strict=True)]

    def _claim(self) -> list[int]:
        """Take a slice of queued e-mails; suppressed addresses are left out here, again."""
        while True:
            with self.store.transaction() as session:
                if not self._may_send(session):
                    return []
                rows = session.execute(
                    select(Delivery.id, Delivery.address)
                    .where(
                        Delivery.batch_id == self.batch_id,
                        Delivery.channel == "email",
                        Delivery.state == D.QUEUED.value,
                    )
                    .order_by(Delivery.id)
                    .limit(SLICE)
                    .with_for_update(skip_locked=True)
                ).all()
                if not rows:
                    return []
                barred = self.suppressed(session, [row.address or "" for row in rows])
                out = [row.id for row in rows if row.address in barred]
                self._move(session, out, D.QUEUED, D.SKIPPED, reason="suppressed")
                self.tally.skipped += len(out)
                ids = [row.id for row in rows if row.address not in barred]
                until = self.clock() + LEASE
                self._move(
                    session, ids, D.QUEUED, D.CLAIMED, lease_owner=self.owner, lease_until=until
                )
                if ids:
                    return ids

    def _may_send(self, session: Session) -> bool:
        state = session.scalar(select(Batch.state).where(Batch.id == self.batch_id))
        return state == BatchState.SENDING.value

    def _arm(self, session: Session, window: Sequence[Made]) -> list[Addressed]:
        """Mark messages as about to leave; a row lost to another worker is not among them."""
        for made in window:
            if isinstance(made.message, OutreachError):
                self._move(session, [made.delivery], D.CLAIMED, D.FAILED, reason=made.message.id)
                self.tally.failed += 1
        ready = [made.message for made in window if isinstance(made.message, Outgoing)]
        if not ready:
            return []
        lease = self.clock() + LEASE
        session.execute(
            update(Delivery)
            .where(Delivery.lease_owner == self.owner, Delivery.state == D.CLAIMED.value)
            .values(lease_until=lease)
            .execution_options(synchronize_session=False)
        )
        armed = self._move(
            session,
            [item.letter.delivery_id for item in ready],
            D.CLAIMED,
            D.ARMED,
            held_by=self.owner,
            attempts=Delivery.attempts + 1,
        )
        ready = [item for item in ready if item.letter.delivery_id in armed]
        if not ready:
            return []
        archive.keep_all(session, (row for item in ready for row in item.archive))
        session.connection().execute(
            update(Delivery)
            .where(Delivery.id == bindparam("row"))
            .values({Delivery.__table__.c.archive_sha256: bindparam("sha")}),
            [{"row": item.letter.delivery_id, "sha": item.sha256} for item in ready],
        )
        return [item.letter for item in ready]

    def _record(self, session: Session, receipts: Sequence[Receipt]) -> None:
        """Write down what the carrier answered."""
        now = self.clock()
        left = [r for r in receipts if r.outcome is Outcome.ACCEPTED]
        if left:
            ids = [r.delivery_id for r in left]
            self._move(session, ids, D.ARMED, D.SENT, sent_at=now, lease_owner=None)
            self._keep_receipts(session, left)
            self.recorded(session, ids, now)
            self.tally.sent += len(left)
        for receipt in receipts:
            if receipt.outcome is Outcome.TEMPORARY:
                attempts = session.scalar(
                    select(Delivery.attempts).where(Delivery.id == receipt.delivery_id)
                )
                again = (attempts or 0) < MAX_ATTEMPTS
                self._move(
                    session,
                    [receipt.delivery_id],
                    D.ARMED,
                    D.QUEUED if again else D.FAILED,
                    reason="refused-for-now",
                )
                self.tally.failed += not again
            elif receipt.outcome is Outcome.PERMANENT:
                self._move(session, [receipt.delivery_id], D.ARMED, D.FAILED, reason="refused")
                self.tally.failed += 1
        self._keep_receipts(session, [r for r in receipts if r.outcome is not Outcome.ACCEPTED])

    def _keep_receipts(self, session: Session, receipts: Sequence[Receipt]) -> None:
        spoken = [{"row": r.delivery_id, "words": r.text} for r in receipts if r.text]
        if spoken:
            session.connection().execute(
                update(Delivery)
                .where(Delivery.id == bindparam("row"))
                .values({Delivery.__table__.c.receipt: bindparam("words")}),
                spoken,
            )

    def _move(
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
        where = [Delivery.id.in_(ids), Delivery.state == before.value]
        if held_by is not None:
            where.append(Delivery.lease_owner == held_by)
        moved = set(
            session.scalars(
                update(Delivery)
                .where(*where)
                .values(values)
                .returning(Delivery.id)
                .execution_options(synchronize_session=False)
            )
            if ids
            else ()
        )
        act = Act(self.actor, self.clock())
        journal.record_moves(
            session,
            act,
            Delivery,
            moved,
            before=before.value,
            after=after.value,
            reason=reason,
        )
        return moved

    def _let_go(self) -> None:
        """Give back what this run still holds: queue the claimed, look up the armed."""
        with self.store.transaction() as session:
            held = session.execute(
                select(Delivery.id, Delivery.state, Delivery.message_id).where(
                    Delivery.batch_id == self.batch_id,
                    Delivery.lease_owner == self.owner,
                    Delivery.state.in_([D.CLAIMED.value, D.ARMED.value]),
                )
            ).all()
            self._settle(session, held)
