"""A local Maildir as outbox: each letter a file, its name derived from its Message-ID.

Because the name is known beforehand, a crash between writing and recording leaves no doubt: the
file is there or it is not.
"""

import hashlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from outreach.dispatch.carriers.base import Addressed, Outcome, Receipt

WINDOW = 500
FEW = 8


class Maildir:
    """Carrier that writes into ``folder/new``, complete files only (tmp, fsync, rename)."""

    name = "maildir"
    window = WINDOW

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for part in ("tmp", "new", "cur"):
            (folder / part).mkdir(parents=True, exist_ok=True)

    def send(self, letters: Sequence[Addressed]) -> list[Receipt]:
        """Write each letter; when this returns, all survive a power cut."""
        # Plain strings: joining path objects takes as long as writing a letter's headers.
        drafts, finals = f"{self.folder / 'tmp'}{os.sep}", f"{self.folder / 'new'}{os.sep}"
        names: list[str] = []
        handles: list[int] = []
        try:
            for letter in letters:
                name = file_name(letter.delivery_id, letter.message_id)
                handle = os.open(drafts + name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                handles.append(handle)
                # A short write happens on a full disk only; the next call then raises.
                view = memoryview(letter.message)
                while view:
                    view = view[os.write(handle, view) :]
                names.append(name)
            _sync(handles)
        finally:
            for handle in handles:
                os.close(handle)
        for name in names:
            os.replace(drafts + name, finals + name)  # noqa: PTH105  # see above
        _sync_folder(self.folder / "new")
        return [Receipt(letter.delivery_id, Outcome.ACCEPTED, "") for letter in letters]

    def find(self, delivery_id: int, message_id: str) -> Receipt | bool:
        """Tell whether the letter's file is there, read by a mail program or not."""
        name = file_name(delivery_id, message_id)
        if (self.folder / "new" / name).exists():
            return Receipt(delivery_id, Outcome.ACCEPTED, "")
        if next((self.folder / "cur").glob(f"{name}*"), None) is not None:
            return Receipt(delivery_id, Outcome.ACCEPTED, "")
        return False

    def close(self) -> None:
        """Nothing is kept open."""


def file_name(delivery_id: int, message_id: str) -> str:
    """Return the letter's file name; letters sort by delivery, and none can collide."""
    return f"{delivery_id:08d}.{hashlib.sha256(message_id.encode()).hexdigest()[:16]}.outreach"


def _sync(handles: Sequence[int]) -> None:
    """Make the written files durable.

    Many at once by one sync of the system, which on Linux returns when all is written (sync(2));
    elsewhere it may return earlier, so each file is synced by itself.
    """
    if sys.platform == "linux" and len(handles) > FEW:
        os.sync()
        return
    for handle in handles:
        os.fsync(handle)


def _sync_folder(folder: Path) -> None:
    """Make renames durable where the system can (Windows syncs no folders)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
