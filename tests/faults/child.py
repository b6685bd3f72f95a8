"""A worker that kills itself (SIGKILL) at a named point: run as a program by the tests.

Usage: child.py DATABASE-URL OFFICE POINT COUNT

POINT ``never`` sends to the end; a COUNT is then how many letters it writes at once.
"""

import os
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from outreach.campaigns import definition as definitions
from outreach.db import Store
from outreach.dispatch import ledger, outbox, sending
from outreach.dispatch.carriers.base import Addressed, Receipt
from outreach.dispatch.carriers.maildir import Maildir
from outreach.settings import load


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Deadly(Maildir):
    """A Maildir that kills its worker around the n-th window."""

    window = 50

    def __init__(self, folder: Path, point: str, count: int) -> None:
        super().__init__(folder)
        self.point, self.count = point, count
        if point == "never" and count:
            self.window = count  # so that whoever kills it from outside meets it at work

    def send(self, letters: Sequence[Addressed]) -> list[Receipt]:
        self.count -= 1
        if self.count == 0 and self.point == "after-arm":
            die()
        if self.count == 0 and self.point == "half-written":
            super().send(letters[: len(letters) // 2])
            die()
        receipts = super().send(letters)
        if self.count == 0 and self.point == "after-write":
            die()
        return receipts


def main() -> None:
    url, office, point, count = sys.argv[1:]
    folder = Path(office)
    left = [int(count)]

    def wrapped(owner: type, name: str, point_name: str) -> None:
        original = getattr(owner, name)

        def deadly(self: object, session: Session, rows: Sequence[object]) -> object:
            result = original(self, session, rows)
            left[0] -= 1
            if left[0] == 0 and point == point_name:
                die()  # written, not committed
            return result

        setattr(owner, name, deadly)

    if point == "before-arm":
        wrapped(outbox.Outbox, "_arm", point)
    if point == "before-record":
        wrapped(ledger.Ledger, "record", point)
    sending.send(
        Store(url),
        1,
        definitions.load(folder, "asointermedias-2025"),
        Deadly(folder / "var" / "outbox", point, int(count)),
        settings=load(folder),
        key=bytes(32),
        clock=lambda: datetime.now(UTC),
        actor="Maria",
        progress=lambda _done, _total: None,
    )


main()
