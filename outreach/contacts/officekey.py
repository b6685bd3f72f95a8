"""The office's secret key: made at first use, kept beside the database, in no backup by itself."""

import os
import secrets
from pathlib import Path

from outreach.errors import N_, OutreachError

KEY_FILE = "var/office.key"
KEY_BYTES = 32


class DamagedKeyError(OutreachError):
    """The key file holds no key."""

    message = N_(
        "{path} holds no key. Restore it from your backup: without it, nobody on the list of those "
        "who must not be written to is recognised."
    )


def read(folder: Path) -> bytes:
    """Return the key of the office ``folder``, made now if there is none. Raises DamagedKeyError."""
    path = folder / KEY_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # O_EXCL: of two processes that start together, one makes the key and both read it.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except ValueError as error:
        raise DamagedKeyError(path=KEY_FILE) from error
    if len(key) != KEY_BYTES:
        raise DamagedKeyError(path=KEY_FILE)
    return key
