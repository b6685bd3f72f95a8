"""Labels stand where the maker cut them."""

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.letters import fonts, labels
from outreach.letters.labels import (
    STATIONERY,
    LabelGlyphError,
    LabelStartError,
    LabelTooSmallError,
    Stationery,
    UnknownStationeryError,
)

MAYOR = ("Madame la Maire", "Ville du Havre", "1517 PLACE DE L’HÔTEL DE VILLE", "76600 LE HAVRE")
SIX = (
    "Monsieur le Président de la communauté",
    "Communauté d’agglomération du pays de",
    "SERVICE DES RELATIONS INTERNATIONALES",
    "BÂTIMENT DES ARCHIVES DÉPARTEMENTALES",
    "12345 BOULEVARD DU GÉNÉRAL DE GAULLE W",
    "97133 SAINT-BARTHÉLEMY-LES-BAINS CEDEX",
)
WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]+)<')
POINT = 25.4 / 72


def words(pdf: bytes, folder: Path) -> list[list[tuple[float, float, float, float, str]]]:
    """Return the words of each page with their boxes in millimetres."""
    path = folder / "labels.pdf"
    path.write_bytes(pdf)
    made = subprocess.run(
        ["pdftotext", "-bbox", path, "-"], capture_output=True, text=True, check=True
    )
    pages = made.stdout.split("<page ")[1:]
    return [
        [
            (
                float(found[1]) * POINT,
                float(found[2]) * POINT,
                float(found[3]) * POINT,
                float(found[4]) * POINT,
                found[5],
            )
            for found in WORD.finditer(page)
        ]
        for page in pages
    ]


@pytest.mark.parametrize("name", ["L7160", "L7163", "L7165"])
def test_a_sheet_closes_on_the_page(name: str) -> None:
    sheet = STATIONERY[name]
    width = 2 * sheet.left + sheet.columns * sheet.label[0] + (sheet.columns - 1) * sheet.gutter
    height = 2 * sheet.top + sheet.rows * sheet.label[1]
    assert width == pytest.approx(210.0, abs=0.1)
    assert height == pytest.approx(297.0, abs=0.1)


@pytest.mark.parametrize("sheet", STATIONERY.values(), ids=STATIONERY)
@pytest.mark.parametrize("address", [MAYOR, SIX], ids=["short", "six long lines"])
def test_every_word_stands_inside_its_label(
    sheet: Stationery, address: tuple[str, ...], tmp_path: Path
) -> None:
    pages = words(labels.labels([address] * sheet.places, sheet), tmp_path)
    assert len(pages) == 1
    boxes = [sheet.box(place) for place in range(sheet.places)]
    held = [0] * sheet.places
    for left, top, right, bottom, _ in pages[0]:
        inside = [
            place
            for place, box in enumerate(boxes)
            if box.x - 0.1 <= left
            and right <= box.x + box.width + 0.1
            and box.y - 1 <= top
            and bottom <= box.y + box.height + 1
        ]
        assert len(inside) == 1
        held[inside[0]] += 1
    assert held == [sum(len(line.split()) for line in address)] * sheet.places


def test_the_fifteenth_label_of_a_sheet_of_fourteen_is_the_first_of_the_next(
    tmp_path: Path,
) -> None:
    addresses = [(f"N{number}", "76600 LE HAVRE") for number in range(1, 16)]
    first, second = words(labels.labels(addresses, STATIONERY["L7163"]), tmp_path)
    assert "N14" in [word[4] for word in first]
    (place,) = [word for word in second if word[4] == "N15"]
    (same,) = [word for word in first if word[4] == "N1"]
    assert place[:2] == pytest.approx(same[:2], abs=0.5)


def test_a_sheet_already_begun_goes_on_at_its_first_free_label(tmp_path: Path) -> None:
    sheet = STATIONERY["L7160"]
    ((left, top, *_),) = [
        word
        for word in words(labels.labels([("Havre",)], sheet, start=5), tmp_path)[0]
        if word[4] == "Havre"
    ]
    box = sheet.box(4)  # second row, second column
    assert left == pytest.approx(box.x, abs=0.5)
    assert box.y < top < box.y + box.height
    assert (box.x, box.y) == pytest.approx((7.25 + 66.0 + 3.0, 15.15 + 38.1 + 2.5))


def test_a_place_that_the_sheet_lacks_is_refused() -> None:
    with pytest.raises(LabelStartError, match="14"):
        labels.labels([MAYOR], STATIONERY["L7163"], start=15)


def test_an_unknown_sheet_is_refused_with_those_known() -> None:
    with pytest.raises(UnknownStationeryError, match="L7163"):
        labels.stationery("L9999")
    assert labels.stationery(" l7163 ").name == "L7163"


def test_an_envelope_names_who_writes(tmp_path: Path) -> None:
    pdf = labels.labels([MAYOR, MAYOR], STATIONERY["DL"], sender=("Ambassade", "75008 PARIS"))
    pages = words(pdf, tmp_path)
    assert len(pages) == 2
    for page in pages:
        (sender,) = [word for word in page if word[4] == "Ambassade"]
        (town,) = [word for word in page if word[4] == "HAVRE"]
        assert sender[0] < 20
        assert sender[1] < 20
        assert town[0] > 105
        assert town[3] < 110 - 15


def test_an_address_that_does_not_fit_is_refused_by_its_first_line() -> None:
    with pytest.raises(LabelTooSmallError, match="Préfecture"):
        labels.labels([("Préfecture", *["W" * 38] * 9)], STATIONERY["L7160"])


def test_a_character_without_a_glyph_is_refused() -> None:
    with pytest.raises(LabelGlyphError, match="漢"):
        labels.labels([("Maison 漢",)], STATIONERY["L7163"])


@settings(max_examples=50)
@given(st.text(st.sampled_from("ABCWij -’É"), max_size=60), st.floats(7, 14), st.floats(20, 90))
def test_breaking_a_line_loses_no_word(line: str, size: float, width: float) -> None:
    rows = fonts.broken(line, size, width)
    assert "".join("".join(rows).split()) == "".join(line.split())
    for row in rows:
        assert fonts.line_width(row, size) <= width or not re.search(r"[ -]\S", row)
