"""Copies in the Sent folder: every letter's once, however often the mailbox was away."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from outreach.dispatch import archive, sentcopies
from outreach.dispatch.carriers.connection import Server
from outreach.dispatch.carriers.mailbox import Mailbox, MailboxError
from outreach.dispatch.models import Delivery
from outreach.dispatch.sentcopies import SentCopy
from tests.dispatch.world import World
from tests.mailservers import PASSWORD, MailServers

ACCOUNT = "courrier@ambassade.example"


@dataclass
class Away(Mailbox):
    """A mailbox that goes away at the n-th copy, before or after it took it."""

    at: int
    took: bool = False
    there: list[bytes] = field(default_factory=list)

    @contextmanager
    def kept(self) -> Iterator[None]:
        yield

    def lay(self, message: bytes, folder: str, *, draft: bool = False) -> None:
        assert (folder, draft) == ("Sent", False)
        self.at -= 1
        if self.at != 0 or self.took:
            self.there.append(message)
        if self.at == 0:
            raise MailboxError(host="mail.example", words="gone")

    def holds(self, folder: str, message_id: str) -> bool:
        assert folder == "Sent"
        return any(message_id.encode() in one for one in self.there)


def sent(world: World, many: int) -> list[bytes]:
    """Send letters and ask for their copies; return their bytes."""
    world.send(world.signed(many=many))
    with world.store.transaction() as session:
        rows = session.scalars(select(Delivery).order_by(Delivery.id)).all()
        sentcopies.ask(session, [row.id for row in rows], world.now)
        return [archive.read(session, row.archive_sha256 or "") for row in rows]


def test_copies_lie_in_the_real_sent_folder_with_the_very_bytes(
    small_world: World, mail_servers: MailServers
) -> None:
    letters = sent(small_world, 3)
    box = Mailbox(
        Server(
            host=mail_servers.host,
            port=mail_servers.imap_port,
            security="none",
            user=ACCOUNT,
            secret=lambda: PASSWORD,
        )
    )
    laid = sentcopies.lay(small_world.store, box, "Sent", small_world.clock)
    assert (laid.copies, laid.pending) == (3, 0)
    assert mail_servers.messages(ACCOUNT, "Sent") == letters
    again = sentcopies.lay(small_world.store, box, "Sent", small_world.clock)
    assert (again.copies, again.pending) == (0, 0)


def test_a_mailbox_that_went_away_gets_every_copy_once_later(small_world: World) -> None:
    for took in (False, True):
        with small_world.store.transaction() as session:
            asked = session.scalars(select(Delivery.id)).all()
            sentcopies.ask(session, asked, small_world.now)
        letters = [] if asked else sent(small_world, 4)
        box = Away(at=2, took=took)
        laid = sentcopies.lay(small_world.store, box, "Sent", small_world.clock)
        assert (laid.copies, laid.pending) == (1, 3)
        assert "gone" in laid.words
        small_world.now += timedelta(minutes=6)
        laid = sentcopies.lay(small_world.store, box, "Sent", small_world.clock)
        assert (laid.copies, laid.pending) == (3, 0)
        assert len(box.there) == len(set(box.there)) == 4
        assert not letters or sorted(box.there) == sorted(letters)


def test_a_copy_that_failed_waits_longer_each_time(small_world: World) -> None:
    sent(small_world, 1)
    waits = []
    for _ in range(9):
        sentcopies.lay(small_world.store, Away(at=1), "Sent", small_world.clock)
        with small_world.store.reading() as session:
            row = session.scalars(select(SentCopy)).one()
            waits.append(row.due_at - small_world.now)
            assert row.words is not None
        small_world.now = row.due_at
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(minutes=5), timedelta(hours=6))
