"""What the outbox needs of whatever transports letters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from outreach.errors import Phrase


class Outcome(StrEnum):
    """How a carrier answered for one letter."""

    ACCEPTED = "accepted"
    TEMPORARY = "temporary"
    """Nothing left; it may be tried again."""
    PERMANENT = "permanent"
    """This recipient or this message was refused for good; nothing left."""
    SENDER_REFUSED = "sender-refused"
    """Nothing left, and nothing else would: the server refuses us (sign-in, TLS, policy). The
    batch pauses, the letter stays queued, and :attr:`Receipt.advice` says what to do."""
    UNKNOWN = "unknown"
    """The connection broke after the letter was handed over, before the answer: perhaps it left.
    Never tried again by itself."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """A message ready to leave."""

    delivery_id: int
    message_id: str
    sender: str
    """The envelope sender: bounces go there."""
    recipient: str
    message: bytes
    """RFC 5322 octets, lines ended by CRLF."""
    copies: tuple[str, ...] = ()
    """Other mailboxes that get the same message: c.c. of the letter and the archive's b.c.c."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the carrier answered for one letter, its words kept."""

    delivery_id: int
    outcome: Outcome
    text: str
    """The server's words."""
    code: int | None = None
    """The server's reply code (RFC 5321), if it got that far."""
    wait: timedelta | None = None
    """At :attr:`Outcome.TEMPORARY`: how long the server wants to be left alone, where it says."""
    advice: Phrase | None = None
    """At :attr:`Outcome.SENDER_REFUSED`: what to do, for a person."""


class Carrier(Protocol):
    """Transports letters. Declared by its caller, the outbox.

    One carrier is used by one thread at a time.
    """

    name: str

    window: int
    """How many letters may be armed at once: 1 on a network, where a crash in between leaves
    exactly that many uncertain; more where :meth:`find` can tell afterwards."""

    def send(self, letters: Sequence[Addressed]) -> list[Receipt]:
        """Transport at most ``window`` letters; one receipt each, in order.

        Never raises for what a server says or does: that is a receipt.
        """

    def find(self, delivery_id: int, message_id: str) -> Receipt | bool | None:
        """Tell whether a letter left: its receipt, False if certainly not, None if unknowable."""

    def close(self) -> None:
        """Let go of connections."""
