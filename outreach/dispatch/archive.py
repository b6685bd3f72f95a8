"""What left is kept: exact bytes under their SHA-256, compressed, shared enclosures once."""

import binascii
import hashlib
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Insert, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from outreach.dispatch.models import ArchivedObject, Delivery
from outreach.errors import N_, OutreachError

WINDOW = 32_768
"""Octets that a compressor looks back (RFC 1951 section 2)."""
MAX_MEDIA = 60
"""Characters of the column; Word's and Excel's types are longer, and nothing asks for them."""
LINE = 57  # octets that make a base64 line of 76 characters, RFC 2045 section 6.8


class NotArchivedError(OutreachError):
    """Nothing is kept under that hash."""

    message = N_("Nothing is kept under {sha256}.")


class ArchiveDamagedError(OutreachError):
    """The bytes no longer give their hash."""

    message = N_(
        "The archived letter {sha256} is damaged: its bytes changed since it was kept. "
        "Restore the database from a backup."
    )


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A place in a message where the base64 lines of an archived object stand."""

    offset: int
    """Octets of the message before it, other enclosures left out."""
    sha256: str


def digest(data: bytes) -> str:
    """Return the SHA-256 of ``data`` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def base64_lines(data: bytes) -> bytes:
    """Return ``data`` in base64, lines of 76 characters and CRLF (RFC 2045)."""
    encoded = binascii.b2a_base64(data, newline=False)
    width = LINE * 4 // 3
    return b"\r\n".join(encoded[i : i + width] for i in range(0, len(encoded), width)) + b"\r\n"


def row(data: bytes, media: str) -> dict[str, Any]:
    """Return the archive row of plain bytes."""
    return {
        "sha256": digest(data),
        "media": media if len(media) <= MAX_MEDIA else "application/octet-stream",
        "size": len(data),
        "body": zlib.compress(data, 6),
        "shared": None,
        "dictionary": None,
    }


class Shared:
    """What many messages share, kept once; each is compressed against it to a tenth."""

    def __init__(self, words: bytes) -> None:
        self.row = row(words, "application/octet-stream")
        self._ready = zlib.compressobj(level=1, memLevel=6, zdict=words[-WINDOW:])

    def compress(self, data: bytes) -> bytes:
        """Return ``data`` without what it shares."""
        # The copy has read the words already, which takes longer than the rest.
        writer = self._ready.copy()
        return writer.compress(data) + writer.flush()


def message_row(
    message: bytes, bare: bytes, enclosed: Sequence[Enclosed], shared: Shared
) -> dict[str, Any]:
    """Return the archive row of a message; ``bare`` is it without its enclosures.

    The row of ``shared`` must be kept as well.
    """
    return {
        "sha256": digest(message),
        "media": "message/rfc822",
        "size": len(message),
        "body": shared.compress(bare),
        "shared": [[part.offset, part.sha256] for part in enclosed] or None,
        "dictionary": shared.row["sha256"],
    }


def keep_all(session: Session, rows: Iterable[dict[str, Any]]) -> None:
    """Store rows; those whose bytes are kept already are left as they are."""
    unique = list({row["sha256"]: row for row in rows}.values())
    if unique:
        session.connection().execute(_insert_missing(session.get_bind().dialect.name), unique)


def keep(session: Session, data: bytes, media: str) -> str:
    """Store ``data`` and return its hash."""
    stored = row(data, media)
    keep_all(session, [stored])
    return str(stored["sha256"])


def read(session: Session, sha256: str) -> bytes:
    """Return the bytes kept under ``sha256``, verified.

    Raises NotArchivedError or ArchiveDamagedError.
    """
    found = session.execute(
        select(ArchivedObject.body, ArchivedObject.shared, ArchivedObject.dictionary).where(
            ArchivedObject.sha256 == sha256
        )
    ).one_or_none()
    if found is None:
        raise NotArchivedError(sha256=sha256)
    words = read(session, found.dictionary)[-WINDOW:] if found.dictionary else b""
    try:
        data = zlib.decompressobj(zdict=words).decompress(found.body)
    except zlib.error as error:
        raise ArchiveDamagedError(sha256=sha256) from error
    pieces: list[bytes] = []
    start = 0
    for offset, enclosure in found.shared or ():
        pieces += [data[start:offset], base64_lines(read(session, enclosure))]
        start = offset
    pieces.append(data[start:])
    whole = b"".join(pieces)
    if digest(whole) != sha256:
        raise ArchiveDamagedError(sha256=sha256)
    return whole


@dataclass(frozen=True, slots=True)
class Room:
    """How much room the letters of a batch take, in octets."""

    letters: int
    exact: int
    """As they left, one by one."""
    kept: int
    """In the archive: compressed, what they share once."""


def room(session: Session, batch_id: int) -> Room:
    """Return how much room the letters of a batch take."""
    own = (
        select(Delivery.archive_sha256)
        .where(Delivery.batch_id == batch_id, Delivery.archive_sha256.is_not(None))
        .distinct()
    )
    count, exact, kept = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(ArchivedObject.size), 0),
            func.coalesce(func.sum(func.length(ArchivedObject.body)), 0),
        ).where(ArchivedObject.sha256.in_(own))
    ).one()
    rows = session.execute(
        select(ArchivedObject.dictionary, ArchivedObject.shared).where(
            ArchivedObject.sha256.in_(own)
        )
    )
    others = {
        sha256
        for dictionary, shared in rows
        for sha256 in (dictionary, *(enclosed for _, enclosed in shared or ()))
        if sha256 is not None
    }
    for sha256 in others:
        kept += (
            session.scalar(
                select(func.length(ArchivedObject.body)).where(ArchivedObject.sha256 == sha256)
            )
            or 0
        )
    return Room(letters=int(count), exact=int(exact), kept=int(kept))


@lru_cache
def _insert_missing(dialect: str) -> Insert:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(ArchivedObject).on_conflict_do_nothing(index_elements=["sha256"])
