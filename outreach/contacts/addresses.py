"""Which way a contact can be reached: decided from rows that are already in memory."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from outreach.contacts.models import AddressState, Contact, EmailAddress, PostalAddress

CHANNELS = ("email", "post")
MOST_LOCAL, MOST = 64, 254
"""Characters before the @, and of an address (RFC 5321, 4.5.3.1)."""
_DOT_ATOM = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*")
"""A part before the @ that is right wherever it stands (RFC 5322, 3.2.3; the usual signs)."""


class NoChannel(StrEnum):
    """Why nobody can be reached this way."""

    NO_ADDRESS = "no-address"
    EMAIL_BOUNCED = "email-bounced"
    EMAIL_INVALID = "email-invalid"


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to reach a contact; the one address that goes with it."""

    name: str
    email: str | None = None
    post: PostalAddress | None = None


def best_channel(
    contact: Contact, allowed: Sequence[str] = CHANNELS, *, first: str = "email"
) -> Channel | NoChannel:
    """Return the contact's preferred usable channel, else the first usable of ``allowed``.

    A good e-mail address comes before paper, unless ``first`` says otherwise. ``emails`` and ``posts`` must be loaded.
    """
    wished = contact.preferred_channel
    order = sorted(allowed, key=lambda name: (name != wished, name != first))
    for name in order:
        found = _email(contact.emails) if name == "email" else _post(contact.posts)
        if found is not None:
            return found
    return _why_not(contact.emails)


def in_ascii(address: str) -> str | None:
    """Return an address as servers are given it: an international domain as its A-labels (UTS 46).

    None where the domain is none, or the local part is beyond ASCII and needs SMTPUTF8 (RFC 6531).
    """
    if address.isascii():
        return address
    import idna

    local, _, domain = address.rpartition("@")
    if not local.isascii():
        return None
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode('ascii')}"
    except idna.IDNAError:
        return None


def is_deliverable(address: str) -> bool:
    """Say whether an address can be written to by any server (RFC 5321, ASCII; form only).

    A local part beyond ASCII needs SMTPUTF8 all the way and is left for a person to settle.
    """
    return address.isascii() and _is_address(address)


def _email(emails: Sequence[EmailAddress]) -> Channel | None:
    for email in emails:
        if email.state != AddressState.GOOD.value:
            continue
        address = in_ascii(email.address)
        if address is not None and is_deliverable(address):
            return Channel("email", email=address)
    return None


def _post(posts: Sequence[PostalAddress]) -> Channel | None:
    for post in posts:
        if post.state == AddressState.GOOD.value and post.town and post.postcode:
            return Channel("post", post=post)
    return None


def _why_not(emails: Sequence[EmailAddress]) -> NoChannel:
    if not emails:
        return NoChannel.NO_ADDRESS
    if any(email.state == AddressState.GOOD.value for email in emails):
        return NoChannel.EMAIL_INVALID
    return NoChannel.EMAIL_BOUNCED


@lru_cache(maxsize=50_000)
def _is_address(address: str) -> bool:
    local, _, domain = address.rpartition("@")
    if len(local) <= MOST_LOCAL and len(address) <= MOST and _DOT_ATOM.fullmatch(local):
        # The domain alone can be wrong then, and lists name few of them many times.
        return _validated(f"a@{domain}")
    return _validated(address)


@lru_cache(maxsize=50_000)
def _validated(address: str) -> bool:
    from email_validator import EmailNotValidError, validate_email

    try:
        # The reserved domains of RFC 2606 are what demo offices write to.
        validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return address.endswith(".example") and address.count("@") == 1 and " " not in address
    return True
