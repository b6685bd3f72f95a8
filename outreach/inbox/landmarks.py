"""What matching knows before it reads a message: who writes from where.

Loaded once for a round of the mailbox: 100,000 addresses take a fraction of a second and 30 MB.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contacts import kinship
from outreach.contacts.models import Contact, EmailAddress
from outreach.contacts.suppressions import normalised
from outreach.dispatch import tokens
from outreach.dispatch.tokens import OptOut
from outreach.settings import Settings

SHARED_DOMAINS = Path(__file__).with_name("shared_domains.txt")
MOST_ORGANISATIONS = 5
"""A domain that more organisations of the office's own data use is nobody's."""


@dataclass(frozen=True, slots=True)
class Place:
    """A contact and its organisation."""

    contact_id: int
    organisation_id: int


@dataclass(frozen=True, slots=True)
class Landmarks:
    """Who writes from where, and how our own letters are marked."""

    own: frozenset[str]
    """The office's own addresses."""
    addresses: Mapping[str, tuple[Place, ...]]
    domains: Mapping[str, tuple[int, ...]]
    """Domain -> organisations that have it for themselves, or few of them."""
    number: re.Pattern[str] | None
    """How an official number looks in a text, dashes and spaces as people type them."""
    printed: str = ""
    """The register's format."""
    key: bytes | None = None
    """The office's key, which signs our tokens; None reads none."""

    def delivery_of(self, address: str) -> int | None:
        """Return the delivery that a return path is signed for; None for a forged one."""
        return tokens.read_return_path(self.key, address) if self.key else None

    def opt_out_of(self, subject: str) -> OptOut | None:
        """Return whom the signed token in an opt-out's subject names; None for a forged one."""
        return tokens.read_opt_out(self.key, subject) if self.key else None

    def is_own(self, address: str) -> bool:
        """Say whether an address is the office's, or of a colleague there."""
        return address in self.own or (
            not is_shared(_domain(address))
            and _domain(address) in {_domain(own) for own in self.own}
        )

    def places(self, address: str) -> tuple[Place, ...]:
        """Return the contacts that have that address."""
        return self.addresses.get(normalised(address), ()) if address else ()

    def organisations(self, address: str) -> tuple[int, ...]:
        """Return the organisations of the address's domain, or of the domain above it."""
        labels = _domain(address).split(".")
        for start in range(len(labels) - 1):
            name = ".".join(labels[start:])
            if is_shared(name):
                return ()
            if name in self.domains:
                return self.domains[name]
        return ()


def survey(session: Session, settings: Settings, *, key: bytes | None = None) -> Landmarks:
    """Read every contact's addresses once. ``key`` is the office's (``App.key``)."""
    addresses: dict[str, list[Place]] = defaultdict(list)
    domains: dict[str, Counter[int]] = defaultdict(Counter)
    rows = session.execute(
        select(EmailAddress.address, Contact.id, Contact.organisation_id)
        .join(Contact, Contact.id == EmailAddress.contact_id)
        .where(kinship.standing())  # a merge gave the address to the one that is kept
    )
    for written, contact_id, organisation_id in rows:
        address = normalised(written)
        addresses[address].append(Place(contact_id, organisation_id))
        domain = _domain(address)
        if domain and not is_shared(domain):
            domains[domain][organisation_id] += 1
    return Landmarks(
        own=frozenset(
            normalised(address)
            for address in (settings.sender.address, settings.sender.reply_to)
            if address
        ),
        addresses={address: tuple(places) for address, places in addresses.items()},
        domains={
            domain: tuple(sorted(counted))
            for domain, counted in domains.items()
            if len(counted) <= MOST_ORGANISATIONS
        },
        number=number_pattern(settings.register.format),
        printed=settings.register.format,
        key=key,
    )


def is_shared(domain: str) -> bool:
    """Say whether mailboxes of that domain belong to anybody."""
    labels = domain.split(".")
    return any(".".join(labels[start:]) in shared_domains() for start in range(len(labels) - 1))


@cache
def shared_domains() -> frozenset[str]:
    """Return the domains of the data file."""
    lines = SHARED_DOMAINS.read_text("utf-8").splitlines()
    return frozenset(filter(None, (line.partition("#")[0].strip() for line in lines)))


def number_pattern(format_: str) -> re.Pattern[str] | None:
    """Return how an official number looks where people copy it: any dash, spaces around it.

    None for a format without letters: ``{n}/{yyyy}`` would find a number in every date.
    """
    if len(re.sub(r"\{\w+\}|[^A-Za-z]", "", format_)) < 2:  # noqa: PLR2004
        return None
    pattern = ""
    for piece in re.split(r"(\{\w+\}|[\s\-_/.]+)", format_):
        if piece == "{n}":
            pattern += r"0*(?P<n>[1-9]\d{0,8})"
        elif piece == "{yy}":
            pattern += r"(?P<yy>\d{2})"
        elif piece == "{yyyy}":
            pattern += r"(?P<yyyy>\d{4})"
        elif re.fullmatch(r"[\s\-_/.]+", piece or "x"):
            pattern += r"[\s\-_/.\u2010-\u2015]{0,3}"
        else:
            pattern += re.escape(piece)
    return re.compile(rf"(?<![A-Za-z0-9]){pattern}(?!\d)", re.IGNORECASE)


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
