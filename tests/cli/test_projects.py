"""A city's project, from an empty form to a proposal, from the command line."""

from pathlib import Path

import docx
import pytest

from tests.cli.conftest import Run
from tests.dispatch.world import World

FILLED = {
    "Título / Titre (es)": "Agua para todos",
    "Tema / Thème": "agua y saneamiento",
    "Resumen, diez líneas / Résumé (es)": "Renovar la red del centro.",
}


@pytest.fixture
def form(world: World, run: Run, tmp_path: Path) -> Path:
    """The form of Ibagué, filled in by its planning office in Spanish."""
    world.people()
    path = tmp_path / "ibague.docx"
    made = run("partners", "form", "CO:73001", "--out", str(path))
    assert made.out == f"The form for Ibagué is in {path}.\n"
    document = docx.Document(str(path))
    for row in document.tables[0].rows:
        row.cells[1].text = FILLED.get(row.cells[0].text, row.cells[1].text)
    document.save(str(path))
    return path


def test_a_form_becomes_a_proposal_in_both_languages(run: Run, form: Path) -> None:
    taken = run("partners", "projects", "import", str(form), "--source", "e-mail of 2 September")
    assert "Project 1 is received." in taken.out
    (row,) = run("partners", "projects", "list", "--json").data
    assert (row["city"], row["state"]) == ("Ibagué", "received")
    assert row["source"] == "e-mail of 2 September"
    early = run("--as", "Jean", "partners", "projects", "validate", "1")
    assert (early.code, "title (fr)" in early.err) == (1, True)
    done = run(
        *("--as", "Jean", "partners", "projects", "validate", "1"),
        *("--title-fr", "De l’eau pour tous", "--summary-fr", "Rénover le réseau."),
    )
    assert "Project 1 is a proposal now" in done.out
    (row,) = run("partners", "projects", "list", "--json").data
    assert row["state"] == "validated"
    assert "Agua para todos" in run("partners", "projects", "list", lang="es").out


def test_a_project_is_set_aside_with_its_reason(run: Run, form: Path) -> None:
    run("partners", "projects", "import", str(form))
    (row,) = run("partners", "projects", "list", "--json").data
    assert row["source"] == "ibague.docx"
    without = run("--as", "Jean", "partners", "projects", "set-aside", "1")
    assert (without.code, "--because" in without.err) == (2, True)
    done = run("--as", "Jean", "partners", "projects", "set-aside", "1", "--because", "withdrawn")
    assert done.out == "Project 1 is not proposed.\n"
    again = run("--as", "Jean", "partners", "projects", "set-aside", "1", "--because", "x")
    assert (again.code, "cannot become" in again.err) == (1, True)


def test_what_is_no_form_is_refused_with_what_to_do(world: World, run: Run, tmp_path: Path) -> None:
    world.people()
    path = tmp_path / "letter.docx"
    path.write_bytes(b"not a form")
    done = run("partners", "projects", "import", str(path))
    assert (done.code, "right-hand column" in done.err) == (1, True)
    assert run("partners", "projects", "list").out == "No city has sent a project yet.\n"
    unknown = run("--as", "Jean", "partners", "projects", "validate", "7")
    assert (unknown.code, "number 7" in unknown.err) == (2, True)


def test_a_worksheet_is_written_too_and_only_for_a_known_place(
    world: World, run: Run, tmp_path: Path
) -> None:
    world.people()
    path = tmp_path / "form.xlsx"
    assert run("partners", "form", "CO:73001", "--format", "xlsx", "--out", str(path)).code == 0
    assert path.read_bytes().startswith(b"PK")
    assert run("partners", "form", "CO:99999", "--out", str(tmp_path / "x.docx")).code == 2
