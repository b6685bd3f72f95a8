"""Spelling, with both dictionaries and the office's own words."""

import pytest

from outreach.language.proofreading import dictionary, findings
from outreach.language.proofreading.spelling import MOST
from outreach.settings import Language
from tests.language.proofreading.marks import SENT_ON, codes, marks, suggestions

FRENCH = (
    "Nous l'avons vu jusqu'ici ; aujourd’hui, peut-être, c’est-à-dire avec quelqu’un.",
    "Est-ce possible ? Y a-t-il un maire ? Viendront-ils ?",
    "L’e-mail, le week-end, l’intercommunalité, le cœur, l’œuvre, où, çà et là.",
    "La coopération franco-colombienne et les échanges latino-américains.",
    "- Bogotá ;\n- Medellín.\n\n1. Tunja\n",
    "La co-construction, l’eurométropole et les projets multiacteurs.",
    "# Un titre\n\nDu texte **en gras** et `motsansmeaning` et maire@villes.example.",
    "{{ organisation | nomme }} a {% if xyzzy %}reçu{% endif %} la lettre. {# zzzz #}",
)
SPANISH = (
    "La gobernanza, el hermanamiento y la mancomunidad de los municipios.",
    "Las ciudades intermedias, los corregimientos veredales y el posconflicto.",
    "¿Cuándo? Aún no; sólo o solo. Éste es el año de la niñez.",
    "La georreferenciación subnacional e interdepartamental, los pueblos raizales y palenqueros.",
)


@pytest.mark.parametrize("text", FRENCH)
def test_right_french(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize("text", SPANISH)
def test_right_spanish(text: str) -> None:
    assert codes(text, "es") == []


@pytest.mark.parametrize(
    ("text", "right", "language"),
    [
        ("Votre intêret est grand.", "intérêt", "fr"),
        ("Nous vous remerçions.", "remercions", "fr"),
        ("La délégasion est là.", "délégation", "fr"),
        ("La embajáda lo saluda.", "embajada", "es"),
        ("Muchas grácias.", "gracias", "es"),
    ],
)
def test_wrong_words_have_a_suggestion(text: str, right: str, language: Language) -> None:
    assert suggestions(text, "P220", language) == [right]


def test_a_name_inside_a_sentence_is_left_alone() -> None:
    assert codes("La ville de Xylomaque et le réseau ASOCAPITALES vous saluent.") == []


def test_a_strange_word_that_starts_a_sentence_is_not() -> None:
    assert codes("Merci. Xylomaque est venue.") == ["P220"]


def test_the_office_own_words() -> None:
    text = "Xylomaque est venue avec l’intermuniverse, dit-on."
    words = ["xylomaque", "Intermuniverse"]
    assert codes(text) == ["P220", "P220"]
    assert findings(text, "fr", sent_on=SENT_ON, words=words) == []


def test_a_text_in_no_language_ends() -> None:
    words = " ".join(f"{'bcdfghjklmnpqrstvwxz'[i % 20]}qxz{'aeiou' * (i % 5)}w" for i in range(400))
    found = [each.code for each in marks(words)]
    assert len(found) <= MOST


@pytest.mark.parametrize("language", ["fr", "es"])
def test_our_list_holds_only_what_the_dictionary_lacks(language: Language) -> None:
    words = dictionary._trade(language)
    assert words
    assert sorted(words) == [
        line
        for line in (dictionary.FOLDER / f"words.{language}.txt").read_text("utf-8").splitlines()
        if not line.startswith("#")
    ]
    book = dictionary._book(language)
    assert [word for word in words if book.spell(word)] == []


def test_words_that_no_dictionary_can_take() -> None:
    for word in ("a" * 500, "日本語", "\x00", "a\u202eb"):
        assert not dictionary.knows(word, "fr")
        assert dictionary.nearest(word, "fr") is None
        assert not dictionary.is_french_plural(word)
