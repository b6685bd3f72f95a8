"""Newsletters: sent to many by a list, in answer to nothing."""

from outreach.inbox.kinds import Evidence, Kind, Reason, Verdict
from outreach.inbox.parsing import Parsed


def judge(message: Parsed) -> Verdict | None:
    """Return the verdict on bulk mail that answers nothing, or None.

    One header is not enough: secretariats have mailing lists and reply through them.
    """
    if message.in_reply_to or message.references:
        return None
    signs = [
        Evidence(name, message.first(name)[:100])
        for name in ("list-unsubscribe", "list-id", "feedback-id", "x-campaign", "x-mailer-lid")
        if message.has(name)
    ]
    precedence = message.first("precedence").strip().lower()
    if precedence in {"bulk", "list", "junk"}:
        signs.append(Evidence("precedence", precedence))
    if len(signs) < 2 and not message.has("list-unsubscribe-post"):  # noqa: PLR2004
        return None
    return Verdict(Kind.NOTICE, Reason.BULK, evidence=tuple(signs))
