"""Who is let in: the browser that came by the secret link, and whoever signed in.

Whoever can read the window in which ``outreach serve`` runs may act there under any name; the link
in it signs one browser in as that person. It works once, so that a copy left in a history opens
nothing.
"""

import hmac
import secrets
from collections.abc import Callable
from datetime import timedelta

from outreach.accounts import passwords, sessions, users
from outreach.accounts.sessions import Ends, SignedIn
from outreach.clock import Clock
from outreach.db import Store
from outreach.journal import Act
from outreach.settings import Web

KEY_BYTES = 32


class Door:
    """The present link's key, and who is signed in."""

    def __init__(
        self,
        store: Store,
        settings: Web,
        clock: Clock,
        actor: str,
        on_used: Callable[[str], None] = lambda _key: None,
    ) -> None:
        self._store, self._clock, self._actor, self._on_used = store, clock, actor, on_used
        self._ends = Ends(
            timedelta(minutes=settings.idle_minutes), timedelta(hours=settings.most_hours)
        )
        self.key = secrets.token_urlsafe(KEY_BYTES)

    def enter(self, key: str) -> str | None:
        """Return a new session's secret and change the key; None where ``key`` is not the present one.

        ``on_used`` is told the next key: another browser may want to come in.
        """
        if not hmac.compare_digest(key.encode(), self.key.encode()):
            return None
        now = self._clock()
        with self._store.transaction() as session:
            sessions.forget(session, self._ends, now)
            user = users.present(session, self._actor)
            secret = sessions.open_(session, user, "link", Act(user.name, now))
        self.key = secrets.token_urlsafe(KEY_BYTES)
        self._on_used(self.key)
        return secret

    def knows(self, secret: str) -> SignedIn | None:
        """Return who signed in with this browser; None where nobody did, or it is over."""
        now = self._clock()
        with self._store.reading() as session:
            who = sessions.find(session, secret, self._ends, now)
            due = who is not None and sessions.needs_note(session, who.digest, now)
        if who is not None and due:
            with self._store.transaction() as session:
                sessions.note(session, who.digest, now)
        return who

    def has_passwords(self) -> bool:
        """Say whether anyone may sign in by name and password."""
        with self._store.reading() as session:
            return passwords.anyone_has_one(session)
