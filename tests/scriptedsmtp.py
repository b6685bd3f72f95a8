# ruff: noqa: ARG002  # aiosmtpd says what is passed
"""An SMTP server that says what a test tells it to, on loopback, with or without encryption."""

import asyncio
import base64
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.mailservers import free_port

CUT = "cut"
"""In place of a reply: the connection breaks."""
TAKEN_AND_CUT = "taken and cut"
"""In place of the reply to a whole message: it is taken, but the connection breaks before."""
SLOW = "slow"
"""In place of the reply to a whole message: it is taken, but said so a second later."""


@dataclass(slots=True)
class Arrived:
    """One message as the server took it."""

    sender: str
    recipients: list[str]
    content: bytes
    mail_options: list[str]
    recipient_options: list[str]


@dataclass
class Script:
    """What to answer; each list is used up, then all is well."""

    mail: list[str] = field(default_factory=list)
    recipient: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    end: list[str] = field(default_factory=list)
    offers: Sequence[str] = ()
    """More lines of the greeting, as ``PIPELINING``."""
    users: Mapping[str, str] = field(default_factory=dict)
    """Passwords, or tokens for XOAUTH2."""
    sign_in: list[str] = field(default_factory=list)
    arrived: list[Arrived] = field(default_factory=list)
    connections: int = 0
    commands: list[str] = field(default_factory=list)
    port: int = 0

    # The names are those that aiosmtpd looks for.
    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, host: str, lines: list[str]
    ) -> list[str]:
        session.host_name = host
        self.connections += 1
        return [*lines[:-1], *(f"250-{offer}" for offer in self.offers), lines[-1]]

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.commands.append(f"MAIL {address}")
        answer = self._next(server, self.mail, "250 2.1.0 ok")
        if answer.startswith("2"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.commands.append(f"RCPT {address}")
        answer = self._next(server, self.recipient, "250 2.1.5 ok")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self._next(server, self.end, "250 2.0.0 queued as 4f")
        if answer in {SLOW, TAKEN_AND_CUT} or answer.startswith("2"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.arrived.append(
                Arrived(
                    str(envelope.mail_from),
                    [str(one) for one in envelope.rcpt_tos],
                    content,
                    [str(one) for one in envelope.mail_options],
                    [str(one) for one in envelope.rcpt_options],
                )
            )
        if answer == SLOW:
            await asyncio.sleep(1)
            return "250 2.0.0 queued at last"
        return answer

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        fields = base64.b64decode(args[1]).decode().split("\x01")
        user, token = fields[0].removeprefix("user="), fields[1].removeprefix("auth=Bearer ")
        if self.users.get(user) == token and not self.sign_in:
            return AuthResult(success=True)
        await server.challenge_auth('{"status":"401"}', encode_to_b64=True)
        await server.push(self._next(server, self.sign_in, "535 5.7.3 Authentication unsuccessful"))
        return AuthResult(success=False, handled=True)

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        if self.sign_in:
            return AuthResult(success=False, handled=False, message=self.sign_in.pop(0))
        assert isinstance(data, LoginPassword)
        known = self.users.get(data.login.decode())
        return AuthResult(success=known == data.password.decode(), handled=False)

    def _next(self, server: SMTP, script: list[str], usual: str) -> str:
        answer = script.pop(0) if script else usual
        if answer in {CUT, TAKEN_AND_CUT}:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return answer


class _Server(SMTP):
    """Answers DATA by script too."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        script = self.event_handler
        assert isinstance(script, Script)
        script.commands.append("DATA")
        if script.data:
            await self.push(script.data.pop(0))
            return
        await super().smtp_DATA(arg)


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Server(self.handler, **self.SMTP_kwargs)


Serve = Callable[..., Script]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start scripted servers; each is stopped after the test."""
    running: list[Controller] = []

    def start(
        *,
        tls: ssl.SSLContext | None = None,
        starttls: ssl.SSLContext | None = None,
        size: int = 20_000,
        **script: Any,
    ) -> Script:
        told = Script(**script)
        controller = _Controller(
            told,
            hostname="127.0.0.1",
            port=free_port(),
            ssl_context=tls,
            tls_context=starttls,
            authenticator=told.authenticate if told.users or told.sign_in else None,
            auth_require_tls=False,
            auth_exclude_mechanism=(),
            enable_SMTPUTF8=True,
            decode_data=False,
            data_size_limit=size,
        )
        controller.start()
        running.append(controller)
        told.port = controller.port
        return told

    yield start
    for controller in running:
        controller.stop()


@dataclass(frozen=True, slots=True)
class Authority:
    """Certificates of an authority that nobody else trusts."""

    ca_file: Path
    good: ssl.SSLContext
    """For 127.0.0.1 and localhost."""
    other: ssl.SSLContext
    """For another name."""
    stranger: ssl.SSLContext
    """Of another authority."""


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    ca, strangers = trustme.CA(), trustme.CA()
    file = tmp_path_factory.mktemp("authority") / "ca.pem"
    ca.cert_pem.write_to_path(file)
    return Authority(
        file,
        _context(ca, "127.0.0.1", "localhost"),
        _context(ca, "elsewhere.example"),
        _context(strangers, "127.0.0.1"),
    )


def _context(ca: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(*names).configure_cert(context)
    return context
