"""The log for machines: one JSON object a line, figures and names of things, nothing of anybody.

Only what stands in ``FIELDS`` is written. Errors are named and not quoted: their words may hold an
address. Off unless ``[watching] log`` names a file; it is turned over at ``MOST`` octets.
"""

import json
import logging
import os
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

MOST, KEPT = 10 * 1024 * 1024, 5
FIELDS = frozenset(
    [
        "at",
        "event",
        "process",
        "worker",
        "batch",
        "step",
        "campaign",
        "prepared",
        "sent",
        "failed",
        "waiting",
        "paused",
        "stale",
        "fetched",
        "trouble",
        "seconds",
        "version",
        "rows",
        "size",
        "unlocked",
    ]
)


class UnknownFieldError(ValueError):
    """A program tries to log what is not known to be free of personal data."""


class _Private(RotatingFileHandler):
    """A file that its owner alone reads."""

    def _open(self):  # type: ignore[no-untyped-def]  # noqa: ANN202  # the base class's own
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(descriptor, self.mode, encoding=self.encoding)


class Logbook:
    """Where events are written; nowhere without a file."""

    def __init__(self, path: Path | None) -> None:
        self._logger: logging.Logger | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._logger = logging.Logger("outreach", logging.INFO)  # noqa: LOG001  # one of its own: no other handler hears it
            handler = _Private(path, maxBytes=MOST, backupCount=KEPT, encoding="utf-8", delay=True)
            self._logger.addHandler(handler)

    def write(self, event: str, at: datetime, **values: str | float | None) -> None:
        """Write one event. Raises UnknownFieldError for a field that is not in ``FIELDS``."""
        strange = set(values) - FIELDS
        if strange:
            raise UnknownFieldError(", ".join(sorted(strange)))
        if self._logger is not None:
            line = {"at": at.isoformat(), "event": event, "process": os.getpid(), **values}
            self._logger.info("%s", json.dumps(line, ensure_ascii=False))

    def close(self) -> None:
        """Let go of the file."""
        for handler in self._logger.handlers if self._logger else ():
            handler.close()
