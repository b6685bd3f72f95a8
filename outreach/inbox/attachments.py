"""Files that came with a message: listed with what they are, and laid down so that none can run.

Names come from strangers. A cleaned name has no path, no control or direction characters, and none
of the names that Windows keeps to itself; a program, a macro or an archive that hides one gets an
ending that no double click opens. Files are written without the right to run.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from outreach.errors import N_, OutreachError, WrongUseError
from outreach.inbox.decoding import header_text
from outreach.inbox.parsing import CONTAINER, MAX_CONTAINERS, MAX_PARTS

MAX_NAME = 100
HARMLESS = ".unsafe"
RISKY = frozenset(
    [
        "ade",
        "adp",
        "apk",
        "app",
        "appx",
        "bas",
        "bat",
        "chm",
        "cmd",
        "com",
        "cpl",
        "dll",
        "dmg",
        "docm",
        "dotm",
        "exe",
        "gadget",
        "hlp",
        "hta",
        "img",
        "inf",
        "ins",
        "iso",
        "isp",
        "jar",
        "jnlp",
        "js",
        "jse",
        "lnk",
        "mde",
        "msc",
        "msi",
        "msix",
        "msp",
        "mst",
        "one",
        "pif",
        "potm",
        "ppam",
        "pptm",
        "ps1",
        "psm1",
        "py",
        "pyw",
        "rb",
        "reg",
        "rgs",
        "scf",
        "scr",
        "sct",
        "settingcontent-ms",
        "sh",
        "shb",
        "sys",
        "url",
        "vb",
        "vbe",
        "vbs",
        "vhd",
        "vhdx",
        "vxd",
        "wsc",
        "wsf",
        "wsh",
        "xlam",
        "xll",
        "xlsb",
        "xlsm",
        "xltm",
        "html",
        "htm",
        "shtml",
        "svg",
        "xhtml",
        "mht",
        "mhtml",
    ]
)
"""Endings that a double click runs, or that open in a browser with the right to run scripts."""
RESERVED = re.compile(r"^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
BAD = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
PROGRAM = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
"""How programs begin, whatever their name says."""


class UnknownAttachmentError(WrongUseError):
    """The message has no such file."""

    message = N_("{number} has no attachment {attachment}. It has: {known}.")


class LargeAttachmentError(OutreachError):
    """The file is larger than the office takes."""

    message = N_(
        "“{name}” has {size} MB, above the office’s limit of {limit} MB (replies.attachment_mb)."
    )


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file of a message."""

    number: int
    """From 1, in the message's order."""
    name: str
    """Cleaned."""
    media: str
    size: int
    risky: bool
    """It could run: it is laid down under a name that opens nothing."""
    data: bytes


def of(raw: bytes) -> list[Attachment]:
    """Return the files of a message. Never raises; one taken apart too deeply has none."""
    if len(CONTAINER.findall(raw)) > MAX_CONTAINERS:
        return []
    try:
        return list(_found(message_from_bytes(raw)))
    except (RecursionError, Exception):  # noqa: BLE001  # any message whatever
        return []


def clean_name(name: str, number: int) -> str:
    """Return a file name that does no harm on any system."""
    base = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(
        " " if unicodedata.category(char)[0] == "Z" else char
        for char in unicodedata.normalize("NFC", base)
        if unicodedata.category(char)[0] != "C"
    )
    plain = BAD.sub("_", plain).strip(" .")
    if RESERVED.match(plain):
        plain = f"_{plain}"
    stem, dot, ending = plain.rpartition(".")
    if dot and len(ending) <= 10:  # noqa: PLR2004  # more is no ending
        plain = f"{stem[: MAX_NAME - len(ending) - 1].rstrip(' .')}.{ending}"
    return plain[:MAX_NAME] or f"attachment-{number}"


def is_risky(name: str, data: bytes) -> bool:
    """Say whether a file could run, by any of its endings or by how it begins."""
    endings = {part.strip().lower() for part in name.split(".")[1:]}
    return bool(endings & RISKY) or data.startswith(PROGRAM)


def lay(found: list[Attachment], number: int, wanted: int, folder: Path, *, limit_mb: int) -> Path:
    """Write one file into ``folder`` and return its path; a name that is taken gets a number.

    ``number`` is the message's. Raises UnknownAttachmentError, LargeAttachmentError.
    """
    chosen = next((one for one in found if one.number == wanted), None)
    if chosen is None:
        raise UnknownAttachmentError(
            number=number, attachment=wanted, known=[one.number for one in found]
        )
    if chosen.size > limit_mb * 1_000_000:
        raise LargeAttachmentError(name=chosen.name, size=chosen.size // 1_000_000, limit=limit_mb)
    folder.mkdir(parents=True, exist_ok=True)
    name = chosen.name + (HARMLESS if chosen.risky else "")
    path, again = folder / name, 1
    while path.exists() or path.is_symlink():
        again += 1
        path = folder / f"{again}-{name}"
    path.touch(mode=0o600)
    path.write_bytes(chosen.data)
    return path


def _found(tree: Message) -> Iterator[Attachment]:
    number = 0
    for count, node in enumerate(tree.walk()):
        if count > MAX_PARTS:
            return
        name = _name(node)
        attached = str(node.get("content-disposition", "")).strip().lower().startswith("attach")
        enclosed = node.get_content_type() == "message/rfc822"
        if node.is_multipart() and not enclosed:
            continue
        if not (name or attached or enclosed):
            continue
        data = _octets(node)
        number += 1
        cleaned = clean_name(name or ("message.eml" if enclosed else ""), number)
        yield Attachment(
            number=number,
            name=cleaned,
            media=node.get_content_type(),
            size=len(data),
            risky=is_risky(cleaned, data),
            data=data,
        )


def _octets(node: Message) -> bytes:
    payload = node.get_payload()
    if isinstance(payload, list):
        return b"\r\n".join(part.as_bytes() for part in payload[:1] if isinstance(part, Message))
    decoded = node.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else b""


def _name(node: Message) -> str:
    try:
        return header_text(node.get_filename() or "")
    except Exception:  # noqa: BLE001  # broken RFC 2231 parameters raise what they like
        return ""
