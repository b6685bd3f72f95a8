"""Outlook's own files become messages of the internet, whatever is in them."""

import email
import random
import struct
from collections import Counter
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from pathlib import Path

import compressed_rtf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.inbox import files, outlook
from outreach.inbox.kinds import Kind
from outreach.inbox.parsing import parse
from outreach.inbox.verdict import judge
from tests.inbox.outlookfiles import Tree, compound, outlook_file, properties

SENT = datetime(2025, 9, 8, 9, 0, tzinfo=UTC)
HEADERS = (
    "Received: from a by b;\r\n Mon, 8 Sep 2025 09:00:00 +0000\r\nFrom: Élu <elu@mairie.example>\r\n"
    "Subject: =?utf-8?q?R=C3=A9ponse?=\r\nIn-Reply-To: <7@ambassade.example>\r\n"
    'Content-Type: multipart/mixed;\r\n boundary="x"\r\nMIME-Version: 1.0\r\n\r\n'
)


def read(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(outlook.message(raw), policy=policy.default)
    assert [part.defects for part in message.walk()] == [[] for _ in message.walk()]
    return message


def attachment(
    name: str, data: bytes, kind: str = "application/pdf", below: Tree | None = None
) -> Tree:
    text = {outlook.FILE_NAME: name, outlook.FILE_TYPE: kind}
    return properties(text, {outlook.FILE_DATA: data} if data else {}, below=below, header=8)


def test_a_message_keeps_the_headers_with_which_it_came() -> None:
    raw = outlook_file(
        {outlook.HEADERS: HEADERS, outlook.BODY: "Oui, l’été prochain."},
        {outlook.HTML: "<p>Oui, l\xe9t\xe9</p>".encode("cp1252")},
        numbers={outlook.INTERNET_CODE_PAGE: 1252},
        below={"__attach_version1.0_#00000000": attachment("été.pdf", b"%PDF" * 3_000)},
    )
    message = read(raw)
    assert message["In-Reply-To"] == "<7@ambassade.example>"
    assert len(message.get_all("Content-Type", [])) == 1
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content() == "Oui, l’été prochain."
    html = message.get_body(("html",))
    assert html is not None
    assert "lété" in html.get_content()
    (file,) = message.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("été.pdf", b"%PDF" * 3_000)
    parsed = parse(outlook.message(raw))
    assert (parsed.sender[1], parsed.subject) == ("elu@mairie.example", "Réponse")
    assert judge(parsed, received=SENT).kind is Kind.REPLY
    assert outlook.message(raw) == outlook.message(raw)


def test_one_that_never_left_exchange_gets_its_headers_from_its_properties() -> None:
    person = properties(
        {outlook.NAME: "Mission", outlook.SMTP_ADDRESS: "mission@ambassade.example"}, header=8
    )
    raw = outlook_file(
        {
            outlook.SUBJECT: "Réunion\r\nBcc: x@y.example",
            outlook.SENDER_NAME: "Duval, Zoé",
            outlook.SENDER_ADDRESS: "/O=EXCHANGE/CN=ZOE",
            outlook.SENDER_SMTP: "zoe@mairie.example",
            outlook.MESSAGE_ID: "<1@exchange.example>",
            outlook.BODY: "Bonjour",
        },
        moments={outlook.SUBMITTED: SENT},
        below={"__recip_version1.0_#00000000": person},
    )
    message = read(raw)
    parsed = parse(outlook.message(raw))
    assert parsed.sender == ("Duval, Zoé", "zoe@mairie.example")
    assert (parsed.subject, message["Bcc"]) == ("Réunion Bcc: x@y.example", None)
    assert parsed.date == SENT
    assert parsed.message_id == "<1@exchange.example>"
    assert message["To"] == "Mission <mission@ambassade.example>"


def test_text_in_an_old_code_page_is_read() -> None:
    raw = outlook_file({outlook.HEADERS: HEADERS, outlook.BODY: "d’août"}, old=True)
    assert read(raw).get_content() == "d’août"


def test_a_body_that_is_rtf_alone_is_read() -> None:
    rtf = (
        r"{\rtf1\ansi\ansicpg1252\fromhtml1\deff0{\fonttbl{\f0 Arial;}}\uc1\pard\f0 "
        r"{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Oui, avec int\'e9r\'eat d\u8217?ici l\'e0."
        r"\htmlrtf\par}\htmlrtf0 {\*\htmltag72 </p>}{\*\htmltag64 <p>}Cordialement\par }"
    )
    for packed in (True, False):
        octets = compressed_rtf.compress(rtf.encode("ascii"), compressed=packed)
        raw = outlook_file({outlook.HEADERS: HEADERS}, {outlook.RTF: octets})
        assert read(raw).get_content() == "Oui, avec intérêt d’ici là.\nCordialement"


@pytest.mark.parametrize("octets", [b"x", b"\xff" * 40, b"\x10\0\0\0\0\0\0\0LZFu" + b"\0" * 9])
def test_rtf_that_is_damaged_leaves_the_rest_of_the_message(octets: bytes) -> None:
    raw = outlook_file({outlook.HEADERS: HEADERS}, {outlook.RTF: octets})
    message = read(raw)
    assert (message["In-Reply-To"], message.get_content()) == ("<7@ambassade.example>", "")


def test_a_message_within_is_read_and_nesting_has_an_end() -> None:
    tree = properties({outlook.HEADERS: "Message-ID: <0@a.example>\n", outlook.BODY: "0"})
    for depth in range(1, 8):
        inner = dict(tree) | {"__properties_version1.0": bytes(24)}
        within = attachment("m", b"", below={"__substg1.0_3701000D": inner})
        tree = properties(
            {outlook.HEADERS: f"Message-ID: <{depth}@a.example>\n", outlook.BODY: str(depth)},
            below={"__attach_version1.0_#00000000": within},
        )
    found = [part["Message-ID"] for part in read(compound(tree)).walk() if part["Message-ID"]]
    assert found == [f"<{depth}@a.example>" for depth in (7, 6, 5, 4, 3)]


def test_another_office_file_is_no_message() -> None:
    with pytest.raises(ValueError, match="no message"):
        outlook.message(compound({"WordDocument": b"x" * 5_000}))


@given(headers=st.text(), text=st.text(), name=st.text(), kind=st.text())
def test_no_words_whatever_end_a_header_or_break_the_message(
    headers: str, text: str, name: str, kind: str
) -> None:
    coded = [one.encode("utf-8", "ignore").decode() for one in (headers, text, name, kind)]
    raw = outlook_file(
        {
            outlook.HEADERS: f"X-Own: 1\n{coded[0]}",
            outlook.BODY: coded[1],
            outlook.SUBJECT: coded[0],
        },
        below={"__attach_version1.0_#00000000": attachment(coded[2], b"data", coded[3])},
    )
    message = email.message_from_bytes(outlook.message(raw), policy=policy.compat32)
    assert [part.get_payload(decode=True) for part in message.walk()][-1] == b"data"


def test_damaged_files_are_read_or_refused_with_a_clear_word(tmp_path: Path) -> None:
    whole = outlook_file(
        {outlook.HEADERS: HEADERS, outlook.BODY: "x" * 9_000},
        below={"__attach_version1.0_#00000000": attachment("a", b"y" * 6_000)},
    )
    chance = random.Random(7)  # noqa: S311  # the same damage in every run
    path = tmp_path / "hurt.msg"
    told: Counter[str] = Counter()
    for _ in range(300):
        hurt = bytearray(whole[: chance.choice((len(whole), chance.randrange(9, len(whole))))])
        for _ in range(chance.randrange(1, 6)):
            at = chance.randrange(8, len(hurt))
            hurt[at : at + 4] = struct.pack("<I", chance.choice((0, 1, 2**31, 2**32 - 1, at)))
        path.write_bytes(hurt)
        try:
            told["read"] += len(list(files.messages(path)))
        except files.OutlookFileError:
            told["refused"] += 1
    assert told.total() == 300
    assert min(told["read"], told["refused"]) > 10
