"""Letters' data for tests: a commune, a métropole, a Colombian city, and the shipped letterhead."""

from datetime import date
from pathlib import Path
from typing import Any

from msgspec import structs

from outreach.letters.catalogue import Letterhead, Source
from outreach.letters.compiling import Press, Written
from outreach.letters.facts import (
    CampaignFacts,
    ContactFacts,
    Facts,
    OfficeFacts,
    OrganisationFacts,
    PlaceFacts,
    Seal,
)
from outreach.settings import Bilingual, Language, Settings, load

CHECKOUT = Path(__file__).parent.parent.parent
SETTINGS: Settings = load(CHECKOUT)
LETTERHEAD = Letterhead.read(CHECKOUT)
SEAL = Seal(reference="S-EFRPR-25-1", day=date(2025, 9, 1))
DRAFT = Seal(reference="S-EFRPR-25-____", day=date(2025, 9, 1))
SOURCE = Bilingual(fr="l’annuaire de l’administration", es="el directorio de la administración")

LE_HAVRE = OrganisationFacts(
    code="FR:76351",
    country="FR",
    kind="commune",
    name="Le Havre",
    tncc=2,
    population=165_830,
    departement=PlaceFacts(code="FR:DEP-76", name="Seine-Maritime", tncc=3),
    region=PlaceFacts(code="FR:REG-28", name="Normandie", tncc=0, kind="region"),
)
LYON_METROPOLE = OrganisationFacts(
    code="FR:200046977", country="FR", kind="epci", subtype="MET69", name="Métropole de Lyon"
)
IBAGUE = OrganisationFacts(
    code="CO:73001",
    country="CO",
    kind="municipio",
    name="Ibagué",
    departement=PlaceFacts(code="CO:73", name="Tolima", kind="departamento", country="CO"),
)
MAYOR = ContactFacts(
    code="FR:76351", office="maire", gender="F", email="mairie@lehavre.example", source=SOURCE
)
PRESIDENT = ContactFacts(
    code="FR:200046977", office="president", gender="M", email="grand@lyon.example", source=SOURCE
)
ALCALDE = ContactFacts(
    code="CO:73001", office="alcalde", email="despacho@ibague.example", source=SOURCE
)

CAMPAIGN = CampaignFacts.of(
    "asointermedias-2025",
    Bilingual(fr="Villes intermédiaires de Colombie", es="Ciudades intermedias de Colombia"),
    {
        "document": {
            "titre": {"fr": "Profils et projets", "es": "Perfiles y proyectos"},
            "lien": {"fr": "https://asointermedias.example/fr", "es": "https://a.example/es"},
        },
        "rencontres": {"edition": 16, "mois": date(2025, 7, 1)},
        "themes": ["mobilité", "culture"],
    },
)


def facts(**changes: Any) -> Facts:
    """Return the facts of a French letter to Le Havre's mayor, with changes."""
    base = Facts(
        language="fr", campaign=CAMPAIGN, contact=MAYOR, organisation=LE_HAVRE, received=()
    )
    return structs.replace(base, **changes)


def circular(**changes: Any) -> Facts:
    """Return the facts of a French circular, with changes."""
    return facts(contact=None, organisation=None, collective=True, **changes)


def source(body: str, *, front: str = 'subject = "Essai"', language: Language = "fr") -> Source:
    """Return a template of this text."""
    data = f"+++\n{front}\n+++\n{body}\n".encode()
    return Source.from_bytes("essai", language, data)


def press(
    body: str,
    *,
    front: str = 'subject = "Essai"',
    language: Language = "fr",
    letterhead: Letterhead = LETTERHEAD,
) -> Press:
    """Return the press of a template of this text."""
    office = OfficeFacts.of(SETTINGS, language)
    return Press(source(body, front=front, language=language), letterhead, office)


def written(body: str, given: Facts | None = None, **options: Any) -> Written:
    """Write one letter of this text."""
    given = given or facts()
    return press(body, language=given.language, **options).write(given, SEAL)
