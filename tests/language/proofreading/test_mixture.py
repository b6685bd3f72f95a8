"""Passages in another language; letterheads, titles and names are none."""

from tests.language.proofreading.marks import codes, marks

LETTER = """Ambassade de Colombie en France
Ministerio de Relaciones Exteriores de la República de Colombia

Madame la Maire,

Nous vous remercions de votre présence aux Rencontres et de l’intérêt que vous portez à notre pays.
{middle}
Je vous prie d’agréer, Madame la Maire, l’expression de ma haute considération.

Alfonso Prada Gil

Este mensaje es para uso exclusivo del destinatario; si usted lo recibe por error, bórrelo con sus
anexos. Carrera 5 # 9-03, Bogotá D.C.
"""


def letter(middle: str = "") -> str:
    """A French letter under the ministry's letterhead, with its Spanish footer."""
    return LETTER.format(middle=f"\n{middle}\n")


def test_a_spanish_footer_under_a_french_letter_is_right() -> None:
    assert codes(letter()) == []


def test_a_spanish_paragraph_in_a_french_letter_is_not() -> None:
    spanish = (
        "La Embajada invita con gusto a las ciudades del país para que preparen sus propuestas."
    )
    found = marks(letter(spanish))
    assert [(each.code, each.severity, each.line) for each in found] == [("P212", "error", 8)]


def test_a_french_sentence_in_a_spanish_letter_is_not() -> None:
    text = (
        "Señora alcaldesa:\n\nLe agradecemos mucho su presencia en los encuentros de este año. "
        "Nous vous remercions de votre accueil et de vos conseils.\n\n"
        "Reciba, señora alcaldesa, las seguridades de mi más alta consideración.\n"
    )
    assert codes(text, "es") == ["P212"]


def test_quoted_titles_and_names_may_be_foreign() -> None:
    for words in (
        "Nous avons lu *El libro de las ciudades para la paz y los territorios del sur*.",
        "Nous avons lu « El libro de las ciudades para la paz y los territorios del sur ».",
        "Voir [La paz en las ciudades para los jóvenes del sur](https://villes.example/).",
        "Le maire d’El Carmen de Viboral et la Gobernación del Huila seront présents.",
        "La Asociación de Ciudades Intermedias, dite Asointermedias, vous salue.",
    ):
        assert codes(letter(words)) == [], words


def test_one_foreign_word_outside_a_title_is_told() -> None:
    found = marks(letter("Nous vous disons hermanamiento pour votre lettre."))
    assert [each.code for each in found] == ["P221"]


def test_the_foot_of_a_page_inside_the_letter() -> None:
    footer = "Carrera 5 # 9-03 — Bogotá D.C. — PBX (+57) 601 381 4000 — www.cancilleria.example"
    found = marks(letter(footer))
    assert [(each.code, each.line) for each in found] == [("P215", 8)]


def test_an_address_in_a_sentence_is_no_foot() -> None:
    words = (
        "Vous pouvez nous écrire à ambassade@colombie.example, appeler le 01 42 93 73 92 ou venir "
        "nous voir au 22 rue de l’Élysée : nous serons heureux de vous recevoir."
    )
    assert codes(letter(words)) == []


def test_a_text_of_the_other_language_is_told_once() -> None:
    spanish = (
        "Le agradecemos su carta y los libros para la ciudad. Es muy importante para nuestro país."
    )
    assert codes(f"{spanish} {spanish} {spanish}") == ["P212"]
