"""Backups by command, and what a restored office refuses until it is compared and unlocked."""

from pathlib import Path

from tests.cli.conftest import Run
from tests.dispatch.world import CHIEF, World


def test_a_backup_is_proved_kept_and_restored_step_by_step(
    run: Run, world: World, office: Path
) -> None:
    world.signed(many=2)
    made = run("db", "backup", "--json")
    assert made.code == 0, made.err
    path = Path(made.data["path"])
    assert path.parent == office / "var" / "backups"
    assert made.data["letters"] > 0
    checked = run("db", "check", str(path))
    assert "everything is there" in checked.out

    refused = run("db", "restore", str(path))
    assert (refused.code, "administrator" in refused.err) == (1, True)
    restored = run("--as", CHIEF, "db", "restore", str(path))
    assert restored.code == 0, restored.err
    assert "outreach db reconcile" in restored.out
    locked = run("round")
    assert locked.code == 1
    assert "restored from a backup" in locked.err
    printing = run("batch", "print", "1")
    assert (printing.code, "restored from a backup" in printing.err) == (1, True)
    early = run("--as", CHIEF, "db", "unlock", "--because", "Now")
    assert "Compare first" in early.err

    compared = run("--as", CHIEF, "db", "reconcile", "--json")
    assert compared.code == 0, compared.err
    assert (compared.data["waiting"], compared.data["unaccounted"]) == (2, 0)
    assert run("--as", CHIEF, "db", "unlock", "--because", "All is there").code == 0
    assert run("round").code == 0
    assert "not locked" in run("--as", CHIEF, "db", "reconcile").err


def test_the_present_database_is_checked_by_a_backup_that_is_not_kept(
    run: Run, world: World, office: Path
) -> None:
    before = sorted(office.iterdir())
    assert run("db", "check", "--json").data["rows"] > 0
    assert sorted(office.iterdir()) == before
    assert world.outbox() == []


def test_only_the_newest_backups_are_kept_where_asked(run: Run, world: World, office: Path) -> None:
    folder = office / "var" / "backups"
    folder.mkdir()
    for day in ("01", "02", "03"):
        (folder / f"outreach-202401{day}-080000.zip").write_bytes(b"")
    (folder / "by-hand.zip").write_bytes(b"")
    assert run("db", "backup", "--keep", "2").code == 0
    left = sorted(path.name for path in folder.iterdir())
    assert left[:2] == ["by-hand.zip", "outreach-20240103-080000.zip"]
    assert len(left) == 3
    assert world.outbox() == []
