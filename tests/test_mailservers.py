"""The mail servers of the tests are real: mail arrives, bounces come back, nothing leaves."""

import email
from email.policy import default

from tests.mailservers import MailServers

LETTER = b"From: courrier@ambassade.example\r\nSubject: Bonjour\r\nMessage-ID: <1@x.example>\r\n\r\nA\r\n"


def test_a_letter_arrives_in_the_mailbox(mail_servers: MailServers) -> None:
    mail_servers.deliver("courrier@ambassade.example", ["mairie@mairies.example"], LETTER)
    assert b"Subject: Bonjour" in mail_servers.wait_for("mairie@mairies.example")


def test_a_letter_to_nobody_comes_back_to_the_return_path(mail_servers: MailServers) -> None:
    sender = "retours+2a-abc@ambassade.example"
    mail_servers.deliver(sender, ["inconnu@mairies.example"], LETTER)
    raw = mail_servers.wait_for("retours@ambassade.example")
    bounce = email.message_from_bytes(raw, policy=default)
    assert bounce.get_content_type() == "multipart/report"
    assert bounce["To"] == sender
    assert b"Status: 5.1.1" in raw


def test_no_letter_leaves_this_machine(mail_servers: MailServers) -> None:
    mail_servers.deliver("retours@ambassade.example", ["x@elsewhere.example"], LETTER)
    assert b"only this machine" in mail_servers.wait_for("retours@ambassade.example")
