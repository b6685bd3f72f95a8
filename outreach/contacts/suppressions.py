"""Addresses that must not be written to, kept as keyed hashes: they survive an erasure."""

import contextlib
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable
from email.utils import parseaddr

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from outreach import journal
from outreach.contacts.models import Suppression
from outreach.journal import Act

CHUNK = 5_000
PLAIN = re.compile(
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{1,63}"
)
"""An address in which there is nothing to put right but capitals."""
ERASED = "erased"
"""The reason of an address whose owner was forgotten."""


def normalised(address: str) -> str:
    """Return an address as it is compared: bare, NFC, in lower case, its domain in ASCII.

    ``Élodie <MAIRE@X.FR>`` and ``maire@x.fr`` are one address.
    """
    if PLAIN.fullmatch(address):  # nearly all, and there are many
        return address.lower()
    bare = parseaddr(address)[1] or address
    local, _, domain = unicodedata.normalize("NFC", bare.strip()).rpartition("@")
    with contextlib.suppress(UnicodeError):  # what is no domain is compared as it is
        domain = domain.encode("idna").decode("ascii")
    return f"{local}@{domain}".lower()


def hashed(key: bytes, address: str) -> str:
    """Return the keyed hash (HMAC-SHA256) of a normalised address."""
    return hmac.new(key, normalised(address).encode(), hashlib.sha256).hexdigest()


def suppress(session: Session, key: bytes, address: str, reason: str, act: Act) -> None:
    """Put an address on the list; once is enough."""
    digest = hashed(key, address)
    if session.scalar(select(Suppression.id).where(Suppression.address_hash == digest)) is None:
        row = Suppression(address_hash=digest, reason=reason, created_at=act.at)
        session.add(row)
        session.flush()
        journal.record(session, act, "suppression", row.id, "created", reason=reason)


def suppressed(
    session: Session, key: bytes, addresses: Iterable[str], *, reason: str | None = None
) -> set[str]:
    """Return those of ``addresses`` that are on the list; for one ``reason`` only, where given."""
    which = true() if reason is None else Suppression.reason == reason
    if session.scalar(select(Suppression.id).where(which).limit(1)) is None:
        return set()
    hashes = {hashed(key, address): address for address in set(addresses)}
    digests = list(hashes)
    found: set[str] = set()
    for start in range(0, len(digests), CHUNK):
        found |= {
            hashes[digest]
            for digest in session.scalars(
                select(Suppression.address_hash).where(
                    Suppression.address_hash.in_(digests[start : start + CHUNK]), which
                )
            )
        }
    return found
