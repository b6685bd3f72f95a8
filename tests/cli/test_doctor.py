"""The examination by command."""

from tests.cli.conftest import Run
from tests.dispatch.world import World


def test_findings_come_with_what_to_do_and_the_worst_first(run: Run, world: World) -> None:
    world.people()
    told = run("doctor", "--offline")
    assert "There is no backup of the database." in told.out
    assert "outreach db backup" in told.out
    levels = [one["level"] for one in run("doctor", "--offline", "--json").data]
    assert levels == sorted(levels, key=["mend", "look", "good"].index)
    assert {"look", "good"} <= set(levels)


def test_an_office_that_may_send_nothing_ends_the_command_with_one(run: Run, world: World) -> None:
    world.people()
    path = str(world.folder / "one.zip")
    assert run("db", "backup", path).code == 0
    assert run("--as", "Ana", "db", "restore", path).code == 0
    told = run("doctor", "--offline")
    assert told.code == 1
    assert "restored from a backup" in told.out
