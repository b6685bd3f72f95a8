"""The mailbox is read by a token where the house gives no passwords (XOAUTH2), as Microsoft 365."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from outreach.dispatch.carriers.connection import Server
from outreach.dispatch.carriers.mailbox import Mailbox, MailboxError
from tests.mailservers import MailServers

ACCOUNT = "courrier@ambassade.example"
TOKEN = "ya29.jeton-d-une-heure"  # noqa: S105  # of this test alone


@contextmanager
def who_gave_tokens(port: int) -> Iterator[None]:
    """Tell dovecot whose token it was shown, as the provider would."""

    class Provider(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shown = parse_qs(urlsplit(self.path).query).get("access_token")
            answer = {"email": ACCOUNT} if shown == [TOKEN] else {"error": "invalid_token"}
            self.send_response(200 if "email" in answer else 400)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing on the test's screen."""

    with ThreadingHTTPServer(("127.0.0.1", port), Provider) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield
        server.shutdown()


def mailbox(servers: MailServers, token: str) -> Mailbox:
    return Mailbox(
        Server(
            host=servers.host,
            port=servers.imap_port,
            security="none",
            user=ACCOUNT,
            auth="xoauth2",
            secret=lambda: token,
        )
    )


def test_a_token_opens_the_mailbox(mail_servers: MailServers) -> None:
    letter = b"Message-ID: <1@mairie.example>\r\nSubject: Oui\r\n\r\nOui.\r\n"
    with who_gave_tokens(mail_servers.token_port):
        box = mailbox(mail_servers, TOKEN)
        box.lay(letter, "INBOX")
        with box.opened() as opened:
            opened.folder.set("INBOX", readonly=True)
            (found,) = opened.fetch(mark_seen=False)
    assert (found.subject, found.text.strip()) == ("Oui", "Oui.")


def test_a_token_that_has_ended_is_said_so(mail_servers: MailServers) -> None:
    with (
        who_gave_tokens(mail_servers.token_port),
        pytest.raises(MailboxError, match=r"(?i)authenticat"),
    ):
        mailbox(mail_servers, "too old").lay(b"Subject: x\r\n\r\nx", "INBOX")
