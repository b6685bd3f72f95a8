"""Messages in files: ``.eml``, mbox, Outlook's ``.msg``, and folders of them (a Maildir too)."""

import mailbox
from collections.abc import Iterator
from pathlib import Path

from outreach.errors import N_, OutreachError
from outreach.inbox import outlook

MAX_FILE = 2_000_000_000
MAX_MESSAGE = 60_000_000
"""Octets of one message: mail servers stop at less."""
SKIPPED = frozenset(
    {"dovecot.index", "dovecot-uidlist", "dovecot.index.log", "dovecot.index.cache"}
)


class OutlookFileError(OutreachError):
    """A file in Outlook's own format that cannot be read, or that holds no message."""

    message = N_(
        "{path} is in Outlook’s own format (.msg), but no message can be read from it. In Outlook, "
        "save the message as .eml, or forward it as an attachment to the mailbox that the program "
        "reads."
    )


class LargeMessageError(OutreachError):
    """No message is that big."""

    message = N_("{path} is too large to be a message ({size} MB).")


def below(paths: list[Path]) -> list[Path]:
    """Return the files named, and those in the folders named, in order; hidden ones left out."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(
                one
                for one in path.rglob("*")
                if one.is_file()
                and not one.is_symlink()
                and one.name not in SKIPPED
                and not any(part.startswith(".") for part in one.relative_to(path).parts)
            )
        else:
            found.append(path)
    return found


def messages(path: Path) -> Iterator[bytes]:
    """Yield the messages of one file: one, or those of an mbox.

    Raises OutlookFileError, LargeMessageError, and OSError where it cannot be read.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        begins = file.read(len(outlook.SIGNATURE))
    is_mbox = begins.startswith(b"From ")
    if size > (MAX_FILE if is_mbox else MAX_MESSAGE):
        raise LargeMessageError(path=path, size=size // 1_000_000)
    if begins == outlook.SIGNATURE:
        yield _of_outlook(path)
        return
    if not is_mbox:
        yield path.read_bytes()
        return
    yield from _of_mbox(path)


def _of_mbox(path: Path) -> Iterator[bytes]:
    box = mailbox.mbox(path, create=False)  # it is locked for writing only
    try:
        for key in box.keys():  # noqa: SIM118  # iterating would parse each message
            with box.get_file(key) as message:
                raw: bytes = message.read(MAX_MESSAGE)
            yield raw.replace(b"\n>From ", b"\nFrom ")
    finally:
        box.close()


def _of_outlook(path: Path) -> bytes:
    raw = path.read_bytes()
    try:
        return outlook.message(raw)
    except Exception as error:  # a hostile file may break the reader anywhere
        raise OutlookFileError(path=path) from error
