"""Letters laid ready for a person to send: in the mailbox's Drafts, or as files for Outlook.

Nobody but that person knows what went, so each letter stands as *perhaps left* until it is
confirmed (``outreach batch resolve``).
"""

from collections.abc import Sequence
from pathlib import Path

from outreach.dispatch.carriers.base import Addressed, Outcome, Receipt
from outreach.dispatch.carriers.mailbox import Mailbox, MailboxError
from outreach.dispatch.carriers.maildir import file_name
from outreach.errors import Phrase

UNSENT = b"X-Unsent: 1\r\n"
"""Outlook opens such a file as a message yet to be sent."""
LAID = "laid ready; a person sends it and confirms"


class EmlFolder:
    """Carrier that writes .eml files which Outlook opens as unsent messages."""

    name = "eml"
    window = 1

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def send(self, letters: Sequence[Addressed]) -> list[Receipt]:
        """Write each letter, complete files only."""
        for letter in letters:
            path = self._path(letter.delivery_id, letter.message_id)
            draft = path.with_suffix(".new")
            draft.write_bytes(UNSENT + letter.message)
            draft.replace(path)
        return [Receipt(letter.delivery_id, Outcome.UNKNOWN, LAID) for letter in letters]

    def find(self, delivery_id: int, message_id: str) -> bool | None:
        """Say False where no file was written, so that it cannot have gone; else nobody can tell."""
        return None if self._path(delivery_id, message_id).exists() else False

    def close(self) -> None:
        """Nothing is kept open."""

    def _path(self, delivery_id: int, message_id: str) -> Path:
        return self.folder / file_name(delivery_id, message_id).replace(".outreach", ".eml")


class Drafts:
    """Carrier that lays letters into the Drafts of the office's mailbox."""

    name = "drafts"
    window = 1

    def __init__(self, mailbox: Mailbox, folder: str, sent: str = "") -> None:
        self._mailbox, self._folder, self._sent = mailbox, folder, sent

    def send(self, letters: Sequence[Addressed]) -> list[Receipt]:
        """Lay each letter into the folder; never raises for what the server does."""
        return [self._lay(letter) for letter in letters]

    def find(self, delivery_id: int, message_id: str) -> Receipt | None:
        """Look for the letter among those sent; its absence proves nothing."""
        if self._sent and self._mailbox.lookup(self._sent)(message_id):
            return Receipt(delivery_id, Outcome.ACCEPTED, f"found in {self._sent}")
        return None

    def close(self) -> None:
        """Nothing is kept open."""

    def _lay(self, letter: Addressed) -> Receipt:
        try:
            self._mailbox.lay(letter.message, self._folder, draft=True)
        except MailboxError as error:
            advice = Phrase(error.message, error.values)
            return Receipt(letter.delivery_id, Outcome.SENDER_REFUSED, str(error), advice=advice)
        return Receipt(letter.delivery_id, Outcome.UNKNOWN, LAID)
