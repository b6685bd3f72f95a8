"""The office's mailbox, into which drafts and copies are laid (IMAP)."""

import imaplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from imap_tools import AND, BaseMailBox, H, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from outreach.dispatch.carriers.connection import PATIENCE, Server, encryption
from outreach.errors import N_, OutreachError

TROUBLE = (ImapToolsError, imaplib.IMAP4.error, OSError)


class MailboxError(OutreachError):
    """The mailbox cannot be used now."""

    message = N_(
        "The mailbox on {host} cannot be used: {words}. Check [mail.mailbox], then try again."
    )


class Mailbox:
    """A mailbox, reached anew for each piece of work but within :meth:`kept`."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._box: BaseMailBox | None = None

    def lay(self, message: bytes, folder: str, *, draft: bool = False) -> None:
        """Append a message, marked as a draft or as read. Raises MailboxError."""
        with self._opened() as box:
            box.append(message, folder, flag_set=["\\Draft"] if draft else ["\\Seen"])

    def holds(self, folder: str, message_id: str) -> bool:
        """Say whether a folder has the message. Raises MailboxError."""
        with self._opened() as box:
            box.folder.set(folder, readonly=True)
            return bool(box.uids(AND(header=H("Message-ID", message_id))))

    def lookup(self, folder: str) -> Callable[[str], bool]:
        """Return the question whether ``folder`` has a Message-ID; No where it cannot be asked."""

        def found(message_id: str) -> bool:
            try:
                return self.holds(folder, message_id)
            except MailboxError:
                return False

        return found

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep one connection open for what is done within. Raises MailboxError."""
        with self._opened() as box:
            self._box = box
            try:
                yield
            finally:
                self._box = None

    @contextmanager
    def opened(self) -> Iterator[BaseMailBox]:
        """Give the signed-in connection to whoever reads. Raises MailboxError."""
        with self._opened() as box:
            yield box

    @contextmanager
    def _opened(self) -> Iterator[BaseMailBox]:
        server = self._server
        try:
            if self._box is not None:
                yield self._box
                return
            secret = server.secret() if server.secret else ""
            with _ended(_box(server)) as box:
                if server.auth == "xoauth2":
                    box.xoauth2(server.user, secret, initial_folder=None)
                else:
                    box.login(server.user, secret, initial_folder=None)
                yield box
        except TROUBLE as error:
            raise MailboxError(host=server.host, words=str(error)[:300]) from error


@contextmanager
def _ended(box: BaseMailBox) -> Iterator[BaseMailBox]:
    """Sign out at the end, and close a connection that is too broken for that."""
    try:
        with box:
            yield box
    finally:
        with suppress(OSError):
            box.client.shutdown()


def _box(server: Server) -> BaseMailBox:
    if server.security == "none":
        return MailBoxUnencrypted(server.host, server.port, timeout=PATIENCE)
    context = encryption(server.ca_file)
    kind = MailBoxStartTls if server.security == "starttls" else MailBox
    return kind(server.host, server.port, timeout=PATIENCE, ssl_context=context)
