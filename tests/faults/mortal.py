"""Workers over SMTP that die (SIGKILL) at a named point, one for each line of the input.

What takes long, reading the program in, is done once: each worker is a fork of this process, which
is alone in its thread. A line is POINT COUNT; the answer is the worker's exit code, negative where
a signal ended it. ``AT_RANDOM`` takes milliseconds for COUNT.

Usage: mortal.py DATABASE-URL OFFICE PORT CONNECTIONS
"""

import os
import signal
import smtplib
import sys
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from outreach.campaigns import definition as definitions
from outreach.db import Store
from outreach.dispatch import ledger, outbox, sending
from outreach.dispatch.carriers.base import Addressed, Receipt
from outreach.dispatch.carriers.connection import Server
from outreach.dispatch.carriers.several import Several
from outreach.dispatch.carriers.smtp import Smtp
from outreach.settings import load
from tests.faults.child_points import AT_RANDOM

CAMPAIGN = "asointermedias-2025"


class Fate:
    """When this worker dies: at the ``count``-th time that it passes ``point``."""

    def __init__(self, point: str, count: int) -> None:
        self.point, self.count = point, count
        self.one_at_a_time = threading.Lock()

    def passes(self, point: str) -> None:
        if point != self.point:
            return
        with self.one_at_a_time:
            self.count -= 1
            if self.count == 0:
                os.kill(os.getpid(), signal.SIGKILL)


class Mortal(Smtp):
    """A carrier that dies around the handing over of a letter."""

    def __init__(self, server: Server, fate: Fate) -> None:
        super().__init__(server)
        self.fate = fate

    def send(self, letters: Sequence[Addressed]) -> list[Receipt]:
        self.fate.passes("after-intent")
        return super().send(letters)

    def _offer(self, smtp: smtplib.SMTP, letter: Addressed) -> None:
        super()._offer(smtp, letter)
        self.fate.passes("after-data")

    def _conclude(self, smtp: smtplib.SMTP, letter: Addressed) -> Receipt:
        receipt = super()._conclude(smtp, letter)
        self.fate.passes("after-250")
        return receipt


def work(url: str, folder: Path, port: int, connections: int, fate: Fate) -> None:
    """Send the batch, or die on the way."""
    arm, record = outbox.Outbox._arm, ledger.Ledger.record

    def deadly_arm(
        self: outbox.Outbox, session: Session, window: Sequence[outbox.Made]
    ) -> list[Addressed]:
        fate.passes("before-intent")
        armed = arm(self, session, window)
        fate.passes("intent-not-committed")
        return armed

    def deadly_record(self: ledger.Ledger, session: Session, receipts: Sequence[Receipt]) -> None:
        record(self, session, receipts)
        if receipts:
            fate.passes("result-not-committed")

    outbox.Outbox._arm = deadly_arm  # type: ignore[method-assign]
    ledger.Ledger.record = deadly_record  # type: ignore[method-assign]
    store = Store(url)
    sending.send(
        store,
        1,
        definitions.load(folder, CAMPAIGN),
        Several([Mortal(Server("127.0.0.1", port, "none"), fate) for _ in range(connections)]),
        settings=load(folder),
        key=bytes(32),
        clock=lambda: datetime.now(UTC),
        actor="Maria",
        progress=lambda _done, _total: None,
    )
    store.close()


def main() -> None:
    url, office, port, connections = sys.argv[1:]
    for line in sys.stdin:
        point, count = line.split()
        worker = os.fork()
        if not worker:
            try:
                fate = Fate(point, int(count))
                work(url, Path(office), int(port), int(connections), fate)
            except BaseException:  # noqa: BLE001  # a fork must not go on with the loop
                sys.excepthook(*sys.exc_info())
                os._exit(1)
            os._exit(0)
        if point == AT_RANDOM:
            time.sleep(int(count) / 1000)
            os.kill(worker, signal.SIGKILL)
        _, status = os.waitpid(worker, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


main()
