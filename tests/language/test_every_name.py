"""The whole reference data set through every form."""

import re

from outreach.language import french, spanish
from outreach.language.names import Undecided
from tests.language.named_things import Thing, everything

FRENCH = {
    "named": french.named,
    "of": french.of,
    "to": french.to,
    "in_": french.in_,
    "place_de": french.place_de,
    "place_a": french.place_a,
    "commune_de": french.commune_de,
}
SPANISH = {
    "named": spanish.named,
    "of": spanish.of,
    "to": spanish.to,
    "in_": spanish.in_,
    "place_de": spanish.place_de,
    "place_a": spanish.place_a,
    "commune_de": spanish.commune_de,
}

# An article that must have contracted, whatever its case; "à le", "à les" as well.
FRENCH_FAULTS = re.compile(
    r"\b(?:de|à) les? |\bde aux |\bde (?:le|la|l’)(?:le|la) |\bd’[^aeiouyhàáâäéèêëíîïóôöùúûüœæ]"
    r"|\b(?:du|au) (?:le|la|les) |\bdes les |\bde de\b|\bl’[^aeiouyhàáâäéèêëíîïóôöùúûüœæ]|’’|  |'",
    re.IGNORECASE,
)
SPANISH_FAULTS = re.compile(r"\b(?:de|a) el |\bde de\b|\bdel el |\bal el |  |'")


def printed(form: str | Undecided) -> str:
    return "" if isinstance(form, Undecided) else form


def without_name(words: str, org: Thing) -> str:
    """Cut the inside of a name: what our rules add stands before it and at its first word."""
    inside = french.bare(org).partition(" ")[2]
    return words.removesuffix(inside) if inside else words


def test_no_french_form_breaks_the_rules_of_contraction_and_elision() -> None:
    faults = [
        (org.code, name, words)
        for org in everything().values()
        for name, form in FRENCH.items()
        if (words := printed(form(org))) and FRENCH_FAULTS.search(without_name(words, org))
    ]
    assert faults == []


def test_no_spanish_form_breaks_the_rules_of_contraction() -> None:
    faults = [
        (org.code, name, words)
        for org in everything().values()
        for name, form in SPANISH.items()
        if (words := printed(form(org))) and SPANISH_FAULTS.search(words)
    ]
    assert faults == []


def test_the_names_are_those_of_two_countries() -> None:
    assert len(everything()) > 37_000


def test_only_an_unknown_h_and_areas_without_a_mayor_are_undecided() -> None:
    undecided = [
        org
        for org in everything().values()
        if any(isinstance(form(org), Undecided) for form in (*FRENCH.values(), *SPANISH.values()))
    ]
    for org in undecided:
        no_mayor = (org.subtype or "").startswith("Área no municipalizada")
        assert no_mayor or (org.name.startswith("H") and org.tncc is None), org
    assert len(undecided) < 40


def test_in_france_proper_and_its_departements_everything_is_decided() -> None:
    for org in everything().values():
        if org.country == "FR" and not org.code.startswith("FR:98"):
            for form in (*FRENCH.values(), *SPANISH.values()):
                assert isinstance(form(org), str), org
