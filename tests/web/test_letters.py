"""A letter's page shows what left, byte for byte, and lets nothing in it act."""

import pytest
from sqlalchemy import update

from outreach.dispatch.models import ArchivedObject, Delivery
from tests.dispatch.world import World
from tests.web.conftest import Browser


def test_the_page_shows_headers_text_and_where_the_files_are(
    browser: Browser, letters: dict[str, int]
) -> None:
    number = letters["CO:73001"]
    text = browser.get(f"/letters/{number}").text
    for words in (
        "Ibagué",
        "despacho@ibague.example",
        "S-EFRPR-25-",
        "in Spanish",
        "The exact letter, as it left",
        "Message-ID",
    ):
        assert words in text
    for place in ("mail", "original", "pdf"):
        assert f'"/letters/{number}/{place}"' in text
    assert " sandbox " in text


def test_the_original_is_the_very_message_that_left(
    browser: Browser, sent_world: World, letters: dict[str, int]
) -> None:
    answer = browser.get(f"/letters/{letters['FR:76351']}/original")
    assert answer.content in [path.read_bytes() for path in sent_world.outbox()]
    assert answer.headers["content-type"].startswith("message/rfc822")
    name = 'attachment; filename="S-EFRPR-25-1-FR-76351.eml"'
    assert answer.headers["content-disposition"] == name


@pytest.mark.parametrize("code", ["FR:76351", "CO:73001", "FR:06088"])
def test_the_pdf_is_a_file_to_keep(browser: Browser, letters: dict[str, int], code: str) -> None:
    answer = browser.get(f"/letters/{letters[code]}/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("attachment; ")


def test_the_mail_stands_alone_in_a_sandbox(browser: Browser, letters: dict[str, int]) -> None:
    answer = browser.get(f"/letters/{letters['FR:76351']}/mail")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith(
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    )
    assert "allow-" not in policy
    assert "script" not in policy
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "Monsieur le Maire" in answer.text


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("FR:06088", "The exact letter, as it is kept"),
        ("FR:75056", "No letter left for this recipient."),
    ],
)
def test_a_letter_that_did_not_leave_says_so(
    browser: Browser, letters: dict[str, int], code: str, words: str
) -> None:
    assert words in browser.get(f"/letters/{letters[code]}").text


def test_a_letter_from_outside_says_that_there_is_no_copy(
    browser: Browser, sent_world: World, letters: dict[str, int]
) -> None:
    number = letters["FR:75056"]
    with sent_world.store.transaction() as session:
        before = session.get_one(Delivery, number)
        kept = before.state, before.channel
        before.state, before.channel = "sent", "external"
    try:
        assert "no copy here" in browser.get(f"/letters/{number}").text
    finally:
        with sent_world.store.transaction() as session:
            row = session.get_one(Delivery, number)
            row.state, row.channel = kept


@pytest.mark.parametrize("place", ["", "/mail", "/original", "/pdf"])
@pytest.mark.parametrize(
    "number", ["0", "999999", "-1", "99999999999999999999", "x", "1.5", "%00", "%ff", "1'"]
)
def test_a_made_up_letter_is_not_found(browser: Browser, number: str, place: str) -> None:
    answer = browser.get(f"/letters/{number}{place}")
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("place", ["mail", "original", "pdf"])
def test_a_letter_without_a_copy_has_no_files(
    browser: Browser, letters: dict[str, int], place: str
) -> None:
    answer = browser.get(f"/letters/{letters['FR:75056']}/{place}")
    assert answer.status_code == 409
    assert "No letter of step" in answer.text


def test_a_printed_letter_has_no_mail(browser: Browser, letters: dict[str, int]) -> None:
    assert browser.get(f"/letters/{letters['FR:06088']}/mail").status_code == 404


def test_a_damaged_copy_is_told_and_not_shown(
    browser: Browser, sent_world: World, letters: dict[str, int]
) -> None:
    number = letters["CO:73001"]
    with sent_world.store.transaction() as session:
        sha256 = session.get_one(Delivery, number).archive_sha256
        body = session.get_one(ArchivedObject, sha256).body
        session.execute(
            update(ArchivedObject).where(ArchivedObject.sha256 == sha256).values(body=b"x" + body)
        )
    try:
        for place in ("", "/mail", "/original", "/pdf"):
            answer = browser.get(f"/letters/{number}{place}")
            assert answer.status_code == 409
            assert "damaged" in answer.text
    finally:
        with sent_world.store.transaction() as session:
            session.execute(
                update(ArchivedObject).where(ArchivedObject.sha256 == sha256).values(body=body)
            )
