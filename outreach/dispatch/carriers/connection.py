"""A signed-in connection to the office's mail server: encrypted, its certificate verified."""

import base64
import ipaddress
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from outreach.dispatch.carriers import answers
from outreach.dispatch.carriers.answers import Stage
from outreach.errors import N_, OutreachError, Phrase
from outreach.settings import Security

PATIENCE = 60.0
"""Seconds to connect, and for each reply but the last one."""

CONTINUE = 334

CERTIFICATE = N_(
    "The certificate of {host} cannot be trusted ({words}). Check [mail] host: it must be the name "
    "in the certificate. An authority of the administration’s own is given in [mail] ca_file."
)
NO_TLS = N_(
    "{host} offers no encryption on this port, and letters never leave this machine without it. Ask "
    "for the right port: 587 with “starttls” or 465 with “tls” in [mail]."
)
HANDSHAKE = N_(
    "No encrypted connection to {host} could be made ({words}). Check [mail] security and port: "
    "“starttls” goes with 587, “tls” with 465."
)
NO_WAY_IN = N_(
    "{host} does not offer “{auth}” to sign in with; it offers {offered}. Change [mail] auth."
)


class DemoStaysHomeError(OutreachError):
    """A demo office with a real mail server."""

    message = N_(
        "This is a demo office (office.demo), and {host} is not this machine: nothing is sent. Use "
        "a real office for real letters."
    )


class NoServerError(OutreachError):
    """No host is given."""

    message = N_("[mail] host is missing: the name of the server that takes your letters.")


class UnencryptedError(OutreachError):
    """``security = "none"`` beyond this machine."""

    message = N_(
        "[mail] security “none” is allowed on this machine only, not with {host}. Use “starttls” "
        "or “tls”."
    )


@dataclass(frozen=True, slots=True)
class Server:
    """Where and how to connect."""

    host: str
    port: int
    security: Security
    user: str = ""
    auth: Literal["auto", "plain", "login", "xoauth2"] = "auto"
    secret: Callable[[], str] | None = None
    """Asked at each sign-in: a token may have been renewed."""
    ca_file: str | None = None
    local_name: str | None = None


class ConnectError(Exception):
    """No usable connection; ``code`` is 0 where the server did not speak."""

    def __init__(self, stage: Stage, code: int, words: str, advice: Phrase | None = None) -> None:
        super().__init__(words)
        self.stage, self.code, self.words, self.advice = stage, code, words, advice


def check(host: str, security: Security, *, demo: bool) -> None:
    """Refuse what must not be connected to.

    Raises NoServerError, DemoStaysHomeError or UnencryptedError.
    """
    if not host:
        raise NoServerError
    if is_loopback(host):
        return
    if demo:
        raise DemoStaysHomeError(host=host)
    if security == "none":
        raise UnencryptedError(host=host)


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine by its very name; no name server is asked."""
    if host.casefold() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def encryption(ca_file: str | None) -> ssl.SSLContext:
    """Return what verifies certificates and names: the system's authorities and ``ca_file``."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


def connect(server: Server) -> smtplib.SMTP:
    """Return a connection that is ready for a letter. Raises ConnectError."""
    try:
        smtp = _open(server)
    except ssl.SSLCertVerificationError as error:
        raise _tls(CERTIFICATE, server, error.verify_message) from error
    except ssl.SSLError as error:
        raise _tls(HANDSHAKE, server, str(error)) from error
    except smtplib.SMTPResponseException as error:
        raise _answered(Stage.CONNECT, error) from error
    except (OSError, smtplib.SMTPException) as error:
        raise ConnectError(Stage.CONNECT, 0, f"{server.host}: {error}") from error
    try:
        _sign_in(smtp, server)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _open(server: Server) -> smtplib.SMTP:
    if server.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host,
            server.port,
            local_hostname=server.local_name,
            timeout=PATIENCE,
            context=encryption(server.ca_file),
        )
    else:
        smtp = smtplib.SMTP(
            server.host, server.port, local_hostname=server.local_name, timeout=PATIENCE
        )
    try:
        smtp.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            smtp.starttls(context=encryption(server.ca_file))
            smtp.ehlo()
    except smtplib.SMTPNotSupportedError as error:
        smtp.close()
        raise _tls(NO_TLS, server, "STARTTLS is not offered") from error
    except BaseException:
        smtp.close()
        raise
    return smtp


def _sign_in(smtp: smtplib.SMTP, server: Server) -> None:
    if not server.user:
        return
    try:
        secret = server.secret() if server.secret else ""
    except OutreachError as error:  # no password: nothing was asked of the server yet
        raise ConnectError(
            Stage.SIGN_IN, 0, str(error), Phrase(error.message, error.values)
        ) from error
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    wanted = [server.auth.upper()] if server.auth != "auto" else ["PLAIN", "LOGIN"]
    ways = [way for way in wanted if way in offered]
    if not ways:
        values = {"host": server.host, "auth": server.auth, "offered": offered}
        raise ConnectError(Stage.SIGN_IN, 0, f"AUTH {' '.join(offered)}", Phrase(NO_WAY_IN, values))
    try:
        code, words = _auth(smtp, ways[0], server.user, secret)
    except (OSError, smtplib.SMTPException) as error:
        raise ConnectError(Stage.SIGN_IN, 0, str(error)) from error
    if code >= answers.TEMPORARY:
        raise _answered(Stage.SIGN_IN, smtplib.SMTPResponseException(code, words))


def _auth(smtp: smtplib.SMTP, way: str, user: str, secret: str) -> tuple[int, bytes]:
    """Sign in, in UTF-8 (RFC 4616), and return the answer; smtplib's own takes ASCII only."""
    if way == "LOGIN":
        first, more = "", [user, secret]
    elif way == "PLAIN":
        first, more = f"\0{user}\0{secret}", []
    else:  # as Google and Microsoft define it; after a refusal's details, an empty line
        first, more = f"user={user}\x01auth=Bearer {secret}\x01\x01", [""]
    code, words = smtp.docmd("AUTH", f"{way} {_base64(first)}".rstrip())
    for line in more:
        if code == CONTINUE:
            code, words = smtp.docmd(_base64(line))
    return code, words


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


def _answered(stage: Stage, error: smtplib.SMTPResponseException) -> ConnectError:
    words = words_of(error.smtp_error)
    code = error.smtp_code
    advice = answers.refusal(stage, code, words) if code >= answers.PERMANENT else None
    return ConnectError(stage, code, words, advice)


def _tls(sentence: str, server: Server, words: str) -> ConnectError:
    return ConnectError(
        Stage.CONNECT, 0, words, Phrase(sentence, {"host": server.host, "words": words})
    )


def words_of(raw: bytes | str) -> str:
    """Return a server's words as text on one line."""
    text = raw if isinstance(raw, str) else raw.decode("utf-8", errors="replace")
    return " ".join(text.split())[:1000]
