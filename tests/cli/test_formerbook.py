"""``outreach register import`` and the question of the first start."""

from pathlib import Path

import pytest

from outreach.settings import load
from tests.cli.conftest import Run
from tests.dispatch.world import World

BOOK = (
    "Numéro;Date;Objet;Destinataire;Signataire\n"
    "S-EFRPR-24-1;02/01/2024;Vœux;Le Havre;M. X\n"
    "S-EFRPR-24-4;03/02/2024;=1+1;Nice;M. X\n"
)


def test_an_older_book_is_looked_at_and_taken_over(run: Run, world: World, tmp_path: Path) -> None:
    world.signed(many=1)
    path = tmp_path / "registre.csv"
    path.write_text(BOOK, "cp1252")
    look = run("--as", "Ana", "register", "import", str(path), "--dry-run")
    assert look.code == 0, look.err
    assert "Numbers to take over: 2" in look.out
    assert "2024: 2–3" in look.out
    assert len(run("register", "list", "--json").data) == 1
    done = run("--as", "Ana", "register", "import", str(path))
    assert "Taken over: 2 numbers." in done.out
    rows = run("register", "list", "--json").data
    assert [row["reference"] for row in rows] == ["S-EFRPR-24-1", "S-EFRPR-24-4", "S-EFRPR-25-1"]
    assert [row["taken_over_from"] for row in rows] == ["registre.csv", "registre.csv", None]
    verified = run("register", "verify")
    assert verified.code == 0, verified.err
    assert "The older book lacked: 2024: 2–3" in verified.out


def test_refused_lines_are_shown_and_nothing_is_written(
    run: Run, world: World, tmp_path: Path
) -> None:
    world.signed(many=1)
    path = tmp_path / "registre.csv"
    path.write_text(BOOK + "bis;03/02/2024;;;\n", "utf-8")
    refused = run("--as", "Ana", "register", "import", str(path))
    assert refused.code == 1
    assert "“bis” is no number" in refused.out
    assert "--leave-out-refused" in refused.err
    assert len(run("register", "list", "--json").data) == 1
    rest = ("--leave-out-refused", "--json")
    assert run("--as", "Ana", "register", "import", str(path), *rest).code == 0
    assert len(run("register", "list", "--json").data) == 3
    assert run("register", "import", str(path), "--column", "x").code == 2


@pytest.mark.parametrize(("asked", "source"), [((), "external"), (("--register", "own"), "own")])
def test_the_first_start_chooses_the_book(
    run: Run, tmp_path: Path, asked: tuple[str, ...], source: str
) -> None:
    folder = tmp_path / "embassy"
    done = run("start", *asked, office=folder)
    assert done.code == 0, done.err
    assert f"register.source = {source}" in done.out
    settings = load(folder)
    assert (settings.register.source, settings.office.demo) == (source, False)
    other = "own" if source == "external" else "external"
    again = run("start", "--register", other, office=folder)
    assert again.code == 2
    assert f"source = {source}" in again.err
