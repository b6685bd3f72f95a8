"""The maps of a campaign: the office's outlines, every place that a letter reached."""

from pathlib import Path

from outreach.reports.places import Place, picture, table
from outreach.words import translator
from tests.conftest import CHECKOUT

PLACES = [
    Place("FR", "76", "Seine-Maritime", 12, 3),
    Place("FR", "974", "La Réunion", 2, 0),
    Place("CO", "73", "Tolima", 1, 1),
]
FRENCH = translator("fr")


def test_both_countries_are_shown_with_the_parts_far_away() -> None:
    found = picture(PLACES, CHECKOUT, FRENCH)
    assert found is not None
    for words in ("La Réunion", "Guyane", "Île-de-France", ">3</text>", ">1</text>"):
        assert words in found.svg
    assert "Seine-Maritime" in found.svg  # in its description
    assert [row[0] for row in found.data.rows] == ["Seine-Maritime", "La Réunion", "Tolima"]
    assert len(found.svg) < 200_000


def test_a_country_that_got_no_letter_is_not_drawn() -> None:
    both, one = picture(PLACES, CHECKOUT, FRENCH), picture(PLACES[:2], CHECKOUT, FRENCH)
    assert both is not None
    assert one is not None
    assert one.svg.count("<path") < both.svg.count("<path")


def test_without_letters_or_outlines_there_is_no_map(tmp_path: Path) -> None:
    assert picture([], CHECKOUT, FRENCH) is None
    assert picture(PLACES, tmp_path, FRENCH) is None


def test_the_table_gathers_what_is_beyond_its_lines() -> None:
    found = table([Place("FR", f"{n:02}", f"D{n}", 20 - n, 0) for n in range(1, 19)], FRENCH)
    assert len(found.rows) == 16
    assert found.rows[-1][2] == 20 * 3 - 16 - 17 - 18
