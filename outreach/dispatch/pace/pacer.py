"""What the outbox asks before letters leave: whether, how many, which, and when to ask again."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from outreach.campaigns import calendar
from outreach.clock import Clock
from outreach.contacts.models import Contact, Organisation
from outreach.db import Store
from outreach.dispatch import pacing
from outreach.dispatch.models import Batch, Delivery
from outreach.dispatch.pace import runs, slots
from outreach.dispatch.pace.models import Schedule
from outreach.dispatch.pacing import Cause, Rules, Wait
from outreach.dispatch.states import BatchState, DeliveryState

D = DeliveryState
PIECE = 1.0
"""Seconds between two looks at the batch while it waits: a pause is noticed within them."""
ASK_AGAIN = timedelta(seconds=2)
"""When what is awaited depends on another run."""
GATHER = timedelta(seconds=1)
"""At the least so long a wait for a limit is."""
PACED = "pace"
"""Why a letter went back to the queue: its domain takes no more for now."""
RENEWAL = timedelta(minutes=1)


def _nothing(_wait: Wait) -> None:
    """Nobody looks on."""


def _never() -> bool:
    return False


def _no_sleep(_seconds: float) -> None:
    """No patience, no sleep."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How a run waits: for how long at most, by what, and who is told."""

    most: timedelta = timedelta()
    """A longer wait ends the run; another one goes on later."""
    sleep: Callable[[float], None] = _no_sleep
    shown: Callable[[Wait], None] = _nothing
    """Told about once a second while it waits."""
    enough: Callable[[], bool] = _never
    """Asked between letters and while it waits: true ends the run, and its rest stays queued."""


NO_PATIENCE = Patience()
"""A run that leaves what waits to a later one."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What may leave at a moment."""

    most: int | None = None
    """How many letters; None: any number."""
    where: tuple[ColumnElement[bool], ...] = ()
    """Which deliveries."""
    wait: Wait | None = None
    """Nothing may leave until then."""
    alarm: "Alarm | None" = None
    """So many bounced that the batch must pause."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """How many letters left and how many of them bounced."""

    left: int
    bounced: int


@dataclass(slots=True)
class Pacer:
    """The pace of one run over one batch."""

    batch_id: int
    rules: Rules
    clock: Clock
    owner: str
    actor: str
    patience: Patience = NO_PATIENCE
    alone: bool = False
    """Whether no other run may go on over the batch when this one begins."""
    connections: int = 1
    """How many it opens to the mail server."""
    waiting: Wait | None = None
    """What this run had no patience for."""
    _places: set[str] = field(default_factory=set)
    _behind: Counter[str] = field(default_factory=Counter)
    _first_left: bool = False

    def join(self, store: Store) -> bool:
        """Enter the run; False where no connection was free for it within its patience.

        Raises AlreadySendingError.
        """
        return self._connect(store, alone=self.alone)

    def _connect(self, store: Store, *, alone: bool = False) -> bool:
        ends = self.clock() + self.patience.most
        while True:
            with store.transaction() as session:
                now = self.clock()
                run = runs.of(self.owner, self.batch_id, self.actor, now, self.connections)
                if runs.join(session, run, self.rules.connections, alone=alone):
                    if self.rules.counts:
                        slots.forget(session, now)
                    return True
                going = _may_send(session, self.batch_id)
            wait = Wait(now + ASK_AGAIN, Cause.CONNECTIONS)
            if not going or wait.until > ends or not self._sleep(store, wait):
                self.waiting = wait
                return False

    def leave(self, session: Session) -> None:
        """End the run."""
        runs.leave(session, self.owner)

    def renew(self, session: Session) -> None:
        """Say that the run lives and that its batch goes on."""
        now = self.clock()
        runs.renew(session, self.owner, now)
        self._due(session, now)

    def opening(self, session: Session) -> Opening:
        """Return what may leave now. In a transaction, workers ask one after the other."""
        now = self.clock()
        schedule = session.get(Schedule, self.batch_id, populate_existing=True)
        if schedule is not None and schedule.leaves_at > now:
            return Opening(wait=Wait(schedule.leaves_at, Cause.GRACE))
        most: int | None = None
        if self.rules.bounce_rate or not self._first_left:
            first = self._first(session, schedule, now)
            if isinstance(first, Opening):
                return first
            most = first
        open_places: tuple[ColumnElement[bool], ...] = ()
        if self.rules.hours and not (schedule and schedule.any_hour):
            if not self._places:
                self._places = _places(session, Delivery.batch_id == self.batch_id)
            closed = self._closed(self._places, now)
            if closed and len(closed) == len(self._places):
                return Opening(wait=Wait(min(closed.values()), Cause.HOURS))
            if closed:
                open_places = (_at(self._places - closed.keys()),)
        if self.rules.limits:
            free, until = slots.free(session, self.rules, now)
            if until is not None:  # slots that free one after the other are taken together
                return Opening(wait=Wait(max(until, now + GATHER), Cause.LIMIT))
            most = free if most is None or free is None else min(most, free)
        return Opening(most=most, where=open_places)

    def _first(
        self, session: Session, schedule: Schedule | None, now: datetime
    ) -> Opening | int | None:
        """Look at what left: an alarm, a wait for the first letters, or how many of them may leave.

        None: any number.
        """
        if self.rules.first and not self._first_left:
            session.execute(select(Batch.id).where(Batch.id == self.batch_id).with_for_update())
        counts = _counts(session, self.batch_id)
        left, bounced = counts[D.SENT.value] + counts[D.BOUNCED.value], counts[D.BOUNCED.value]
        gone = left + counts[D.UNCERTAIN.value]
        going = counts[D.CLAIMED.value] + counts[D.ARMED.value]
        first = 0 if self._first_left else self.rules.first
        if pacing.bounced_too_often(
            left - (schedule.judged_left if schedule else 0),
            bounced - (schedule.judged_bounced if schedule else 0),
            self.rules,
            first_only=gone == first,
        ):
            return Opening(alarm=Alarm(left, bounced))
        if gone + going < first:
            return first - gone - going
        if gone < first:  # the last of them is on its way
            return Opening(wait=Wait(now + ASK_AGAIN, Cause.FIRST))
        if first and gone == first:
            last = session.scalar(
                select(func.max(Delivery.sent_at)).where(Delivery.batch_id == self.batch_id)
            )
            if last is not None and last + self.rules.first_wait > now:
                return Opening(wait=Wait(last + self.rules.first_wait, Cause.FIRST))
        self._first_left = True
        return None

    def judged(self, session: Session, alarm: "Alarm") -> None:
        """Note the bounces that a person is told of: only later ones count from here on."""
        session.execute(
            update(Schedule)
            .where(Schedule.batch_id == self.batch_id)
            .values(judged_left=alarm.left, judged_bounced=alarm.bounced)
        )

    def admit(self, session: Session, addresses: Sequence[str]) -> list[datetime | None]:
        """Take slots for letters in the transaction that arms them; see ``slots.take``."""
        if not self.rules.counts:
            return [None] * len(addresses)
        domains = [pacing.domain(one) for one in addresses]
        return slots.take(session, domains, self.rules, self.clock(), self._behind)

    def rest(self, store: Store, let_go: Callable[[], None]) -> bool:
        """Wait until letters may leave again; say whether they may.

        Before a wait that is worth it, ``let_go`` is called: the connection is for others then.

        False: nothing more comes by waiting, or it would take longer than patience lasts; then
        :attr:`waiting` says until when.
        """
        with store.reading() as session:
            wait = self.next_wait(session)
        if wait is None:
            return False
        now = self.clock()
        if wait.until - now <= RENEWAL <= self.patience.most:
            return self._sleep(store, wait)
        if wait.until - now <= self.patience.most:
            let_go()
            with store.transaction() as session:
                runs.rest(session, self.owner)
            return self._sleep(store, wait) and self._connect(store)
        self.waiting = wait
        with store.transaction() as session:
            self._due(session, wait.until)
        return False

    def next_wait(self, session: Session) -> Wait | None:
        """Return what the queued letters wait for; None where they wait for nothing."""
        if not _may_send(session, self.batch_id):
            return None
        now = self.clock()
        tried_later = Delivery.next_attempt_at > now
        queued = (
            Delivery.batch_id == self.batch_id,
            Delivery.channel == "email",
            Delivery.state == D.QUEUED.value,
            or_(Delivery.next_attempt_at.is_(None), ~tried_later, Delivery.reason == PACED),
        )
        if not session.scalar(select(func.count()).where(*queued)):
            return None
        opening = self.opening(session)
        if opening.wait is not None or opening.alarm is not None:
            return opening.wait
        waits = []
        paced = session.scalar(
            select(func.min(Delivery.next_attempt_at)).where(*queued, *opening.where, tried_later)
        )
        if paced is not None:
            waits.append(Wait(paced, Cause.LIMIT))
        if opening.where:
            closed = self._closed(_places(session, *queued), now)
            waits += [Wait(until, Cause.HOURS) for until in closed.values()]
        return min(waits, key=lambda one: one.until, default=None)

    def _closed(self, places: Iterable[str], now: datetime) -> dict[str, datetime]:
        """Return when the places open where nobody is at work."""
        hours = self.rules.hours
        if hours is None:
            return {}
        found = {one: hours.next(now, one) for one in places}
        return {one: until for one, until in found.items() if until > now}

    def _sleep(self, store: Store, wait: Wait) -> bool:
        """Sleep in short pieces; False once the batch may send no more."""
        now = renewed = self.clock()
        while now < wait.until:
            if self.patience.enough():
                return False
            self.patience.shown(wait)
            self.patience.sleep(min(PIECE, (wait.until - now).total_seconds()))
            before, now = now, self.clock()
            if now - before > self.rules.stale:  # the machine slept: a person is to look first
                return False
            with store.reading() as session:
                if not _may_send(session, self.batch_id):
                    return False
            if now - renewed > RENEWAL:
                renewed = now
                with store.transaction() as session:
                    self.renew(session)
        return True

    def _due(self, session: Session, moment: datetime) -> None:
        session.execute(
            update(Schedule).where(Schedule.batch_id == self.batch_id).values(due_at=moment)
        )


def _may_send(session: Session, batch: int) -> bool:
    state = session.scalar(select(Batch.state).where(Batch.id == batch))
    return bool(state == BatchState.SENDING.value)


def _counts(session: Session, batch: int) -> Counter[str]:
    """Return how many e-mails of a batch stand in each state."""
    query = (
        select(Delivery.state, func.count())
        .where(Delivery.batch_id == batch, Delivery.channel == "email")
        .group_by(Delivery.state)
    )
    return Counter(dict(session.execute(query).all()))


def _places(session: Session, *where: ColumnElement[bool]) -> set[str]:
    """Return the places that letters go to."""
    query = (
        select(Organisation.country, Organisation.departement)
        .join(Contact)
        .join(Delivery, Delivery.contact_id == Contact.id)
        .where(Delivery.channel == "email", *where)
        .distinct()
    )
    return {calendar.place(row.country, row.departement) for row in session.execute(query)}


def _at(places: Iterable[str]) -> ColumnElement[bool]:
    """Return the condition that a delivery goes to one of ``places``."""
    conditions = []
    for one in sorted(places):
        country, _, departement = one.partition("-")
        own = Organisation.departement.in_(calendar.SUBDIVISIONS)
        conditions.append(
            and_(
                Organisation.country == country,
                Organisation.departement == departement
                if departement
                else or_(Organisation.departement.is_(None), ~own),
            )
        )
    found = select(Contact.id).join(Organisation).where(or_(*conditions))
    return Delivery.contact_id.in_(found)
