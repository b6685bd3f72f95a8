"""Letters to look at: one with the data it used, ten in one file."""

import shutil
from pathlib import Path

import pikepdf
import pytest

from tests.cli.conftest import Run


@pytest.fixture
def ready(run: Run, small_office: Path) -> Path:
    """An office with its reference data loaded."""
    outcome = run("start")
    assert outcome.code == 0, outcome.err
    return small_office


@pytest.mark.usefixtures("ready")
def test_a_preview_tells_each_value_and_where_it_came_from(run: Run, tmp_path: Path) -> None:
    shown = run(
        *("letters", "preview", "remerciement-rencontres", "--contact", "FR:76351"),
        *("--to", str(tmp_path / "proofs"), "--json"),
    ).data
    rows = {row["field"]: (row["value"], row["source"]) for row in shown["data"]}
    assert rows["organisation"] == ("Le Havre", "france_communes.csv")
    assert rows["contact"] == ("FR:76351", "france_mairies.csv")
    assert rows["campagne.rencontres.edition"] == ("16", "campaigns/asointermedias-2025.toml")
    assert rows["salutation"][0].endswith(",")
    assert {Path(path).suffix for path in shown["files"]} == {".html", ".txt", ".pdf"}


@pytest.mark.usefixtures("ready")
def test_a_sheet_shows_ten_unlike_contacts_in_one_pdf_with_bookmarks(
    run: Run, tmp_path: Path
) -> None:
    shown = run("letters", "sheet", "remerciement-rencontres", "--to", str(tmp_path), "--json").data
    assert shown["file"] == str(tmp_path / "remerciement-rencontres.pdf")
    reasons = {row["why"]: row["contact"] for row in shown["letters"]}
    assert reasons["an article in its name"] == "FR:76351"
    assert len(set(reasons.values())) == len(reasons) >= 4
    with pikepdf.open(shown["file"]) as pdf, pdf.open_outline() as outline:
        titles = [str(item.title) for item in outline.root]
    assert len(titles) == len(reasons)
    assert titles[0].startswith("1. ")
    assert "the longest name" in titles[0]


@pytest.mark.usefixtures("ready")
def test_a_sheet_of_a_cover_is_a_page_in_which_each_letter_has_a_frame(
    run: Run, tmp_path: Path
) -> None:
    outcome = run("letters", "sheet", "accompagnement", "--to", str(tmp_path))
    assert outcome.code == 0, outcome.err
    page = (tmp_path / "accompagnement.html").read_text("utf-8")
    assert page.count("<iframe") == page.count("<h2>") >= 4
    assert "sandbox" in page


@pytest.mark.usefixtures("ready")
def test_of_several_campaigns_the_one_that_sends_the_letter_lends_its_facts(
    run: Run, office: Path, tmp_path: Path
) -> None:
    campaigns = office / "campaigns"
    shipped = campaigns.resolve() / "asointermedias-2025.toml"
    campaigns.unlink()
    campaigns.mkdir()
    shutil.copy(shipped, campaigns)
    text = shipped.read_text("utf-8")
    other = text.replace("edition = 16", "edition = 99")
    (campaigns / "a-autre.toml").write_text(
        other.replace('"remerciement-rencontres"', '"accompagnement"').replace(
            '"accompagnement", cover = "accompagnement"', '"accompagnement"'
        ),
        "utf-8",
    )
    wanted = ("letters", "preview", "remerciement-rencontres", "--contact", "FR:76351")
    to = ("--to", str(tmp_path), "--json")
    rows = {row["field"]: row["value"] for row in run(*wanted, *to).data["data"]}
    assert rows["campagne.rencontres.edition"] == "16"
    (campaigns / "a-autre.toml").write_text(other, "utf-8")
    asked = run(*wanted, *to)
    assert asked.code == 2
    assert "a-autre" in asked.out
    assert "--campaign" in asked.out
    rows = {
        row["field"]: row["value"]
        for row in run(*wanted, *to, "--campaign", "a-autre").data["data"]
    }
    assert rows["campagne.rencontres.edition"] == "99"


def test_without_contacts_there_is_nobody_to_show(run: Run, tmp_path: Path) -> None:
    outcome = run("letters", "sheet", "accompagnement", "--to", str(tmp_path))
    assert outcome.code == 1
    assert "outreach start" in outcome.err


def test_the_checks_are_listed_and_each_is_explained(run: Run) -> None:
    listed = run("letters", "checks", "--json").data
    assert {"code": "L113", "severity": "error", "title": "a link that a stranger cannot open"} in (
        listed
    )
    explained = run("letters", "checks", "l113", "--json").data
    assert "attach" in explained["remedy"]
    unknown = run("letters", "checks", "L999")
    assert unknown.code == 2
    assert "L999" in unknown.err
