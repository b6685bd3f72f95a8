"""RFC 5322 messages joined from ready pieces.

Building an ``EmailMessage`` for each letter costs about ten times as much; only headers that carry
data go through the standard library, and anything with a control character is refused there.
"""

import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from outreach.dispatch.archive import Enclosed, base64_lines
from outreach.dispatch.headers import Envelope, joined

CRLF = b"\r\n"
MAX_LINE = 998


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a message; its base64 lines are made once and shared by all letters."""

    name: str
    media: str
    sha256: str
    lines: bytes
    cid: str = ""
    """Where the page shows it: by this Content-ID (RFC 2392)."""

    @classmethod
    def of(cls, name: str, media: str, data: bytes, cid: str = "") -> "Attachment":
        """Encode ``data`` once."""
        return cls(name, media, hashlib.sha256(data).hexdigest(), base64_lines(data), cid)


@dataclass(frozen=True, slots=True)
class Composed:
    """A message whole, and without its enclosures for the archive."""

    message: bytes
    bare: bytes
    enclosed: tuple[Enclosed, ...]

    def under(self, header: bytes) -> "Composed":
        """Return the message with more headers before its own, each ended by CRLF."""
        moved = (Enclosed(one.offset + len(header), one.sha256) for one in self.enclosed)
        return Composed(header + self.message, header + self.bare, tuple(moved))


def message_id(delivery_id: int, content_hash: str, domain: str) -> str:
    """Return the stable Message-ID of a delivery: the same however often it is tried."""
    token = hashlib.sha256(f"{delivery_id} {content_hash}".encode()).hexdigest()[:24]
    return f"<{delivery_id}.{token}@{domain}>"


def compose(
    envelope: Envelope, text: str, html: str, attachments: Sequence[Attachment] = ()
) -> Composed:
    """Join one message: text and HTML alternatives, then the attachments.

    An attachment with a ``cid`` is a picture of the page and travels beside it (RFC 2387). Everything
    is 7-bit, in lines that any server takes. Raises UnsafeHeaderError.
    """
    mark = hashlib.sha256(envelope.message_id.encode()).hexdigest()[:24]
    shown = [each for each in attachments if each.cid]
    enclosed = [each for each in attachments if not each.cid]
    plain = (
        b"Content-Type: text/plain; charset=utf-8",
        b"Content-Transfer-Encoding: quoted-printable",
        b"",
        quoted_printable(text),
    )
    page: list[_Piece] = [CRLF.join(html_part(html))]
    if shown:
        page = _multipart(b"related", f"=_r{mark}", [page, *map(_file, shown)])
    whole = _multipart(b"alternative", f"=_a{mark}", [[CRLF.join(plain)], page])
    if enclosed:
        whole = _multipart(b"mixed", f"=_m{mark}", [whole, *map(_file, enclosed)])
    message, bare, places = [joined(envelope), CRLF], [joined(envelope), CRLF], []
    for piece in whole:
        if isinstance(piece, Attachment):
            places.append(Enclosed(sum(map(len, bare)), piece.sha256))
            message.append(piece.lines)
        else:
            message.append(piece)
            bare.append(piece)
    return Composed(b"".join(message), b"".join(bare), tuple(places))


_Piece = bytes | Attachment
"""Octets as they are, or the place of an attachment's lines."""


def _multipart(kind: bytes, boundary: str, parts: Sequence[Sequence[_Piece]]) -> list[_Piece]:
    """Return the pieces of a part made of ``parts``, from its Content-Type on (RFC 2046)."""
    mark = boundary.encode()
    pieces: list[_Piece] = [b'Content-Type: multipart/%s; boundary="%s"\r\n\r\n' % (kind, mark)]
    for part in parts:
        pieces += [b"--%s\r\n" % mark, *part, CRLF]
    pieces.append(b"--%s--\r\n" % mark)
    return pieces


def _file(attachment: Attachment) -> list[_Piece]:
    return [_attachment_headers(attachment) + CRLF + CRLF, attachment]


def body(text: str, html: str) -> bytes:
    """Return both forms as they stand in a message, without headers and boundaries."""
    return CRLF.join((quoted_printable(text), html_part(html)[-1]))


def html_part(html: str) -> tuple[bytes, ...]:
    """Return the headers, a blank line and the body of the HTML part.

    In ASCII with character references, which is 7-bit as it is and ten times quicker to make than
    quoted-printable; that is used where a line would pass 998 octets (RFC 5322 section 2.1.1) or a
    style sheet, which knows no references, has other characters.
    """
    style = html[html.find("<style") : html.rfind("</style>")]
    body = _crlf(html).encode("ascii", "xmlcharrefreplace")
    if style.isascii() and max(map(len, body.split(CRLF))) <= MAX_LINE:
        return (
            b"Content-Type: text/html; charset=us-ascii",
            b"Content-Transfer-Encoding: 7bit",
            b"",
            body,
        )
    return (
        b"Content-Type: text/html; charset=utf-8",
        b"Content-Transfer-Encoding: quoted-printable",
        b"",
        quoted_printable(html),
    )


def quoted_printable(text: str) -> bytes:
    """Return ``text`` in quoted-printable with CRLF lines (RFC 2045 section 6.7)."""
    lines = _crlf(text)  # binascii breaks long lines as the first line end it finds
    return binascii.b2a_qp(lines.encode(), quotetabs=False, istext=True, header=False)


def _crlf(text: str) -> str:
    """Return ``text`` with each line, the last too, ended by CRLF."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.replace("\n", "\r\n")
    return lines if lines.endswith("\r\n") else lines + "\r\n"


@lru_cache(maxsize=256)
def _attachment_headers(attachment: Attachment) -> bytes:
    name = attachment.name
    if name.isascii():
        file_name = f'filename="{name}"'
    else:  # RFC 2231
        file_name = f"filename*=utf-8''{quote(name, safe='')}"
    return "\r\n".join(
        (
            f"Content-Type: {attachment.media}",
            "Content-Transfer-Encoding: base64",
            f"Content-Disposition: {'inline' if attachment.cid else 'attachment'}; {file_name}",
            *([f"Content-ID: <{attachment.cid}>"] if attachment.cid else []),
        )
    ).encode("ascii")
