"""Wait for the mailbox: a server that offers IDLE (RFC 2177) tells at once what arrives."""

import threading
import time

from imap_tools import BaseMailBox

from outreach.db import Store
from outreach.dispatch.carriers.mailbox import Mailbox
from outreach.inbox import fetching

LOOK_EVERY = 60.0
"""Seconds between looks where the server does not tell by itself."""
RENEW_EVERY = 540.0
"""Seconds after which IDLE is asked for anew: routers forget silent connections after ten minutes."""
SLICE = 0.5
"""Seconds within which a waiting ends once it is told to."""


def watch(
    store: Store, mailbox: Mailbox, folder: str, *, seconds: float, stop: threading.Event
) -> bool:
    """Wait until ``folder`` holds something that was not read yet; say whether it does.

    After ``seconds``, or once ``stop`` is set, the answer is No. Raises MailboxError, also where
    the connection is lost meanwhile.
    """
    end = time.monotonic() + seconds
    with mailbox.opened() as box:
        while not fetching.has_new(store, box, folder):
            left = end - time.monotonic()
            if left <= 0 or stop.is_set():
                return False
            if offers_idle(box):
                _idle(box, min(left, RENEW_EVERY), stop)
            else:
                stop.wait(min(left, LOOK_EVERY))
        return True


def offers_idle(box: BaseMailBox) -> bool:
    """Say whether the server tells by itself what arrives."""
    return "IDLE" in box.client.capabilities


def _idle(box: BaseMailBox, seconds: float, stop: threading.Event) -> None:
    """Return once something arrived, the time is over or ``stop`` is set."""
    end = time.monotonic() + seconds
    with box.idle as idle:
        while (left := end - time.monotonic()) > 0 and not stop.is_set():
            patience = min(SLICE, left)
            began = time.monotonic()
            told = idle.poll(timeout=patience)
            if any(b"EXISTS" in line for line in told):
                return
            if not told and time.monotonic() - began < patience / 2:
                # Something is to be read, but nothing comes: the other side has hung up.
                raise ConnectionAbortedError("the server closed the connection")
