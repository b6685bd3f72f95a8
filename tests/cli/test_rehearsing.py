"""``outreach batch test``."""

from tests.cli.conftest import Run
from tests.dispatch.world import World


def test_letters_go_to_a_colleague_by_one_command(run: Run, world: World) -> None:
    number = str(world.signed())
    done = run("batch", "test", number, "--to", "ana@ambassade.example", "--json")
    assert done.code == 0, done.err
    assert {row["to"] for row in done.data} == {"ana@ambassade.example"}
    assert len(world.outbox()) == len(done.data)


def test_a_recipient_is_refused_by_name(run: Run, world: World) -> None:
    number = str(world.signed())
    done = run("batch", "test", number, "--to", "mairie@havre.example")
    assert done.code == 1
    assert "mairie@havre.example" in done.err
    assert not world.outbox()
