"""What can come back, in the words of the whole room."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What a message is."""

    BOUNCE = "bounce"
    """Our letter was refused or given up."""
    DELAY = "delay"
    """Our letter is late; the server goes on trying. Decides nothing."""
    COMPLAINT = "complaint"
    """Somebody pressed “this is spam” (RFC 5965)."""
    AUTO_REPLY = "auto-reply"
    """Absent, on leave, gone."""
    ACKNOWLEDGEMENT = "acknowledgement"
    """A machine says that the message arrived; nobody has read it."""
    CHALLENGE = "challenge"
    """A filter holds our letter until the sender proves to be a person."""
    OPT_OUT = "opt-out"
    """A person asks for no more letters."""
    REPLY = "reply"
    """A person answers."""
    NOTICE = "notice"
    """A machine tells something that changes nothing: read receipt, newsletter, report."""
    UNREADABLE = "unreadable"
    """Nothing to read in it: kept as it is and shown to a person."""


class Reason(StrEnum):
    """Why a letter bounced; which absence, opt-out or notice it is."""

    NO_MAILBOX = "no-mailbox"
    NO_DOMAIN = "no-domain"
    DISABLED = "disabled"
    MOVED = "moved"
    MAILBOX_FULL = "mailbox-full"
    TOO_LARGE = "too-large"
    GREYLISTED = "greylisted"
    SPAM = "spam"
    POLICY = "policy"
    UNREACHABLE = "unreachable"
    LOOP = "loop"
    UNKNOWN = "unknown"

    ABSENT = "absent"
    LEFT = "left"
    """No longer there; the message may name who is."""
    AUTOMATIC = "automatic"
    """Some automatic answer that says neither."""

    THESE_LETTERS = "these-letters"
    """Opt-out from this campaign."""
    EVERYTHING = "everything"
    """Opt-out from all that the office sends."""
    PERSONAL_DATA = "personal-data"
    """Objection to the use of personal data, or its erasure."""

    READ = "read"
    NOT_READ = "not-read"
    DELIVERED = "delivered"
    BULK = "bulk"
    REPORT = "report"


class Permanence(StrEnum):
    """Whether the address is bad, or another day may do."""

    HARD = "hard"
    SOFT = "soft"


HARD_REASONS = frozenset({Reason.NO_MAILBOX, Reason.NO_DOMAIN, Reason.DISABLED, Reason.MOVED})
"""Bad address or bad domain; everything else is soft, whatever digit the server puts first."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that decided: the rule's name and the words or header it saw."""

    rule: str
    seen: str


@dataclass(frozen=True, slots=True)
class Failure:
    """What became of one recipient of our letter, as a server says."""

    recipient: str
    """Address in lower case; empty where the server names none."""
    reason: Reason
    status: str = ""
    """Enhanced status (RFC 3463), such as ``5.1.1``; empty where there is none."""
    diagnostic: str = ""
    """The server's own words, at most 500 characters."""

    @property
    def permanence(self) -> Permanence:
        """Hard if the address or its domain is bad."""
        return Permanence.HARD if self.reason in HARD_REASONS else Permanence.SOFT


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a message is and what it says, with what decided."""

    kind: Kind
    reason: Reason | None = None
    permanence: Permanence | None = None
    """Of a bounce."""
    recipients: tuple[str, ...] = ()
    """Of a bounce, delay or complaint: whom our letter was for."""
    original_message_id: str | None = None
    """Of our letter, where the message names it."""
    return_date: date | None = None
    """Of an absence: the first day back. May be past."""
    new_text: str = ""
    """What the sender wrote, without quotations, signature and small print."""
    other_addresses: tuple[str, ...] = ()
    """Addresses that an absence, a departure or a move names instead."""
    link: str | None = None
    """Of a challenge: where a person may confirm. Never followed by the program."""
    author: str | None = None
    """Of a forward: who wrote the message that was passed on."""
    failures: tuple[Failure, ...] = ()
    evidence: tuple[Evidence, ...] = ()
