"""Whatever the server, the database, the disk, the clock or the operators do: lost 0, doubled 0."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Connection,
    NullPool,
    create_engine,
    event,
    make_url,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError

from outreach import db
from outreach.db import Store
from outreach.dispatch import settling
from outreach.dispatch.carriers import smtp as smtp_carrier
from outreach.dispatch.carriers.base import Addressed, Carrier, Receipt
from outreach.dispatch.carriers.connection import Server
from outreach.dispatch.carriers.smtp import Smtp
from outreach.dispatch.models import Batch, Delivery
from tests.dispatch.world import World
from tests.faults import account
from tests.mailservers import free_port
from tests.scriptedsmtp import CUT, SLOW, TAKEN_AND_CUT, Authority, Script, Serve

LETTERS = 24
RESTARTS = 10
TRIES = 12
"""Rounds of sending after which a batch that does not end is called stuck."""


class Interfering(Smtp):
    """A carrier at whose sixth letter something happens."""

    def __init__(self, server: Server, happens: Callable[[], None]) -> None:
        super().__init__(server)
        self.left, self.happens = 6, happens

    def send(self, letters: Sequence[Addressed]) -> list[Receipt]:
        self.left -= 1
        if self.left == 0:
            self.happens()
        return super().send(letters)


@dataclass
class Stage:
    """An office with a signed batch, and a server that can be told what to do."""

    world: World
    serve: Serve
    number: int
    troubles: list[str] = field(default_factory=list)
    """What a person saw instead of a batch that was sent."""

    def carrier(self, script: Script, **more: Any) -> Smtp:
        found: dict[str, Any] = {"host": "127.0.0.1", "port": script.port, "security": "none"}
        found |= more
        return Smtp(Server(**found))

    def interfered(self, script: Script, happens: Callable[[], None]) -> Smtp:
        return Interfering(Server("127.0.0.1", script.port, "none"), happens)

    def send(self, carrier: Carrier) -> str:
        """Send once; return in what state that leaves the batch."""
        try:
            self.world.send(self.number, carrier)
        except DBAPIError as error:
            self.troubles.append(str(error))
        with self.world.store.reading() as session:
            return str(session.scalars(select(Batch.state)).one())

    def finish(self, carrier: Callable[[], Carrier]) -> None:
        """Do what an office does: look, resume, try again later, until the batch is done."""
        for _ in range(TRIES):
            with self.world.store.transaction() as session:
                batch = session.scalars(select(Batch)).one()
                if batch.state == "paused":
                    settling.resume(session, batch, self.world.act("Jean"))
            state = self.send(carrier())
            if state == "done":
                return
            self.world.now += timedelta(hours=13)
        raise AssertionError(f"still {state} after {TRIES} rounds: {account.by_state(self.world)}")

    def settle(self, script: Script, fault: str, **more: int) -> None:
        account.settle(self.world, account.arrived(script), fault=fault, letters=LETTERS, **more)


@pytest.fixture
def stage(world: World, serve: Serve) -> Stage:
    return Stage(world, serve, world.signed(many=LETTERS))


@dataclass(frozen=True, slots=True)
class Scripted:
    """What the server answers, instead of taking a letter."""

    fault: str
    answers: dict[str, list[str]]
    times: int = 1
    allowed: int = 0
    refused: int = 0


OK = {"mail": "250 ok", "recipient": "250 ok", "end": "250 ok"}
SCRIPTED = (
    Scripted(
        "“451, try later” for a third of them",
        {"recipient": ["451 4.7.1 later", OK["mail"], OK["mail"]] * 8},
        times=8,
    ),
    Scripted("a burst of “454, not now”", {"mail": ["454 4.7.0 Temporary failure"] * 10}, times=10),
    Scripted(
        "“421, closing” in the middle",
        {"recipient": [OK["recipient"]] * 7 + ["421 4.3.2 closing"]},
    ),
    Scripted(
        "“550, no such user” in a session",
        {"recipient": [OK["recipient"]] * 5 + ["550 5.1.1 unknown"]},
        refused=1,
    ),
    Scripted(
        "“552, too large” after the whole letter",
        {"end": [OK["end"]] * 5 + ["552 5.3.4 too big"]},
        refused=1,
    ),
    Scripted(
        "“550 5.7.60, not allowed to send as this sender”",
        {"mail": [OK["mail"]] * 5 + ["550 5.7.60 SendAsDenied"]},
    ),
    Scripted("connection cut before the letter", {"recipient": [OK["recipient"]] * 5 + [CUT]}),
    Scripted(
        "connection cut after the letter, which is lost",
        {"end": [OK["end"]] * 5 + [CUT]},
        allowed=1,
    ),
    Scripted(
        "connection cut after the letter, which arrives",
        {"end": [OK["end"]] * 5 + [TAKEN_AND_CUT]},
        allowed=1,
    ),
)


@pytest.mark.parametrize("scene", SCRIPTED, ids=lambda scene: scene.fault)
def test_what_a_server_says_in_the_middle_loses_and_doubles_nothing(
    stage: Stage, scene: Scripted
) -> None:
    script = stage.serve(size=100_000, **{name: list(said) for name, said in scene.answers.items()})
    stage.finish(lambda: stage.carrier(script))
    stage.settle(
        script,
        scene.fault,
        times=scene.times,
        allowed=scene.allowed,
        refused=scene.refused,
    )


def test_an_answer_that_comes_too_late_leaves_one_letter_in_doubt(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp_carrier, "END_PATIENCE", 0.3)
    script = stage.serve(size=100_000, end=[OK["end"]] * 5 + [SLOW])
    stage.finish(lambda: stage.carrier(script))
    stage.settle(script, "a “250, taken” that comes too late", allowed=1)


def test_a_server_without_encryption_gets_nothing_until_it_has_some(
    stage: Stage, authority: Authority
) -> None:
    plain = stage.serve(size=100_000)
    assert stage.send(stage.carrier(plain, security="starttls")) == "paused"
    assert plain.arrived == []
    good = stage.serve(size=100_000, starttls=authority.good)
    secret = {"security": "starttls", "ca_file": str(authority.ca_file)}
    stage.finish(lambda: stage.carrier(good, **secret))
    stage.settle(good, "encryption refused")


def test_a_certificate_of_another_stops_everything_until_it_is_right(
    stage: Stage, authority: Authority
) -> None:
    secret = {"security": "tls", "ca_file": str(authority.ca_file)}
    wrong = stage.serve(size=100_000, tls=authority.other)
    assert stage.send(stage.carrier(wrong, **secret)) == "paused"
    assert wrong.arrived == []
    good = stage.serve(size=100_000, tls=authority.good)
    stage.finish(lambda: stage.carrier(good, **secret))
    stage.settle(good, "a certificate that is not the server’s")


@pytest.mark.parametrize(
    ("fault", "host"),
    [("the server’s name is not found", "mail.invalid"), ("the server is down", "127.0.0.1")],
)
def test_a_server_that_is_not_there_is_waited_for(stage: Stage, fault: str, host: str) -> None:
    script = stage.serve(size=100_000)
    nowhere = Smtp(Server(host=host, port=free_port(), security="none"))
    stage.send(nowhere)
    assert script.arrived == []
    stage.finish(lambda: stage.carrier(script))
    stage.settle(script, fault)


@pytest.mark.parametrize("after", [True, False])
def test_a_clock_that_jumps_back_loses_and_doubles_nothing(stage: Stage, *, after: bool) -> None:
    script = stage.serve(size=100_000, end=[OK["end"]] * 8 + [CUT] if after else [])

    def jump() -> None:
        stage.world.now -= timedelta(days=1)

    stage.send(stage.interfered(script, jump))
    stage.finish(lambda: stage.carrier(script))
    stage.settle(script, "the clock jumps back by a day", allowed=int(after))


def test_two_operators_who_press_send_share_the_letters(stage: Stage) -> None:
    script = stage.serve(size=100_000)
    stores = [Store(stage.world.store.url) for _ in range(2)]
    worlds = [object.__new__(World) for _ in stores]
    for world, store in zip(worlds, stores, strict=True):
        vars(world).update(vars(stage.world) | {"store": store})
    threads = [
        threading.Thread(
            target=Stage(world, stage.serve, stage.number).send, args=[stage.carrier(script)]
        )
        for world in worlds
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in stores:
        store.close()
    stage.finish(lambda: stage.carrier(script))
    stage.settle(script, "two operators press “send”", workers=2)


def test_a_full_disk_stops_the_batch_and_room_lets_it_go_on(
    store: Store, office: Path, serve: Serve
) -> None:
    """SQLite says the same at a limit of pages as at the end of a disk."""
    world = World(store, office)
    stage = Stage(world, serve, world.signed(many=LETTERS))
    script = serve(size=100_000)

    def limited(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    def roomy(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count=1000000")

    assert stage.send(
        stage.interfered(script, lambda: event.listen(store.engine, "begin", limited))
    ) in {"sending", "paused"}
    assert len(stage.troubles) == 1
    assert "full" in stage.troubles[0]
    event.remove(store.engine, "begin", limited)
    event.listen(store.engine, "begin", roomy)
    stage.finish(lambda: stage.carrier(script))
    stage.settle(script, "the disk is full", allowed=1)


def test_a_database_that_somebody_holds_is_waited_for_or_tried_again(
    any_store: Store, office: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "BUSY_TIMEOUT_MS", 300)
    store = Store(any_store.url)  # on SQLite, one that waits no longer than that
    world = World(store, office)
    stage = Stage(world, serve, world.signed(many=LETTERS))
    script = serve(size=100_000)
    held = threading.Event()

    def hold() -> None:
        with any_store.transaction() as session:
            session.execute(update(Delivery).values(attempts=Delivery.attempts))  # a lock on each
            held.set()
            time.sleep(1)
            session.rollback()

    def seize() -> None:
        threading.Thread(target=hold).start()
        held.wait(10)

    stage.send(stage.interfered(script, seize))
    stage.finish(lambda: stage.carrier(script))
    stage.settle(script, "the database is locked", allowed=1)
    store.close()


def test_a_database_that_is_restarted_is_called_again(
    postgres_url: str, office: Path, serve: Serve
) -> None:
    store = Store(postgres_url)
    store.upgrade()
    world = World(store, office)
    stage = Stage(world, serve, world.signed(many=LETTERS))
    script = serve(size=100_000)
    admin = create_engine(
        make_url(postgres_url).set(drivername="postgresql+psycopg"), poolclass=NullPool
    )

    def restarts() -> None:
        """End every connection to it, as a restart of the server does, again and again."""
        for _ in range(RESTARTS):
            with admin.connect() as connection:
                connection.execute(
                    text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    )
                )
            time.sleep(0.03)

    restarting = threading.Thread(target=restarts)
    stage.send(stage.interfered(script, restarting.start))
    while restarting.is_alive():
        stage.send(stage.carrier(script))
    stage.finish(lambda: stage.carrier(script))
    stage.settle(script, "the database is restarted", times=RESTARTS, allowed=RESTARTS)
    store.close()
