"""The outbox: claim, arm, send, record. The delivery row is the queue.

A letter's intent to leave is durable (*armed*) before the carrier sees it, and its result right
after; the commit that records one window of letters arms the next. Whatever happens in between, a
letter that was not armed is queued again, and an armed one is looked up at the carrier: it left,
it did not, or nobody can tell, and then it is *uncertain* and a person decides.

This is the one place in the rooms that commits by itself: around the network.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from outreach.db import Store
from outreach.dispatch import archive, leases
from outreach.dispatch.carriers.base import Addressed, Carrier, Receipt
from outreach.dispatch.ledger import Ledger, Tally
from outreach.dispatch.models import Batch, Delivery
from outreach.dispatch.pace.pacer import PACED, Pacer
from outreach.dispatch.states import BatchState, DeliveryState
from outreach.errors import OutreachError

SLICE = 250
"""Letters that a run claims at once."""
TOGETHER = 50
"""Letters that are written at once where a carrier takes them one by one."""
LEASE = timedelta(minutes=5)
RENEWAL = timedelta(minutes=1)
NEVER = datetime.min.replace(tzinfo=UTC)
ONCE_MORE = Delivery.attempts + 1
KEEP_HASH = (
    update(Delivery.__table__)  # type: ignore[arg-type]  # a Table
    .where(Delivery.__table__.c.id == bindparam("row"))
    .values(archive_sha256=bindparam("sha"))
)
STATE = select(Batch.__table__.c.state).where(Batch.__table__.c.id == bindparam("batch"))
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


@dataclass(slots=True)
class Outbox:
    """One worker's run over the e-mails of one batch."""

    store: Store
    batch_id: int
    carrier: Carrier
    compose: Compose
    suppressed: Callable[[Session, Sequence[str]], set[str]]
    ledger: Ledger
    pacer: Pacer
    owner: str = field(default_factory=leases.owner)
    _renew_at: datetime = NEVER

    def run(self, progress: Progress) -> Tally:
        """Send all that is queued. Safe to interrupt at any point, and to run again.

        Raises what the carrier raises, after everything held was let go.
        """
        self.recover()
        try:
            if self.pacer.join(self.store):
                self._run(progress)
        finally:
            with self.store.transaction() as session:
                self.pacer.leave(session)
        self.ledger.tally.waiting = self.pacer.waiting
        return self.ledger.tally

    def _run(self, progress: Progress) -> None:
        total = self._pending()
        done = 0

        def told(letters: int) -> None:
            nonlocal done
            done = min(done + letters, total)
            progress(done, total)

        # A pass ends when nothing may leave; letters refused for now are queued again by then.
        while self._pass(told) or self._rested():
            if self.pacer.patience.enough():
                break

    def _rested(self) -> bool:
        """Wait as long as the pace asks; say whether letters may leave again.

        What a run held that died meanwhile is taken back, or it would be waited for.
        """
        rested = self.pacer.rest(self.store, self.carrier.close)
        if rested:
            self.recover()
        return rested

    def _pass(self, told: Callable[[int], None]) -> bool:
        """Send what is queued now; say whether there was anything.

        The next window is written while the carrier has the one before.
        """
        turns = 0
        handed: Future[list[Receipt]] | None = None
        with ThreadPoolExecutor(1) as carrier:
            try:
                for window in self._windows():
                    receipts = handed.result() if handed else []
                    handed = None
                    armed = self._turn(receipts, window)
                    if armed is None:
                        return False
                    turns += 1
                    if armed:
                        handed = self._hand_over(carrier, armed)
                    told(len(window))
                    if self.pacer.patience.enough():
                        break
                if handed is not None:
                    handed.result()
            finally:
                known = handed is not None and handed.exception() is None
                with self.store.transaction() as session:
                    self.ledger.record(session, handed.result() if handed and known else [])
                self._let_go()
        return turns > 0

    def _hand_over(
        self, carrier: ThreadPoolExecutor, letters: list[Addressed]
    ) -> Future[list[Receipt]]:
        """Give letters to the carrier: beside us where they are many, else at once."""
        if self.carrier.window > 1:
            return carrier.submit(self.carrier.send, letters)
        done: Future[list[Receipt]] = Future()
        try:
            done.set_result(self.carrier.send(letters))
        except BaseException as error:  # noqa: BLE001  # raised again where the result is read
            done.set_exception(error)
        return done

    def _turn(self, receipts: Sequence[Receipt], window: Sequence[Made]) -> list[Addressed] | None:
        """Record what left and arm what comes next, in one commit.

        None if the batch may no longer send; what left is recorded all the same.
        """
        with self.store.transaction() as session:
            self.ledger.record(session, receipts)
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
            now = self.ledger.clock()
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
                self.ledger.move(session, [row.id], D.CLAIMED, D.QUEUED, reason="lease-ended")
                self.ledger.tally.requeued += 1
                continue
            found = self.carrier.find(row.id, row.message_id or "")
            if isinstance(found, Receipt):
                receipts.append(found)
            elif found is False:
                self.ledger.move(session, [row.id], D.ARMED, D.QUEUED, reason="did-not-leave")
                self.ledger.tally.requeued += 1
            else:
                self.ledger.move(
                    session, [row.id], D.ARMED, D.UNCERTAIN, reason="crash-while-sending"
                )
                self.ledger.tally.uncertain += 1
        self.ledger.record(session, receipts)

    def _pending(self) -> int:
        with self.store.reading() as session:
            return queued(session, self.batch_id, self.ledger.clock())

    def _windows(self) -> Iterator[list[Made]]:
        """Yield claimed letters, written and ready, one carrier window at a time."""
        while ids := self._claim():
            size = max(self.carrier.window, TOGETHER)
            for start in range(0, len(ids), size):
                with self.store.reading() as session:
                    rows = session.scalars(
                        select(Delivery)
                        .where(Delivery.id.in_(ids[start : start + size]))
                        .order_by(Delivery.id)
                    ).all()
                    made = self.compose(session, rows)
                    ready = [Made(row.id, one) for row, one in zip(rows, made, strict=True)]
                for first in range(0, len(ready), self.carrier.window):
                    yield ready[first : first + self.carrier.window]

    def _claim(self) -> list[int]:
        """Take a slice of queued e-mails; suppressed addresses are left out here, again."""
        while True:
            with self.store.transaction() as session:
                if not self._may_send(session):
                    return []
                opening = self.pacer.opening(session)
                if opening.alarm:
                    self.pacer.judged(session, opening.alarm)
                    self.ledger.alarm(session, opening.alarm.left, opening.alarm.bounced)
                if opening.alarm or opening.wait:
                    return []
                rows = session.execute(
                    select(Delivery.id, Delivery.address)
                    .where(
                        *_ready(self.batch_id, self.ledger.clock()),
                        *opening.where,
                    )
                    .order_by(Delivery.id)
                    .limit(SLICE if opening.most is None else min(SLICE, opening.most))
                    .with_for_update(skip_locked=True)
                ).all()
                if not rows:
                    return []
                barred = self.suppressed(session, [row.address or "" for row in rows])
                out = [row.id for row in rows if row.address in barred]
                self.ledger.move(session, out, D.QUEUED, D.SKIPPED, reason="suppressed")
                self.ledger.tally.skipped += len(out)
                ids = [row.id for row in rows if row.address not in barred]
                self._renew_at = self.ledger.clock() + RENEWAL
                until = self.ledger.clock() + LEASE
                self.ledger.move(
                    session, ids, D.QUEUED, D.CLAIMED, lease_owner=self.owner, lease_until=until
                )
                if ids:
                    return ids

    def _may_send(self, session: Session) -> bool:
        state = session.scalar(STATE, {"batch": self.batch_id})
        return bool(state == BatchState.SENDING.value)

    def _arm(self, session: Session, window: Sequence[Made]) -> list[Addressed]:
        """Mark messages as about to leave; a row lost to another worker is not among them."""
        for made in window:
            if isinstance(made.message, OutreachError):
                self.ledger.move(
                    session, [made.delivery], D.CLAIMED, D.FAILED, reason=made.message.id
                )
                self.ledger.tally.failed += 1
        ready = [made.message for made in window if isinstance(made.message, Outgoing)]
        ready = self._in_pace(session, ready)
        if not ready:
            return []
        self._renew(session)
        ids = [item.letter.delivery_id for item in ready]
        alone = {"archive_sha256": ready[0].sha256} if len(ready) == 1 else {}
        armed = self.ledger.move(
            session,
            ids,
            D.CLAIMED,
            D.ARMED,
            held_by=self.owner,
            attempts=ONCE_MORE,
            **alone,
        )
        ready = [item for item in ready if item.letter.delivery_id in armed]
        if not ready:
            return []
        archive.keep_all(session, (row for item in ready for row in item.archive))
        if alone:
            return [item.letter for item in ready]
        session.connection().execute(
            KEEP_HASH, [{"row": item.letter.delivery_id, "sha": item.sha256} for item in ready]
        )
        return [item.letter for item in ready]

    def _in_pace(self, session: Session, ready: list[Outgoing]) -> list[Outgoing]:
        """Keep the messages that have a slot now; the others wait for theirs in the queue."""
        if not self.pacer.rules.counts:
            return ready
        answers = self.pacer.admit(session, [item.letter.recipient for item in ready])
        for item, until in zip(ready, answers, strict=True):
            if until is not None:
                self.ledger.move(
                    session,
                    [item.letter.delivery_id],
                    D.CLAIMED,
                    D.QUEUED,
                    reason=PACED,
                    next_attempt_at=until,
                )
        return [item for item, until in zip(ready, answers, strict=True) if until is None]

    def _renew(self, session: Session) -> None:
        """Keep what is claimed, once a minute: the slice may take longer than its lease."""
        now = self.ledger.clock()
        if now < self._renew_at:
            return
        self._renew_at = now + RENEWAL
        self.pacer.renew(session)
        session.execute(
            update(Delivery)
            .where(Delivery.lease_owner == self.owner, Delivery.state == D.CLAIMED.value)
            .values(lease_until=now + LEASE)
            .execution_options(synchronize_session=False)
        )

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


def queued(session: Session, batch: int, now: datetime) -> int:
    """Return how many e-mails of a batch may leave now, as far as they are concerned."""
    return session.scalar(select(func.count()).where(*_ready(batch, now))) or 0


def _ready(batch: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Queued e-mails of a batch; not one that was refused for now and is to be tried later."""
    return (
        Delivery.batch_id == batch,
        Delivery.channel == "email",
        Delivery.state == D.QUEUED.value,
        or_(Delivery.next_attempt_at.is_(None), Delivery.next_attempt_at <= now),
    )
