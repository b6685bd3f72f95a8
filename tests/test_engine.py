"""Several workers on PostgreSQL share a batch as Procrastinate's jobs."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from sqlalchemy import func, inspect, select, text

from outreach import engine
from outreach.db import Store
from outreach.dispatch.models import Batch, Delivery
from outreach.dispatch.shifts import Shift
from outreach.journal import Event
from tests.dispatch.world import World
from tests.scriptedsmtp import Script, Serve

LETTERS = 600
LIMIT = 60.0


@pytest.fixture
def smtp(serve: Serve) -> Script:
    return serve(size=100_000)


@pytest.fixture
def world(postgres_url: str, office: Path, smtp: Script) -> Iterator[World]:
    settings = (office / "outreach.toml").read_text("utf-8")
    settings = settings.replace("sqlite:///var/outreach.db", postgres_url)
    settings += (
        f'\n[mail]\ncarrier = "smtp"\nhost = "127.0.0.1"\nport = {smtp.port}\nsecurity = "none"\n'
    )
    (office / "outreach.toml").write_text(settings, "utf-8")
    store = Store(postgres_url)
    store.upgrade()
    world = World(store, office)
    world.now = datetime.now(UTC)
    yield world
    store.close()


def start(world: World, every: str = "2s") -> subprocess.Popen[bytes]:
    arguments = ["--office", str(world.folder), "--as", "Maria", "worker", "--every", every]
    return subprocess.Popen(
        [sys.executable, "-c", "from outreach.cli.main import main; main()", *arguments],
        env={**os.environ, "LANG": "C"},
    )


def eventually(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + LIMIT
    while not is_so():
        assert time.monotonic() < until, "it takes too long"
        time.sleep(0.05)


def all_go_on(workers: list[subprocess.Popen[bytes]]) -> bool:
    return {one.poll() for one in workers} == {None}


def on_duty(world: World) -> int:
    with world.store.reading() as session:
        return session.scalar(select(func.count()).select_from(Shift)) or 0


def state(world: World) -> str:
    with world.store.reading() as session:
        return session.scalars(select(Batch.state)).one()


def test_of_three_workers_on_one_batch_one_is_killed_and_no_letter_leaves_twice(
    world: World, smtp: Script
) -> None:
    world.signed(many=LETTERS)
    with world.store.transaction() as session:
        session.execute(text("UPDATE batch SET state = 'sending'"))
    workers = [start(world) for _ in range(3)]
    try:
        eventually(lambda: len(smtp.arrived) > LETTERS // 5 or not all_go_on(workers))
        assert all_go_on(workers)
        with world.store.reading() as session:
            senders = {
                int(name.rsplit("/", 3)[1])
                for name in session.scalars(
                    select(Delivery.lease_owner).where(Delivery.state == "armed").distinct()
                )
                if name
            }
        victim = next(one for one in workers if one.pid in senders)
        victim.kill()
        assert victim.wait() == -signal.SIGKILL
        eventually(lambda: state(world) == "done")
        for one in workers:
            if one is not victim:
                one.send_signal(signal.SIGTERM)
                assert one.wait(timeout=20) == 0
    finally:
        for one in workers:
            one.kill()
            one.wait()
    left = [message_from_bytes(letter.content)["Message-ID"] for letter in smtp.arrived]
    assert len(left) == len(set(left))
    with world.store.reading() as session:
        states = dict(
            session.execute(select(Delivery.state, func.count()).group_by(Delivery.state)).all()
        )
        uncertain = session.scalars(
            select(Delivery.message_id).where(Delivery.state == "uncertain")
        ).all()
        sent = set(session.scalars(select(Delivery.message_id).where(Delivery.state == "sent")))
        recorded = session.scalar(
            select(func.count()).where(Event.subject == "delivery", Event.after == "sent")
        )
    assert states.keys() <= {"sent", "uncertain"}
    assert len(uncertain) <= 1
    assert sent <= set(left)
    assert set(left) <= sent | set(uncertain)
    assert recorded == len(sent) == LETTERS - len(uncertain)


def test_the_engine_is_set_up_once(world: World) -> None:
    engine.set_up(world.store)
    engine.set_up(world.store)
    assert inspect(world.store.engine).has_table(engine.TABLE)


@pytest.mark.parametrize(
    ("every", "line"),
    [
        (timedelta(seconds=30), "* * * * * */30"),
        (timedelta(minutes=5), "*/5 * * * *"),
        (timedelta(hours=2), "0 */2 * * *"),
        (timedelta(days=1), "0 0 * * *"),
    ],
)
def test_what_divides_the_clock_is_a_common_rhythm(every: timedelta, line: str) -> None:
    assert engine.rhythm(every) == line


@pytest.mark.parametrize("seconds", [7, 90, 7 * 60, 5 * 3600])
def test_what_does_not_divide_the_clock_is_refused(seconds: int) -> None:
    with pytest.raises(engine.RhythmError):
        engine.rhythm(timedelta(seconds=seconds))


def test_a_worker_of_a_crew_ends_within_seconds_when_nothing_is_due(world: World) -> None:
    with start(world, "5m") as worker:
        eventually(lambda: on_duty(world) == 1)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=20) == 0
    assert on_duty(world) == 0


def test_a_slice_is_full_after_some_hundred_letters_or_half_a_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moment = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: moment)
    part = engine.Slice(threading.Event())
    part.progress(engine.LETTERS - 1, 10_000)
    assert not part.patience().enough()
    part.progress(engine.LETTERS, 10_000)
    assert part.patience().enough()
    part.progress(1, 10_000)
    moment = engine.LONGEST
    assert part.patience().enough()
