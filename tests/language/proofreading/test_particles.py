"""Small words before names."""

import pytest

from tests.language.proofreading.marks import suggestions


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("la ville de Le Havre", ["du"]),
        ("les maires de Les Abymes", ["des"]),
        ("la visite à Le Mans", ["au"]),
        ("De Amiens à Lyon", ["D’"]),
        ("la commune de Évreux", ["d’"]),
        ("la ville du Havre, celle d’Amiens, et La Rochelle à La Réunion", []),
        ("le document de l’État", []),
        ("la Alcaldía de Ibagué nous écrit", []),
        ("voir *Historia de América*", []),
    ],
)
def test_french_prepositions_join_the_article_of_a_town(text: str, right: list[str]) -> None:
    assert suggestions(f"{text}.", "P217") == right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Pereira y Ibagué", ["e Ibagué"]),
        ("Pereira e Ibagué", []),
        ("Medellín o Ocaña", ["u Ocaña"]),
        ("Cali u Ocaña", []),
        ("nieve y hielo", []),
        ("padres e hijos", []),
        ("padres e madres", ["y madres"]),
        ("la carta de el alcalde a el gobernador", ["del", "al"]),
        ("la capital de El Salvador", []),
        ("escribimos a él", []),
    ],
)
def test_spanish_conjunctions_and_articles_follow_the_next_word(
    text: str, right: list[str]
) -> None:
    assert suggestions(f"{text}.", "P217", "es") == right
