from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from outreach.letters import fonts
from outreach.letters.pdf import (
    LetterheadPackageError,
    MissingGlyphError,
    MissingLayoutError,
    PdfError,
    PdfPress,
    UnknownFontError,
)
from outreach.letters.printing import merge, merge_in_lots
from tests.letters.letter_tree import (
    FRENCH,
    LETTERHEAD,
    MOMENT,
    PARAGRAPH,
    SPANISH,
    letterhead,
    pages,
    pdf,
    tree,
)
from tests.letters.letter_tree import text as text_of


@pytest.fixture(scope="module")
def press() -> PdfPress:
    return PdfPress(letterhead())


def roles(content: bytes) -> Counter[str]:
    """Count the kinds of elements that a screen reader is told of."""
    found: Counter[str] = Counter()

    def walk(element: Any) -> None:
        if isinstance(element, pikepdf.Array):
            for child in element:
                walk(child)
        elif isinstance(element, pikepdf.Dictionary):
            if "/S" in element:
                found[str(element.S).lstrip("/")] += 1
            if "/K" in element:
                walk(element.K)

    with pikepdf.open(BytesIO(content)) as document:
        walk(document.Root.StructTreeRoot)
    return found


# ---- what the PDF is


def test_the_same_letter_gives_the_same_bytes(press: PdfPress) -> None:
    content = tree()
    first = press.pdf(content, moment=MOMENT)
    press.pdf(tree(reference="S-EFRPR-25-266"), moment=MOMENT)
    assert press.pdf(content, moment=MOMENT) == first
    assert PdfPress(letterhead()).pdf(content, moment=MOMENT) == first


def test_the_moment_is_the_documents_date_and_needs_a_zone(press: PdfPress) -> None:
    content = press.pdf(tree(), moment=MOMENT)
    assert press.pdf(tree(), moment=MOMENT + timedelta(days=1)) != content
    with pytest.raises(ValueError, match="time zone"):
        press.pdf(tree(), moment=datetime(2025, 9, 1))  # noqa: DTZ001


@pytest.mark.parametrize(("base", "language"), [(FRENCH, "fr-FR"), (SPANISH, "es-CO")])
def test_it_claims_pdf_a_2a_and_pdf_ua_1_with_title_and_language(
    base: dict[str, Any], language: str
) -> None:
    with pikepdf.open(BytesIO(pdf(base))) as document:
        assert document.Root.Lang == language
        assert document.Root.MarkInfo.Marked
        assert document.Root.ViewerPreferences.DisplayDocTitle
        assert len(document.Root.OutputIntents) == 1
        metadata = document.open_metadata()
        assert metadata["pdfaid:part"] == "2"
        assert metadata["pdfaid:conformance"] == "A"
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == base["title"]


def test_every_font_is_embedded() -> None:
    names = set()
    with pikepdf.open(BytesIO(pdf(notice=["Petits caractères."]))) as document:
        for thing in document.objects:
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor":
                names.add(str(thing.FontName).partition("+")[2])
                assert "/FontFile2" in thing or "/FontFile3" in thing
    assert names == {"EBGaramond-Regular", "EBGaramond-SemiBold", "NotoSans-Regular"}


def test_a_screen_reader_is_told_of_subject_table_list_quote_and_link() -> None:
    def inline(*words: str) -> list[list[str]]:
        return [[word] for word in words]

    content = pdf(
        body=[
            PARAGRAPH,
            {"t": "h", "level": 2, "c": ["Calendrier"]},
            {
                "t": "table",
                "align": ["left", "right"],
                "header": inline("Étape", "Date"),
                "rows": [inline("Profil", "15 octobre"), inline("Proposition", "30 novembre")],
            },
            {"t": "ul", "items": [[PARAGRAPH], [PARAGRAPH, {"t": "ol", "items": [[PARAGRAPH]]}]]},
            {"t": "quote", "c": [PARAGRAPH]},
            {"t": "hr"},
            {"t": "p", "c": [{"t": "link", "url": "https://ville.example/", "c": ["la page"]}]},
        ]
    )
    found = roles(content)
    assert found["H1"] == 1, "the subject"
    assert found["H2"] == 1
    assert (found["Table"], found["TH"], found["TD"]) == (1, 2, 4)
    assert (found["L"], found["LI"]) == (2, 3)
    assert found["BlockQuote"] == 1
    assert found["Link"] >= 1


# ---- data stays data


HOSTILE = '#eval("x") $1$ *_[ **b** <i> \\ @a {{ x }} // `raw` = h -- ~ \'"'


def test_markup_in_data_is_printed_literally_wherever_it_stands() -> None:
    content = pdf(
        addressee=[HOSTILE],
        subject=HOSTILE,
        salutation=HOSTILE,
        closing=HOSTILE,
        signatory=[HOSTILE],
        enclosures=[HOSTILE],
        copies=[HOSTILE, HOSTILE],
        notice=[{"t": "f", "v": HOSTILE}],
        footer=[HOSTILE],
        reference=HOSTILE,
        body=[
            {"t": "p", "c": [HOSTILE, {"t": "f", "v": HOSTILE}, {"t": "strong", "c": [HOSTILE]}]},
            {"t": "table", "align": ["left"], "header": [[HOSTILE]], "rows": [[[HOSTILE]]]},
        ],
    )
    seen = text_of(content).replace(" ", "").replace("\xa0", "")
    assert seen.count(HOSTILE.replace(" ", "")) == 16


# ---- characters and fonts


def test_french_and_spanish_and_most_european_names_have_their_letters() -> None:
    names = "’ “ ” « » – — … º ª œ Œ æ ñ Ñ ü ß ÿ Ÿ Ł ő ș ğ İ ø € № → ½ ² Ελλάδα Москва Đặng"
    assert fonts.missing_glyphs(names) == set()
    assert fonts.missing_glyphs("a\u202fb\u00a0c\u00add\u200be\u2060f\tg\nh") == set()


def test_a_character_that_no_font_has_is_named() -> None:
    assert fonts.missing_glyphs("Maire de 漢 😀") == {"漢", "😀"}


def test_a_letter_with_a_missing_glyph_is_refused_and_the_next_one_is_made(press: PdfPress) -> None:
    with pytest.raises(MissingGlyphError) as caught:
        press.pdf(tree(addressee=["Madame 漢字"]), moment=MOMENT)
    assert "“字” (U+5B57), “漢” (U+6F22)" in str(caught.value)
    assert press.pdf(tree(), moment=MOMENT).startswith(b"%PDF")


def test_a_letter_outside_latin_is_set_in_the_fonts_that_have_it() -> None:
    assert "Москва Ελλάδα → №" in text_of(pdf(subject="Москва Ελλάδα → №"))


# ---- the letterhead


def test_a_letterhead_without_layout_says_so() -> None:
    with pytest.raises(MissingLayoutError, match=r"no letter\.typ"):
        PdfPress({"logo.svg": b"<svg/>"})


def test_an_error_in_the_layout_names_its_line() -> None:
    broken = letterhead()["letter.typ"].replace(b"#let letterhead(data) = {", b"#let l(data) = {")
    line = broken[: broken.index(b"  letterhead(data)")].count(b"\n") + 1
    with pytest.raises(PdfError, match=rf"unknown variable: letterhead \(letter\.typ:{line}\)"):
        PdfPress({**letterhead(), "letter.typ": broken}).pdf(tree(), moment=MOMENT)


def test_an_unknown_font_is_an_error_and_not_another_font() -> None:
    changed = letterhead()["letter.typ"].replace(b'("EB Garamond", ', b'("Times New Roman", ')
    with pytest.raises(UnknownFontError, match=r"times new roman.*EB Garamond"):
        PdfPress({**letterhead(), "letter.typ": changed}).pdf(tree(), moment=MOMENT)


def test_a_layout_reads_no_file_but_the_letterheads(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    for path in (str(secret), "../../errors.py"):
        source = f'#let letter(data, measures) = read("{path}")'.encode()
        with pytest.raises(PdfError, match=r"file not found|escape"):
            PdfPress({"letter.typ": source}).pdf(tree(), moment=MOMENT)


def test_a_layout_takes_no_package_from_the_network() -> None:
    source = b'#import "@preview/cmarker:0.1.1"\n#let letter(data, measures) = [a]'
    with pytest.raises(LetterheadPackageError, match=r"@preview/cmarker:0"):
        PdfPress({"letter.typ": source})


def test_the_logo_is_small_and_holds_nothing_active() -> None:
    logo = (LETTERHEAD / "logo.svg").read_text()
    assert len(logo) < 2000
    assert "script" not in logo
    assert "href" not in logo


# ---- the print run


@pytest.fixture(scope="module")
def letters(press: PdfPress) -> list[tuple[str, bytes]]:
    long = [PARAGRAPH] * 14
    return [
        ("76999 Bourg-l’Exemple", press.pdf(tree(), moment=MOMENT)),
        ("80999 Deux-Pages", press.pdf(tree(body=long), moment=MOMENT)),
        ("97999 L’Île", press.pdf(tree(SPANISH), moment=MOMENT)),
    ]


def test_a_print_run_holds_the_letters_in_order_with_bookmarks(
    letters: list[tuple[str, bytes]], tmp_path: Path
) -> None:
    target = tmp_path / "run.pdf"
    assert merge(letters, target) == 4
    content = target.read_bytes()
    assert "Madame la Maire" in text_of(content, 0)
    assert "Page 2/2" in text_of(content, 2)
    assert "Señora Alcaldesa" in text_of(content, 3)
    with pikepdf.open(target) as document, document.open_outline() as outline:
        assert [item.title for item in outline.root] == [title for title, _ in letters]
        targets = [item.destination for item in outline.root]
        starts = [
            document.pages.index(pikepdf.Page(target[0]))
            for target in targets
            if isinstance(target, pikepdf.Array)
        ]
        assert starts == [0, 1, 3]


def test_a_print_run_claims_neither_archive_nor_accessibility(
    letters: list[tuple[str, bytes]], tmp_path: Path
) -> None:
    merge(letters, tmp_path / "run.pdf")
    with pikepdf.open(tmp_path / "run.pdf") as document:
        assert "/StructTreeRoot" not in document.Root
        assert "/Metadata" not in document.Root
        assert all("/StructParents" not in page for page in document.pages)
        assert document.Root.ViewerPreferences.PrintScaling == "/None"


def test_for_a_duplex_printer_each_letter_begins_on_a_fresh_sheet(
    letters: list[tuple[str, bytes]], tmp_path: Path
) -> None:
    target = tmp_path / "run.pdf"
    assert merge(letters, target, both_sides=True) == 6
    content = target.read_bytes()
    assert [bool(text_of(content, page)) for page in range(6)] == [1, 0, 1, 1, 1, 0]


def test_the_same_print_run_has_the_same_bytes(
    letters: list[tuple[str, bytes]], tmp_path: Path
) -> None:
    merge(letters, tmp_path / "a.pdf")
    merge(letters, tmp_path / "b.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_an_interrupted_print_run_leaves_the_old_file_and_no_litter(
    letters: list[tuple[str, bytes]], tmp_path: Path
) -> None:
    target = tmp_path / "run.pdf"
    merge(letters[:1], target)
    before = target.read_bytes()

    def broken() -> Iterator[tuple[str, bytes]]:
        yield letters[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        merge(broken(), target)
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["run.pdf"]


def test_a_long_run_is_cut_into_lots(letters: list[tuple[str, bytes]], tmp_path: Path) -> None:
    target = tmp_path / "run.pdf"
    files = list(merge_in_lots(letters, target, lot=2))
    assert files == [(tmp_path / "run-1.pdf", 3), (tmp_path / "run-2.pdf", 1)]
    assert pages((tmp_path / "run-2.pdf").read_bytes()) == 1
    assert list(merge_in_lots(letters, target, lot=3)) == [(target, 4)]
    assert list(merge_in_lots([], tmp_path / "none.pdf")) == []
    assert not (tmp_path / "none.pdf").exists()
