"""``outreach start``: once, twice, with newer data, in the wrong place."""

from pathlib import Path

import pikepdf
import pytest

from tests.cli.conftest import Run


@pytest.mark.usefixtures("small_office")
def test_a_first_start_makes_the_office_ready_and_a_second_changes_nothing(
    run: Run, office: Path
) -> None:
    first = run("start")
    assert first.code == 0, first.err
    assert "Maria is the administrator" in first.out
    assert "are new" in first.out
    assert (office / "var" / "office.key").stat().st_mode & 0o777 == 0o600
    second = run("start")
    assert second.code == 0
    assert "nothing has changed" in second.out
    assert "administrator" not in second.out


@pytest.mark.usefixtures("small_office")
def test_labels_are_printed_for_whoever_of_a_segment_has_an_address(run: Run, office: Path) -> None:
    assert run("start").code == 0
    done = run("contacts", "labels", "demo", "--format", "l7160", "--start", "20")
    assert done.code == 0, done.err
    pages = len(pikepdf.open(office / "var" / "print" / "L7160.pdf").pages)
    assert pages == 2  # six communes, two places left on the first sheet
    assert "L7160.pdf" in done.out
    assert run("contacts", "labels", "demo", "--start", "15").code == 2
    assert run("contacts", "labels", "demo", "--format", "A5").code == 2


@pytest.mark.usefixtures("small_office")
def test_the_second_person_to_start_an_office_is_not_made_administrator(run: Run) -> None:
    assert run("start").code == 0
    assert run("--as", "Pedro", "start").code == 0
    assert [user["name"] for user in run("users", "list", "--json").data] == ["Maria"]


def test_a_changed_name_in_a_newer_file_is_told(run: Run, small_office: Path) -> None:
    run("start")
    communes = small_office / "contacts" / "reference" / "france_communes.csv"
    communes.write_text(communes.read_text("utf-8").replace("Le Mans", "Le Mans-Neuf"), "utf-8")
    outcome = run("start")
    assert outcome.code == 0, outcome.err
    assert "Le Mans-Neuf" in outcome.out


def test_a_broken_data_file_is_told_and_nothing_is_half_done(run: Run, small_office: Path) -> None:
    communes = small_office / "contacts" / "reference" / "france_communes.csv"
    kept = communes.read_text("utf-8")
    communes.write_text(kept.replace("\n", "\nx\n", 1), "utf-8")
    outcome = run("start")
    assert outcome.code == 1
    assert "france_communes.csv" in outcome.err
    communes.write_text(kept, "utf-8")
    assert "Maria is the administrator" in run("start").out


def test_start_among_other_files_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "photo.jpg").touch()
    outcome = run("start", office=tmp_path / "full")
    assert outcome.code == 2
    assert "photo.jpg" in outcome.err
