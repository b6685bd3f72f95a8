"""Which of our letters a message answers: a ladder, each rung with its confidence."""

from dataclasses import dataclass
from enum import StrEnum

THRESHOLD = 0.7
"""Below it a person decides, and the follow-ups of the candidates wait."""


class Rung(StrEnum):
    """How a message was matched, the surest first."""

    MESSAGE_ID = "message-id"
    TOKEN = "token"  # noqa: S105  # the name of a rung
    NUMBER = "number"
    ADDRESS = "address"
    DOMAIN = "domain"
    FORWARD = "forward"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A letter, or only a contact or an organisation, that the message may be about."""

    organisation_id: int
    contact_id: int | None
    delivery_id: int | None
    confidence: float
    rung: Rung


@dataclass(frozen=True, slots=True)
class Match:
    """The best candidate if it is sure enough, and all of them."""

    delivery_id: int | None = None
    contact_id: int | None = None
    organisation_id: int | None = None
    confidence: float = 0.0
    rung: Rung | None = None
    candidates: tuple[Candidate, ...] = ()

    @property
    def is_sure(self) -> bool:
        """Say whether effects may follow without a person."""
        return self.confidence >= THRESHOLD
