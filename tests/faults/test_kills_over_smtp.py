"""kill -9 over a mail server: lost 0, doubled 0, at most one letter in doubt for each kill."""

import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.dispatch.world import World
from tests.faults.account import arrived, by_state, settle
from tests.faults.child_points import AT_RANDOM, NEVER, SMTP_POINTS
from tests.scriptedsmtp import Script, Serve

NAMED = "worker killed (SIGKILL) at each named point"
RANDOM = "workers killed (SIGKILL) at any moment"
PROGRAM = Path(__file__).with_name("mortal.py")


@pytest.fixture
def smtp(serve: Serve) -> Script:
    return serve(size=100_000)


class Mortals:
    """Workers, one after the other, each to die at a point."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def send(self, point: str = NEVER, count: int = 1) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{point} {count}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@contextmanager
def mortals(world: World, smtp: Script, connections: int = 1) -> Iterator[Mortals]:
    url = world.store.engine.url.render_as_string(hide_password=False)
    with subprocess.Popen(
        [sys.executable, PROGRAM, url, str(world.folder), str(smtp.port), str(connections)],
        cwd=PROGRAM.parent.parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Mortals(process)
        assert process.stdin is not None
        process.stdin.close()


def assert_nothing_doubled_and_little_in_doubt(world: World, smtp: Script, perhaps: int) -> None:
    names = arrived(smtp)
    assert len(names) == len(set(names))
    states = by_state(world)
    assert states.get("sent", set()) <= set(names)
    # Those under way when their worker died are in doubt as soon as the next one looks.
    assert len(states.get("uncertain", set())) + len(states.get("armed", set())) <= perhaps


def test_workers_killed_around_the_handing_over_lose_and_double_nothing(
    world: World, smtp: Script
) -> None:
    letters = 100
    world.signed(many=letters)
    kills = 0
    with mortals(world, smtp) as workers:
        for point in SMTP_POINTS:
            for count in (1, 4):
                assert workers.send(point, count) == -signal.SIGKILL, point
                kills += 1
                assert_nothing_doubled_and_little_in_doubt(world, smtp, kills)
        assert workers.send() == 0
    assert kills == 12
    settle(world, arrived(smtp), fault=NAMED, letters=letters, times=kills, allowed=kills)


def test_with_several_connections_no_more_letters_are_in_doubt_than_there_are_of_them(
    world: World, smtp: Script
) -> None:
    letters, connections, kills = 60, 3, 0
    world.signed(many=letters)
    with mortals(world, smtp, connections) as workers:
        for point in SMTP_POINTS:
            assert workers.send(point, 2) == -signal.SIGKILL, point
            kills += 1
            assert_nothing_doubled_and_little_in_doubt(world, smtp, connections * kills)
        assert workers.send() == 0
    settle(
        world,
        arrived(smtp),
        fault=f"{NAMED}, {connections} connections",
        letters=letters,
        times=kills,
        allowed=connections * kills,
    )


@pytest.mark.soak
def test_sixty_workers_killed_at_any_moment_lose_and_double_nothing(
    world: World, smtp: Script
) -> None:
    letters = 3_000
    world.signed(many=letters)
    dice = random.Random(2025)  # noqa: S311  # no secret: the same run again after a failure
    kills = 0
    with mortals(world, smtp) as workers:
        while kills < 60:
            point = dice.choice((*SMTP_POINTS, AT_RANDOM, AT_RANDOM, AT_RANDOM))
            count = dice.randint(100, 900) if point == AT_RANDOM else dice.randint(1, 40)
            assert workers.send(point, count) == -signal.SIGKILL
            kills += 1
            assert_nothing_doubled_and_little_in_doubt(world, smtp, kills)
        assert workers.send() == 0
    settle(world, arrived(smtp), fault=RANDOM, letters=letters, times=kills, allowed=kills)


@pytest.mark.soak
def test_three_workers_at_once_killed_forty_times_each_lose_and_double_nothing(
    world: World, smtp: Script
) -> None:
    letters, workers, kills = 2_500, 3, 40
    world.signed(many=letters)

    def killed(seed: int) -> int:
        dice = random.Random(seed)  # noqa: S311  # no secret: the same run again after a failure
        struck = 0
        with mortals(world, smtp) as one:
            for _ in range(kills):
                point = dice.choice((*SMTP_POINTS, AT_RANDOM, AT_RANDOM))
                count = dice.randint(100, 900) if point == AT_RANDOM else dice.randint(1, 20)
                struck += one.send(point, count) == -signal.SIGKILL
            return struck

    with ThreadPoolExecutor(workers) as threads:
        struck = sum(threads.map(killed, range(workers)))
    assert struck > workers * kills // 2  # the last ones may find nothing left to send
    with mortals(world, smtp) as last:
        assert last.send() == 0
    settle(
        world,
        arrived(smtp),
        fault=RANDOM,
        letters=letters,
        times=struck,
        workers=workers,
        allowed=struck,
    )
