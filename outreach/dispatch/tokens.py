"""Signed tokens: what a bounce's address or an opt-out says came from us, and of whom it speaks.

A token is two or three groups of letters and digits joined by hyphens: what it names in base 32,
then 80 bits of an HMAC with the office's key. It holds nothing of a person, survives servers that
change the case of an address, and a made-up one reads as None.
"""

import base64
import hashlib
import hmac
import re
from typing import NamedTuple

BOUNCE, OPT_OUT = b"outreach bounce ", b"outreach opt-out "
DIGITS = "0123456789abcdefghijklmnopqrstuv"
"""Base 32 as ``int(text, 32)`` reads it."""
MAC_OCTETS = 10
MAX_LOCAL = 64
"""Octets of an address before the @ (RFC 5321 section 4.5.3.1.1)."""
BOUNCE_TOKEN = re.compile(r"([0-9a-v]{1,13})-([a-z2-7]{16})")
OPT_OUT_TOKEN = re.compile(r"([0-9a-v]{1,13})-([0-9a-v]{1,13})-([a-z2-7]{16})")


class OptOut(NamedTuple):
    """Whom an opt-out link or subject speaks of."""

    contact: int
    campaign: int


def bounce_token(key: bytes, delivery: int) -> str:
    """Return the token that names a delivery."""
    body = _digits(delivery)
    return f"{body}-{_mac(key, BOUNCE, body)}"


def read_bounce(key: bytes, text: str) -> int | None:
    """Return the delivery that a token names; None for a forged or spoilt one."""
    found = BOUNCE_TOKEN.fullmatch(text.strip().lower())
    if found is None or not hmac.compare_digest(_mac(key, BOUNCE, found[1]), found[2]):
        return None
    return int(found[1], 32)


def return_path(key: bytes, delivery: int, address: str) -> str:
    """Return the envelope sender of a delivery, to which its bounces come back (VERP).

    ``retours@ambassade.example`` becomes ``retours+2a-….@ambassade.example``: the server must
    deliver such addresses to the mailbox before the plus sign (RFC 5233). At most 64 octets stand
    before the @.
    """
    local, _, domain = address.rpartition("@")
    token = bounce_token(key, delivery)
    return f"{local[: MAX_LOCAL - len(token) - 1]}+{token}@{domain}"


def read_return_path(key: bytes, address: str) -> int | None:
    """Return the delivery to whose return path a bounce came; None for any other address."""
    local = address.strip().strip("<>").rpartition("@")[0]
    return read_bounce(key, local.rpartition("+")[2])


def opt_out_token(key: bytes, contact: int, campaign: int) -> str:
    """Return the token of an opt-out: good for one contact, and naming the campaign it came from.

    It stands in the subject of the mail to the office and in the https address.
    """
    body = f"{_digits(contact)}-{_digits(campaign)}"
    return f"{body}-{_mac(key, OPT_OUT, body)}"


def read_opt_out(key: bytes, text: str) -> OptOut | None:
    """Return of whom an opt-out token speaks; None for a forged or spoilt one.

    ``text`` may be a whole subject ("Re: STOP 2a-1-…"): the first good token in it counts.
    """
    for found in OPT_OUT_TOKEN.finditer(text.lower()):
        body = f"{found[1]}-{found[2]}"
        if hmac.compare_digest(_mac(key, OPT_OUT, body), found[3]):
            return OptOut(int(found[1], 32), int(found[2], 32))
    return None


def _digits(number: int) -> str:
    if number <= 0:
        raise ValueError("rows are numbered from 1")
    digits = ""
    while number:
        number, digit = divmod(number, 32)
        digits = DIGITS[digit] + digits
    return digits


def _mac(key: bytes, purpose: bytes, body: str) -> str:
    mac = hmac.digest(key, purpose + body.encode("ascii"), hashlib.sha256)[:MAC_OCTETS]
    return base64.b32encode(mac).decode("ascii").lower()
