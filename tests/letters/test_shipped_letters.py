"""The letters that the project ships, with the shipped campaign."""

import json
import re
from datetime import date, datetime

import pytest
from msgspec import structs

from outreach.campaigns import definition
from outreach.campaigns.definition import Definition
from outreach.letters import checks
from outreach.letters.catalogue import LANGUAGES, Catalogue
from outreach.letters.compiling import Press, Written
from outreach.letters.facts import (
    CampaignFacts,
    ContactFacts,
    CorrectedFacts,
    Facts,
    InterestedFacts,
    OfficeFacts,
    OrganisationFacts,
)
from outreach.letters.pdf import PdfPress
from outreach.settings import Language
from tests.letters.letter_facts import (
    ALCALDE,
    CHECKOUT,
    IBAGUE,
    LE_HAVRE,
    LETTERHEAD,
    LYON_METROPOLE,
    MAYOR,
    PRESIDENT,
    SEAL,
    SETTINGS,
    circular,
    facts,
)

JULY = "remerciement-rencontres"
CATALOGUE = Catalogue(CHECKOUT)
DEFINITION: Definition = definition.load(CHECKOUT, "asointermedias-2025")
CAMPAIGN = CampaignFacts.of(DEFINITION.name, DEFINITION.file.title, DEFINITION.file.facts)

FRENCH_READERS = ((LE_HAVRE, MAYOR), (LYON_METROPOLE, PRESIDENT))
INDIVIDUAL = (
    *((name, *who) for name in (JULY, "accompagnement") for who in FRENCH_READERS),
    ("invitacion-ciudades", IBAGUE, ALCALDE),
)


def press(name: str, language: Language) -> Press:
    source = CATALOGUE.letter(name).twin(language)
    return Press(source, LETTERHEAD, OfficeFacts.of(SETTINGS, language), window=SETTINGS.window)


def write(name: str, given: Facts) -> Written:
    given = structs.replace(given, campaign=CAMPAIGN)
    written = press(name, given.language).write(given, SEAL)
    found = [it for it in checks.check(written, given, demo=True) if it.code != "L132"]
    assert found == []
    return written


def cover(language: Language = "fr", *received: str) -> str:
    return write("accompagnement", facts(language=language, received=received)).text.replace(
        "\n", " "
    )


def test_the_shipped_letters_are_these() -> None:
    assert CATALOGUE.names() == [
        "accompagnement",
        "fiches-villes",
        "invitacion-ciudades",
        "mise-en-relation",
        "patience",
        "rectificatif",
        JULY,
        "suivi-septembre",
    ]


@pytest.mark.parametrize("name", CATALOGUE.names())
def test_no_check_of_a_template_finds_anything(name: str) -> None:
    letter = CATALOGUE.letter(name)
    presses = {language: press(name, language) for language in LANGUAGES}
    found = checks.check_template(
        letter,
        presses,
        steps=[step.name for step in DEFINITION.file.steps],
        promises=[it.name for step in DEFINITION.file.steps for it in step.promises],
    )
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CATALOGUE.names())
def test_proof_reading_finds_nothing(name: str, language: Language) -> None:
    source = CATALOGUE.letter(name).twin(language)
    assert checks.check_source(source, sent_on=date(2025, 9, 1)) == []


@pytest.mark.parametrize("received", [(), (JULY,)])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "organisation", "contact"), INDIVIDUAL)
def test_every_letter_writes_itself_for_everyone_it_is_meant_for(
    name: str,
    organisation: OrganisationFacts,
    contact: ContactFacts,
    language: Language,
    received: tuple[str, ...],
) -> None:
    written = write(
        name,
        facts(
            language=language,
            organisation=organisation,
            contact=contact,
            received=received,
            first_letter=True,
        ),
    )
    for form in (written.text, written.html):
        assert not re.search(r"\[\?\]|\{[{%]|zq[0-9a-f]{10}", form)
    json.loads(written.tree)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_september_circular_has_what_was_asked_in_its_order(language: Language) -> None:
    text = write("suivi-septembre", circular(language=language)).text.replace("\n", " ")
    wanted = {
        "fr": [
            "S-EFRPR-25-1",
            "À l’attention des collectivités territoriales membres et partenaires",
            "Partage du document d’Asointermedias et invitation à approfondir la coopération",
            "Mesdames, Messieurs,",
            "juillet",
            "lettre de remerciement",
            "16es Rencontres de l’Action Internationale des Collectivités Territoriales",
            "profils et projets de coopération [1]",
            "laboratoires",
            "transition écologique",
            "inclusion sociale",
            "développement territorial durable",
            "mobilité",
            "gouvernance participative",
            "culture",
            "trouver le partenaire",
            "grandes villes et aux capitales régionales",
            "vous invite à lire",
            "informations détaillées sur chaque ville",
            "propositions précises de coopération",
            "Je vous prie d’agréer, Mesdames, Messieurs,",
            "Alfonso Prada Gil",
            "[1] https://asointermedias.example/villes-intermediaires",
            "Ministerio de Relaciones Exteriores",
        ],
        "es": [
            "S-EFRPR-25-1",
            "A la atención de las entidades territoriales",
            "Envío del documento de Asointermedias e invitación a profundizar la cooperación",
            "Señoras y señores:",
            "julio",
            "carta de agradecimiento",
            "Encuentros de la Acción Internacional de las Entidades Territoriales",
            "perfiles y proyectos de cooperación [1]",
            "laboratorios",
            "transición ecológica",
            "inclusión social",
            "desarrollo territorial sostenible",
            "movilidad",
            "gobernanza participativa",
            "cultura",
            "encontrar el socio",
            "grandes ciudades y a las capitales regionales",
            "Los invito a leer",
            "información detallada sobre cada ciudad",
            "propuestas concretas de cooperación",
            "Reciban, señoras y señores,",
            "Alfonso Prada Gil",
            "[1] https://asointermedias.example/ciudades-intermedias",
            "Ministerio de Relaciones Exteriores",
        ],
    }[language]
    place = 0
    for words in wanted:
        found = text.find(words, place)
        assert found >= 0, words
        place = found


def test_the_circular_makes_the_promise_that_the_campaign_keeps() -> None:
    step = DEFINITION.step("suivi-septembre")
    for language in LANGUAGES:
        front = CATALOGUE.letter("suivi-septembre").twin(language).front
        assert front.promises == tuple(promise.name for promise in step.promises)


def test_the_cover_speaks_of_july_to_those_who_had_the_july_letter_only() -> None:
    assert "Dans le prolongement de notre lettre de juillet" in cover("fr", JULY)
    assert "juillet" not in cover("fr")
    assert "accompagne les collectivités territoriales françaises" in cover("fr")
    assert "Como continuación de nuestra carta de julio" in cover("es", JULY)
    assert "julio" not in cover("es")


def test_the_cover_names_the_local_authority_as_it_is_spoken_of() -> None:
    assert "Madame la Maire," in cover()
    assert "la commune du Havre" in cover()
    metropole = write("accompagnement", facts(organisation=LYON_METROPOLE, contact=PRESIDENT))
    assert "la Métropole de Lyon" in metropole.text.replace("\n", " ")
    assert "Monsieur le Président" in metropole.text


def test_the_invitation_speaks_spanish_to_a_city_of_unknown_mayor() -> None:
    given = facts(language="es", organisation=IBAGUE, contact=ALCALDE)
    text = write("invitacion-ciudades", given).text.replace("\n", " ")
    assert "Señora alcaldesa, señor alcalde:" in text
    assert "invito a la Alcaldía de Ibagué a preparar" in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [name for name in CATALOGUE.names() if name != "accompagnement"])
def test_every_letter_prints_on_paper(name: str, language: Language) -> None:
    organisation, contact = (
        (IBAGUE, ALCALDE)
        if name in {"invitacion-ciudades", "mise-en-relation"}
        else (LE_HAVRE, MAYOR)
    )
    given = facts(language=language, organisation=organisation, contact=contact, first_letter=True)
    if name == "suivi-septembre":
        given = circular(language=language)
    if name == "fiches-villes":
        given = structs.replace(given, enclosures=("Fiche de ville",))
    if name == "mise-en-relation":
        given = structs.replace(given, interested=(InterestedFacts(organisation=LE_HAVRE),))
    if name == "patience":
        given = structs.replace(given, promised_for=date(2025, 10, 14))
    if name == "rectificatif":
        corrected = CorrectedFacts(reference="S-EFRPR-25-1", day=date(2025, 9, 1))
        given = structs.replace(given, corrects=corrected)
    pdf = PdfPress(LETTERHEAD.files).pdf(
        write(name, given).tree, moment=datetime(2025, 9, 1, tzinfo=SETTINGS.zone)
    )
    assert pdf.startswith(b"%PDF")
