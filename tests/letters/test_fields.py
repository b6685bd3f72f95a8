from datetime import date

import pytest
from msgspec import structs

from outreach.letters.facts import CorrectedFacts, InterestedFacts
from outreach.letters.fields import FIELDS, Field
from outreach.partners.briefs import CityBrief, ProjectBrief, ProposedCity, Sourced
from outreach.settings import Bilingual, Language
from tests.letters.letter_facts import LE_HAVRE, MAYOR, facts, written

KNOWN = structs.replace(MAYOR, first_name="Élodie", last_name="Le Goff")
PLACE = structs.replace(
    LE_HAVRE, official_name="Le Havre-de-Grâce", subtype="X", themes=("culture",)
)
WORDS = Bilingual(fr="mots", es="palabras")
CITY = CityBrief(
    code="CO:73001",
    name="Ibagué",
    departamento="Tolima",
    population=541_101,
    altitude=1_285,
    facts=(Sourced(WORDS, "A source"),),
    themes=(Sourced(WORDS, "A source"),),
    project=ProjectBrief(title=WORDS, summary=WORDS, theme=WORDS, source="A source"),
)
FULL = facts(
    contact=KNOWN,
    organisation=PLACE,
    enclosures=("Fiche", "Carte"),
    received=("a",),
    corrects=CorrectedFacts(reference="S-EFRPR-25-1", day=date(2025, 9, 1)),
    cities=(ProposedCity(CITY, shared=(WORDS,), grounds=(WORDS,)),),
    interested=(
        InterestedFacts(organisation=PLACE, shared=(WORDS,), grounds=(WORDS,), person="X"),
    ),
    promised_for=date(2025, 11, 4),
)
BRACKETED = {"a_recu": '("a")', "recibio": '("a")'}
ASKED = {"a_recu", "recibio", "premiere_lettre", "primera_carta"}
LISTED = {"pieces_jointes": " | enumere", "anexos": " | enumera"}


def expression(name: str) -> str:
    return f"{name}{BRACKETED.get(name, '')}{LISTED.get(name, '')}"


@pytest.mark.parametrize("language", ["fr", "es"])
@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.fr)
def test_every_field_works_by_each_of_its_names_in_both_languages(
    field: Field, language: Language
) -> None:
    given = structs.replace(FULL, language=language)
    for name in field.names:
        body = "{{ " + expression(name) + " }}"
        if name in ASKED:
            body = "{% if " + expression(name) + " %}oui{% endif %}"
        elif field.fr == "campagne":
            body = f"{{{{ {name}.titre }}}}"
        assert written(body, given).problems == ()
        for attribute in field.attributes:
            for part in (attribute.fr, attribute.es):
                body = f"{{{{ {name}.{part} }}}}"
                if field.fr in {"villes", "interessees"}:
                    body = f"{{% for each in {name} %}}{{{{ each.{part} }}}}{{% endfor %}}"
                assert written(body, given).problems == (), part


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.fr)
def test_the_example_of_a_field_is_a_sound_template(field: Field) -> None:
    example = field.example.replace("campagne.document.lien", "campagne.document.lien")
    assert written(example, FULL).problems == ()


def test_both_names_of_a_field_give_the_same_words() -> None:
    french = written("{{ organisation.population }} {{ contact.prenom }} {{ lieu }}", FULL).text
    spanish = written("{{ organizacion.poblacion }} {{ contacto.nombre }} {{ lugar }}", FULL).text
    assert french == spanish


def test_a_personal_field_is_marked_as_such() -> None:
    personal = {field.fr for field in FIELDS if field.personal}
    assert {"organisation", "contact", "a_recu", "departement"} <= personal
    assert not {"campagne", "date", "reference", "signataire"} & personal


def test_filters_of_the_language_room_take_the_fields() -> None:
    text = written(
        "{{ organisation | de }}, {{ departement | en }}, {{ region | de_lieu }}, "
        "{{ date | date_longue }}, {{ pieces_jointes | enumere }}, "
        "{{ organisation.population | chiffres }}",
        FULL,
    ).text.replace("\n", " ")
    assert "de la Ville du Havre, en Seine-Maritime, de Normandie" in text
    assert "Fiche et Carte" in text
    assert "165\u202f830" in text
