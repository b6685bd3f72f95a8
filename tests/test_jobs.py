"""A worker makes rounds on a timer, alone, and ends when it is told to."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs
from sqlalchemy import select, update

from outreach import jobs
from outreach.app import App
from outreach.db import Store
from outreach.dispatch import shifts
from outreach.dispatch.carriers.maildir import Maildir
from outreach.dispatch.models import Batch
from outreach.dispatch.shifts import RoundGoingError, Shift
from outreach.errors import OutreachError
from outreach.rounds import Round
from tests.dispatch.world import SECRETARY, World, quiet
from tests.inbox.office import Office
from tests.inbox.test_fetching import lay
from tests.mailservers import MailServers

ELSEWHERE = "another-machine/77/1756713600/a1b2c3"


@pytest.fixture
def world(store: Store, office: Path) -> World:
    return World(store, office)


class Heard(list[Round | OutreachError]):
    """What a worker told; it is told to stop after so much of it."""

    def __init__(self, world: World, stop_after: int, step: timedelta = timedelta()) -> None:
        self.world, self.stop_after, self.step = world, stop_after, step
        self.worker = jobs.Worker(self.app(), SECRETARY, quiet, self.hear)

    def app(self) -> App:
        world = self.world
        return App(world.folder, world.settings, world.store, world.clock)

    def hear(self, done: Round | OutreachError) -> None:
        self.append(done)
        self.world.now += self.step
        if len(self) == self.stop_after:
            self.worker.stop.set()


def going(world: World) -> None:
    world.signed()
    with world.store.transaction() as session:
        session.execute(update(Batch).values(state="sending"))


def test_a_worker_goes_on_until_it_is_told_to_stop_and_leaves_no_trace(world: World) -> None:
    going(world)
    heard = Heard(world, 2)
    heard.worker.run(timedelta(seconds=1))
    first, second = heard
    assert isinstance(first, Round)
    assert isinstance(second, Round)
    assert (first.sent, second.sent) == ([(1, 3)], [])
    with world.store.reading() as session:
        assert session.scalars(select(Shift)).all() == []


def test_a_worker_waits_for_the_round_of_another_one(world: World) -> None:
    going(world)
    with world.store.transaction() as session:
        shifts.begin(session, ELSEWHERE, "Jean", world.now)
        shifts.take_turn(session, ELSEWHERE, "Jean", world.now)
    heard = Heard(world, 2, step=shifts.LEASE)
    heard.worker.run(timedelta(seconds=1))
    refused, done = heard
    assert isinstance(refused, RoundGoingError)
    assert isinstance(done, Round)
    assert done.sent == [(1, 3)]


def test_a_round_by_hand_is_refused_while_a_worker_makes_one(world: World) -> None:
    heard = Heard(world, 1)
    with heard.worker.on_duty(), heard.worker.turn(), pytest.raises(RoundGoingError):
        jobs.make_round(heard.app(), "Jean", quiet)
    assert jobs.make_round(heard.app(), "Jean", quiet).sent == []


def test_a_worker_that_is_stopped_sends_no_other_letter_and_holds_none(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.signed(many=60)
    with world.store.transaction() as session:
        session.execute(update(Batch).values(state="sending"))
    heard = Heard(world, 1)
    heard.worker.progress = lambda _done, _total: heard.worker.stop.set()
    monkeypatch.setattr(Maildir, "window", 10)
    heard.worker.run(timedelta(minutes=5))
    assert len(world.outbox()) == 10
    assert set(world.states().values()) == {"sent", "queued"}


def test_a_broken_campaign_stops_no_other_and_no_worker(world: World) -> None:
    going(world)
    campaigns = world.folder / "campaigns"
    kept = campaigns.resolve() / "asointermedias-2025.toml"
    text = kept.read_text("utf-8")
    campaigns.unlink()
    campaigns.mkdir()
    (campaigns / kept.name).write_text(text, "utf-8")
    (campaigns / "another.toml").write_text("steps = 3", "utf-8")
    heard = Heard(world, 1)
    heard.worker.run(timedelta(minutes=5))
    (done,) = heard
    assert isinstance(done, Round)
    assert len(done.troubles) == 1
    assert done.sent == [(1, 3)]


def test_a_worker_looks_again_when_a_batch_may_go_on(world: World) -> None:
    world.signed()
    paced = structs.replace(world.settings.sending, grace_minutes=10)
    world.settings = structs.replace(world.settings, sending=paced)
    world.send(1)
    heard = Heard(world, 2, step=timedelta(minutes=10))
    thread = threading.Thread(target=heard.worker.run, args=(timedelta(hours=12),))
    thread.start()
    thread.join(timeout=20)
    assert not thread.is_alive()
    assert [done.sent for done in heard if isinstance(done, Round)] == [[], [(1, 3)]]


def test_what_arrives_in_the_mailbox_brings_the_next_round_forward(
    world: World, mail_servers: MailServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    office_ = Office(world)
    box = structs.replace(
        world.settings.mail.mailbox,
        host=mail_servers.host,
        port=mail_servers.imap_port,
        security="none",
        user="courrier@ambassade.example",
        inbox="INBOX",
    )
    mail = structs.replace(
        world.settings.mail, mailbox=box, password_command=f"printf {mail_servers.password}"
    )
    world.settings = structs.replace(world.settings, mail=mail)
    monkeypatch.setattr(jobs, "SETTLES", timedelta(seconds=0.1))
    heard = Heard(world, 2)
    raw = office_.message("Oui.").replace(b"\n", b"\r\n")
    timer = threading.Timer(1.5, lay, (mail_servers, raw))
    timer.start()
    worker = threading.Thread(target=heard.worker.run, args=(timedelta(hours=12),))
    worker.start()
    worker.join(timeout=30)
    heard.worker.stop.set()
    worker.join()
    timer.join()
    first, second = heard
    assert isinstance(first, Round)
    assert isinstance(second, Round)
    assert first.fetched is not None
    assert first.fetched.kinds == {}
    assert second.fetched is not None
    assert second.fetched.kinds == {"reply": 1}
