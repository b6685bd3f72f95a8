"""``outreach batch print --lot-size``, ``lots``, ``bordereau``, ``posted --lot``."""

from pathlib import Path

from tests.cli.conftest import Run
from tests.dispatch.test_lots import signed
from tests.dispatch.world import World


def test_lots_are_printed_listed_and_posted_by_commands(
    run: Run, world: World, tmp_path: Path
) -> None:
    number = str(signed(world))
    done = run("batch", "print", number, "--lot-size", "3")
    assert done.code == 0, done.err
    assert "Lot 1; its list: " in done.out
    assert run("batch", "print", number, "--lot-size", "3").code == 0
    posted = run("batch", "posted", number, "--lot", "1", "--on", "2025-09-02")
    assert "3 letters are recorded as posted" in posted.out
    rows = run("batch", "lots", number, "--json").data
    assert [(row["lot"], row["letters"], row["posted"]) for row in rows] == [(1, 3, 3), (2, 2, 0)]
    assert run("batch", "bordereau", number, "--lot", "2", "--to", str(tmp_path / "x")).code == 0
    assert sorted(path.name for path in (tmp_path / "x").iterdir()) == [
        "bordereau-lot-2.csv",
        "bordereau-lot-2.pdf",
    ]
    refused = run("batch", "posted", number, "--lot", "8", "--on", "2025-09-02")
    assert refused.code == 2
    assert "no lot 8" in refused.err
