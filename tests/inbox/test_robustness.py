"""Whatever arrives, a verdict comes out, and databases and JSON take its words."""

import json
import time
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.inbox.verdict import classify
from tests.inbox.mutations import mutated

CORPUS = [path.read_bytes() for path in sorted((Path(__file__).parent.parent / "emails").glob("*"))]
SOAK_SECONDS = 120

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


@pytest.mark.parametrize("seed", range(4))
def test_mutations_of_real_messages_have_a_verdict(seed: int) -> None:
    for raw in islice(mutated(CORPUS, seed), 150):
        sound(raw)


@pytest.mark.soak
def test_mutations_for_minutes_have_a_verdict_and_none_takes_long() -> None:
    end = time.monotonic() + SOAK_SECONDS
    slowest = 0.0
    count = 0
    for raw in mutated(CORPUS, seed=int(time.time())):
        count += 1
        before = time.process_time()
        sound(raw)
        slowest = max(slowest, time.process_time() - before)
        if time.monotonic() > end:
            break
    assert count > 1_000
    assert slowest < 20, "a pattern runs away on some text"


@pytest.mark.parametrize(
    "text",
    [
        "absent " * 20_000,
        "a@" * 50_000,
        "de la part de " * 10_000,
        "merci de " * 20_000,
        "le " * 40_000 + "a écrit :",
        "> " * 50_000,
        "\n".join(["De : x"] * 30_000),
        "jusqu'au " * 20_000,
        "du 1 au 2 " * 20_000,
        "user mailbox address " * 10_000,
        "https://" * 20_000,
        "=?utf-8?q?" * 20_000,
        "_" * 200_000,
        "*\n" * 60_000,
    ],
    ids=lambda text: text[:12].strip(),
)
def test_no_pattern_runs_away_on_a_long_text(text: str) -> None:
    for head in (
        "From: a@b.example\nSubject: x\n\n",
        "From: MAILER-DAEMON@b.example\nSubject: failure\nAuto-Submitted: auto-replied\n\n",
        "From: a@b.example\nContent-Type: text/html\n\n<p>",
    ):
        before = time.process_time()
        sound((head + text).encode())
        # Seconds of computing, not of waiting: a runaway pattern takes minutes.
        assert time.process_time() - before < 20


def sound(raw: bytes) -> None:
    verdict = classify(raw, received=RECEIVED)
    text = json.dumps(asdict(verdict), default=str, ensure_ascii=False)
    text.encode()
    assert "\\u0000" not in text
    assert not [one for one in verdict.evidence if one.rule == "fault"]
