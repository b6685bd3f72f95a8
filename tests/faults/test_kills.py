"""kill -9 in the middle of a batch: lost 0, doubled 0, whatever the moment."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach.dispatch import archive
from outreach.dispatch.models import Delivery
from tests.dispatch.world import World
from tests.faults.account import message_ids, settle
from tests.faults.child_points import POINTS

LETTERS = 120
WORDS = {
    "before-arm": "before the intent is durable",
    "after-arm": "after the intent is durable",
    "half-written": "with half of the letters written",
    "after-write": "after all are written",
    "before-record": "before the result is durable",
}
CHILD = Path(__file__).with_name("child.py")


def worker(world: World, point: str, count: int) -> subprocess.Popen[bytes]:
    url = world.store.engine.url.render_as_string(hide_password=False)
    root = CHILD.parent.parent.parent
    return subprocess.Popen(
        [sys.executable, CHILD, url, str(world.folder), point, str(count)], cwd=root
    )


def assert_each_letter_left_once(
    world: World, letters: int, fault: str, times: int = 1, workers: int = 1
) -> None:
    messages = [path.read_bytes() for path in world.outbox()]
    settle(world, message_ids(messages), fault=fault, letters=letters, times=times, workers=workers)
    with world.store.reading() as session:
        rows = session.execute(select(Delivery.state, Delivery.archive_sha256)).all()
        assert {row.state for row in rows} == {"sent"}
        assert {row.archive_sha256 for row in rows} == {archive.digest(one) for one in messages}


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_at_any_point_is_followed_by_one_that_finishes(
    world: World, point: str
) -> None:
    number = world.signed(many=LETTERS)
    with worker(world, point, 2) as process:
        assert process.wait(timeout=60) == -signal.SIGKILL
    with worker(world, "never", 0) as process:
        assert process.wait(timeout=60) == 0
    assert number == 1
    assert_each_letter_left_once(world, LETTERS, f"writing files, killed {WORDS[point]}")


@pytest.mark.soak
def test_sixty_kills_in_the_middle_of_sending_lose_and_double_nothing(world: World) -> None:
    letters = 3_500  # with five at once a worker writes a dozen or two before a kill reaches it
    killed = 0
    world.signed(many=letters)
    dice = random.Random(265)  # noqa: S311  # no secret: the same run again after a failure
    for _ in range(60):
        goal = len(world.outbox()) + dice.randint(1, 25)
        with worker(world, "never", 5) as process:
            while len(world.outbox()) < goal and process.poll() is None:
                time.sleep(dice.uniform(0, 0.004))
            process.kill()
            killed += process.wait(timeout=60) == -signal.SIGKILL
    assert killed > 40  # the last ones may find nothing left to send
    with worker(world, "never", 0) as process:
        assert process.wait(timeout=240) == 0
    assert_each_letter_left_once(world, letters, "writing files, killed at any moment", killed)


def test_two_workers_at_once_share_a_batch_without_a_double(world: World) -> None:
    world.signed(many=LETTERS)
    with worker(world, "never", 0) as one, worker(world, "never", 0) as two:
        assert one.wait(timeout=120) == 0
        assert two.wait(timeout=120) == 0
    assert_each_letter_left_once(world, LETTERS, "writing files, two at once", workers=2)
