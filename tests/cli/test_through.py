"""``outreach batch through``."""

from tests.cli.conftest import Run
from tests.dispatch.test_through import CUF, signed
from tests.dispatch.world import World


def test_what_an_association_passes_on_is_noted_shown_and_taken_back(
    run: Run, world: World
) -> None:
    number = str(signed(world))
    early = run("batch", "through", number, "--contact", CUF)
    assert early.code == 1
    assert "First send" in early.err
    world.send(int(number))
    done = run("batch", "through", number, "--contact", CUF)
    assert done.code == 0, done.err
    assert "Through Cités Unies France, receipt unknown: 2 contacts." in done.out
    only = ("report", "who", "asointermedias-2025", "--only", "through")
    assert {row["through"] for row in run(*only, "--json").data["letters"]} == {
        "Cités Unies France"
    }
    assert "receipt unknown" in run(*only).out
    back = run("batch", "through", number, "--contact", CUF, "--not-passed-on", "they refused")
    assert "Taken back for 2" in back.out
    assert run(*only, "--json").data["letters"] == []
