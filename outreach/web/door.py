"""Who may see the pages: the browser that came by the secret link.

There are no accounts on the web yet. Whoever can read the window in which ``outreach serve`` runs
may open the link; it works once, so that a copy left in a history opens nothing.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable

KEY_BYTES = 32


class Door:
    """The present link's key, and the sessions that earlier links opened. Lives as long as the server."""

    def __init__(self, on_used: Callable[[str], None] = lambda _key: None) -> None:
        self._on_used = on_used
        self._sessions: set[bytes] = set()
        self.key = secrets.token_urlsafe(KEY_BYTES)

    def enter(self, key: str) -> str | None:
        """Return a new session's secret and change the key; None where ``key`` is not the present one.

        ``on_used`` is told the next key: another browser may want to come in.
        """
        if not hmac.compare_digest(key.encode(), self.key.encode()):
            return None
        session = secrets.token_urlsafe(KEY_BYTES)
        self._sessions.add(_digest(session))
        self.key = secrets.token_urlsafe(KEY_BYTES)
        self._on_used(self.key)
        return session

    def knows(self, session: str) -> bool:
        """Say whether the browser came by a link."""
        return _digest(session) in self._sessions


def _digest(secret: str) -> bytes:
    # Looking up a hash tells a listener nothing by the time it takes.
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()
