"""Complaints and other reports of machines on our mail (RFC 5965, RFC 6650, RFC 8098)."""

import re

from outreach.inbox.classifying import refusals
from outreach.inbox.classifying.bounces import ADDRESS, MAX_DIAGNOSTIC, original_message_id
from outreach.inbox.decoding import fold
from outreach.inbox.kinds import Evidence, Failure, Kind, Reason, Verdict
from outreach.inbox.parsing import Parsed

COMPLAINTS = frozenset({"abuse", "fraud", "complaint", "other", "unsolicited", "miscategorized"})
NO_COMPLAINTS = frozenset({"not-spam", "auth-failure", "dkim", "dmarc", "virus", "identity"})
BARE_SUBJECT = re.compile(
    r"^(?:complaint about message from|abuse report|spam complaint|\[?feedback loop\]?"
    r"|email feedback report|signalement de (?:spam|courrier indesirable))"
)
REJECTED = re.compile(
    r"^rejected: |automatically rejected|rejete automatiquement|rechazado automaticamente",
    re.MULTILINE,
)
BARE_SENDER = re.compile(r"^(?:staff|abuse|fbl|feedback|complaints?|feedbackloop|fbl-no-?reply)@")


def judge(message: Parsed) -> Verdict | None:
    """Return the verdict on a complaint or a report, or None."""
    return _feedback(message) or _bare(message) or _receipt(message) or _domain_report(message)


def _feedback(message: Parsed) -> Verdict | None:
    report = message.part("message/feedback-report")
    if not report.strip():
        return None
    fields = _fields(report)
    kind = (fields.get("feedback-type", ["abuse"])[0].split(";")[0]).strip().lower()
    recipients = _addresses(
        [*fields.get("original-rcpt-to", []), *fields.get("removal-recipient", [])]
    )
    evidence = (Evidence("feedback-type", kind),)
    common = {
        "recipients": recipients or _enclosed_recipients(message),
        "original_message_id": original_message_id(message),
    }
    if kind in NO_COMPLAINTS:
        return Verdict(Kind.NOTICE, Reason.REPORT, evidence=evidence, **common)  # type: ignore[arg-type]
    if kind in {"opt-out", "opt-out-list"}:
        return Verdict(Kind.OPT_OUT, Reason.EVERYTHING, evidence=evidence, **common)  # type: ignore[arg-type]
    return Verdict(Kind.COMPLAINT, evidence=evidence, **common)  # type: ignore[arg-type]


def _bare(message: Parsed) -> Verdict | None:
    """Older feedback loops: our letter enclosed, a subject, no report."""
    subject = fold(message.subject)
    if not (BARE_SUBJECT.match(subject) and BARE_SENDER.match(message.sender[1])):
        return None
    return Verdict(
        Kind.COMPLAINT,
        recipients=_enclosed_recipients(message),
        original_message_id=original_message_id(message),
        evidence=(Evidence("feedback-loop", message.subject),),
    )


def _receipt(message: Parsed) -> Verdict | None:
    """Read receipts: somebody's program opened or deleted the letter; nobody answered."""
    report = message.part("message/disposition-notification")
    if not report.strip() and message.report_type != "disposition-notification":
        return None
    fields = _fields(report)
    disposition = fold(" ".join(fields.get("disposition", [])))
    if "automatic-action" in disposition and REJECTED.search(
        fold(f"{message.subject}\n{message.text[:2_000]}")
    ):
        return _rejected(message, fields)
    unread = re.search(r"\bdeleted\b|\bdenied\b|\bfailed\b", disposition)
    return Verdict(
        Kind.NOTICE,
        Reason.NOT_READ if unread else Reason.READ,
        recipients=_addresses(_fields(report).get("final-recipient", [])),
        original_message_id=(
            next(iter(_fields(report).get("original-message-id", [])), "").strip()
            or original_message_id(message)
        ),
        evidence=(Evidence("disposition", disposition or "report-type"),),
    )


def _rejected(message: Parsed, fields: dict[str, list[str]]) -> Verdict:
    """Read a refusal in the shape of a receipt: Sieve's reject and full mailboxes (RFC 5429)."""
    told = " ".join(message.text.split())
    reason = refusals.reason_of(told)
    recipient = next(iter(_addresses(fields.get("final-recipient", []))), "")
    failure = Failure(recipient, reason, diagnostic=told[:MAX_DIAGNOSTIC])
    return Verdict(
        Kind.BOUNCE,
        reason,
        permanence=failure.permanence,
        recipients=tuple(filter(None, [recipient])),
        original_message_id=next(iter(fields.get("original-message-id", [])), "").strip() or None,
        failures=(failure,),
        evidence=(Evidence("rejected-by-filter", told[:200]),),
    )


def _domain_report(message: Parsed) -> Verdict | None:
    """DMARC and TLS reports: statistics (RFC 7489 section 7.2.1.1, RFC 8460)."""
    if message.first("tls-report-domain") or re.match(
        r"^(?:\W*preview\W*)?report[- ]domain:", fold(message.subject)
    ):
        return Verdict(
            Kind.NOTICE, Reason.REPORT, evidence=(Evidence("domain-report", message.subject),)
        )
    return None


def _fields(report: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in re.sub(r"\n[ \t]+", " ", report).split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            found.setdefault(name.strip().lower(), []).append(value.strip())
    return found


def _addresses(values: list[str]) -> tuple[str, ...]:
    found = (one.lower() for value in values for one in ADDRESS.findall(value))
    return tuple(dict.fromkeys(found))


def _enclosed_recipients(message: Parsed) -> tuple[str, ...]:
    return _addresses(
        [
            value
            for headers in message.enclosed_headers[:1]
            for name, value in headers
            if name in {"to", "x-hmxmroriginalrecipient"}
        ]
    )
