"""What a message is: from octets to a verdict, the same octets always the same verdict.

In order: bounce, complaint and receipts, automatic answers, opt-out, and what is left is a person's
reply. Only what the sender wrote decides, never what is quoted below it.
"""

from dataclasses import replace
from datetime import datetime

from outreach.inbox.classifying import (
    automatic,
    bounces,
    bulk,
    complaints,
    forwards,
    optouts,
    quoting,
)
from outreach.inbox.kinds import Evidence, Kind, Reason, Verdict
from outreach.inbox.parsing import Parsed, parse

__all__ = ["Kind", "Reason", "Verdict", "classify", "judge"]


def classify(raw: bytes, *, received: datetime) -> Verdict:
    """Return the verdict on a raw message that came at ``received`` (aware). Never raises."""
    return judge(parse(raw), received=received)


def judge(message: Parsed, *, received: datetime) -> Verdict:
    """Return the verdict on a parsed message. Never raises."""
    try:
        return _judge(message, received)
    except Exception as error:  # noqa: BLE001  # a message is never lost for a fault of ours
        return Verdict(Kind.UNREADABLE, evidence=(Evidence("fault", type(error).__name__),))


def _judge(message: Parsed, received: datetime) -> Verdict:
    split = quoting.split(message)
    verdict = bounces.judge(message) or complaints.judge(message)
    if verdict is not None:
        return replace(verdict, new_text=split.new)
    new_text = split.new
    if not message.headers or not (
        message.text.strip() or message.subject or any(part.size for part in message.parts)
    ):
        return Verdict(Kind.UNREADABLE, evidence=(Evidence("empty", "no headers or no content"),))
    passed_on = forwards.inside(message, new_text, message.recipients)
    if passed_on is not None:
        return _of_forward(message, passed_on, received)
    day = received.date()
    verdict = (
        automatic.judge(message, new_text, day)
        or optouts.judge(message, new_text)
        or bulk.judge(message)
        or Verdict(
            Kind.REPLY,
            original_message_id=message.answered_id,
            evidence=(Evidence("no-machine", "no header, no wording of a machine"),),
        )
    )
    return replace(verdict, new_text=new_text)


def _of_forward(message: Parsed, passed_on: tuple[str, str, str], received: datetime) -> Verdict:
    """Judge the message inside; its own headers are lost, so that only its words count."""
    author, subject, text = passed_on
    inner = replace(
        message,
        headers=(("from", author), ("subject", subject)),
        sender=("", author),
        subject=subject,
        text=text,
        html="",
        parts=(),
        report_type="",
        media="text/plain",
    )
    verdict = _judge(inner, received)
    return replace(
        verdict,
        author=author,
        evidence=(Evidence("forward", message.subject[:200]), *verdict.evidence),
    )
