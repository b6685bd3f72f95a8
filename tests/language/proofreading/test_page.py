"""Where things stand: lines of the file, front matter, what is not prose."""

from outreach.language.proofreading.page import Page
from tests.language.proofreading.marks import codes, marks

TEMPLATE = """+++
subject = "Les suites des 16e Rencontres"
kind = "letter"
addressee = [
  "À l’attention de de tous",
]
promises = ["zzgrandedocumentation"]
+++
Merci pour votre lettre. {{ organisation | nomme }} est une ville.

Le texte est [ici]({{ campagne.document.lien }}) : merci  beaucoup.
"""


def test_lines_are_those_of_the_file() -> None:
    assert [(each.line, each.code) for each in marks(TEMPLATE)] == [
        (2, "P202"),
        (5, "P206"),
        (11, "P207"),
    ]


def test_columns_count_from_one() -> None:
    (found,) = marks("Merci de de rien.")
    assert (found.line, found.column, found.excerpt) == (1, 7, "Merci de de rien.")


def test_line_ends_of_every_system_are_the_same() -> None:
    text = "Merci.\n\nUn mot de de trop.\n"
    for end in ("\n", "\r\n", "\r"):
        (found,) = marks(text.replace("\n", end))
        assert (found.line, found.column) == (3, 8)
    assert [each.line for each in marks("\ufeff" + text)] == [3]


def test_a_long_line_is_shown_around_the_place() -> None:
    (found,) = marks(f"{'Merci à tous. ' * 20}Un mot de de trop. {'Merci à tous. ' * 20}")
    assert found.excerpt.startswith("…")
    assert found.excerpt.endswith("…")
    assert "de de" in found.excerpt
    assert len(found.excerpt) < 80


def test_code_fields_and_addresses_are_no_prose() -> None:
    for text in (
        "`de de`",
        "{{ de  de }}",
        "{% if a  b %}",
        "{# de de\nde de #}",
        "<https://a.example/de_de>",
        "Voir https://villes.example/a?b=zzz  ",
        "l’adresse zzz.yyy@villes.example",
    ):
        assert codes(text) == [], text


def test_prose_and_text_stay_in_step() -> None:
    page = Page.of(TEMPLATE)
    assert len(page.text) == len(page.prose) == len(page.flow)
    assert page.line(page.text.index("Merci")) == 9


def test_the_body_is_between_salutation_and_closing() -> None:
    text = "En-tête\n\nMadame,\n\nMerci.\n\nVeuillez agréer, Madame, mes vœux.\n\nPied de page\n"
    page = Page.of(text)
    assert not page.in_body(text.index("En-tête"))
    assert page.in_body(text.index("Merci"))
    assert not page.in_body(text.index("Pied"))
