"""``outreach batch supplement|correct`` and what the register shows of them."""

from pathlib import Path

from tests.cli.conftest import Run
from tests.dispatch.test_sequels import rouen
from tests.dispatch.world import World


def approved(run: Run, number: str) -> None:
    checked = run("batch", "check", number)
    assert checked.code == 0, checked.out
    accept = run("batch", "submit", number)
    assert accept.code == 0, accept.err
    done = run("--as", "Jean", "batch", "approve", number)
    assert done.code == 0, done.err


def test_a_circular_is_supplemented_by_commands(run: Run, world: World) -> None:
    number = str(world.signed())
    rouen(world)
    assert run("batch", "supplement", number).code == 2
    done = run("batch", "supplement", number, "--contact", "FR:76540", "--json")
    assert done.code == 0, done.err
    assert done.data["batch"] == 2
    approved(run, "2")
    mandate = run("batch", "sign", "2", "--mandate", "Délégation")
    assert mandate.code == 0, mandate.err
    assert "S-EFRPR-25-1" in mandate.out
    assert run("batch", "send", "2").code == 0
    said = run("report", "who", "asointermedias-2025", "--only", "sent", "--json").data["letters"]
    assert [row["form"] for row in said if row["contact"] == "FR:76540"] == ["supplement"]


def test_an_erratum_is_written_by_commands(run: Run, world: World, tmp_path: Path) -> None:
    number = str(world.signed())
    world.send(int(number))
    done = run("batch", "correct", number, "--letter", "rectificatif", "--only", "FR:76351")
    assert done.code == 0, done.err
    assert "Batch 2 is prepared: 1 letters" in done.out
    approved(run, "2")
    assert run("batch", "sign", "2", "--mandate", "Délégation").code == 0
    assert run("batch", "send", "2").code == 0
    wanted = ("--step", "suivi-septembre", "--contact", "FR:76351", "--to", str(tmp_path / "x"))
    assert run("report", "letter", "asointermedias-2025", *wanted, "--batch", "2").code == 0
    assert run("report", "letter", "asointermedias-2025", *wanted).code == 0
    kept = {path.name: path.read_bytes() for path in (tmp_path / "x").iterdir()}
    assert len(kept) == 2
    assert "S-EFRPR-25-1-FR-76351.eml" in kept
    left = [path.read_bytes() for path in world.outbox()]
    assert all(data in left for data in kept.values())
    rows = run("register", "list", "--json").data
    assert [row["corrects"] for row in rows] == [None, *[None] * (len(rows) - 2), ["S-EFRPR-25-1"]]
    assert run("register", "verify").code == 0
