"""A real mail office on this machine: postfix delivers to dovecot, which is read by IMAP.

All under a temporary folder, on high loopback ports; mail for any other domain is refused, so
nothing can leave. Needs root, as both programs change their user; starts in about three seconds.
"""

import imaplib
import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

DOMAIN = "ambassade.example"
OTHER_DOMAIN = "mairies.example"
PASSWORD = "secret"  # noqa: S105  # of accounts that live for one test run
ACCOUNTS = (
    f"courrier@{DOMAIN}",
    f"retours@{DOMAIN}",
    f"archives@{DOMAIN}",
    f"mairie@{OTHER_DOMAIN}",
    f"copie@{OTHER_DOMAIN}",
)
PROGRAMS = ("postfix", "dovecot")
PATIENCE = 15.0
"""Seconds until a server or a message must be there."""

MAIN_CF = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log/postfix.log
maillog_file_prefixes = {folder}
myhostname = mail.{domain}
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = {domain}, {other}
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
default_transport = error:5.4.4 only this machine is known here
relay_transport = error:5.4.4 only this machine is known here
local_transport = error:5.1.1 nobody lives here
smtpd_reject_unlisted_recipient = no
smtpd_relay_restrictions = permit_mynetworks, reject
smtputf8_enable = yes
recipient_delimiter = +
queue_run_delay = 2s
minimal_backoff_time = 2s
"""

MASTER_CF = """
{smtp} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
smtp unix - - n - - smtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""

DOVECOT_CONF = """
protocols = imap lmtp
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log/dovecot.log
ssl = no
disable_plaintext_auth = no
default_internal_user = dovecot
default_login_user = dovenull
first_valid_uid = 1
recipient_delimiter = +
mail_location = maildir:{folder}/mail/%u
auth_mechanisms = plain login xoauth2
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  args = {folder}/passwd
}}
userdb {{
  driver = passwd-file
  args = {folder}/passwd
  override_fields = uid=mail gid=mail home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    special_use = \\Sent
    auto = create
  }}
  mailbox Drafts {{
    special_use = \\Drafts
    auto = create
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service stats {{
  client_limit = 100
}}
"""

OAUTH2_CONF = """
tokeninfo_url = http://127.0.0.1:{token}/tokeninfo?access_token=
username_attribute = email
"""


@dataclass(frozen=True, slots=True)
class MailServers:
    """Where the servers listen and who has an account."""

    folder: Path
    smtp_port: int
    imap_port: int
    token_port: int
    """Where dovecot asks whose token it was given; a test that signs in by one answers there."""
    host: str = "127.0.0.1"
    accounts: tuple[str, ...] = ACCOUNTS
    password: str = PASSWORD

    def deliver(self, sender: str, recipients: Sequence[str], message: bytes) -> None:
        """Hand a message to postfix."""
        with smtplib.SMTP(self.host, self.smtp_port) as server:
            server.sendmail(sender, list(recipients), message)

    @contextmanager
    def imap(self, account: str) -> Iterator[imaplib.IMAP4]:
        """Sign in to an account."""
        connection = imaplib.IMAP4(self.host, self.imap_port)
        try:
            connection.login(account, self.password)
            yield connection
        finally:
            connection.logout()

    def messages(self, account: str, folder: str = "INBOX") -> list[bytes]:
        """Return what lies in a folder, in order of arrival."""
        with self.imap(account) as connection:
            connection.select(folder, readonly=True)
            _, (numbers,) = connection.search(None, "ALL")
            found: list[bytes] = []
            for number in numbers.split():
                _, parts = connection.fetch(number.decode(), "(BODY.PEEK[])")
                found += [part[1] for part in parts if isinstance(part, tuple)]
            return found

    def wait_for(
        self, account: str, folder: str = "INBOX", *, where: Callable[[bytes], bool] | None = None
    ) -> bytes:
        """Return the newest message (that meets ``where``), waiting until there is one."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = [one for one in self.messages(account, folder) if where is None or where(one)]
            if found:
                return found[-1]
            time.sleep(0.05)
        raise TimeoutError(f"nothing arrived at {account}: {self.log()[-2000:]}")

    def empty(self) -> None:
        """Remove every message of every account."""
        for account in self.accounts:
            with self.imap(account) as connection:
                for folder in ("INBOX", "Sent", "Drafts"):
                    _, (count,) = connection.select(folder)
                    if count != b"0":
                        connection.store("1:*", "+FLAGS", "\\Deleted")
                        connection.expunge()

    def log(self) -> str:
        """Return what both servers logged."""
        files = sorted((self.folder / "log").glob("*.log"))
        return "\n".join(file.read_text("utf-8", errors="replace") for file in files)


@pytest.fixture(scope="session")
def running_mail_servers() -> Iterator[MailServers]:
    """Postfix and dovecot, started once for this run."""
    missing = [name for name in PROGRAMS if program(name) is None]
    if missing or os.geteuid() != 0:
        reason = f"real mail servers want root and these programs: {', '.join(missing) or '-'}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with started() as servers:
        yield servers


@pytest.fixture
def mail_servers(running_mail_servers: MailServers) -> MailServers:
    """Postfix and dovecot with empty mailboxes."""
    running_mail_servers.empty()
    return running_mail_servers


@contextmanager
def started() -> Iterator[MailServers]:
    """Start both servers; stop them at the end."""
    folder = Path(tempfile.mkdtemp(prefix="outreach-mail-"))
    folder.chmod(0o755)
    for name in ("queue", "data", "log", "mail", "run", "state", "etc"):
        (folder / name).mkdir()
    os.chown(folder / "data", pwd.getpwnam("postfix").pw_uid, -1)
    owner = pwd.getpwnam("mail")
    os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
    places = {
        "folder": folder,
        "domain": DOMAIN,
        "other": OTHER_DOMAIN,
        "smtp": free_port(),
        "lmtp": free_port(),
        "imap": free_port(),
        "token": free_port(),
    }
    (folder / "etc" / "main.cf").write_text(MAIN_CF.format(**places), "utf-8")
    (folder / "etc" / "master.cf").write_text(MASTER_CF.format(**places), "utf-8")
    (folder / "dovecot.conf").write_text(DOVECOT_CONF.format(**places), "utf-8")
    (folder / "oauth2.conf").write_text(OAUTH2_CONF.format(**places), "utf-8")
    users = "".join(f"{account}:{{PLAIN}}{PASSWORD}::::::\n" for account in ACCOUNTS)
    (folder / "passwd").write_text(users, "utf-8")
    smtp, imap, token = (int(str(places[name])) for name in ("smtp", "imap", "token"))
    servers = MailServers(folder, smtp, imap, token)
    with (folder / "log" / "start.log").open("ab") as out:

        def call(name: str, *arguments: str | Path) -> None:
            command = [program(name) or name, *arguments]
            subprocess.run(command, check=True, stdout=out, stderr=out)

        try:
            call("dovecot", "-c", folder / "dovecot.conf")
            call("postfix", "-c", folder / "etc", "start")
            _wait_until_listening(servers)
            yield servers
        finally:
            for name, option, verb in (
                ("postfix", folder / "etc", "stop"),
                ("dovecot", folder / "dovecot.conf", "stop"),
            ):
                subprocess.run(
                    [program(name) or name, "-c", option, verb],
                    check=False,
                    stdout=out,
                    stderr=out,
                )
    shutil.rmtree(folder, ignore_errors=True)


def program(name: str) -> str | None:
    """Return where a server's program is; root's folders are not on everyone's path."""
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_listening(servers: MailServers) -> None:
    end = time.monotonic() + PATIENCE
    for port in (servers.smtp_port, servers.imap_port):
        while True:
            try:
                socket.create_connection((servers.host, port), timeout=1).close()
                break
            except OSError:
                if time.monotonic() > end:
                    raise TimeoutError(servers.log()) from None
                time.sleep(0.05)
