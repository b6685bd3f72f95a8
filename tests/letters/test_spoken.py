"""Fields by the names that people give them."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from outreach.letters import spoken
from outreach.letters.spoken import UnknownNameError, expression
from tests.letters.letter_facts import MAYOR, facts, written


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("la collectivité", "organisation | collectivite"),
        ("LA COLLECTIVITE", "organisation | collectivite"),
        ("de  la collectivité", "organisation | de_collectivite"),
        ("de la entidad", "organizacion | de_entidad"),
        ("nom des rencontres", "campagne.rencontres.nom"),
        ("le nom des rencontres", "campagne.rencontres.nom"),
        ("sigle de l’association", "campagne.association.sigle"),
        ("sigle de l'association", "campagne.association.sigle"),
        ("título del documento", "campagne.documento.titulo"),
        ("nombre de los encuentros", "campagne.encuentros.nombre"),
        ("rencontres.nom", "campagne.rencontres.nom"),
        ("organisation.nom", "organisation.nom"),
        ("nom du signataire", "signataire.nom"),
        ("mois des rencontres", "campagne.rencontres.mois | mois"),
        ("mois des rencontres, mois et année", "campagne.rencontres.mois | mois_annee"),
        ("fecha, día y mes", "fecha | dia_mes"),
        ("édition des rencontres, ordinal pluriel", None),
        ("prénom, ou rien", 'contact.prenom | default("")'),
        ("la ville, en début de phrase", "organisation | nomme | debut_phrase"),
    ],
)
def test_a_name_is_a_field(said: str, meant: str | None) -> None:
    meant = meant or "campagne.rencontres.edition | ordinal(pluriel=true)"
    assert expression(said) == meant


@pytest.mark.parametrize(
    "said", ["à compléter", "sic", "colectivité", "date, moi", "if des rencontres"]
)
def test_a_name_that_is_none_is_refused(said: str) -> None:
    with pytest.raises(UnknownNameError):
        expression(said)


def test_a_slip_is_answered_with_what_was_meant() -> None:
    with pytest.raises(UnknownNameError) as error:
        expression("de la colectivité")
    assert "de la collectivité" in error.value.near


@pytest.mark.parametrize("said", [*spoken.PHRASES])
def test_every_phrase_prints_something(said: str) -> None:
    known = structs.replace(MAYOR, first_name="Élodie", last_name="Le Goff")
    letter = written(f"[{said}]", facts(contact=known, enclosures=("Carte",)))
    assert letter.problems == ()


@pytest.mark.parametrize("form", [*spoken.FORMS])
def test_every_form_is_a_filter(form: str) -> None:
    value = "mois des rencontres" if "mois" in form or "mes" in form or "date" in form else None
    numbers = ("ordinal", "chiffres", "cifras", "mont", "euros", "pesos", "pourcent", "porcent")
    if value is None and any(word in form for word in numbers):
        value = "édition des rencontres"
    if value is None and "list" in form:
        value = "thèmes de la campagne"
    if "fecha" in form or "día" in form or "jour" in form:
        value = "mois des rencontres"
    assert written(f"[{value or 'nom de la ville'}, {form}]").problems == ()


@given(st.text(max_size=60))
def test_any_text_is_a_field_or_refused(said: str) -> None:
    with contextlib.suppress(UnknownNameError):
        assert "{" not in expression(said)
