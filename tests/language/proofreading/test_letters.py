"""Whole letters: every trouble is found where it stands, and a good letter has none."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.language.proofreading import CODES, findings
from outreach.settings import Language
from tests.language.proofreading.marks import SENT_ON, codes, marks

LETTERS = Path(__file__).parent.parent / "letters"
SHIPPED = sorted((Path(__file__).parents[3] / "templates" / "letters").glob("*/*.md"))

# Line, code, and what stands there. The first rows are the troubles that were seen in real letters.
FRENCH = (
    (8, "P202", "16e Rencontres"),
    (12, "P202", "16e Rencontres"),
    (12, "P208", "juillet dernier"),
    (13, "P203", "16^e"),
    (13, "P203", "1^{er}"),
    (30, "P201", "Veillez"),
    (30, "P205", "Madame la Présidente"),
    (17, "P209", "(#)"),
    (28, "P210", "601 381400"),
    (27, "P211", "No 9 – 03"),
    (26, "P215", "Ministerio"),
    (4, "P218", "1 septembre 2025"),
    (10, "P204", "Madame le Maire"),
    (13, "P202", "15ème"),
    (14, "P204", "M. le Président"),
    (14, "P216", "élu·e·s"),
    (16, "P206", "de de"),
    (16, "P207", "l’intêret que"),
    (16, "P220", "intêret"),
    (17, "P207", "Colombie ."),
    (17, "P209", "[ce site]()"),
    (19, "P212", "La Embajada"),
    (23, "P218", "31 juin 2026"),
    (23, "P219", "lundi 2 septembre"),
    (24, "P214", "[nom du maire]"),
    (24, "P214", "NOM_MAIRE"),
)
SPANISH = (
    (8, "P204", "Señora alcalde"),
    (10, "P202", "16vo"),
    (10, "P208", "pasado mes de julio"),
    (11, "P202", "2ª"),
    (11, "P213", "Vienen ustedes?"),
    (11, "P216", "ciudadan@s"),
    (11, "P218", "02 de Septiembre de 2.025"),
    (13, "P206", "las las"),
    (13, "P208", "La semana pasada"),
    (13, "P212", "L’ambassade se tient"),
    (14, "P210", "601 381400"),
    (14, "P220", "coperación"),
    (16, "P205", "señora gobernadora"),
)


@pytest.mark.parametrize(("language", "troubles"), [("fr", FRENCH), ("es", SPANISH)])
def test_every_trouble_of_a_bad_letter_is_found_and_nothing_else(
    language: Language, troubles: tuple[tuple[int, str, str], ...]
) -> None:
    text = (LETTERS / f"troubled_{language}.md").read_text("utf-8")
    found = marks(text, language)
    for line, code, words in troubles:
        assert any(
            (each.line, each.code) == (line, code) and words in each.excerpt for each in found
        ), (line, code, words)
    assert sorted((each.line, each.code) for each in found) == sorted(
        (line, code) for line, code, _ in troubles
    )


@pytest.mark.parametrize("language", ["fr", "es"])
def test_a_finding_says_where_and_why_in_words(language: Language) -> None:
    text = (LETTERS / f"troubled_{language}.md").read_text("utf-8")
    lines = text.splitlines()
    for each in marks(text, language):
        assert each.code in CODES
        assert str(each.why)
        assert each.excerpt
        assert 1 <= each.column <= len(lines[each.line - 1])
        assert each.suggestion != each.excerpt


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_shipped_letters_have_none(path: Path) -> None:
    language: Language = "fr" if path.stem == "fr" else "es"
    assert findings(path.read_text("utf-8"), language, sent_on=SENT_ON) == []


def test_there_are_shipped_letters_in_both_languages() -> None:
    assert {path.stem for path in SHIPPED} == {"fr", "es"}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_letter_read_as_the_other_language_is_told_once(path: Path) -> None:
    other: Language = "es" if path.stem == "fr" else "fr"
    found = marks(path.read_text("utf-8"), other)
    assert [each.code for each in found].count("P212") == 1
    assert not [each for each in found if each.code in {"P220", "P221"}]


def test_the_office_own_words_are_never_misspelt() -> None:
    text = "Nous saluons la xylomairie et l’Intermuniverse."
    assert codes(text) == ["P220"]
    assert findings(text, "fr", sent_on=SENT_ON, words={"Xylomairie"}) == []


def test_nothing_is_found_in_nothing() -> None:
    for text in ("", "\n\n\n", "\ufeff", "+++\n+++\n", " \u00a0\t"):
        assert codes(text) == []


_PIECES = st.sampled_from(
    [
        *"+*_[](){}<>«»“”\"'’^#·@¿?¡!.,;:\n\r\t \u00a0|`\\$%é日\u2588\u2029\U0001f600",
        *("Madame", "le Maire", "agréer, ", "16e ", "1^{er}", "{{ x }}", "{% if", "+++\n"),
        *("https://a.example/", "a@b.example", "+33 1 ", "Carrera 5 No 9", "juillet dernier "),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECES, max_size=40).map("".join), st.sampled_from(["fr", "es"]))
def test_odd_text_never_stops_the_reader(text: str, language: Language) -> None:
    count = len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    for each in marks(text, language):
        assert 1 <= each.line <= count
        assert each.column >= 1
        assert str(each.why)


@pytest.mark.parametrize(
    "piece",
    [
        "a ",
        "Madame ",
        "[",
        "{{",
        "(+33 1 ",
        "0",
        "_",
        "é·",
        "les 2e et ",
        "agréer, Madame ",
        "mot-",
    ],
)
def test_a_hostile_text_is_read_to_its_end(piece: str) -> None:
    for language in ("fr", "es"):
        marks(piece * 3000, language)  # its time is measured in benchmarks/language.py
