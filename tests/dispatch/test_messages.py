"""Messages that any mail program reads, joined from ready pieces."""

from dataclasses import replace
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.dispatch import messages
from outreach.dispatch.headers import Envelope, UnsafeHeaderError
from outreach.dispatch.messages import Attachment

PARIS = ZoneInfo("Europe/Paris")
ENVELOPE = Envelope(
    message_id="<7.abc@ambassade-colombie.example>",
    sender=("Ambassade de Colombie en France", "courrier@ambassade-colombie.example"),
    recipient=("Ville de Saint-Étienne", "mairie@saint-etienne.example"),
    subject="Partage du document d’Asointermedias et invitation à approfondir la coopération avec la Colombie",
    moment=datetime(2025, 9, 1, 9, 30, tzinfo=PARIS),
    language="fr",
)
PDF = b"%PDF-1.7 " + bytes(range(256)) * 40


def read(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_a_mail_program_reads_back_every_header_and_both_bodies() -> None:
    text = "Madame la Maire,\n\nNous avons l’honneur…\n\n.\n"
    html = "<p>Madame la Maire,</p>\n<p>" + "é" * 2000 + "</p>\n"
    message = read(messages.compose(ENVELOPE, text, html).message)
    assert message["Subject"] == ENVELOPE.subject
    assert message["Message-ID"] == ENVELOPE.message_id
    assert message["Date"] == "Mon, 01 Sep 2025 09:30:00 +0200"
    assert message["To"].addresses[0].display_name == "Ville de Saint-Étienne"
    assert message["To"].addresses[0].addr_spec == "mairie@saint-etienne.example"
    assert message["List-Unsubscribe"].startswith("<mailto:courrier@")
    assert message.get_content_type() == "multipart/alternative"
    assert body(message, "plain").replace("\r\n", "\n") == text
    assert unescape(body(message, "html").replace("\r\n", "\n")) == html


def test_every_line_is_seven_bit_and_short_enough() -> None:
    raw = messages.compose(
        ENVELOPE,
        "é" * 3000,
        "x" * 3000,
        [Attachment.of("S-EFRPR-25-1.pdf", "application/pdf", PDF)],
    ).message
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    "html",
    [
        "<p>Élodie &amp; Saint-Étienne « 1er »</p>",
        "<p>" + "é" * 400 + "</p>",
        "<style>p::before{content:'é'}</style><p>é</p>",
        "<p>a</p>\n" * 50 + "日本 \U0001f600",
    ],
)
def test_html_reads_the_same_after_the_journey(html: str) -> None:
    message = read(messages.compose(ENVELOPE, "texte", html).message)
    assert unescape(body(message, "html").replace("\r\n", "\n").strip()) == unescape(html)
    if "style" in html:
        assert body(message, "html").strip() == html


def test_an_attachment_arrives_unchanged_beside_the_two_bodies() -> None:
    attachment = Attachment.of("Lettre circulaire.pdf", "application/pdf", PDF)
    message = read(messages.compose(ENVELOPE, "texte", "<p>texte</p>", [attachment]).message)
    assert message.get_content_type() == "multipart/mixed"
    found = list(message.iter_attachments())
    assert [part.get_filename() for part in found] == ["Lettre circulaire.pdf"]
    assert found[0].get_content() == PDF
    assert body(message, "plain").strip() == "texte"


def test_a_file_name_keeps_its_accents() -> None:
    attachment = Attachment.of("Lettre à Nîmes.pdf", "application/pdf", PDF)
    message = read(messages.compose(ENVELOPE, "t", "h", [attachment]).message)
    assert [part.get_filename() for part in message.iter_attachments()] == ["Lettre à Nîmes.pdf"]


@pytest.mark.parametrize("bad", ["a\r\nBcc: x@y.example", "a\nb", "a\x00b", "a\u2028b", "\u202eab"])
def test_a_header_with_a_line_break_or_hidden_character_is_refused(bad: str) -> None:
    for envelope in (
        replace(ENVELOPE, subject=bad),
        replace(ENVELOPE, recipient=(bad, "a@b.example")),
        replace(ENVELOPE, recipient=("A", f"{bad}@b.example")),
    ):
        with pytest.raises(UnsafeHeaderError):
            messages.compose(envelope, "t", "h")


def test_a_subject_that_looks_encoded_is_shown_as_it_was_written() -> None:
    subject = "=?utf-8?q?Sujet=0D=0ABcc:_v=40example.org?="
    raw = messages.compose(replace(ENVELOPE, subject=subject), "t", "h").message
    message = read(raw)
    assert message["Subject"] == subject
    assert message["Bcc"] is None


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cf"]), max_size=300))
def test_any_subject_comes_back_as_written(subject: str) -> None:
    raw = messages.compose(replace(ENVELOPE, subject=subject), "t", "h").message
    got = read(raw)["Subject"] or ""
    assert " ".join(got.split()) == " ".join(subject.split())


def test_the_message_id_is_stable_and_differs_by_letter() -> None:
    once = messages.message_id(7, "abc", "ambassade-colombie.example")
    assert once == messages.message_id(7, "abc", "ambassade-colombie.example")
    assert once != messages.message_id(8, "abc", "ambassade-colombie.example")
