"""A city's sheet: what is known with its source, what is not, and equal bytes for equal facts."""

from io import BytesIO
from pathlib import Path

import pytest
from msgspec import structs
from pypdf import PdfReader

from outreach.letters.sheets import sheet
from outreach.partners import outlines
from outreach.partners.briefs import CityBrief, ProjectBrief, Sourced
from outreach.settings import Bilingual, Language

CITY = CityBrief(
    code="CO:05615",
    name="Rionegro",
    departamento="Antioquia",
    departamento_code="05",
    population=142_995,
    typical_population=196_542,
    latitude=6.147,
    longitude=-75.377,
    facts=(Sourced(Bilingual(fr="Un aéroport", es="Un aeropuerto"), "Aerocivil"),),
    to_be_told=("themes", "project"),
)


def text(city: CityBrief, office: Path, language: Language = "fr") -> str:
    made = sheet(city, outlines.read(office, "CO"), office="Ambassade", language=language)
    reader = PdfReader(BytesIO(made))
    assert len(reader.pages) == 1
    return " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


def test_every_fact_stands_with_its_source_and_the_unknown_is_asked_for(office: Path) -> None:
    shown = text(CITY, office)
    assert "142 995 habitants" in shown
    assert "Aerocivil" in shown
    assert "Ce qui reste à nous dire" in shown
    assert "Thèmes de coopération" not in shown
    assert "Proposition" not in shown
    assert "présente son profil" in shown


@pytest.mark.parametrize(
    ("language", "word"), [("fr", "Proposition de la ville"), ("es", "Propuesta de la ciudad")]
)
def test_a_validated_project_is_called_a_proposal(
    office: Path, language: Language, word: str
) -> None:
    project = ProjectBrief(
        title=Bilingual(fr="Eau pour tous", es="Agua para todos"),
        summary=Bilingual(fr="Le réseau.", es="La red."),
        theme=Bilingual(fr="eau", es="agua"),
        source="e-mail",
    )
    shown = text(structs.replace(CITY, project=project, to_be_told=()), office, language)
    assert word in shown
    assert "para todos" in shown or "pour tous" in shown


def test_equal_facts_give_equal_bytes(office: Path) -> None:
    shapes = outlines.read(office, "CO")
    once, again = (sheet(CITY, shapes, office="A", language="fr") for _ in range(2))
    assert once == again


def test_data_are_words_and_never_code(office: Path) -> None:
    odd = '#panic("x") *b* $1$ \u202e'
    city = structs.replace(CITY, facts=(Sourced(Bilingual(fr=odd, es=odd), odd),))
    assert '#panic("x") *b* $1$' in text(city, office)
