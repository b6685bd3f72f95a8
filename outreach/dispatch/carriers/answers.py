"""What a server's reply means for a letter, for the batch and for a person. Pure.

Codes are those of RFC 5321 section 4.2 and RFC 3463 as extended by RFC 5248, 7293 and 7372;
Microsoft's own are those of its documentation of non-delivery reports in Exchange Online.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from outreach.dispatch.carriers.base import Outcome, Receipt
from outreach.errors import N_, Phrase


class Stage(StrEnum):
    """What the server answered to."""

    CONNECT = "connect"
    SIGN_IN = "sign-in"
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"
    END = "end"
    """The dot after the message: from here on the letter may have left."""


SIGN_IN = N_(
    "The mail server refuses to sign us in. Check the user and the password in [mail], and try "
    "“outreach mail test”, then resume the batch."
)
DISABLED = N_(
    "Microsoft 365 has signing in for programs that send (SMTP AUTH) switched off for this mailbox. "
    "Ask the administrator to allow “Authenticated SMTP” for it in the Microsoft 365 admin center "
    "(Users, Mail, Manage email apps), then try “outreach mail test”."
)
SEND_AS = N_(
    "The account that signs in may not send as the address in [sender]. Ask the administrator for "
    "the right “Send as” on that mailbox, or sign in as that address itself; then try “outreach "
    "mail test”."
)
RELAY = N_(
    "The mail server does not take letters to others from us. Most often it wants us to sign in: "
    "give user and password in [mail], and try “outreach mail test”."
)
BAD_SENDER = N_(
    "The mail server does not accept our sender’s address. Check [sender] address and [mail] "
    "bounce_address, and try “outreach mail test”."
)
LIMIT = N_(
    "The mail server says that this account has sent its share for now. Wait as it says (often a "
    "day), lower [mail] per_minute, then resume the batch."
)
POLICY = N_(
    "The mail server refuses our letters by its rules, so that the others would fail as well. Read "
    "its words, speak to whoever runs the server, then resume the batch."
)
TLS_WANTED = N_(
    "The mail server wants an encrypted connection. Set [mail] security to “starttls” (port 587) or "
    "“tls” (port 465)."
)

ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
WAIT = re.compile(
    r"\b(\d{1,4})\s*(s|sec|secs|seconds?|m|min|mins|minutes?|h|hours?)\b", re.IGNORECASE
)
MAX_WAIT = timedelta(hours=24)
LIMITED = re.compile(
    r"(daily|hourly|sending|message|recipient)\s+(rate\s+)?(limit|quota)|rate limit|too many messages",
    re.IGNORECASE,
)
OF_THE_RECIPIENT = frozenset({"5.7.2", "5.7.17", "5.7.18"})
"""List expansion forbidden; the mailbox or the domain has another owner (RFC 7293)."""
SPENT = frozenset({"5.1.90", "5.2.121", "5.7.708", "5.7.233", "5.7.232"})
BAD_SENDERS = frozenset({"5.1.7", "5.1.8"})
NO_SEND_AS = frozenset({"5.2.252", "5.7.60"})
TEMPORARY, PERMANENT = 400, 500
"""From where reply codes refuse."""
TOO_LARGE = 552
SIGN_IN_CODES = frozenset({530, 534, 535, 538})


def receipt(delivery: int, stage: Stage, code: int, words: str) -> Receipt:
    """Return what a reply means for a letter; a code below 400 is acceptance."""
    text = f"{code} {words}"
    if code < TEMPORARY:
        return Receipt(delivery, Outcome.ACCEPTED, text, code)
    if code < PERMANENT:
        return Receipt(delivery, Outcome.TEMPORARY, text, code, wait=wait(words))
    advice = refusal(stage, code, words)
    outcome = Outcome.PERMANENT if advice is None else Outcome.SENDER_REFUSED
    return Receipt(delivery, outcome, text, code, advice=advice)


@dataclass(frozen=True, slots=True)
class Refused:
    """A permanent refusal, taken apart."""

    stage: Stage
    code: int
    words: str
    """In small letters."""
    status: str
    """Enhanced: ``5.7.1``."""


RULES: tuple[tuple[Callable[[Refused], bool], str | None], ...] = (
    (
        lambda r: "smtpclientauthentication is disabled" in r.words or r.status == "5.7.139",
        DISABLED,
    ),
    (lambda r: "sendasdenied" in r.words or r.status in NO_SEND_AS, SEND_AS),
    (lambda r: "starttls" in r.words and r.stage is not Stage.END, TLS_WANTED),
    (lambda r: r.stage is Stage.SIGN_IN or r.code in SIGN_IN_CODES, SIGN_IN),
    (lambda r: r.status in SPENT, LIMIT),
    (lambda r: r.status in BAD_SENDERS, BAD_SENDER),
    (lambda r: r.stage is Stage.RECIPIENT and "relay" in r.words, RELAY),
    (lambda r: r.status in OF_THE_RECIPIENT, None),
    (lambda r: r.status.startswith("5.7.") and bool(LIMITED.search(r.words)), LIMIT),
    (lambda r: r.status.startswith("5.7."), POLICY),
    (lambda r: r.stage is Stage.CONNECT, POLICY),
    (lambda r: r.code == TOO_LARGE or r.status == "5.3.4", None),
    # All letters have the same sender, so that what is refused once is refused always.
    (lambda r: r.stage is Stage.SENDER, BAD_SENDER),
)
"""The first that fits says what to do; None: it is of the one letter."""


def refusal(stage: Stage, code: int, words: str) -> Phrase | None:
    """Return what to do about a refusal of *us*; None where it is of one letter only."""
    refused = Refused(stage, code, words.casefold(), enhanced(words))
    advice = next((advice for fits, advice in RULES if fits(refused)), None)
    return Phrase(advice) if advice else None


def enhanced(words: str) -> str:
    """Return the enhanced status code in a reply, as ``5.7.1``; empty where it has none."""
    found = ENHANCED.search(words)
    return found[0] if found else ""


def wait(words: str) -> timedelta | None:
    """Return how long a temporary refusal asks to wait ("try again in 300 seconds")."""
    found = WAIT.search(words)
    if found is None:
        return None
    unit = {"s": "seconds", "m": "minutes", "h": "hours"}[found[2][0].lower()]
    return min(timedelta(**{unit: int(found[1])}), MAX_WAIT)
