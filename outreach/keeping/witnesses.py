"""Who knows what left after a backup was made: the old database, the outbox, the mailbox."""

import email
import email.policy
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from imap_tools import AND
from sqlalchemy import select

from outreach.campaigns.models import Campaign, Step
from outreach.contacts.models import Contact
from outreach.db import Store
from outreach.dispatch import archive
from outreach.dispatch.carriers.base import Addressed, Carrier, Outcome, Receipt
from outreach.dispatch.carriers.mailbox import Mailbox
from outreach.dispatch.deliveries import is_turn
from outreach.dispatch.models import Delivery
from outreach.dispatch.states import DeliveryState

D = DeliveryState
LEFT = frozenset({D.SENT.value, D.BOUNCED.value, D.RETURNED.value})
DOUBTFUL = frozenset({D.CLAIMED.value, D.ARMED.value, D.UNCERTAIN.value})
OURS = re.compile(r"<\d+\.[0-9a-f]{24}@(?P<domain>[^>]+)>")
"""As ``messages.message_id`` makes them; trials have others."""
CLOCKS = timedelta(days=1)
"""How far the clocks of servers may be off, and what IMAP's SINCE leaves out: it knows days only."""
BULK = 200


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that left, as a witness knows it."""

    campaign: str
    step: str
    contact: str
    """The code."""
    sent_at: datetime
    message_id: str | None
    address: str | None
    reference: str | None
    message: bytes | None


@dataclass(frozen=True, slots=True)
class Seen:
    """One message of ours that lies where copies of what left lie."""

    message_id: str
    recipient: str
    at: datetime | None


@dataclass
class Witnesses:
    """A carrier that sends nothing and asks everybody what became of a letter."""

    carrier: Carrier
    states: dict[str, str]
    """By Message-ID, as the database that was put aside has them."""
    seen: frozenset[str]
    """Message-IDs that lie among what left."""
    name: str = "witnesses"
    window: int = field(default=0)

    def send(self, letters: Sequence[Addressed]) -> list[Receipt]:
        """Send nothing."""
        return [Receipt(one.delivery_id, Outcome.TEMPORARY, "") for one in letters]

    def find(self, delivery_id: int, message_id: str) -> Receipt | bool | None:
        """Tell whether a letter left: whoever saw it leave is right."""
        state = self.states.get(message_id)
        if state in LEFT or message_id in self.seen:
            return Receipt(delivery_id, Outcome.ACCEPTED, "")
        asked = self.carrier.find(delivery_id, message_id)
        if asked or state is None:
            return asked
        return None if state in DOUBTFUL else False

    def close(self) -> None:
        """Let go of connections."""
        self.carrier.close()


def states(old: Store) -> dict[str, str]:
    """Return how letters stand in a database, by Message-ID."""
    with old.reading() as session:
        found = session.execute(
            select(Delivery.message_id, Delivery.state).where(Delivery.message_id.is_not(None))
        )
        return {row.message_id: row.state for row in found}


def letters(old: Store, known: Callable[[str, str, str], bool]) -> Iterator[Letter]:
    """Yield the letters that left by a database, save those ``known`` (campaign, step, contact)."""
    with old.reading() as session:
        rows = session.execute(
            select(
                Campaign.name,
                Step.name,
                Contact.code,
                Delivery.sent_at,
                Delivery.message_id,
                Delivery.address,
                Delivery.reference,
                Delivery.archive_sha256,
            )
            .join(Step, Step.id == Delivery.step_id)
            .join(Campaign, Campaign.id == Step.campaign_id)
            .join(Contact, Contact.id == Delivery.contact_id)
            .where(Delivery.state.in_(LEFT), is_turn(), Delivery.sent_at.is_not(None))
            .order_by(Delivery.id)
        ).all()
        for row in rows:
            campaign, step, contact, sent_at, message_id, address, reference, sha256 = row
            if sent_at is not None and not known(campaign, step, contact):
                message = archive.read(session, sha256) if sha256 else None
                yield Letter(
                    campaign, step, contact, sent_at, message_id, address, reference, message
                )


def in_maildir(folder: Path, since: datetime) -> Iterator[Seen]:
    """Yield what was laid into a Maildir since then."""
    for part in ("new", "cur"):
        for path in sorted((folder / part).glob("*")):
            if datetime.fromtimestamp(path.stat().st_mtime, UTC) >= since - CLOCKS:
                head = path.read_bytes().partition(b"\r\n\r\n")[0]
                message = email.message_from_bytes(head, policy=email.policy.default)
                yield Seen(str(message["Message-ID"]).strip(), str(message["To"] or ""), None)


def in_mailbox(mailbox: Mailbox, folder: str, since: datetime) -> Iterator[Seen]:
    """Yield what came into a mailbox's folder since then. Raises MailboxError."""
    with mailbox.opened() as box:
        box.folder.set(folder, readonly=True)
        wanted = AND(date_gte=(since - CLOCKS).date())
        for one in box.fetch(wanted, headers_only=True, mark_seen=False, bulk=BULK):
            for message_id in dict(one.headers).get("message-id", ()):
                yield Seen(message_id.strip(), ", ".join(one.to), one.date)


def ours(seen: Iterable[Seen], domain: str) -> dict[str, Seen]:
    """Return those that are letters of this program, by Message-ID."""
    found: dict[str, Seen] = {}
    for one in seen:
        match = OURS.fullmatch(one.message_id)
        if match and match["domain"] == domain:
            found[one.message_id] = one
    return found
