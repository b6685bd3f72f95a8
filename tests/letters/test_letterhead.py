from typing import Any

import pytest

from outreach.letters import fonts
from outreach.letters.fonts import MM_PER_POINT
from tests.letters.letter_tree import (
    ADDRESS,
    FRENCH,
    PARAGRAPH,
    SPANISH,
    Run,
    pages,
    pdf,
    run,
    runs,
    text,
)

LONG = "À l’attention de la direction des relations internationales"

# What a DL envelope's window shows, in millimetres on the sheet.
LEFT, TOP, RIGHT, BOTTOM = 110.0, 57.0, 190.0, 79.0
CAPITAL, TAIL = 0.72, 0.24


def address(content: bytes, lines: list[str]) -> list[Run]:
    """Return the pieces of the first page that are parts of the address ``lines``."""
    whole = " ".join(lines)
    return [piece for piece in runs(content) if "NotoSans" in piece.font and piece.text in whole]


def assert_in_window(pieces: list[Run]) -> None:
    for piece in pieces:
        em = piece.size * MM_PER_POINT
        assert piece.x >= LEFT - 0.01
        assert piece.x + fonts.line_width(piece.text, piece.size) <= RIGHT
        assert piece.y - CAPITAL * em >= TOP - 0.01
        assert piece.y + TAIL * em <= BOTTOM + 0.01


# ---- the address in the envelope's window


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6])
def test_up_to_six_lines_are_in_the_window_at_ten_points(count: int) -> None:
    lines = [f"Ligne {number} de l’adresse" for number in range(count)]
    pieces = address(pdf(addressee=lines), lines)
    assert [piece.text for piece in pieces] == lines
    assert {piece.size for piece in pieces} == {10.0}
    assert_in_window(pieces)


def test_a_seventh_line_brings_nine_points_and_stays_in_the_window() -> None:
    lines = [f"Ligne {number} de l’adresse" for number in range(7)]
    pieces = address(pdf(addressee=lines), lines)
    assert {piece.size for piece in pieces} == {9.0}
    assert [piece.text for piece in pieces] == lines
    assert_in_window(pieces)


def test_a_long_line_brings_nine_points_and_goes_on_below() -> None:
    lines = ["Monsieur le Président", LONG, "1 place de la République", "76999 Bourg-l’Exemple"]
    pieces = address(pdf(addressee=lines), lines)
    assert {piece.size for piece in pieces} == {9.0}
    assert len(pieces) == 5
    assert " ".join(piece.text for piece in pieces) == " ".join(lines)
    assert_in_window(pieces)


def test_the_window_follows_the_settings() -> None:
    content = pdf(window={"x": 100, "y": 50, "w": 90, "h": 30})
    first = address(content, ADDRESS)[0]
    assert first.text == "Madame la Maire"
    assert first.x == pytest.approx(100, abs=0.05)
    assert 50 < first.y < 80


@pytest.mark.parametrize(
    ("lines", "size"),
    [
        (ADDRESS, 10.0),
        (["a"] * 6, 10.0),
        (["a"] * 7, 9.0),
        (["a"] * 8, None),
        ([LONG], 9.0),
        ([LONG] * 4, None),
        (["Chargoggagogg" * 6], None),
    ],
)
def test_the_size_that_fits_is_known_before_the_letter_is_made(
    lines: list[str], size: float | None
) -> None:
    assert fonts.address_size(lines, RIGHT - LEFT, BOTTOM - TOP) == size


def test_a_circular_has_its_addressees_on_a_full_line() -> None:
    line = "À l’attention des collectivités territoriales membres et partenaires du réseau"
    content = pdf(addressee=[line], addressee_in_window=False)
    assert run(content, line).x == pytest.approx(25, abs=0.1)


# ---- the parts in their places


def test_a_french_letter_has_its_parts_in_order() -> None:
    seen = text(pdf(enclosures=["Un document"], copies=["Une association"]))
    parts = [
        "Ambassade de Colombie en France",
        "Madame la Maire",
        "Réf.\xa0: S-EFRPR-25-265",
        "Paris, le 1 er septembre 2025",
        "Objet\xa0: partage d’un document",
        "Madame la Maire,",
        "Ce document",
        "Je vous prie d’agréer",
        "Alfonso Prada Gil",
        "P.J.\xa0: Un document",
        "Copie\xa0: Une association",
        "Ministère des Relations",
    ]
    places = [seen.index(part) for part in parts]
    assert places[:5] == sorted(places[:5])
    assert places[6:] == sorted(places[6:])


def test_a_spanish_letter_has_no_space_before_its_colons() -> None:
    seen = text(pdf(SPANISH, enclosures=["Un documento"], copies=["Uno", "Otro"]))
    assert "Ref.: S-EFRPR-25-265" in seen
    assert "Asunto: un documento compartido" in seen
    assert "Anexos: Un documento" in seen
    assert "c.c.: – Uno – Otro" in seen


def test_the_signature_stands_under_the_date() -> None:
    content = pdf()
    assert run(content, "Alfonso").x == pytest.approx(run(content, "Paris, le").x, abs=0.05)


def test_the_ministrys_address_is_at_the_foot_of_the_first_page_only() -> None:
    content = pdf(body=[PARAGRAPH] * 16)
    assert pages(content) == 2
    assert run(content, "Ministère des Relations").y > 265
    assert "Ministère" not in text(content, 1)


@pytest.mark.parametrize(("base", "label"), [(FRENCH, "Page"), (SPANISH, "Página")])
def test_pages_are_numbered_from_the_second(base: dict[str, Any], label: str) -> None:
    content = pdf(base, body=[PARAGRAPH] * 28)
    assert label not in text(content, 0)
    assert f"{label} 2/3" in text(content, 1)
    assert f"{label} 3/3" in text(content, 2)


@pytest.mark.parametrize("paragraphs", range(6, 18))
def test_the_signature_is_never_alone_on_a_page(paragraphs: int) -> None:
    content = pdf(body=[PARAGRAPH] * paragraphs, enclosures=["Un", "Deux"], notice=["Source."])
    last = text(content, pages(content) - 1)
    for part in ("Ce document", "Je vous prie", "Alfonso", "Ambassadeur", "P.J.", "Deux"):
        assert part in last


def test_the_notice_is_small_print_at_the_foot_of_the_first_page() -> None:
    content = pdf(notice=["Votre adresse vient de ", {"t": "f", "v": "la-mairie@ville.example"}])
    notice = run(content, "Votre adresse")
    assert notice.size == 7.0
    assert notice.y > 240
    assert pages(content) == 1


def test_on_paper_a_links_address_stands_in_a_note() -> None:
    def linked(url: str, words: str) -> str:
        link = {"t": "link", "url": url, "c": [words]}
        paragraph: dict[str, Any] = {"t": "p", "c": ["Voir ", link, "."]}
        return text(pdf(body=[paragraph]))

    assert linked("https://ville.example/projets", "le document").count("ville.example") == 1
    assert linked("https://ville.example/", "ville.example").count("ville.example") == 1
    assert linked("mailto:a@ville.example", "écrire").count("ville.example") == 0


def test_words_are_hyphenated_and_values_are_not() -> None:
    value = "cooperation.decentralisee@ambassade-de-colombie-en-france.example"
    written = [
        {"t": "p", "c": ["Un mot " * gap, {"t": "f", "v": value}, " constitutionnellement" * 9]}
        for gap in range(4, 10)
    ]
    seen = [piece.text for piece in runs(pdf(body=[*written, PARAGRAPH]))]
    assert sum(value in line for line in seen) == len(written)
    assert seen.count("-") + seen.count("‐") >= 3
