"""Figures that hold until something happens: counted once, and again after the next change.

Every change of state is a row of the journal, so the newest row's number tells whether anything
happened since. Two changes committed out of their order could hide one another; nothing is therefore
remembered for longer than half a minute.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeVar, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.journal import Event

T = TypeVar("T")
SECONDS = 30.0
KEPT = 100


@dataclass(frozen=True, slots=True)
class _Remembered:
    stamp: int
    at: float
    value: object


class Memory:
    """What one server process remembers; values are not to be changed by whoever asks."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._held: OrderedDict[Hashable, _Remembered] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, session: Session, key: Hashable, make: Callable[[], T]) -> T:
        """Return what ``make`` returns, or returned since the newest row of the journal."""
        stamp = session.scalar(select(func.max(Event.id))) or 0
        now = time.monotonic()
        with self._lock:
            found = self._held.get(key)
        if found is not None and found.stamp == stamp and now - found.at < self._seconds:
            return cast("T", found.value)
        value = make()
        with self._lock:
            self._held[key] = _Remembered(stamp, now, value)
            self._held.move_to_end(key)
            while len(self._held) > KEPT:
                self._held.popitem(last=False)
        return value
