"""Filters: every example holds, both names work, and a wrong value is undecided."""

import re
from collections.abc import Callable
from datetime import date

import jinja2
import pytest

from outreach.language import filters
from outreach.language.filters import ALL, FILTERS, Filter, for_language
from outreach.language.names import Undecided
from outreach.language.numbers import Profile
from outreach.language.styled import Styled
from outreach.settings import Language
from tests.language.named_things import Thing, thing, why

DAY = date(2025, 9, 1)


def shown(template: str, language: Language) -> str:
    """What a template prints, on an organisation of each country."""
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)  # noqa: S701  # no HTML here
    environment.filters = dict[str, Callable[..., object]](for_language(language))
    fields = {
        "organisation": thing("FR:76351"),
        "departement": thing("FR:DEP-76"),
        "organizacion": thing("CO:73001"),
        "departamento": thing("CO:73"),
        "date": DAY,
        "fecha": DAY,
    }
    return re.sub("[\u00a0\u202f]", " ", environment.from_string(template).render(fields))


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.name_fr)
def test_every_example_is_true(each: Filter) -> None:
    examples: tuple[tuple[Language, str], ...] = (("fr", each.example_fr), ("es", each.example_es))
    for language, example in examples:
        template, _, printed = example.partition(" → ")
        assert shown(template, language) == printed


def test_both_names_are_valid_in_both_languages() -> None:
    for each in ALL:
        for language in ("fr", "es"):
            known = for_language(language)
            assert {each.name_fr, each.name_es} <= known.keys()
    assert shown("{{ organisation | nombrado }}", "fr") == "la Ville du Havre"
    assert shown("{{ organizacion | nommé }}", "es") == "la Alcaldía de Ibagué"


def test_no_two_filters_share_a_name() -> None:
    names = [name for each in ALL for name in each.names]
    assert len(names) == len(set(names)) == len(FILTERS)
    assert all(name.isidentifier() for name in names)


def test_a_plain_name_is_taken_too() -> None:
    french, spanish = for_language("fr"), for_language("es")
    assert french["de"]("Asointermedias") == "d’Asointermedias"
    assert french["de"]("Lyon") == "de Lyon"
    assert french["a"]("Le Havre") == "au Havre"
    assert french["nomme"]("Lyon") == "Lyon"
    assert spanish["de"]("el Huila") == "del Huila"
    assert spanish["de"]("El Banco") == "de El Banco"
    assert spanish["a"]("el Huila") == "al Huila"
    assert spanish["en"]("el Huila") == "en el Huila"


@pytest.mark.parametrize("language", ["fr", "es"])
@pytest.mark.parametrize("name", list(FILTERS))
def test_a_value_that_a_filter_is_not_for_is_undecided(name: str, language: Language) -> None:
    odd = {
        "name": 12,
        "organisation": "Le Havre",
        "date": "2025-09-01",
        "number": "douze",
        "list": "Lyon",
        "words": DAY,
    }[FILTERS[name].takes]
    assert "is for" in why(for_language(language)[name](odd))  # type: ignore[arg-type]


@pytest.mark.parametrize("odd", [True, float("nan"), float("inf"), None, "", [], {}, object()])
def test_no_odd_value_crashes_a_filter(odd: object) -> None:
    for language in ("fr", "es"):
        for name, function in for_language(language).items():
            found = function(odd)
            assert isinstance(found, str | Styled | Undecided), name


def test_what_is_undecided_stays_so_through_other_filters() -> None:
    known = for_language("fr")
    undecided = known["nomme"](Thing("FR:X", "FR", "planète", "Mars"))
    assert isinstance(undecided, Undecided)
    assert known["majuscules"](undecided) is undecided
    assert known["enumere"](["Lyon", undecided]) is undecided


def test_lists_take_organisations_and_choose_their_conjunction() -> None:
    places = [thing("CO:66001"), thing("CO:73001")]
    assert for_language("es")["enumera"](places) == "Pereira e Ibagué"
    assert for_language("es")["enumera"](["Cali", "Ocaña"], o=True) == "Cali u Ocaña"
    assert for_language("fr")["enumere"](["Cali", "Ocaña"], ou=True) == "Cali ou Ocaña"


def test_capitals_keep_accents_and_superscripts() -> None:
    known = for_language("fr")
    assert known["majuscules"]("œuvre d’Évry") == "ŒUVRE D’ÉVRY"
    raised = known["majuscules"](known["ordinal"](16, pluriel=True))
    assert raised == Styled.of("16", ("ES", "sup"))
    assert known["debut_phrase"](known["ordinal"](16)) == Styled.of("16", ("e", "sup"))
    assert known["debut_phrase"]("l’école") == "L’école"


def test_the_offices_usage_reaches_the_filters() -> None:
    known = for_language("es", Profile(first_day_es="1", money_es="1.234,50 €"))
    long = known["fecha_larga"](DAY)
    assert isinstance(long, Styled)
    assert long.text == "1 de\u00a0septiembre de 2025"
    assert known["monto"](10.5) == "10,50\u00a0€"
    assert known["monto"](10, "USD") == known["monto"](10, moneda="USD") == "10\u00a0$"


def test_every_filter_says_what_it_gives() -> None:
    for each in ALL:
        assert each.doc
        assert filters._WANTED[each.takes].message
