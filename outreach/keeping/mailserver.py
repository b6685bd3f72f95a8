"""Whether the mail server would take letters now: reached, encrypted, signed in, how large."""

import contextlib
import smtplib
import ssl
from datetime import UTC, datetime, timedelta

from outreach.dispatch.carriers import connection
from outreach.dispatch.carriers.connection import ConnectError, Server
from outreach.errors import N_, OutreachError, Phrase
from outreach.keeping.findings import Finding, good, look, mend

SOON = timedelta(days=14)
SMALL = 10 * 1024 * 1024
"""Octets: letters with a signed PDF and enclosures may be larger."""


def examine(server: Server, now: datetime) -> Finding:
    """Sign in at the server and leave again; no letter is sent."""
    try:
        smtp = connection.connect(server)
    except ConnectError as error:
        return mend(
            "mail",
            N_("The mail server {host} takes no letters now: {words}"),
            N_("{advice}"),
            host=server.host,
            words=error.words,
            advice=error.advice or Phrase(N_("Look at [mail], then “outreach mail test”.")),
        )
    with contextlib.suppress(smtplib.SMTPException, OSError), smtp:
        ends = _certificate_ends(smtp)
        size = _size(smtp)
    if ends is not None and ends - now < SOON:
        return look(
            "mail",
            N_("The certificate of {host} ends in {days} days; then no letter leaves."),
            N_("Tell whoever runs the mail server."),
            host=server.host,
            days=(ends - now).days,
        )
    if size is not None and size < SMALL:
        return look(
            "mail",
            N_("{host} takes letters of up to {size} MB."),
            N_("Keep enclosures small, or give a link to them."),
            host=server.host,
            size=size // 1024**2,
        )
    return good("mail", N_("The mail server {host} takes our letters."), host=server.host)


def refused(error: OutreachError) -> Finding:
    """Return that the settings themselves forbid to connect."""
    why = Phrase(error.message, error.values)
    return mend("mail", N_("No mail server can be asked. {why}"), N_("Do what it says."), why=why)


def _size(smtp: smtplib.SMTP) -> int | None:
    """Return the largest message taken (RFC 1870); None where the server sets no limit."""
    words = smtp.esmtp_features.get("size", "")
    return int(words) if words.isdigit() and int(words) else None


def _certificate_ends(smtp: smtplib.SMTP) -> datetime | None:
    if not isinstance(smtp.sock, ssl.SSLSocket):
        return None
    end = (smtp.sock.getpeercert() or {}).get("notAfter")
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(end)), UTC) if end else None
