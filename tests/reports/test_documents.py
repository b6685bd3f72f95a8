"""Documents: what they show, and that nothing in them runs."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.pictures import funnel, weeks
from outreach.reports import paper, sheets, webpage
from outreach.reports.documents import Column, Document, Figure, Picture, Table
from outreach.reports.standing import percent
from outreach.words import translator

ENGLISH = translator("en")


def document(text: str) -> Document:
    table = Table(
        text or "t", [Column("A"), Column("A"), Column("N", figures=True)], [(text, None, 3)]
    )
    svg = funnel.drawn([funnel.Stage(text, 3, "3")], name="funnel", title=text, description=text)
    return Document(
        name="d",
        title=text or "t",
        office="Office",
        subtitle="",
        lines=[text],
        figures=[Figure(text, 3)],
        parts=[Picture("p", svg, text or "p", table), table],
    )


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x.example")', "+1", "@a", "-1", " =1"])
def test_a_spreadsheet_runs_nothing(text: str) -> None:
    rows = list(
        csv.reader(
            io.StringIO(sheets.plain_rows(document(text), ENGLISH).decode("utf-8-sig")),
            delimiter=";",
        )
    )
    assert f"'{text}" in {cell for row in rows for cell in row}
    assert not [cell for row in rows for cell in row if cell.lstrip().startswith(("=", "+", "@"))]
    book = openpyxl.load_workbook(io.BytesIO(sheets.workbook(document(text), ENGLISH)))
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value == text]
    assert cells
    assert {cell.data_type for cell in cells} <= {"s"}


def test_a_page_shows_markup_as_text() -> None:
    page = webpage.page(document("<script>alert(1)</script>"), ENGLISH).decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_pdf_prints_markup_of_every_kind_as_it_stands(tmp_path: Path) -> None:
    from pypdf import PdfReader

    moment = datetime(2025, 9, 1, tzinfo=UTC)
    data = paper.pdf(document('#eval("1") $x$ *b* 漢'), ENGLISH, office=tmp_path, moment=moment)
    assert '#eval("1") $x$ *b* \u25a1' in PdfReader(io.BytesIO(data)).pages[0].extract_text()
    again = paper.pdf(document('#eval("1") $x$ *b* 漢'), ENGLISH, office=tmp_path, moment=moment)
    assert data == again


@given(st.integers(0, 10**9))
def test_the_scale_holds_the_tallest_column_and_is_no_taller_than_needed(most: int) -> None:
    top = weeks.ceiling(most)
    assert top >= most
    assert top % weeks.LINES == 0
    assert top <= max(weeks.LINES, 2.5 * most + weeks.LINES)


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=6))
def test_no_bar_of_the_funnel_leaves_its_room(values: list[int]) -> None:
    from lxml import etree

    svg = funnel.drawn(
        [funnel.Stage(str(value), value, str(value)) for value in values],
        name="f",
        title="t",
        description="d",
    )
    bars = etree.fromstring(str(svg)).findall("{*}rect")
    room = funnel.WIDTH - funnel.LEFT - funnel.RIGHT
    assert [float(bar.get("width")) > 0 for bar in bars] == [value > 0 for value in values]
    assert all(float(bar.get("width")) <= room + 0.1 for bar in bars)


def test_weeks_without_letters_keep_their_place_and_two_figures_differ_without_colour() -> None:
    svg = weeks.drawn(
        [weeks.Week("01/09", 10, 0), weeks.Week("08/09", 0, 0), weeks.Week("15/09", 0, 2)],
        names=("Letters", "Answers"),
        name="w",
        title="t",
        description="d",
    )
    assert svg.count("url(#w-hatch)") == 2  # the key, and the one week with answers
    for label in ("01/09", "08/09", "15/09", "Letters", "Answers"):
        assert f">{label}</text>" in svg


def test_a_share_of_nothing_is_not_told() -> None:
    assert percent(0, 0) is None
    assert percent(1, 3) == 33
