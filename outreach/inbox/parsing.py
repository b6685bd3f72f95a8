"""A message as it came, taken apart: headers, text, reports, enclosed messages.

``parse`` reads any octets and never raises: what is wrong is named in ``Parsed.problems``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.utils import parsedate_to_datetime

from outreach.inbox import markup
from outreach.inbox.decoding import addresses, clean, header_text, text_of

MAX_PARTS = 250
MAX_CONTAINERS = 60
"""Multiparts and enclosed messages in one message. Honest mail has a handful; the standard
library's parser is recursive and quadratic in their depth."""
MAX_OCTETS = 4_000_000
"""What is read of a message once long attachments are cut out."""
MAX_TEXT = 200_000
"""Characters of one body that are read."""

CONTAINER = re.compile(rb"^content-type:\s*(?:multipart|message)/", re.IGNORECASE | re.MULTILINE)
BASE64_LINES = re.compile(rb"^(?:[A-Za-z0-9+/]{60,76}\r?\n)++", re.MULTILINE)
LONG_BASE64 = 300_000
"""Octets of base64 in one run that are no letter's text any more."""
MESSAGE_ID = re.compile(r"<[^<>\s@]{1,250}@[^<>\s]{1,250}>")

Headers = tuple[tuple[str, str], ...]
"""(name in lower case, decoded value), in order."""


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf of the message; ``enclosed`` if it belongs to a message inside this one."""

    media: str
    name: str
    """File name, or empty."""
    text: str
    """Decoded, of text and reports; else empty."""
    size: int
    enclosed: bool


@dataclass(frozen=True, slots=True)
class Parsed:
    """A message taken apart."""

    headers: Headers
    sender: tuple[str, str]
    """Display name and address (lower case); empty strings where there is none."""
    reply_to: tuple[str, ...]
    recipients: tuple[str, ...]
    """Every address of To, Cc, Delivered-To, X-Original-To and the like, in lower case."""
    subject: str
    date: datetime | None
    """Aware, as the sender's clock said."""
    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    media: str
    report_type: str
    """``delivery-status``, ``feedback-report``, ``disposition-notification`` or empty."""
    text: str
    """The plain body, or the HTML one as text."""
    html: str
    parts: tuple[Part, ...]
    enclosed_headers: tuple[Headers, ...]
    """Of each message inside this one, the outermost first."""
    problems: tuple[str, ...]

    @property
    def received(self) -> datetime | None:
        """When the last server took it, as its Received header says; aware."""
        return _moment(self.first("received").rpartition(";")[2].strip())

    @property
    def answered_id(self) -> str | None:
        """The message that it says it answers: In-Reply-To, else the last of References."""
        return next(iter((*self.in_reply_to, *reversed(self.references))), None)

    def first(self, name: str) -> str:
        """Return the first header of that name (lower case), or an empty string."""
        return next((value for key, value in self.headers if key == name), "")

    def has(self, name: str) -> bool:
        """Say whether the header is there."""
        return any(key == name for key, _ in self.headers)

    def part(self, media: str) -> str:
        """Return the text of the first part of that media type, or an empty string."""
        return next((part.text for part in self.parts if part.media == media), "")


RECIPIENT_HEADERS = (
    "to",
    "cc",
    "delivered-to",
    "x-original-to",
    "x-envelope-to",
    "envelope-to",
    "x-rcpt-to",
    "original-recipient",
)


def parse(raw: bytes) -> Parsed:
    """Take a message apart. Never raises."""
    problems: list[str] = []
    octets = _readable(raw, problems)
    if len(CONTAINER.findall(octets)) > MAX_CONTAINERS:
        problems.append("too many parts inside each other")
        return _flat(octets, problems)
    try:
        tree = message_from_bytes(octets)
        return _taken_apart(tree, problems)
    except (RecursionError, Exception) as error:  # noqa: BLE001  # any message whatever
        problems.append(f"unreadable: {type(error).__name__}")
        return _flat(octets, problems)


def message_ids(value: str) -> tuple[str, ...]:
    """Return the message ids in a header, in order, each once."""
    return tuple(dict.fromkeys(MESSAGE_ID.findall(value)))


def _readable(raw: bytes, problems: list[str]) -> bytes:
    octets = raw
    if octets.startswith(b"From "):  # the separator line of an mbox
        octets = octets.partition(b"\n")[2]
    octets = octets.lstrip(b"\r\n\t \xef\xbb\xbf\x00")
    if len(octets) > MAX_OCTETS:
        octets = BASE64_LINES.sub(_unless_long, octets)
    if len(octets) > MAX_OCTETS:
        problems.append("cut: too large")
        octets = octets[:MAX_OCTETS]
    if b"\x00" in octets:
        problems.append("NUL octets")
        octets = octets.replace(b"\x00", b"")
    return octets


def _unless_long(run: re.Match[bytes]) -> bytes:
    return b"" if run.end() - run.start() > LONG_BASE64 else run[0]


def _taken_apart(tree: Message, problems: list[str]) -> Parsed:
    parts: list[Part] = []
    inside: list[Headers] = []
    plain: list[str] = []
    rich: list[str] = []
    for node, enclosed in _leaves(tree, problems):
        part = _part(node, enclosed=enclosed)
        parts.append(part)
        if part.media in {"text/rfc822-headers", "message/rfc822-headers"}:
            inside.append(_header_block(part.text))
        elif not enclosed and not part.name and not _is_attached(node):
            if part.media == "text/plain":
                plain.append(part.text)
            elif part.media == "text/html":
                rich.append(part.text)
    inside.extend(_headers(node) for node in _enclosed_messages(tree))
    problems += [type(defect).__name__ for defect in tree.defects]
    return _parsed(
        _headers(tree),
        media=_sound(tree.get_content_type()),
        report_type=_parameter(tree, "report-type").lower(),
        text="\n".join(filter(str.strip, plain)),
        html="\n".join(rich),
        parts=tuple(parts),
        inside=tuple(inside),
        problems=problems,
        raw=_raw_headers(tree),
    )


def _parsed(
    headers: Headers,
    *,
    media: str,
    report_type: str,
    text: str,
    html: str,
    parts: tuple[Part, ...],
    inside: tuple[Headers, ...],
    problems: list[str],
    raw: Mapping[str, list[str]],
) -> Parsed:
    def values(name: str) -> list[str]:
        return raw.get(name, [])

    def ids(name: str) -> tuple[str, ...]:
        return message_ids(" ".join(values(name)))

    senders = addresses(values("from")) or addresses(values("sender"))
    recipients = addresses([value for name in RECIPIENT_HEADERS for value in values(name)])
    return Parsed(
        headers=headers,
        sender=senders[0] if senders else ("", ""),
        reply_to=tuple(address for _, address in addresses(values("reply-to"))),
        recipients=tuple(dict.fromkeys(address for _, address in recipients)),
        subject=header_text(" ".join(values("subject")[:1])),
        date=_moment(" ".join(values("date")[:1])),
        message_id=next(iter(ids("message-id")), None),
        in_reply_to=ids("in-reply-to"),
        references=ids("references"),
        media=media,
        report_type=report_type,
        text=text if text.strip() or not html else markup.as_text(html),
        html=html,
        parts=parts,
        enclosed_headers=inside,
        problems=tuple(dict.fromkeys(problems)),
    )


def _flat(octets: bytes, problems: list[str]) -> Parsed:
    """Read the headers only, and what follows as plain text: for what no parser takes."""
    head, _, body = octets[:MAX_TEXT].replace(b"\r\n", b"\n").partition(b"\n\n")
    headers = _header_block(text_of(head))
    raw: dict[str, list[str]] = {}
    for name, value in headers:
        raw.setdefault(name, []).append(value)
    return _parsed(
        headers,
        media="text/plain",
        report_type="",
        text=text_of(body),
        html="",
        parts=(),
        inside=(),
        problems=problems,
        raw=raw,
    )


def _leaves(tree: Message, problems: list[str]) -> Iterator[tuple[Message, bool]]:
    """Walk over the leaves, a stack in place of recursion."""
    stack: list[tuple[Message, bool]] = [(tree, False)]
    count = 0
    while stack:
        node, enclosed = stack.pop()
        count += 1
        if count > MAX_PARTS:
            problems.append("too many parts")
            return
        payload = node.get_payload()
        if isinstance(payload, list) and not _is_report(node):
            below = enclosed or node.get_content_maintype() == "message"
            stack += [(child, below) for child in reversed(payload) if isinstance(child, Message)]
        else:
            yield node, enclosed


def _is_report(node: Message) -> bool:
    """Say whether it is fields for a machine, which the library reads as messages."""
    return node.get_content_maintype() == "message" and node.get_content_type() not in {
        "message/rfc822",
        "message/global",
        "message/partial",
        "message/external-body",
    }


def _enclosed_messages(tree: Message) -> Iterator[Message]:
    stack = [tree]
    count = 0
    while stack and count <= MAX_PARTS:
        node = stack.pop()
        count += 1
        payload = node.get_payload()
        if isinstance(payload, list):
            children = [child for child in payload if isinstance(child, Message)]
            if node.get_content_type() in {"message/rfc822", "message/global"}:
                yield from children[:1]
            stack += reversed(children)


def _part(node: Message, *, enclosed: bool) -> Part:
    media = _sound(node.get_content_type())
    payload = node.get_payload()
    if isinstance(payload, list):  # a report: blocks of fields
        text = "\n\n".join(_block_text(block) for block in payload if isinstance(block, Message))
        return Part(media, "", text[:MAX_TEXT], len(text), enclosed)
    decoded = node.get_payload(decode=True)
    octets = decoded if isinstance(decoded, bytes) else b""
    text = ""
    if node.get_content_maintype() in {"text", "message"}:
        text = text_of(octets[: MAX_TEXT * 4], _parameter(node, "charset"))[:MAX_TEXT]
    return Part(media, _file_name(node), text, len(octets), enclosed)


def _block_text(block: Message) -> str:
    lines = [f"{name}: {value}" for name, value in _headers(block)]
    payload = block.get_payload()
    return "\n".join([*lines, clean(payload) if isinstance(payload, str) else ""]).strip()


def _is_attached(node: Message) -> bool:
    return str(node.get("content-disposition", "")).strip().lower().startswith("attachment")


def _file_name(node: Message) -> str:
    try:
        return header_text(node.get_filename() or "")
    except Exception:  # noqa: BLE001  # broken RFC 2231 parameters raise what they like
        return ""


def _parameter(node: Message, name: str) -> str:
    try:
        value = node.get_param(name)
    except Exception:  # noqa: BLE001
        return ""
    if isinstance(value, tuple):
        value = value[2]
    return _sound(str(value or ""))


def _headers(node: Message) -> Headers:
    return tuple(
        (_sound(name).lower(), header_text(str(value))) for name, value in node.raw_items()
    )


def _sound(raw: str) -> str:
    """Return a header's raw text without the surrogates that stand for octets beyond ASCII."""
    return raw if raw.isascii() else text_of(raw.encode("utf-8", "surrogateescape"))


def _raw_headers(node: Message) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in node.raw_items():
        found.setdefault(_sound(name).lower(), []).append(_sound(str(value)))
    return found


def _header_block(text: str) -> Headers:
    """Read headers from text, folded lines joined; lines that are none are passed over."""
    unfolded = re.sub(r"\n[ \t]+", " ", text)
    return tuple(
        (name.strip().lower(), header_text(value))
        for name, colon, value in (line.partition(":") for line in unfolded.split("\n"))
        if colon and name.strip() and " " not in name.strip()
    )


def _moment(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value[:200])
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
