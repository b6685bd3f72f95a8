"""The office's mailbox is read once, whole, through a real IMAP server, and nothing in it changes."""

import socket
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from imap_tools import BaseMailBox
from sqlalchemy import func, select

from outreach.db import Store
from outreach.dispatch.carriers.connection import Server
from outreach.dispatch.carriers.mailbox import Mailbox, MailboxError
from outreach.inbox import arrivals, deciding, fetching, passing
from outreach.inbox.arrivals import Desk, Passing
from outreach.inbox.fetching import Fetched
from outreach.inbox.models import Arrival, MailboxCursor
from tests.dispatch.world import World, quiet
from tests.inbox.office import HAVRE, LYON, Office
from tests.mailservers import PASSWORD, MailServers

ACCOUNT = "courrier@ambassade.example"


@pytest.fixture
def office_(store: Store, office: Path) -> Office:
    return Office(World(store, office))


def box(servers: MailServers) -> Mailbox:
    return Mailbox(
        Server(
            host=servers.host,
            port=servers.imap_port,
            security="none",
            user=ACCOUNT,
            secret=lambda: PASSWORD,
        )
    )


def fetch(office_: Office, servers: MailServers) -> Fetched:
    desk = office_.desk()

    def at_desk(_: object) -> Desk:
        return desk

    return fetching.fetch(
        office_.world.store,
        box(servers),
        "INBOX",
        sent="",
        desk=at_desk,
        clock=office_.world.clock,
        progress=quiet,
    )


def lay(servers: MailServers, raw: bytes, folder: str = "INBOX") -> None:
    with servers.imap(ACCOUNT) as connection:
        connection.append(folder, "", None, raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


def test_each_message_is_read_once_and_nothing_in_the_mailbox_changes(
    office_: Office, mail_servers: MailServers
) -> None:
    lay(mail_servers, office_.message("Oui, avec plaisir."))
    lay(mail_servers, office_.bounce(LYON, "5.1.1", "User unknown"))
    spam = office_.message("Buy", answers=None, sender="x@shop.example", subject="Offer")
    lay(mail_servers, spam)
    told = fetch(office_, mail_servers)
    assert (told.kinds, told.passing) == (Counter(reply=1, bounce=1), 1)
    assert office_.follow_up(HAVRE) == ("held", "replied")
    assert office_.letter(LYON).state == "bounced"
    assert fetch(office_, mail_servers) == Fetched()
    lay(mail_servers, office_.message("Encore une chose."))
    assert fetch(office_, mail_servers).kinds == Counter(reply=1)
    with mail_servers.imap(ACCOUNT) as connection:
        connection.select("INBOX", readonly=True)
        assert connection.search(None, "UNSEEN")[1] == [b"1 2 3 4"]


def test_a_folder_that_is_numbered_anew_is_read_again_and_recognised(
    office_: Office, mail_servers: MailServers
) -> None:
    lay(mail_servers, office_.message("Oui."))
    spam = office_.message("Buy", answers=None, sender="x@shop.example", subject="Offer")
    lay(mail_servers, spam)
    fetch(office_, mail_servers)
    with office_.world.store.transaction() as session:
        session.get_one(MailboxCursor, "INBOX").validity = 1
    told = fetch(office_, mail_servers)
    assert (told.again, told.kinds) == (1, Counter())
    with office_.world.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Arrival)) == 1
        assert len(passing.listed(session)) == 1


def test_an_interruption_loses_nothing_and_repeats_nothing(
    office_: Office, mail_servers: MailServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in ("Un.", "Deux.", "Trois."):
        lay(mail_servers, office_.message(text))
    taken = arrivals.take_in
    calls = 0

    def stops(*arguments: object, **more: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt
        return taken(*arguments, **more)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(arrivals, "take_in", stops)
    with pytest.raises(KeyboardInterrupt):
        fetch(office_, mail_servers)
    monkeypatch.undo()
    assert fetch(office_, mail_servers).kinds == Counter(reply=1)
    with office_.world.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Arrival)) == 3


def test_what_is_not_ours_is_forgotten_after_thirty_days(
    office_: Office, mail_servers: MailServers
) -> None:
    spam = office_.message("Buy", answers=None, sender="x@shop.example", subject="Offer")
    lay(mail_servers, spam)
    fetch(office_, mail_servers)
    with office_.world.store.reading() as session:
        (line,) = passing.listed(session)
        assert (line.sender, line.subject) == ("x@shop.example", "Offer")
    office_.world.now += timedelta(days=31)
    fetch(office_, mail_servers)
    with office_.world.store.reading() as session:
        assert passing.listed(session) == []


def test_an_answer_given_from_outlook_clears_the_reply_and_asks_about_the_promise(
    office_: Office, mail_servers: MailServers
) -> None:
    lay(mail_servers, office_.message("Oui.", sender="roy@havre.example"))
    fetch(office_, mail_servers)
    lay(
        mail_servers,
        b"From: mission@ambassade.example\nTo: roy@havre.example\nSubject: Re: x\n"
        b"Date: Mon, 08 Sep 2025 10:00:00 +0000\nMessage-ID: <o1@outlook.example>\n\nMerci\n",
        "Sent",
    )
    office_.world.now += timedelta(hours=2)
    assert fetch(office_, mail_servers).answered == 1
    with office_.world.store.reading() as session:
        assert deciding.find(session, 1).answered_at is not None
    assert office_.tasks() == ["decide", "check-promise"]
    assert office_.follow_up(HAVRE) == ("held", "replied")
    assert fetch(office_, mail_servers).answered == 0


def test_our_own_letters_in_the_sent_folder_answer_nothing(
    office_: Office, mail_servers: MailServers
) -> None:
    lay(mail_servers, office_.message("Oui."))
    letter = office_.letter(HAVRE)
    lay(
        mail_servers,
        f"From: m@ambassade.example\nTo: mairie@havre.example\nMessage-ID: {letter.message_id}\n\nx\n".encode(),
        "Sent",
    )
    assert fetch(office_, mail_servers).answered == 0


def test_a_message_too_large_is_read_by_its_headers(
    office_: Office, mail_servers: MailServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MAX_OCTETS", 2_000)
    lay(mail_servers, office_.message("Oui. " * 2_000))
    assert fetch(office_, mail_servers).kinds.total() == 1
    with office_.world.store.reading() as session:
        arrival = session.scalars(select(Arrival)).one()
        assert b"not read" in arrivals.raw(session, arrival)


def test_a_mailbox_that_cannot_be_reached_says_so(office_: Office) -> None:
    away = MailServers(Path("/nowhere"), 1, 1, 1)
    with pytest.raises(MailboxError):
        fetch(office_, away)


def test_a_mailbox_full_of_other_mail_is_told(office_: Office, store: Store) -> None:
    now = office_.world.now
    with store.transaction() as session:
        for number in range(passing.FEW):
            other = Passing("x@shop.example", "Offer", now, f"<{number}@shop.example>")
            assert passing.crowd(session, now) is None
            passing.note(session, other, "INBOX", now)
        assert passing.crowd(session, now) == passing.Crowd(others=passing.FEW, ours=0)
        assert passing.crowd(session, now + timedelta(days=31)) is None


def test_a_connection_that_breaks_while_reading_is_a_trouble_of_the_mailbox(
    office_: Office, mail_servers: MailServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(mail_servers, office_.message("Oui."))
    octets = fetching._octets

    def broken(box: BaseMailBox, uid: int, size: int) -> bytes | None:
        box.client.sock.shutdown(socket.SHUT_RDWR)
        return octets(box, uid, size)

    monkeypatch.setattr(fetching, "_octets", broken)
    with pytest.raises(MailboxError):
        fetch(office_, mail_servers)
    monkeypatch.undo()
    assert fetch(office_, mail_servers).kinds == Counter(reply=1)
