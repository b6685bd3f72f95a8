"""Waiting for the mailbox ends when something arrives, when it is told to, or with a clear word."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from imap_tools import BaseMailBox

from outreach.db import Store
from outreach.dispatch.carriers.mailbox import Mailbox, MailboxError
from outreach.inbox import watching
from tests.dispatch.world import World
from tests.inbox.office import Office
from tests.inbox.test_fetching import box, fetch, lay
from tests.mailservers import MailServers

LONG = 20.0


@pytest.fixture
def office_(store: Store, office: Path, mail_servers: MailServers) -> Office:
    """An office that has read its mailbox."""
    made = Office(World(store, office))
    lay(mail_servers, made.message("Oui."))
    fetch(made, mail_servers)
    return made


def watch(office_: Office, mailbox: Mailbox, seconds: float = LONG) -> bool:
    return watching.watch(
        office_.world.store, mailbox, "INBOX", seconds=seconds, stop=threading.Event()
    )


@contextmanager
def soon(call: "threading.Timer") -> Iterator[None]:
    call.start()
    began = time.monotonic()
    yield
    call.join()
    assert time.monotonic() - began < LONG / 2


def test_what_arrives_ends_the_waiting(office_: Office, mail_servers: MailServers) -> None:
    raw = office_.message("Encore.")
    with soon(threading.Timer(0.5, lay, (mail_servers, raw))):
        assert watch(office_, box(mail_servers))
    assert watch(office_, box(mail_servers), 0.0)
    fetch(office_, mail_servers)
    assert not watch(office_, box(mail_servers), 0.3)


def test_a_server_without_idle_is_looked_at_again(
    office_: Office, mail_servers: MailServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "offers_idle", lambda _box: False)
    monkeypatch.setattr(watching, "LOOK_EVERY", 0.2)
    raw = office_.message("Encore.")
    with soon(threading.Timer(0.5, lay, (mail_servers, raw))):
        assert watch(office_, box(mail_servers))


def test_whoever_waits_can_be_told_to_stop(office_: Office, mail_servers: MailServers) -> None:
    stop = threading.Event()
    with soon(threading.Timer(0.5, stop.set)):
        assert not watching.watch(
            office_.world.store, box(mail_servers), "INBOX", seconds=LONG, stop=stop
        )


def test_a_lost_connection_is_told_at_once(
    office_: Office, mail_servers: MailServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[BaseMailBox] = []

    def noted(box: BaseMailBox) -> bool:
        opened.append(box)
        return True

    monkeypatch.setattr(watching, "offers_idle", noted)

    def cut() -> None:
        opened[0].client.sock.shutdown(socket.SHUT_RDWR)

    with soon(threading.Timer(1.0, cut)), pytest.raises(MailboxError):
        watch(office_, box(mail_servers))
