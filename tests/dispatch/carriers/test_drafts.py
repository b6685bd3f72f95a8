"""Letters laid ready for a person: in Drafts, or as files that Outlook opens as unsent."""

from dataclasses import replace
from pathlib import Path

from outreach.dispatch.carriers.base import Outcome
from outreach.dispatch.carriers.connection import Server
from outreach.dispatch.carriers.drafts import Drafts, EmlFolder
from outreach.dispatch.carriers.mailbox import Mailbox
from tests.dispatch.carriers.test_smtp import LETTER
from tests.mailservers import PASSWORD, MailServers, free_port

ACCOUNT = "courrier@ambassade.example"


def mailbox(port: int, secret: str = PASSWORD) -> Mailbox:
    return Mailbox(
        Server(host="127.0.0.1", port=port, security="none", user=ACCOUNT, secret=lambda: secret)
    )


def test_a_file_opens_as_an_unsent_message_and_waits_for_a_person(tmp_path: Path) -> None:
    carrier = EmlFolder(tmp_path / "drafts")
    assert carrier.find(LETTER.delivery_id, LETTER.message_id) is False
    (receipt,) = carrier.send([LETTER])
    assert receipt.outcome is Outcome.UNKNOWN
    (path,) = (tmp_path / "drafts").iterdir()
    assert path.suffix == ".eml"
    assert path.read_bytes() == b"X-Unsent: 1\r\n" + LETTER.message
    assert carrier.find(LETTER.delivery_id, LETTER.message_id) is None
    carrier.send([LETTER])
    assert len(list((tmp_path / "drafts").iterdir())) == 1
    carrier.close()


def test_a_draft_lies_in_the_mailbox_until_it_is_found_among_those_sent(
    mail_servers: MailServers,
) -> None:
    box = mailbox(mail_servers.imap_port)
    carrier = Drafts(box, "Drafts", "Sent")
    letter = replace(
        LETTER, message=b"Message-ID: " + LETTER.message_id.encode() + b"\r\n" + LETTER.message
    )
    assert carrier.send([letter])[0].outcome is Outcome.UNKNOWN
    assert mail_servers.messages(ACCOUNT, "Drafts") == [letter.message]
    assert carrier.find(letter.delivery_id, letter.message_id) is None
    box.lay(letter.message, "Sent")  # as a mail program does
    found = carrier.find(letter.delivery_id, letter.message_id)
    assert found is not None
    assert found.outcome is Outcome.ACCEPTED
    carrier.close()


def test_a_mailbox_that_refuses_leaves_nothing_in_doubt(mail_servers: MailServers) -> None:
    for box in (mailbox(mail_servers.imap_port, "wrong"), mailbox(free_port())):
        (receipt,) = Drafts(box, "Drafts").send([LETTER])
        assert receipt.outcome is Outcome.SENDER_REFUSED
        assert "[mail.mailbox]" in str(receipt.advice)
