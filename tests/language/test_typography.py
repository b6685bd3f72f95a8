"""Typography: French spaces, Spanish signs, and what is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.language.numbers import Profile
from outreach.language.typography import polish
from outreach.settings import Language

NB, THIN = "\u00a0", "\u202f"
EU = Profile(spacing="ue")

FRENCH = {
    "Venez ; merci !": f"Venez{THIN}; merci{THIN}!",
    "Venez; merci!": f"Venez{THIN}; merci{THIN}!",
    "Est-ce vrai ?!": f"Est-ce vrai{THIN}?!",
    "Objet : une lettre": f"Objet{NB}: une lettre",
    "Objet:": f"Objet{NB}:",
    "le mot « paix » juste": f"le mot «{NB}paix{NB}» juste",
    "le mot «paix» juste": f"le mot «{NB}paix{NB}» juste",
    'le mot "paix" juste': f"le mot «{NB}paix{NB}» juste",
    "l'ambassade d'Ibagué": "l’ambassade d’Ibagué",
    "M. Dupont et Mme Durand": f"M.{NB}Dupont et Mme{NB}Durand",
    "lettre n° 265, p. 3": f"lettre n°{NB}265, p.{NB}3",
    "le 1er septembre, le 2 mars": f"le 1er{NB}septembre, le 2{NB}mars",
    "les 3 marsouins": "les 3 marsouins",
    "à 10 h 30 ou à 9 h": f"à 10{NB}h{NB}30 ou à 9{NB}h",
    "25 % et 25%": f"25{NB}% et 25{NB}%",
    "1234,50 €": f"1234,50{NB}€",
    "1 234 567 habitants": f"1{THIN}234{THIN}567{NB}habitants",
    "en 2025 120 villes": "en 2025 120 villes",
    "12 km de 3 ans": f"12{NB}km de 3{NB}ans",
    "Merci...": "Merci…",
}
SPANISH = {
    "¿ Vienen ustedes ?": "¿Vienen ustedes?",
    "¡ Gracias !": "¡Gracias!",
    "Asunto : una carta ; otra": "Asunto: una carta; otra",
    "la palabra « paz »": "la palabra «paz»",
    'la palabra "paz"': "la palabra «paz»",
    "el 2 de septiembre": f"el 2 de{NB}septiembre",
    "el 1.º de julio": f"el 1.º de{NB}julio",
    "la Sra. Díaz y el Sr. Ruiz": f"la Sra.{NB}Díaz y el Sr.{NB}Ruiz",
    "carta n.º 265": f"carta n.º{NB}265",
    "los EE. UU., p. ej.": f"los EE.{NB}UU., p.{NB}ej.",
    "25 % y 25%": f"25{NB}% y 25{NB}%",
    "12 km, 3 años": f"12{NB}km, 3{NB}años",
    "Gracias...": "Gracias…",
}
KEPT = (
    "https://cites-unies.example/a?b=c:d;e",
    "www.villes.example/l'a?x=1",
    "maire@le-havre.example",
    "14:30",
    "16:9",
    "12:30:59",
    "`a ; b : c`",
    "+57 601 381 4000",
    "01 42 86 00 00",
    "&amp;",
)


@pytest.mark.parametrize(("written", "printed"), FRENCH.items())
def test_french_spaces_and_signs_are_set(written: str, printed: str) -> None:
    assert polish(written, "fr") == printed


@pytest.mark.parametrize(("written", "printed"), SPANISH.items())
def test_spanish_spaces_and_signs_are_set(written: str, printed: str) -> None:
    assert polish(written, "es") == printed


@pytest.mark.parametrize("language", ["fr", "es"])
@pytest.mark.parametrize("kept", KEPT)
def test_addresses_numbers_times_and_code_are_left_alone(kept: str, language: Language) -> None:
    assert kept in polish(f"Voir {kept} ici", language)


def test_a_sign_after_an_address_is_not_part_of_it() -> None:
    assert polish("Voir https://a.example!", "fr") == f"Voir https://a.example{THIN}!"
    assert polish("«https://a.example»", "fr") == f"«{NB}https://a.example{NB}»"


def test_a_field_keeps_its_place_and_gets_its_space() -> None:
    assert polish("Pour zq3f9ax12z : oui", "fr") == f"Pour zq3f9ax12z{NB}: oui"
    assert polish("Merci zq3f9ax12z!", "fr") == f"Merci zq3f9ax12z{THIN}!"
    assert polish("« zq3f9ax12z »", "fr") == f"«{NB}zq3f9ax12z{NB}»"
    assert polish("l'zq3f9ax12z et zq3f9ax13z %", "fr") == f"l’zq3f9ax12z et zq3f9ax13z{NB}%"
    assert polish("« zq3f9ax12z »", "es") == "«zq3f9ax12z»"


def test_a_run_that_begins_or_ends_beside_an_emphasised_word_is_set_right() -> None:
    # « *titre* » ; l'*avenir*
    assert polish("le livre « ", "fr") == f"le livre «{NB}"
    assert polish(" » ; l'", "fr") == f"{NB}»{THIN}; l’"
    assert polish(" ; et", "fr") == f"{THIN}; et"
    assert polish(" : et", "fr") == f"{NB}: et"
    assert polish(" !", "es") == "!"


def test_the_spaces_of_the_european_union_are_a_choice() -> None:
    assert polish("Venez ; merci ! Oui : 25 %", "fr", EU) == f"Venez; merci! Oui: 25{NB}%"


def test_english_quotes_in_spanish_are_a_choice() -> None:
    assert polish('la "paz"', "es", Profile(quotes_es="“”")) == "la “paz”"


@pytest.mark.parametrize(
    "text", ["", " ", ".", "«", "»", "'", '"', '""', "a \ue000 b ;", "?", "\n", ": ;"]
)
def test_odd_texts_do_no_harm(text: str) -> None:
    for language in ("fr", "es"):
        once = polish(text, language)
        assert polish(once, language) == once


_SIGNS = tuple(" ;:!?«»“”'\"%€¿¡.…,()\u00a0\u202f\n`@/&")
_WORDS = ("n°", "M.", "1er", "mars", " h ", "12", "345", "l'", "zq3f9ax12z", "mot", "p.", "ej.")
_OTHERS = ("https://a.example/x", "a@b.example", "14:30", "…", "...")
_PIECES = st.sampled_from((*_SIGNS, *_WORDS, *_OTHERS))


@given(
    st.lists(_PIECES, max_size=14).map("".join) | st.text(max_size=40),
    st.sampled_from(["fr", "es"]),
    st.sampled_from(["imprimerie", "ue"]),
)
def test_polishing_twice_changes_nothing(text: str, language: Language, spacing: str) -> None:
    profile = Profile(spacing="ue" if spacing == "ue" else "imprimerie")
    once = polish(text, language, profile)
    assert polish(once, language, profile) == once


@given(st.lists(_PIECES, max_size=14).map("".join), st.sampled_from(["fr", "es"]))
def test_no_word_or_figure_is_lost(text: str, language: Language) -> None:
    def letters(words: str) -> str:
        return "".join(char for char in words if char.isalnum())

    assert letters(polish(text, language)) == letters(text)
