"""Ordinals, leftovers, doubled words and spaces, links, signs of both genders."""

import pytest

from tests.language.proofreading.marks import codes, suggestions


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("les 16e Rencontres", "16es Rencontres"),
        ("les XVIe Assises", "XVIes Assises"),
        ("la 15ème édition", "15e"),
        ("les 15ème journées", "15es"),
        ("la 1ère fois", "1re"),
        ("le 3ième forum", "3e"),
    ],
)
def test_french_ordinals(text: str, right: str) -> None:
    assert suggestions(text, "P202") == [right]


@pytest.mark.parametrize(
    "text",
    [
        "les 16es Rencontres",
        "le 16e arrondissement",
        "les 2e et 3e arrondissements",
        "le 16e pays, le 3e mois et le 2e congrès",
        "au XXIe siècle",
        "la 1re fois, la 2nde fois",
    ],
)
def test_right_french_ordinals(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("el 16vo encuentro", "16.º"),
        ("la 2da jornada", "2.ª"),
        ("los 3ros puestos", "3.os"),
        ("la 2ª jornada", "2.ª"),
    ],
)
def test_spanish_ordinals(text: str, right: str) -> None:
    assert suggestions(text, "P202", "es") == [right]
    assert codes("el 16.º encuentro y la 2.ª jornada", "es") == []


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("le 1^{er} mai", "1er"),
        ("le 16^e forum", "16e"),
        ("1<sup>er</sup>", None),
        ("&nbsp;", None),
    ],
)
def test_leftovers_of_other_programs(text: str, right: str | None) -> None:
    assert right in suggestions(text, "P203")


@pytest.mark.parametrize(
    "text", ["[nom du maire]", "«NOM_MAIRE»", "<<Nom>>", "${nom}", "XXXX", "TODO", "____", "….…"]
)
def test_places_that_were_to_be_filled_in(text: str) -> None:
    assert "P214" in codes(f"Bonjour {text} et merci") or text == "….…"


def test_a_link_is_no_place_to_fill_in() -> None:
    assert codes("Voir la [date de la réunion](https://villes.example/x).") == []


def test_words_that_stand_twice() -> None:
    assert suggestions("Merci de de votre lettre.", "P206") == ["de"]
    assert suggestions("Merci pour\u00a0pour tout.", "P206") == ["pour"]
    assert codes("Nous nous réjouissons que vous vous souveniez de Bora Bora.") == []
    assert codes("Nous sommes {{ a }} de {{ b }} de Lyon.") == []


def test_a_doubled_word_across_the_end_of_a_line() -> None:
    text = "Nous vous remercions de l’accueil que vous avez fait à la\nla délégation."
    assert suggestions(text, "P206") == ["la"]


def test_spaces_too_many() -> None:
    assert codes("Merci  beaucoup.") == ["P207"]
    assert codes("Merci beaucoup .") == ["P207"]
    assert codes("  - un élément\n    suite") == []
    assert codes("| Ville | Habitants |\n|---|---|\n| Le Havre | 166 058 |\n") == []


def test_dead_links() -> None:
    for link in ("(#)", "()", "(https://)", "(#bas)"):
        assert codes(f"Voir [la page]{link}.") == ["P209"]
    assert codes("Voir [la page](https://villes.example/a#bas).") == []
    assert "P209" in codes('<a href="#">ici</a>')


def test_spanish_questions_and_exclamations_are_opened() -> None:
    assert codes("Vienen ustedes?", "es") == ["P213"]
    assert codes("Gracias!", "es") == ["P213"]
    assert codes("¿Vienen? Muchas gracias!", "es") == ["P213"]
    assert codes("¿Vienen ustedes? ¡Gracias! Vienen, ¿verdad?", "es") == []
    assert codes("¿Es verdad lo que dicen. Vienen ustedes?", "es") == []


def test_no_sign_joins_both_genders() -> None:
    assert codes("tous les élu·e·s") == ["P216"]
    assert codes("tous les élu(e)s") == ["P216"]
    assert codes("a l@s ciudadan@s", "es") == ["P216", "P216"]
    assert codes("a todos/as y al alcalde/sa", "es") == ["P216", "P216"]
    assert codes("Escriba a info@ciudades.example", "es") == []
