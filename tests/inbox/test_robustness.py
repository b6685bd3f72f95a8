"""Hypothesis: whatever arrives, a verdict comes out, and databases and JSON take its words."""

import json
from dataclasses import asdict
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from outreach.inbox.verdict import classify

RECEIVED = datetime(2025, 9, 8, 9, 0, tzinfo=UTC)
HEADERS = st.sampled_from(
    [
        b"From: =?utf-8?q?a?= <a@b.example>",
        b"Subject: Undelivered Mail",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=x",
        b"Content-Type: multipart/mixed; boundary=x",
        b"Content-Type: text/html; charset=utf-16",
        b"Content-Type: message/rfc822",
        b"Content-Type: message/delivery-status",
        b"Content-Transfer-Encoding: base64",
        b"Content-Transfer-Encoding: quoted-printable",
        b"Content-Disposition: attachment; filename*=utf-8''%ff; filename*0=x",
        b"Auto-Submitted: auto-replied",
        b"--x",
        b"--x--",
        b"",
        b"Final-Recipient: rfc822; <a@b.example>",
        b"Action: failed",
        b"Status: 5.1.1",
        b"<blockquote><div class=gmail_quote><p>",
        b"Le 3 septembre 2025, a@b.example a \xc3\xa9crit :",
    ]
)


@given(st.binary(max_size=2_000))
def test_any_octets_have_a_verdict(raw: bytes) -> None:
    sound(raw)


@given(
    st.lists(st.one_of(HEADERS, st.binary(max_size=80)), max_size=30),
    st.sampled_from([b"\n", b"\r\n", b"\r"]),
)
def test_any_mixture_of_the_parts_of_mail_has_a_verdict(lines: list[bytes], end: bytes) -> None:
    sound(end.join(lines))


def sound(raw: bytes) -> None:
    verdict = classify(raw, received=RECEIVED)
    text = json.dumps(asdict(verdict), default=str, ensure_ascii=False)
    text.encode()
    assert "\\u0000" not in text
    assert not [one for one in verdict.evidence if one.rule == "fault"]
