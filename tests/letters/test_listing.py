"""Lists as PDF: titled, tagged, the same bytes for the same list."""

from datetime import UTC, datetime
from io import BytesIO

import pikepdf
from pypdf import PdfReader

from outreach.letters.listing import ListColumn, listing

MOMENT = datetime(2025, 9, 1, 8, 30, 12, 345_678, tzinfo=UTC)
COLUMNS = (ListColumn("Numéro"), ListColumn("Collectivité", 3))


def made(rows: list[tuple[str, str]]) -> bytes:
    return listing("Liste", ["essai"], COLUMNS, rows, language="fr", moment=MOMENT)


def test_every_row_stands_in_the_list_and_each_page_has_the_titles() -> None:
    pages = PdfReader(BytesIO(made([(str(n), f"Ville-{n}") for n in range(150)]))).pages
    texts = [page.extract_text() for page in pages]
    assert len(texts) > 1
    assert all("Collectivité" in text for text in texts)
    assert all(f"Ville-{n}" in "".join(texts) for n in range(150))


def test_the_same_list_gives_the_same_tagged_bytes() -> None:
    first = made([("1", "Le Havre")])
    assert made([("1", "Le Havre")]) == first
    with pikepdf.open(BytesIO(first)) as pdf:
        assert str(pdf.Root.Lang) == "fr"
        assert pdf.Root.MarkInfo.Marked


def test_what_no_font_has_and_what_looks_like_a_command_is_printed_as_it_can_be() -> None:
    text = PdfReader(BytesIO(made([("#eval(1)", "漢 *b* $x$")]))).pages[0].extract_text()
    assert "#eval(1)" in text
    assert "□ *b* $x$" in text
