"""What the outbox needs of whatever transports letters."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    """How a carrier answered."""

    ACCEPTED = "accepted"
    TEMPORARY = "temporary"
    """Nothing left; it may be tried again."""
    PERMANENT = "permanent"


@dataclass(frozen=True, slots=True)
class Addressed:
    """A message ready to leave."""

    delivery_id: int
    message_id: str
    sender: str
    recipient: str
    message: bytes
    """RFC 5322 octets, lines ended by CRLF."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the carrier answered for one letter, its words kept."""

    delivery_id: int
    outcome: Outcome
    text: str


class Carrier(Protocol):
    """Transports letters. Declared by its caller, the outbox."""

    name: str

    window: int
    """How many letters may be armed at once: 1 on a network, where a crash in between leaves
    exactly that many uncertain; more where :meth:`find` can tell afterwards."""

    def send(self, letters: Sequence[Addressed]) -> list[Receipt]:
        """Transport at most ``window`` letters; one receipt each, in order."""

    def find(self, delivery_id: int, message_id: str) -> Receipt | bool | None:
        """Tell whether a letter left: its receipt, False if certainly not, None if unknowable."""

    def close(self) -> None:
        """Let go of connections."""
