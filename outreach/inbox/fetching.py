"""Read the office's mailbox by IMAP: each message once, none lost, nothing marked, moved or deleted.

A folder has a cursor: its UIDVALIDITY and the last UID read (RFC 3501 section 2.3.1.1). It moves in
the transaction that keeps the message. Where the server numbers a folder anew, what lies there is
read again and recognised.
"""

import imaplib
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from imap_tools import BaseMailBox
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.clock import Clock
from outreach.db import Store
from outreach.dispatch.carriers.mailbox import Mailbox
from outreach.inbox import answers, arrivals, passing
from outreach.inbox.arrivals import Desk, Origin, Passing
from outreach.inbox.models import Arrival, MailboxCursor
from outreach.journal import Act

FIRST_DAYS = timedelta(days=90)
"""How far back a folder is read the first time."""
MAX_OCTETS = 50_000_000
"""Of a larger message the headers alone are read."""
TOGETHER = 50
"""Messages whose sizes are asked for at once."""
UID = re.compile(rb"UID (\d+)")
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")

Progress = Callable[[int, int], None]
Each = Callable[[Session, bytes, datetime], None]


@dataclass(slots=True)
class Fetched:
    """What a reading of the mailbox brought."""

    kinds: Counter[str] = field(default_factory=Counter)
    """Messages about our letters, by kind."""
    unsure: int = 0
    """Of these, the ones that a person must place."""
    passing: int = 0
    """About nothing of ours, not kept."""
    again: int = 0
    """Known already."""
    answered: int = 0
    """Replies that were answered from the mailbox."""


def fetch(
    store: Store,
    mailbox: Mailbox,
    folder: str,
    *,
    sent: str,
    desk: Callable[[Session], Desk],
    clock: Clock,
    progress: Progress,
) -> Fetched:
    """Read what is new in ``folder``, then our own answers in the Sent folder.

    ``sent`` names it where the server does not say which it is. Raises MailboxError; what was read
    until then stays.
    """
    told = Fetched()
    with store.transaction() as session:
        passing.forget(session, clock())
        at_desk = desk(session)
    act = Act(at_desk.actor, clock())

    def take(session: Session, raw: bytes, received: datetime) -> None:
        now = clock()
        origin = Origin("imap", folder, received)
        before = session.scalar(select(func.max(Arrival.id))) or 0
        taken = arrivals.take_in(session, raw, origin=origin, now=now, desk=at_desk)
        if isinstance(taken, Passing):
            passing.note(session, taken, folder, now)
            told.passing += 1
        elif taken.id <= before:
            told.again += 1
        else:
            told.kinds[taken.kind] += 1
            told.unsure += taken.state == "unsure"

    def clear(session: Session, raw: bytes, received: datetime) -> None:
        found = answers.note(session, raw, received=received, settings=at_desk.settings, act=act)
        told.answered += len(found)

    with mailbox.opened() as box:
        _read(store, box, folder, take, now=clock(), progress=progress)
        ours = _sent_folder(box) or sent
        if ours and ours != folder:
            _read(store, box, ours, clear, now=clock(), progress=progress)
    return told


def _read(
    store: Store, box: BaseMailBox, folder: str, each: Each, *, now: datetime, progress: Progress
) -> None:
    """Hand every new message of a folder to ``each``, with the cursor moved in its transaction."""
    box.folder.set(folder, readonly=True)
    validity = _number(box, "UIDVALIDITY")
    with store.reading() as session:
        cursor = session.get(MailboxCursor, folder)
        last = cursor.last if cursor is not None and cursor.validity == validity else None
    new = _search(box, last, now)
    done = 0
    for start in range(0, len(new), TOGETHER):
        some = new[start : start + TOGETHER]
        for uid, size, moment in _sizes(box, some):
            raw = _octets(box, uid, size)
            with store.transaction() as session:
                if raw is not None:
                    each(session, raw, moment or now)
                _move(session, folder, validity, uid)
            done += 1
            progress(done, len(new))
    if last is None and not new:
        with store.transaction() as session:
            _move(session, folder, validity, max(0, _number(box, "UIDNEXT") - 1))


def has_new(store: Store, box: BaseMailBox, folder: str) -> bool:
    """Say whether ``folder`` holds what was not read yet, or was never read."""
    box.folder.set(folder, readonly=True)
    with store.reading() as session:
        cursor = session.get(MailboxCursor, folder)
        if cursor is None or cursor.validity != _number(box, "UIDVALIDITY"):
            return True
        return bool(_after(box, cursor.last))


def _search(box: BaseMailBox, last: int | None, now: datetime) -> list[int]:
    if last is not None:
        return _after(box, last)
    since = imaplib.Time2Internaldate((now - FIRST_DAYS).timestamp()).strip('"')[:11]
    return _found(box, f"SINCE {since.strip()}")


def _after(box: BaseMailBox, last: int) -> list[int]:
    # "n:*" names the last message even where its number is smaller (RFC 3501 section 6.4.8).
    return [uid for uid in _found(box, f"UID {last + 1}:*") if uid > last]


def _found(box: BaseMailBox, criterion: str) -> list[int]:
    _, (found,) = box.client.uid("SEARCH", criterion)
    return sorted(map(int, (found or b"").split()))


def _sizes(box: BaseMailBox, uids: Sequence[int]) -> Iterator[tuple[int, int, datetime | None]]:
    """Yield number, size and arrival of those that are still there, in order."""
    _, parts = box.client.uid("FETCH", ",".join(map(str, uids)), "(UID RFC822.SIZE INTERNALDATE)")
    found = {}
    for part in parts:
        line = part if isinstance(part, bytes) else b""
        uid, size = UID.search(line), SIZE.search(line)
        if uid and size:
            found[int(uid[1])] = (int(size[1]), _moment(line))
    for number in uids:
        if number in found:
            yield (number, *found[number])


def _octets(box: BaseMailBox, uid: int, size: int) -> bytes | None:
    """Return a message, or its headers where it is too large; None where it has gone since."""
    what = "BODY.PEEK[]" if size <= MAX_OCTETS else "BODY.PEEK[HEADER]"
    _, parts = box.client.uid("FETCH", str(uid), f"({what})")
    raw = next((part[1] for part in parts if isinstance(part, tuple)), None)
    if raw is None or size <= MAX_OCTETS:
        return raw
    return bytes(raw) + b"\r\n[%d MB, not read]\r\n" % (size // 1_000_000)


def _moment(line: bytes) -> datetime | None:
    local = imaplib.Internaldate2tuple(line)
    return datetime.fromtimestamp(time.mktime(local), UTC) if local else None


def _number(box: BaseMailBox, name: str) -> int:
    """Return what the server said of the folder when it was opened."""
    _, (value,) = box.client.response(name)
    return int(value or 0)


def _move(session: Session, folder: str, validity: int, uid: int) -> None:
    cursor = session.get(MailboxCursor, folder)
    if cursor is None:
        session.add(MailboxCursor(folder=folder, validity=validity, last=uid))
    else:
        cursor.validity, cursor.last = validity, uid
    session.flush()


def _sent_folder(box: BaseMailBox) -> str:
    """Return the folder that the server marks as Sent (RFC 6154), or an empty string."""
    return next((one.name for one in box.folder.list() if "\\Sent" in one.flags), "")
