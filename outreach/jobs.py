"""A worker: rounds on a timer, one worker at a time, until it is told to stop.

Everything here may be killed at any moment: what a round does is safe by itself (the delivery rows
say what is to leave), and a dead worker's turn comes back by its lease.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError

from outreach import rounds
from outreach.app import App
from outreach.db import UnusableDatabaseError
from outreach.dispatch import leases, shifts
from outreach.dispatch.outbox import Progress
from outreach.dispatch.pace.pacer import Patience
from outreach.dispatch.shifts import RoundGoingError
from outreach.errors import OutreachError
from outreach.rounds import Round, Send

BEAT = timedelta(seconds=20)
"""How often a worker says that it lives; well below ``shifts.LEASE``."""
SHORTEST = timedelta(seconds=1)
SETTLES = timedelta(seconds=5)
"""How long after something arrived the mailbox is read: what comes at once is read at once."""
WAITS = timedelta(minutes=2)
"""What a limit asks to wait for within a round; longer waits are for a later one."""

Told = Callable[[Round | OutreachError], None]
"""Hears what each round did, or why there was none."""


@dataclass(slots=True)
class Worker:
    """One process that makes rounds."""

    app: App
    actor: str
    progress: Progress
    told: Told
    stop: threading.Event = field(default_factory=threading.Event)
    """Set from a signal: the letter that is under way is finished, then the worker ends."""
    owner: str = field(default_factory=leases.owner)

    def run(self, every: timedelta) -> None:
        """Make rounds, ``every`` from begin to begin, until ``stop`` is set."""
        with self.on_duty():
            while not self.stop.is_set():
                began = self.app.clock()
                done = None
                try:
                    done = self.once()
                except RoundGoingError as error:
                    self.told(error)
                self._rest(self._pause(done, began + every), done)

    def once(self, send: Send | None = None) -> Round | None:
        """Make one round while on duty; None where there was none, and ``told`` heard why.

        ``send`` as in ``rounds.run``. Raises RoundGoingError.

        What goes wrong in a round, the next one may get right: a worker does not end of it.
        """
        try:
            with self.turn():
                done = rounds.run(self.app, self.actor, self.progress, self.patience(), send=send)
        except RoundGoingError:
            raise
        except OutreachError as error:
            self.told(error)
            return None
        except DBAPIError as error:
            store = self.app.store
            self.told(UnusableDatabaseError(database=store.shown, reason=str(error.orig)))
            return None
        self.told(done)
        return done

    def patience(self) -> Patience:
        """Return how this worker waits within a round: not once it is told to stop."""

        def sleep(seconds: float) -> None:
            self.stop.wait(seconds)

        return Patience(WAITS, sleep, enough=self.stop.is_set)

    @contextmanager
    def on_duty(self) -> Iterator[None]:
        """Put the worker on duty, and say that it lives for as long as the block goes on."""
        store = self.app.store
        with store.transaction() as session:
            shifts.begin(session, self.owner, self.actor, self.app.clock())
        ended = threading.Event()
        heart = threading.Thread(target=self._beat, args=(ended,), name="heart", daemon=True)
        heart.start()
        try:
            yield
        finally:
            ended.set()
            heart.join()
            with store.transaction() as session:
                shifts.end(session, self.owner)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Make the round alone. Raises RoundGoingError."""
        with self.app.store.transaction() as session:
            shifts.take_turn(session, self.owner, self.actor, self.app.clock())
        try:
            yield
        finally:
            with self.app.store.transaction() as session:
                shifts.give_turn_back(session, self.owner)

    def _beat(self, ended: threading.Event) -> None:
        while not ended.wait(BEAT.total_seconds()):
            # The database is away: the next beat may reach it, and until then the lease holds.
            with suppress(DBAPIError), self.app.store.transaction() as session:
                shifts.renew(session, self.owner, self.app.clock())

    def _rest(self, seconds: float, done: Round | None) -> None:
        """Wait for the next round; what arrives in a mailbox that can be read brings it forward."""
        if done is None or done.fetched is None:
            self.stop.wait(seconds)
            return
        until = self.app.clock() + timedelta(seconds=seconds)
        with suppress(OutreachError, DBAPIError):  # the next round tells of it
            if self.app.await_mail(seconds, self.stop):
                self.stop.wait(SETTLES.total_seconds())
                return
        self.stop.wait(max(until - self.app.clock(), timedelta()).total_seconds())

    def _pause(self, done: Round | None, due: datetime) -> float:
        """Return how many seconds to rest: until the next round, or until a batch may go on."""
        if done is not None and done.waiting:
            due = min(due, *(wait.until for _, wait in done.waiting))
        return max(due - self.app.clock(), SHORTEST).total_seconds()


def make_round(app: App, actor: str, progress: Progress) -> Round:
    """Make one round, alone. Raises RoundGoingError where a worker makes one already."""
    worker = Worker(app, actor, progress, told=lambda _: None)
    with worker.on_duty(), worker.turn():
        return rounds.run(app, actor, progress, worker.patience())
