"""Hands letters to the office's mail server over one kept connection.

A connection that broke before the letter was handed over whole is made again at once, as nothing
left; one that breaks afterwards, before the answer, leaves that one letter unknown.
"""

import smtplib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from outreach.dispatch.carriers import answers
from outreach.dispatch.carriers.answers import Stage
from outreach.dispatch.carriers.base import Addressed, Outcome, Receipt
from outreach.dispatch.carriers.connection import ConnectError, Server, connect, words_of

END_PATIENCE = 600.0
"""Seconds a server may take to accept a whole message (RFC 5321 section 4.5.3.2.6)."""
CLOSING = 421
MAX_ENVID = 100
"""RFC 3461 section 4.4."""

Lookup = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of the server."""

    stage: Stage
    code: int
    words: str


class LetterRefusedError(Exception):
    """The server, or what it offers, does not take this letter."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.words)
        self.reply = reply


class Smtp:
    """Carrier over SMTP. One connection, kept open; each thread has a carrier of its own."""

    name = "smtp"
    window = 1

    def __init__(self, server: Server, *, lookup: Lookup | None = None) -> None:
        self._server = server
        self._lookup = lookup
        self._smtp: smtplib.SMTP | None = None

    def send(self, letters: Sequence[Addressed]) -> list[Receipt]:
        """Hand over each letter; never raises for what the server does."""
        try:
            return [self._send(letter) for letter in letters]
        except BaseException:  # interrupted: nothing more may be said within a half letter
            self._drop()
            raise

    def find(self, delivery_id: int, message_id: str) -> Receipt | None:
        """Look for the letter among the copies in the archive mailbox, where there is one.

        Its absence proves nothing, as a copy may be late.
        """
        if self._lookup is not None and self._lookup(message_id):
            return Receipt(delivery_id, Outcome.ACCEPTED, "its copy is in the archive mailbox")
        return None

    def close(self) -> None:
        """Say good-bye."""
        if self._smtp is not None:
            try:
                self._smtp.quit()
            except (OSError, smtplib.SMTPException):
                self._smtp.close()
            self._smtp = None

    def _send(self, letter: Addressed) -> Receipt:
        fresh = self._smtp is None
        while True:
            try:
                smtp = self._connection()
            except ConnectError as error:
                return self._unconnected(letter, error)
            try:
                self._offer(smtp, letter)
            except LetterRefusedError as refused:
                return self._refused(letter, refused.reply)
            except (OSError, smtplib.SMTPException) as error:
                self._drop()
                if fresh:
                    return Receipt(letter.delivery_id, Outcome.TEMPORARY, words_of(str(error)))
                fresh = True  # a kept connection may have ended meanwhile: once more
                continue
            return self._conclude(smtp, letter)

    def _connection(self) -> smtplib.SMTP:
        if self._smtp is None:
            self._smtp = connect(self._server)
        return self._smtp

    def _offer(self, smtp: smtplib.SMTP, letter: Addressed) -> None:
        """Give the envelope and the whole message, but for its answer.

        What is raised here means that the server has not seen the end of the message.
        """
        sender, recipients = _envelope(smtp, letter)
        # With copies, one may be refused and another not: then the letter must not go on.
        if smtp.has_extn("pipelining") and not letter.copies:
            _ask_at_once(smtp, f"{sender}\r\n{recipients[0]}\r\nDATA\r\n".encode())
        else:
            _ask(smtp, sender, Stage.SENDER)
            _ask(smtp, recipients[0], Stage.RECIPIENT)
            for copy in recipients[1:]:  # a refused copy keeps no letter back
                smtp.send(f"{copy}\r\n".encode())
                _reply(smtp, Stage.RECIPIENT)
            _ask(smtp, "DATA", Stage.DATA)
        body = letter.message.replace(b"\r\n.", b"\r\n..")
        if body.startswith(b"."):
            body = b"." + body
        smtp.send(body + (b".\r\n" if body.endswith(b"\r\n") else b"\r\n.\r\n"))

    def _conclude(self, smtp: smtplib.SMTP, letter: Addressed) -> Receipt:
        """Read the answer to the message."""
        try:
            if smtp.sock is not None:
                smtp.sock.settimeout(END_PATIENCE)
            reply = _reply(smtp, Stage.END)
            if smtp.sock is not None:
                smtp.sock.settimeout(smtp.timeout)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Receipt(letter.delivery_id, Outcome.UNKNOWN, words_of(str(error)))
        if reply.code == CLOSING:
            self._drop()
        return answers.receipt(letter.delivery_id, reply.stage, reply.code, reply.words)

    def _refused(self, letter: Addressed, reply: Reply) -> Receipt:
        if self._smtp is not None:
            if reply.code == CLOSING:
                self._drop()
            else:
                try:
                    self._smtp.rset()
                except (OSError, smtplib.SMTPException):
                    self._drop()
        return answers.receipt(letter.delivery_id, reply.stage, reply.code, reply.words)

    def _unconnected(self, letter: Addressed, error: ConnectError) -> Receipt:
        words = f"{error.code} {error.words}" if error.code else error.words
        outcome = Outcome.TEMPORARY if error.advice is None else Outcome.SENDER_REFUSED
        return Receipt(
            letter.delivery_id,
            outcome,
            words,
            error.code or None,
            wait=answers.wait(error.words) if error.advice is None else None,
            advice=error.advice,
        )

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _envelope(smtp: smtplib.SMTP, letter: Addressed) -> tuple[str, list[str]]:
    """Return the MAIL and RCPT commands. Raises LetterRefusedError for what is not offered."""
    sender, *recipients = (_wire(one) for one in (letter.sender, letter.recipient, *letter.copies))
    parameters = ""
    if smtp.has_extn("size"):
        parameters += f" SIZE={len(letter.message)}"
        limit = smtp.esmtp_features["size"]
        if limit.isdigit() and 0 < int(limit) < len(letter.message):
            raise LetterRefusedError(
                Reply(
                    Stage.RECIPIENT,
                    552,
                    f"5.3.4 {len(letter.message)} octets; the server takes {limit}",
                )
            )
    if not letter.message.isascii():
        if not smtp.has_extn("8bitmime"):
            raise LetterRefusedError(Reply(Stage.RECIPIENT, 554, "5.6.3 8BITMIME is not offered"))
        parameters += " BODY=8BITMIME"
    head = letter.message[: letter.message.find(b"\r\n\r\n")]
    if not (sender.isascii() and all(map(str.isascii, recipients)) and head.isascii()):
        if not smtp.has_extn("smtputf8"):
            raise LetterRefusedError(
                Reply(
                    Stage.RECIPIENT,
                    553,
                    "5.6.7 SMTPUTF8 is not offered, and an address has letters beyond ASCII",
                )
            )
        parameters += " SMTPUTF8"
    asks = [""] * len(recipients)
    if smtp.has_extn("dsn"):
        parameters += f" RET=HDRS ENVID={_xtext(letter.message_id.strip('<>'))[:MAX_ENVID]}"
        asks = [
            f" NOTIFY=FAILURE ORCPT=rfc822;{_xtext(one)}" if one.isascii() else " NOTIFY=FAILURE"
            for one in recipients
        ]
    commands = [f"RCPT TO:<{one}>{ask}" for one, ask in zip(recipients, asks, strict=True)]
    return f"MAIL FROM:<{sender}>{parameters}", commands


def _wire(address: str) -> str:
    """Return an address as the envelope takes it: its domain in A-labels.

    Raises LetterRefusedError for what would break the command's line.
    """
    local, _, domain = address.rpartition("@")
    try:
        if not domain.isascii():
            domain = domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise LetterRefusedError(Reply(Stage.RECIPIENT, 553, f"5.1.3 {error}")) from error
    if not local or any(c <= " " or c in "<>\x7f" for c in local + domain):
        raise LetterRefusedError(Reply(Stage.RECIPIENT, 553, f"5.1.3 {address!a}"))
    return f"{local}@{domain}"


def _xtext(value: str) -> str:
    """Return ``value`` as RFC 3461 section 4 encodes it."""
    return "".join(c if "!" <= c <= "~" and c not in "+=" else f"+{ord(c):02X}" for c in value)


def _ask(smtp: smtplib.SMTP, command: str, stage: Stage) -> None:
    smtp.send(f"{command}\r\n".encode())
    reply = _reply(smtp, stage)
    if reply.code >= answers.TEMPORARY:
        raise LetterRefusedError(reply)


def _ask_at_once(smtp: smtplib.SMTP, commands: bytes) -> None:
    """Send MAIL, RCPT and DATA in one go (RFC 2920)."""
    smtp.send(commands)
    bad: Reply | None = None
    for stage in (Stage.SENDER, Stage.RECIPIENT, Stage.DATA):
        reply = _reply(smtp, stage)
        if reply.code >= answers.TEMPORARY:
            bad = bad or reply
            if reply.code == CLOSING:
                break
        elif bad is not None and stage is Stage.DATA:  # section 3.1: end it, it goes nowhere
            smtp.send(b".\r\n")
            _reply(smtp, Stage.END)
    if bad is not None:
        raise LetterRefusedError(bad)


def _reply(smtp: smtplib.SMTP, stage: Stage) -> Reply:
    code, words = smtp.getreply()
    if code == -1:
        raise smtplib.SMTPServerDisconnected("no answer that can be read")
    return Reply(stage, code, words_of(words))
