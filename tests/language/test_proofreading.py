"""Proof-reading: letters with every trouble, careful letters with none, and odd texts."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.language.address import OFFICES, Form, form
from outreach.language.proofreading import CODES, Finding, findings
from outreach.settings import Language
from tests.conftest import CHECKOUT

LETTERS = Path(__file__).parent / "letters"
SENT = date(2025, 9, 1)


def read(name: str, language: Language) -> list[Finding]:
    """Proof-read a letter of the folder beside this file."""
    return findings((LETTERS / name).read_text("utf-8"), language, sent_on=SENT)


def marks(text: str, language: Language = "fr", sent_on: date = SENT) -> list[str]:
    """The codes found in a line."""
    return [each.code for each in findings(text, language, sent_on=sent_on)]


def suggestions(text: str, language: Language = "fr", sent_on: date = SENT) -> list[str | None]:
    """What to write instead."""
    return [each.suggestion for each in findings(text, language, sent_on=sent_on)]


FRENCH_TROUBLES = [
    ("P218", 4, "1 septembre 2025", "1er septembre 2025"),
    ("P202", 8, "16e Rencontres", "16es Rencontres"),
    ("P204", 10, "Madame le Maire", "Madame la Maire"),
    ("P208", 12, "juillet dernier", "juillet 2025"),
    ("P202", 12, "16e Rencontres", "16es Rencontres"),
    ("P203", 13, "16^e", "16e"),
    ("P203", 13, "1^{er}", "1er"),
    ("P202", 13, "15ème", "15es"),
    ("P204", 14, "M. le Président", "Monsieur"),
    ("P216", 14, "élu·e·s", None),
    ("P206", 16, "de de", "de"),
    ("P220", 16, "l’intêret", "l’intérêt"),
    ("P207", 16, "l’intêret que", None),
    ("P207", 17, "Colombie .", "."),
    ("P209", 17, "](#)", None),
    ("P209", 17, "]()", None),
    ("P212", 19, "La Embajada", None),
    ("P219", 23, "lundi 2 septembre 2025", "mardi"),
    ("P218", 23, "31 juin 2026", None),
    ("P214", 24, "[nom du maire]", None),
    ("P214", 24, "«NOM_MAIRE»", None),
    ("P215", 26, "Ministerio de Relaciones", None),
    ("P211", 27, "Carrera 5 No 9 – 03", "Carrera 5 # 9-03"),
    ("P210", 28, "(+57) 601 381400", None),
    ("P201", 30, "Veillez agréer", "Veuillez"),
    ("P205", 30, "Madame la Présidente", "Madame le Maire"),
]
SPANISH_TROUBLES = [
    ("P204", 8, "Señora alcalde", "Señora alcaldesa"),
    ("P208", 10, "pasado mes de julio", "julio de 2025"),
    ("P202", 10, "16vo", "16.º"),
    ("P202", 11, "2ª", "2.ª"),
    ("P218", 11, "02 de Septiembre de 2.025", "2 de septiembre de 2025"),
    ("P216", 11, "ciudadan@s", None),
    ("P213", 11, "Vienen ustedes?", None),
    ("P208", 13, "La semana pasada", None),
    ("P206", 13, "las las", "las"),
    ("P212", 13, "L’ambassade se tient", None),
    ("P220", 14, "coperación", "operación"),
    ("P210", 14, "601 381400", None),
    ("P205", 16, "señora gobernadora", "Señora alcalde"),
]


@pytest.mark.parametrize(
    ("name", "language", "troubles"),
    [("troubled_fr.md", "fr", FRENCH_TROUBLES), ("troubled_es.md", "es", SPANISH_TROUBLES)],
)
def test_every_trouble_is_found_where_it_is_and_nothing_else(
    name: str, language: Language, troubles: list[tuple[str, int, str, str | None]]
) -> None:
    found = read(name, language)
    assert [(each.code, each.line) for each in found] == [trouble[:2] for trouble in troubles]
    for each, (_, _, excerpt, suggestion) in zip(found, troubles, strict=True):
        assert excerpt in each.excerpt
        if each.code != "P220":  # what hunspell suggests is its own affair
            assert each.suggestion == suggestion
        assert str(each.why)
        line = (LETTERS / name).read_text("utf-8").splitlines()[each.line - 1]
        assert 1 <= each.column <= len(line)


@pytest.mark.parametrize(("name", "language"), [("careful_fr.md", "fr"), ("careful_es.md", "es")])
def test_a_careful_letter_has_no_marks(name: str, language: Language) -> None:
    assert read(name, language) == []


def test_the_shipped_letters_have_no_marks() -> None:
    paths = sorted((CHECKOUT / "templates" / "letters").glob("*/*.md"))
    assert paths
    for path in paths:
        language: Language = "fr" if path.stem == "fr" else "es"
        assert findings(path.read_text("utf-8"), language, sent_on=SENT) == [], path


def test_a_letter_in_the_other_language_gets_one_mark() -> None:
    found = read("careful_es.md", "fr")
    assert [each.code for each in found if each.code in {"P212", "P220", "P221"}] == ["P212"]


def test_the_office_s_words_are_right() -> None:
    text = "Le géoportail fluvio-métropolitain et l’intervilles."
    assert len(marks(text)) == 2
    words = {"Fluvio-métropolitain", "intervilles"}
    assert findings(text, "fr", sent_on=SENT, words=words) == []


def test_a_name_is_not_misspelt() -> None:
    assert marks("Le projet de Zzyzxville et d’Ibaguetown, en l’honneur de QWRTZ.") == []


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("En juillet dernier, tout allait.", "juillet 2025"),
        ("En septembre dernier, tout allait.", "septembre 2024"),
        ("En décembre dernier, tout allait.", "décembre 2024"),
        ("En octobre prochain, tout ira.", "octobre 2025"),
        ("En mars prochain, tout ira.", "mars 2026"),
    ],
)
def test_a_relative_month_is_told_from_the_day_of_sending(text: str, suggestion: str) -> None:
    assert suggestions(text) == [suggestion]


@pytest.mark.parametrize(
    "text",
    [
        "Il vint hier.",
        "Il viendra lundi prochain.",
        "La semaine dernière, il vint.",
        "L’an passé ?",
    ],
)
def test_other_relative_dates_are_marked(text: str) -> None:
    assert marks(text) == ["P208"]


@pytest.mark.parametrize(
    "text",
    ["Vino ayer.", "El próximo lunes vendrá.", "Vendrá el mes que viene.", "El año pasado vino."],
)
def test_other_spanish_relative_dates_are_marked(text: str) -> None:
    assert marks(text, "es") == ["P208"]


def test_a_date_with_its_year_is_not_relative() -> None:
    assert marks("El próximo 5 de octubre de 2025 vendrá.", "es") == []
    assert marks("Hoy y mañana por la mañana.", "es") == []


@pytest.mark.parametrize(
    "text",
    [
        "Veillez agréer mes salutations.",
        "Veillez, Madame la Maire, agréer mes salutations.",
        "Veillez\u00a0recevoir mes salutations.",
        "Veuillez noter que vous pouvez venir avec nous ce jour. Veillez\nagréer mes salutations.",
    ],
)
def test_veillez_is_marked_wherever_veuillez_is_meant(text: str) -> None:
    assert marks(text) == ["P201"]


def test_veillez_may_mean_to_watch() -> None:
    assert marks("Veillez à la paix.") == []


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("La 1ère fois.", "1re"),
        ("Le 2ème jour.", "2e"),
        ("Les 16èmes Rencontres.", "16es"),
        ("Les XVIème Rencontres.", "XVIes"),
        ("Les XVIe Rencontres.", "XVIes Rencontres"),
        ("Les 3e journées.", "3es journées"),
    ],
)
def test_french_ordinals_are_put_right(text: str, suggestion: str) -> None:
    assert suggestions(text) == [suggestion]


@pytest.mark.parametrize(
    "text",
    [
        "Le 1er mars.",
        "Le 16e pays.",
        "Le 3e mois.",
        "Les 16es Rencontres.",
        "Le Xe prix.",
        "16e plus",
    ],
)
def test_a_singular_that_ends_in_s_is_left_alone(text: str) -> None:
    assert marks(text) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("+33 1 42 86 00 00", False),
        ("+33 (0)1 42 86 00 00", False),
        ("0033 1 42 86 00 00", False),
        ("+33 1 42 86 00 0", True),
        ("01 42 86 00 00", False),
        ("01 42 86 00", True),
        ("Tél. : 01 42 86 00 0", True),
        ("(+57) 601 381400", True),
        ("(+57) 601 381 4000", False),
        ("+57 1 381 4000", True),
        ("+34 912 34 56 78", False),
        ("+34 912 34 56", True),
        ("01.09.2025", False),
        ("01000 Bourg", False),
    ],
)
def test_telephone_numbers_have_the_digits_of_their_country(text: str, *, wrong: bool) -> None:
    assert ("P210" in marks(f"Appelez {text}.")) == wrong


def test_addresses_are_written_alike() -> None:
    assert "P211" in marks("Carrera 5 No 9 – 03.", "es")
    assert suggestions("Carrera 5 # 9 – 03", "es") == ["Carrera 5 # 9-03"]
    assert marks("Carrera 5 # 9-03", "es") == []


@pytest.mark.parametrize("office", OFFICES)
@pytest.mark.parametrize("language", ["fr", "es"])
def test_our_own_forms_of_address_have_no_marks(office: str, language: Language) -> None:
    for gender in ("F", "M", None):
        found = form(office, gender, language, kind="commune")
        assert isinstance(found, Form)
        middle = "Nous vous écrivons." if language == "fr" else "Le escribimos."
        text = f"{found.salutation}\n\n{middle}\n\n{found.closing}\n"
        assert findings(text, language, sent_on=SENT) == []
        given = findings(
            middle,
            language,
            sent_on=SENT,
            salutation=found.salutation,
            closing=found.closing,
        )
        assert given == []


def test_a_closing_that_answers_another_salutation_is_marked() -> None:
    text = "Nous vous écrivons."
    closing = "Je vous prie d’agréer, Monsieur le Maire, l’expression de ma considération."
    found = findings(text, "fr", sent_on=SENT, salutation="Madame la Maire,", closing=closing)
    assert [each.code for each in found] == ["P205"]
    text = f"{text}\n\n{closing}"
    found = findings(text, "fr", sent_on=SENT, salutation="Madame la Maire,")
    assert [(each.code, each.line) for each in found] == [("P205", 3)]


def test_titles_agree_with_their_articles() -> None:
    assert suggestions("Bonjour, Monsieur la Maire.") == ["Monsieur le Maire"]
    assert suggestions("Bonjour, Monsieur l’Adjointe au Maire.") == ["Monsieur l’Adjoint"]
    assert suggestions("Bonjour, Madame l’Adjoint au Maire.") == ["Madame l’Adjointe"]
    assert suggestions("Buenos días, señor alcaldesa.", "es") == ["señor alcalde"]
    assert suggestions("Bonjour, Mme la Maire.") == ["Madame"]


def test_fields_conditions_links_and_code_are_not_read() -> None:
    text = (
        "{% if a_recu('qwrtz') %}\nBonjour {{ organisation | qwrtz }}.\n{% else %}Bonsoir.{% endif %}\n"
        "[Le document](https://qwrtz.example/qwrtz), `qwrtz qwrtz`, {# qwrtz\nqwrtz #} et a@qwrtz.example."
    )
    assert marks(text) == []


def test_the_front_matter_is_read_where_it_is_printed() -> None:
    text = '+++\nsubject = "Les 16e Rencontres"\nkind = "qwrtz qwrtz"\n+++\nBonjour à à tous.\n'
    found = findings(text, "fr", sent_on=SENT)
    assert [(each.code, each.line) for each in found] == [("P202", 2), ("P206", 5)]


def test_a_phrase_that_goes_on_in_the_next_line_is_found_in_its_line() -> None:
    text = "Nous avons eu le plaisir de vous rencontrer lors des 16e\nRencontres de Paris.\n"
    found = findings(text.replace("\n", "\r\n"), "fr", sent_on=SENT)
    assert [(each.code, each.line, each.column) for each in found] == [("P202", 1, 54)]


def test_a_sign_that_spanish_opens_is_asked_for_once() -> None:
    assert marks("¿Viene? ¡Sí! ¿Según el art. 5, cuándo?", "es") == []
    assert marks("Viene? ¿Y usted?", "es") == ["P213"]
    assert marks("Viene!\n\n¿Y usted?", "es") == ["P213"]


def test_every_code_is_explained() -> None:
    used = {code for code, *_ in (*FRENCH_TROUBLES, *SPANISH_TROUBLES)}
    assert CODES.keys() >= used
    assert CODES.keys() - used == {"P221"}
    assert marks("Nous disons gracias pour cela.") == ["P221"]


@pytest.mark.parametrize("text", ["", "\n", "+++", "+++\n", "+++\n+++", "\ufeff+++\nsubject = 1\n"])
def test_an_empty_text_has_no_marks(text: str) -> None:
    assert marks(text) == []


_PIECES = st.sampled_from(
    ["+++\n", "subject = ", '"', "{{ x }}", "{%", "%}", "[a](#)", "Madame la Maire,\n", "agréer, "]
    + [
        "Madame",
        "16e ",
        "Rencontres",
        "\n",
        "\n\n",
        " ",
        "1^{er}",
        "juillet dernier",
        "?",
        "¿",
        "+57 6",
    ]
    + [
        "lundi 31 juin 2025",
        "01 42 ",
        "Carrera 5 No 9 – 03",
        "l’",
        "œuvre",
        "\u202e",
        "😀",
        "\x00",
        "'",
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(_PIECES, max_size=12).map("".join) | st.text(max_size=60),
    st.sampled_from(["fr", "es"]),
)
def test_no_text_is_too_odd(text: str, language: Language) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for each in findings(text, language, sent_on=SENT):
        assert 1 <= each.line <= len(lines)
        assert each.column >= 1
        assert each.code in CODES
        assert str(each.why)


@pytest.mark.parametrize(
    "piece", ["a ", "Madame ", "(+33 1 ", "mot-", "{{", "«", "les 2e et ", "0"]
)
def test_a_long_text_is_read_in_time(piece: str) -> None:
    """Quadratic searching would take minutes here."""
    findings(piece * 10_000, "es", sent_on=SENT)
