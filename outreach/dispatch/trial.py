"""A test letter to the office itself: shows that the way out works. Not numbered, not counted."""

import secrets
from datetime import datetime

from outreach.dispatch import messages
from outreach.dispatch.carriers.base import Addressed, Carrier, Outcome, Receipt
from outreach.dispatch.headers import Envelope
from outreach.dispatch.postmark import Postmark
from outreach.errors import N_, OutreachError
from outreach.settings import Settings

TRIAL = 0
"""No delivery has this number."""


class TrialRefusedError(OutreachError):
    """The test letter did not leave."""

    message = N_("The test letter did not leave. The server said: {words} {advice}")


def letter(
    settings: Settings, postmark: Postmark, subject: str, text: str, now: datetime
) -> Addressed:
    """Return a letter from the office to itself. Raises UnsafeHeaderError."""
    sender = settings.sender
    message_id = f"<test.{secrets.token_hex(12)}@{sender.domain}>"
    envelope = Envelope(
        message_id=message_id,
        sender=(sender.name.fr, sender.address),
        recipient=("", sender.address),
        subject=subject,
        moment=now.astimezone(settings.zone),
        language=settings.office.ui_language,
    )
    composed = messages.compose(envelope, f"{text}\n", f"<p>{text}</p>\n")
    return Addressed(
        delivery_id=TRIAL,
        message_id=message_id,
        sender=settings.mail.bounce_address or sender.address,
        recipient=sender.address,
        message=composed.under(postmark.signature(composed.message)).message,
        copies=postmark.blind_copies(),
    )


def send(carrier: Carrier, test: Addressed) -> Receipt:
    """Hand the letter over. Raises TrialRefusedError with the server's words and what to do."""
    try:
        (receipt,) = carrier.send([test])
    finally:
        carrier.close()
    if receipt.outcome not in {Outcome.ACCEPTED, Outcome.UNKNOWN}:
        raise TrialRefusedError(words=receipt.text, advice=receipt.advice or "")
    return receipt
