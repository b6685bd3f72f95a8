"""``outreach letters new``."""

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.conftest import CHECKOUT
from tests.letters.test_word import letter


@pytest.fixture
def own(office: Path) -> Path:
    """An office whose templates may be written to."""
    link = office / "templates"
    if link.is_symlink():
        link.unlink()
        shutil.copytree(CHECKOUT / "templates", link)
    return office


def test_a_new_letter_is_written_listed_and_waits_for_words(run: Run, own: Path) -> None:
    made = run("letters", "new", "voeux-2026")
    assert made.code == 0, made.err
    assert "Written: templates/letters/voeux-2026/fr.md" in made.out
    assert (own / "templates/letters/voeux-2026/es.md").is_file()
    assert "voeux-2026" in [each["name"] for each in run("letters", "list", "--json").data]
    checked = run("letters", "check", "voeux-2026", "--json")
    assert checked.code == 1
    assert {each["code"] for each in checked.data if each["severity"] == "error"} >= {"L101"}


def test_a_letter_begins_from_word(run: Run, own: Path, tmp_path: Path) -> None:
    path = tmp_path / "lettre.docx"
    path.write_bytes(letter())
    made = run("letters", "new", "fete", "--from", str(path))
    assert made.code == 0, made.err
    assert "The field «Commune» is now [nom de la ville]." in made.out
    assert "The field «Code_INSEE» is not known here" in made.out
    text = (own / "templates/letters/fete/fr.md").read_text("utf-8")
    assert 'subject = "Invitation à la [nom de la ville]"' in text
    # The other language holds the same words until somebody translates them.
    found = run("letters", "check", "fete", "--lang", "es", "--json").data
    assert "P212" in {each["code"] for each in found}


def test_a_taken_name_is_wrong_use(run: Run) -> None:
    outcome = run("letters", "new", "suivi-septembre")
    assert outcome.code == 2
    assert "already" in outcome.err
