"""Outlook's own files (``.msg``) as messages of the internet.

The format is documented: [MS-OXMSG] for the properties, [MS-CFB] for the compound file that holds
them, which olefile reads. A message that came over the internet carries the headers it came with;
one that never left Exchange gets them from its properties.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.utils import encode_rfc2231, format_datetime, formataddr
from io import BytesIO

import compressed_rtf
import olefile
from striprtf.striprtf import rtf_to_text

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How a compound file begins ([MS-CFB] section 2.2)."""
MAX_DEPTH = 4
"""Messages within messages that are opened."""
MAX_RTF = 4_000_000
"""Octets of RTF that are read; a written answer has a few thousand."""

# Property numbers: [MS-OXPROPS] section 2.
SUBJECT, HEADERS, BODY, RTF, HTML = 0x0037, 0x007D, 0x1000, 0x1009, 0x1013
SENDER_NAME, SENDER_ADDRESS, SENDER_SMTP = 0x0C1A, 0x0C1F, 0x5D01
MESSAGE_ID, REFERENCES, IN_REPLY_TO = 0x1035, 0x1039, 0x1042
SUBMITTED, DELIVERED = 0x0039, 0x0E06
NAME, ADDRESS, SMTP_ADDRESS = 0x3001, 0x3003, 0x39FE
FILE_DATA, FILE_NAME, SHORT_FILE_NAME, FILE_TYPE = 0x3701, 0x3707, 0x3704, 0x370E
CODE_PAGE, INTERNET_CODE_PAGE = 0x3FFD, 0x3FDE
# Property types: [MS-OXCDATA] section 2.11.1.
TEXT, OLD_TEXT, OCTETS, OBJECT = 0x001F, 0x001E, 0x0102, 0x000D

EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
PAGES = {65001: "utf-8", 0: "cp1252", 20127: "ascii"} | {
    28590 + number: f"iso8859-{number}" for number in range(1, 17)
}
"""What Windows calls them; any other page has its number as its name."""
ABOUT_BODY = ("content-", "mime-version:")
"""Headers that are written anew, as the body is."""
MEDIA = re.compile(r"[a-z0-9]+/[a-z0-9.+-]+")

Place = tuple[str, ...]


def message(raw: bytes) -> bytes:
    """Return a ``.msg`` file as a message (RFC 5322); the same file gives the same bytes.

    What a damaged file lacks is left out. Raises ValueError where it holds no message; of a file
    that is no sound compound file, whatever reading it raises.
    """
    with olefile.OleFileIO(BytesIO(raw)) as file:
        return _message(file, (), 0)


def _message(file: "olefile.OleFileIO", at: Place, depth: int) -> bytes:
    one = _Properties(file, at, header=24 if at else 32)
    headers = _kept(one.text(HEADERS)) or _written(one, _people(file, at))
    if not headers:
        raise ValueError("no message in it")
    html = one.html()
    plain = one.text(BODY) or ("" if html else _plain(one.octets(RTF)))
    texts = [_text(plain, "plain")]
    if html:
        texts.append(_text(html, "html"))
    parts = [_attached(file, place, depth) for place in _below(file, at, "__attach_version1.0_")]
    body = _multipart("alternative", texts) if len(texts) > 1 else texts[0]
    if any(parts):
        body = _multipart("mixed", [body, *filter(None, parts)])
    return "\r\n".join([*headers, "MIME-Version: 1.0", ""]).encode() + body


def _attached(file: "olefile.OleFileIO", at: Place, depth: int) -> bytes:
    """Return an attachment as a part; empty where it is nested too deep."""
    one = _Properties(file, at, header=8)
    inner = (*at, f"__substg1.0_{FILE_DATA:04X}{OBJECT:04X}")
    if file.exists("/".join(inner)):
        if depth >= MAX_DEPTH:
            return b""
        with suppress(ValueError):
            return b"Content-Type: message/rfc822\r\n\r\n" + _message(file, inner, depth + 1)
    media = one.text(FILE_TYPE).lower()
    if not MEDIA.fullmatch(media) or media.startswith(("multipart/", "message/")):
        media = "application/octet-stream"
    name = _line(one.text(FILE_NAME) or one.text(SHORT_FILE_NAME)) or "attachment"
    return _part(
        media,
        one.octets(FILE_DATA),
        f"Content-Disposition: attachment; filename*={encode_rfc2231(name, 'utf-8')}",
    )


def _plain(packed: bytes) -> str:
    """Return the text of a body that Outlook kept as packed RTF alone ([MS-OXRTFCP]).

    Empty where there is none or it cannot be read: neither library says what it may raise of a
    damaged one, and what else the message holds is worth more than this.
    """
    if not packed:
        return ""
    with suppress(Exception):
        rtf = compressed_rtf.decompress(packed)[:MAX_RTF].decode("latin-1")
        if rtf.startswith("{\\rtf"):
            text: str = rtf_to_text(rtf, errors="replace")  # type: ignore[no-untyped-call]
            return text.strip()
    return ""


def _text(text: str, kind: str) -> bytes:
    return _part(f"text/{kind}; charset=utf-8", text.encode("utf-8", "replace"))


def _part(media: str, data: bytes, *more: str) -> bytes:
    headers = [f"Content-Type: {media}", *more, "Content-Transfer-Encoding: base64", "", ""]
    coded = base64.encodebytes(data).replace(b"\n", b"\r\n")
    return "\r\n".join(headers).encode("utf-8", "replace") + coded


def _multipart(kind: str, parts: Sequence[bytes]) -> bytes:
    mark = b"=_" + hashlib.sha256(b"".join(parts)).hexdigest()[:32].encode()
    opened = b'Content-Type: multipart/%b; boundary="%b"\r\n' % (kind.encode(), mark)
    between = b"".join(b"\r\n--%b\r\n%b" % (mark, part) for part in parts)
    return opened + between + b"\r\n--%b--\r\n" % mark


def _kept(headers: str) -> list[str]:
    """Return the lines of the headers with which a message came, but for those on its body."""
    lines: list[str] = []
    wanted = False
    for line in headers.replace("\0", "").splitlines():
        if line[:1] not in {" ", "\t"}:
            name = line.lower()
            wanted = re.match(r"[!-9;-~]+:", line) is not None and not name.startswith(ABOUT_BODY)
        if wanted and line.strip():
            lines.append(line.encode("utf-8", "replace").decode())
    return lines


def _written(one: "_Properties", to: str) -> list[str]:
    """Return headers for a message that has none, from its properties; none where it has no more.

    A name written as an address of Exchange ("/O=…") is no address.
    """
    sender = next(
        (one.text(number) for number in (SENDER_SMTP, SENDER_ADDRESS) if "@" in one.text(number)),
        "",
    )
    subject = _line(one.text(SUBJECT))
    sent = one.moment(SUBMITTED) or one.moment(DELIVERED)
    if not sender and not subject and sent is None:
        return []
    found = [
        f"From: {_address(one.text(SENDER_NAME), sender)}",
        f"Subject: {Header(subject, 'utf-8', maxlinelen=998).encode()}",
    ]
    if to:
        found.append(f"To: {to}")
    if sent is not None:
        found.append(f"Date: {format_datetime(sent)}")
    for name, number in (
        ("Message-ID", MESSAGE_ID),
        ("In-Reply-To", IN_REPLY_TO),
        ("References", REFERENCES),
    ):
        if value := _line(one.text(number)):
            found.append(f"{name}: {value}")
    return found


def _people(file: "olefile.OleFileIO", at: Place) -> str:
    """Return to whom a message is, as a header's value."""
    found = []
    for place in _below(file, at, "__recip_version1.0_"):
        one = _Properties(file, place, header=8)
        address = one.text(SMTP_ADDRESS) or one.text(ADDRESS)
        if "@" in address:
            found.append(_address(one.text(NAME), address))
    return ", ".join(found)


def _address(name: str, address: str) -> str:
    plain = re.sub(r"[^!-~]|[<>,;]", "", address)
    try:
        return formataddr((_line(name), plain))
    except UnicodeError:
        return plain


def _line(text: str) -> str:
    """Return text as one line without control characters, which would end a header."""
    told = text.encode("utf-8", "replace").decode()
    return " ".join("".join(c if c.isprintable() else " " for c in told).split())


def _below(file: "olefile.OleFileIO", at: Place, name: str) -> list[Place]:
    """Return the storages in a storage whose name begins so, in order."""
    depth = len(at) + 1
    found = {
        tuple(path[:depth])
        for path in file.listdir(streams=True, storages=False)
        if len(path) > depth and tuple(path[: len(at)]) == at and path[len(at)].startswith(name)
    }
    return sorted(found)


class _Properties:
    """The properties of a message, a recipient or an attachment ([MS-OXMSG] section 2.4)."""

    def __init__(self, file: "olefile.OleFileIO", at: Place, *, header: int) -> None:
        self._file = file
        self._at = at
        fixed = self._stream("__properties_version1.0")[header:]
        self._fixed = {
            int.from_bytes(fixed[start + 2 : start + 4], "little"): fixed[start + 8 : start + 16]
            for start in range(0, len(fixed) - 15, 16)
        }

    def text(self, number: int) -> str:
        """Return a property of text; empty where there is none."""
        found = self._stream(f"__substg1.0_{number:04X}{TEXT:04X}")
        if found:
            return found.decode("utf-16-le", "replace").rstrip("\0")
        old = self._stream(f"__substg1.0_{number:04X}{OLD_TEXT:04X}")
        return self._decoded(old, CODE_PAGE).rstrip("\0")

    def octets(self, number: int) -> bytes:
        """Return a property of octets; empty where there is none."""
        return self._stream(f"__substg1.0_{number:04X}{OCTETS:04X}")

    def html(self) -> str:
        """Return the body as HTML; empty where there is none."""
        return self._decoded(self.octets(HTML), INTERNET_CODE_PAGE) or self.text(HTML)

    def moment(self, number: int) -> datetime | None:
        """Return a time (aware); None where there is none or no calendar has it."""
        ticks = int.from_bytes(self._fixed.get(number, b""), "little")  # of 100 nanoseconds
        with suppress(OverflowError):
            return EPOCH + timedelta(microseconds=ticks // 10) if ticks else None
        return None

    def _decoded(self, data: bytes, page: int) -> str:
        number = int.from_bytes(self._fixed.get(page, b"")[:4], "little")
        name = PAGES.get(number, f"cp{number}")
        try:
            return data.decode(name, "replace")
        except LookupError:
            return data.decode("cp1252", "replace")

    def _stream(self, name: str) -> bytes:
        path = "/".join((*self._at, name))
        if not self._file.exists(path) or self._file.get_type(path) != olefile.STGTY_STREAM:
            return b""
        with self._file.openstream(path) as stream:
            data: bytes = stream.read()
        return data
