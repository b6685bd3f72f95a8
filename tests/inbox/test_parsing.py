"""Any octets whatever are read: nothing raises, nothing hangs, nothing is lost without a word."""

from datetime import UTC, datetime

import pytest

from outreach.inbox.kinds import Kind
from outreach.inbox.parsing import parse
from outreach.inbox.verdict import classify

RECEIVED = datetime(2025, 9, 8, 9, 0, tzinfo=UTC)


def test_a_plain_letter_is_taken_apart() -> None:
    message = parse(
        b"From: =?utf-8?Q?Mairie_d=27=C3=89vreux?= <Accueil@Ville.example>\r\n"
        b"To: Ambassade <mission@office.example>\r\n"
        b"Subject: =?utf-8?B?UsOpcG9uc2Ugw6A=?=\r\n =?utf-8?B?IHZvdHJlIGxldHRyZQ==?=\r\n"
        b"Message-ID: <a@ville.example>\r\nIn-Reply-To: <b@office.example>\r\n"
        b"References: <c@office.example>\r\n <b@office.example>\r\n"
        b"Date: Mon, 8 Sep 2025 10:00:00 +0200\r\n"
        b"Content-Type: text/plain; charset=iso-8859-1\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\nC'est not=E9.\r\n"
    )
    assert message.sender == ("Mairie d'Évreux", "accueil@ville.example")
    assert message.recipients == ("mission@office.example",)
    assert message.subject == "Réponse à votre lettre"
    assert message.answered_id == "<b@office.example>"
    assert message.references == ("<c@office.example>", "<b@office.example>")
    assert message.date == datetime(2025, 9, 8, 8, 0, tzinfo=UTC)
    assert message.text.strip() == "C'est noté."
    assert message.problems == ()


@pytest.mark.parametrize(
    ("declared", "octets"),
    [
        ("us-ascii", "Réunion à Ibagué".encode()),
        ("iso-8859-1", "Réunion à Ibagué".encode()),
        ("utf-8", "Réunion à Ibagué".encode("cp1252")),
        ("x-unknown", "Réunion à Ibagué".encode("cp1252")),
        ("utf-16", "Réunion à Ibagué".encode()),
        ("zlib", "Réunion à Ibagué".encode()),
        ("utf-8", "Réunion à Ibagué".encode().decode("cp1252").encode()),
    ],
)
def test_a_wrong_charset_is_seen_through(declared: str, octets: bytes) -> None:
    head = f"From: a@b.example\nContent-Type: text/plain; charset={declared}\n\n".encode()
    assert parse(head + octets).text.strip() == "Réunion à Ibagué"


def test_a_message_of_html_only_has_its_words() -> None:
    message = parse(
        b"From: a@b.example\nContent-Type: text/html; charset=utf-8\n\n"
        b"<html><head><style>p {}</style></head><body><p>Bonjour,</p>"
        b"<p>Merci<br>beaucoup.<img src='http://tracker.example/x.gif'></p></body></html>"
    )
    assert message.text.split("\n\n") == ["Bonjour,", "Merci\nbeaucoup."]


def test_lines_that_end_in_carriage_returns_only_are_lines() -> None:
    message = parse(b"From: a@b.example\rSubject: Hola\r\rUno\rDos\r")
    assert (message.subject, message.text.strip()) == ("Hola", "Uno\nDos")


def test_nul_octets_do_not_reach_the_database() -> None:
    message = parse(b"From: a\x00@b.example\nSubject: a\x00b =?utf-8?q?c=00d?=\n\nx\x00y")
    assert message.subject == "ab cd"
    assert message.text == "xy"


def test_a_thousand_parts_inside_each_other_are_no_trap() -> None:
    lines = [b"From: a@b.example", b"Subject: deep"]
    for depth in range(1000):
        lines += [b'Content-Type: multipart/mixed; boundary="b%d"' % depth, b"", b"--b%d" % depth]
    raw = b"\n".join([*lines, b"Content-Type: text/plain", b"", b"bonjour"])
    message = parse(raw)
    assert message.subject == "deep"
    assert message.problems == ("too many parts inside each other",)
    assert classify(raw, received=RECEIVED).kind is Kind.REPLY


def test_a_thousand_messages_inside_each_other_are_no_trap() -> None:
    raw = b"Subject: deep\n" + b"Content-Type: message/rfc822\n\n" * 1000 + b"hello"
    assert parse(raw).subject == "deep"


def test_fifty_megabytes_are_read_as_far_as_they_matter() -> None:
    attachment = (b"QUJD" * 19 + b"\r\n") * 680_000
    assert len(attachment) > 50_000_000
    raw = (
        b"From: a@b.example\r\nSubject: Plan\r\n"
        b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n'
        b"--x\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n"
        b'Content-Disposition: attachment; filename="plan.pdf"\r\n\r\n' + attachment + b"\r\n"
        b"--x\r\nContent-Type: text/plain\r\n\r\nCi-joint le plan.\r\n--x--\r\n"
    )
    message = parse(raw)
    assert message.text.strip() == "Ci-joint le plan."
    assert [part.name for part in message.parts] == ["plan.pdf", ""]


def test_fifty_megabytes_on_one_line_are_read_too() -> None:
    raw = b"From: a@b.example\r\nSubject: long\r\n\r\n" + b"a" * 50_000_000
    assert classify(raw, received=RECEIVED).kind is Kind.REPLY


@pytest.mark.parametrize("raw", [b"", b"\x00", b"\r\r\r", b"\xff\xfe", b"\n\n"])
def test_an_empty_message_is_for_a_person_to_see(raw: bytes) -> None:
    assert classify(raw, received=RECEIVED).kind is Kind.UNREADABLE
