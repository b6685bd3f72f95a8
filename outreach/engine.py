"""The rounds as Procrastinate's jobs, where the office uses PostgreSQL and has it installed.

A round defers slices of the batches that are leaving; whichever worker is free takes the next one.
The engine may run a job twice, or lose one with its worker: what leaves is said by the delivery
rows alone, and the next round defers slices anew. Jobs are never single letters.
"""

import asyncio
import math
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import procrastinate
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.schema import SchemaManager
from procrastinate.types import JSONValue
from sqlalchemy import Connection, inspect, text

from outreach import rounds
from outreach.campaigns import definition as definitions
from outreach.db import Store
from outreach.dispatch import batches, outbox, pacing
from outreach.dispatch.pace import schedules
from outreach.dispatch.pace.pacer import Patience
from outreach.dispatch.shifts import RoundGoingError
from outreach.dispatch.states import BatchState
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.jobs import WAITS, Worker
from outreach.rounds import Round

LETTERS = outbox.SLICE
"""How many letters one slice takes at most, and for how long: then others have their turn."""
LONGEST = 30.0
ABREAST = 8
"""Slices of one batch that may be under way at once where the mail server says no less."""
SOON, SEND = 10, 0
"""Priorities: a round goes before the slices that wait."""
TABLE = "procrastinate_jobs"
LOCK = 7_162_534
"""Any number, the same in all workers: two that start together set the engine up once."""
POLL = 1.0
STALLED = 60.0
"""Seconds without a sign of life, after which a worker's jobs are taken from it."""


class RhythmError(WrongUseError):
    """Several workers can keep a common rhythm only where it divides the clock."""

    message = N_(
        "On PostgreSQL, workers look together at the full minutes, so --every takes a number that "
        "divides a minute, an hour or a day: 30s, 5m, 2h. {seconds} seconds do not."
    )


def rhythm(every: timedelta) -> str:
    """Return ``every`` as a cron line, seconds last. Raises RhythmError."""
    seconds = int(every.total_seconds())
    for unit, whole, line in (
        (1, 60, "* * * * * */{n}"),
        (60, 60, "*/{n} * * * *"),
        (3600, 24, "0 */{n} * * *"),
    ):
        count, rest = divmod(seconds, unit)
        if not rest and 0 < count < whole and whole % count == 0:
            return line.format(n=count)
    if seconds == 24 * 3600:
        return "0 0 * * *"
    raise RhythmError(seconds=seconds)


def set_up(store: Store) -> None:
    """Make the engine's own tables, once."""
    with store.engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        if not inspect(connection).has_table(TABLE):
            _run_script(connection, SchemaManager.get_schema())


def _run_script(connection: Connection, script: str) -> None:
    """Run many statements in the caller's transaction, as the driver takes them: unprepared."""
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor:
        cursor.execute(script)


def open_engine(store: Store) -> procrastinate.App:
    """Return the engine over the office's database; its caller opens it."""
    url = store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url))


@dataclass(slots=True)
class Crew:
    """One of several workers that share the jobs."""

    worker: Worker
    every: timedelta
    _engine: procrastinate.App = field(init=False)
    _loop: asyncio.AbstractEventLoop = field(init=False)

    def run(self) -> None:
        """Do jobs until ``worker.stop`` is set. Raises RhythmError."""
        cron = rhythm(self.every)
        set_up(self.worker.app.store)
        self._engine = open_engine(self.worker.app.store)
        task = self._engine.task(name="round")(self._round)
        self._engine.periodic(cron=cron, queueing_lock="round", priority=SOON)(task)
        self._engine.task(name="slice")(self._slice)
        with self.worker.on_duty():
            asyncio.run(self._work())

    async def _work(self) -> None:
        self._loop = asyncio.get_running_loop()
        async with self._engine.open_async():
            await self._defer("round", "round", SOON, {"timestamp": 0})
            work = asyncio.create_task(
                self._engine.run_worker_async(
                    install_signal_handlers=False,
                    delete_jobs="always",
                    fetch_job_polling_interval=POLL,
                    stalled_worker_timeout=STALLED,
                )
            )
            looked = 0.0
            while not self.worker.stop.is_set() and not work.done():
                if time.monotonic() - looked > STALLED:
                    looked = time.monotonic()
                    await self._free_stalled()
                await asyncio.sleep(0.2)
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work

    async def _free_stalled(self) -> None:
        """Give the jobs of dead workers to the living."""
        manager = self._engine.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
            with suppress(AlreadyEnqueued):
                await manager.retry_job(job)

    async def _defer(
        self, task: str, lock: str, priority: int, arguments: dict[str, JSONValue]
    ) -> None:
        """Leave a job to whoever is free, unless the same waits already."""
        with suppress(AlreadyEnqueued):
            await self._engine.configure_task(
                task, queueing_lock=lock, priority=priority
            ).defer_async(**arguments)

    def _round(self, timestamp: int) -> None:  # noqa: ARG002  # the engine says when it was due
        with suppress(RoundGoingError):  # another worker of the crew makes it
            self.worker.once(send=self._share)

    def _share(self, batch: int) -> None:
        """Defer slices of a batch, as many as have work."""
        app = self.worker.app
        most = pacing.rules(app.settings).connections or ABREAST
        with app.store.reading() as session:
            queued = outbox.queued(session, batch, app.clock())
        # One even where nothing is queued: it settles what a dead worker left and ends the batch.
        for number in range(max(1, min(most, math.ceil(queued / LETTERS)))):
            self._defer_slice(batch, number)

    def _defer_slice(self, batch: int, number: int) -> None:
        arguments: dict[str, JSONValue] = {"batch": batch, "number": number}
        deferred = self._defer("slice", f"slice-{batch}-{number}", SEND, arguments)
        asyncio.run_coroutine_threadsafe(deferred, self._loop).result()

    def _slice(self, batch: int, number: int) -> None:
        """Send some hundred letters; where there are more, leave them to the next slice."""
        slices = Slice(self.worker.stop)
        done = Round()
        try:
            self._send(batch, slices, done)
        except OutreachError as error:
            done.troubles.append(error)
        self.worker.told(done)
        if done.sent and slices.is_full and not self.worker.stop.is_set():
            self._defer_slice(batch, number)

    def _send(self, batch: int, part: "Slice", done: Round) -> None:
        app = self.worker.app
        with app.store.reading() as session:
            found = batches.find(session, batch)
            if found.state != BatchState.SENDING.value:
                return
            # The job may have waited longer than the round that left it thought.
            schedules.require_fresh(session, batch, app.clock(), pacing.rules(app.settings).stale)
            campaign, _ = batches.campaign_of(session, found)
        rounds.send_batch(
            app,
            batch,
            definitions.load(app.folder, campaign),
            self.worker.actor,
            progress=part.progress,
            patience=part.patience(),
            done=done,
            connections=1,  # the others of the crew have theirs
        )


class Slice:
    """Some hundred letters of a batch, or half a minute: then it is full."""

    def __init__(self, stop: threading.Event) -> None:
        self.stop = stop
        self.letters = 0
        self.until = time.monotonic() + LONGEST

    @property
    def is_full(self) -> bool:
        """Whether others have their turn now."""
        return self.letters >= LETTERS or time.monotonic() >= self.until

    def progress(self, done: int, _total: int) -> None:
        """Count."""
        self.letters = done

    def patience(self) -> Patience:
        """Return how long this slice goes on."""

        def sleep(seconds: float) -> None:
            self.stop.wait(seconds)

        return Patience(WAITS, sleep, enough=lambda: self.stop.is_set() or self.is_full)
