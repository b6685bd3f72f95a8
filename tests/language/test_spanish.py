import pytest
from hypothesis import given
from hypothesis.strategies import text

from outreach.language import spanish
from outreach.language.names import Undecided
from tests.language.named_things import Thing, thing, why

GOBERNACIONES_DE = {
    "05": "Antioquia",
    "81": "Arauca",
    "13": "Bolívar",
    "15": "Boyacá",
    "17": "Caldas",
    "85": "Casanare",
    "23": "Córdoba",
    "25": "Cundinamarca",
    "44": "La Guajira",
    "52": "Nariño",
    "54": "Norte de Santander",
    "66": "Risaralda",
    "68": "Santander",
    "70": "Sucre",
}
GOBERNACIONES_DEL = {
    "91": "Amazonas",
    "08": "Atlántico",
    "18": "Caquetá",
    "19": "Cauca",
    "20": "Cesar",
    "27": "Chocó",
    "94": "Guainía",
    "95": "Guaviare",
    "41": "Huila",
    "47": "Magdalena",
    "50": "Meta",
    "86": "Putumayo",
    "63": "Quindío",
    "73": "Tolima",
    "76": "Valle del Cauca",
    "97": "Vaupés",
    "99": "Vichada",
    "88": "Archipiélago de San Andrés, Providencia y Santa Catalina",
}


@pytest.mark.parametrize(("code", "name"), GOBERNACIONES_DE.items())
def test_a_gobernacion_whose_name_has_no_article_takes_de(code: str, name: str) -> None:
    assert spanish.named(thing(f"CO:{code}")) == f"la Gobernación de {name}"
    assert spanish.in_(thing(f"CO:{code}")) == f"en {name}"
    assert spanish.place_a(thing(f"CO:{code}")) == f"a {name}"


@pytest.mark.parametrize(("code", "name"), GOBERNACIONES_DEL.items())
def test_a_gobernacion_whose_name_has_the_article_takes_del(code: str, name: str) -> None:
    assert spanish.named(thing(f"CO:{code}")) == f"la Gobernación del {name}"
    assert spanish.in_(thing(f"CO:{code}")) == f"en el {name}"
    assert spanish.place_a(thing(f"CO:{code}")) == f"al {name}"


def test_bogota_has_an_alcaldia_mayor_and_no_gobernacion() -> None:
    for code in ("CO:11", "CO:11001"):
        assert spanish.named(thing(code)) == "la Alcaldía Mayor de Bogotá D.C."
        assert spanish.in_(thing(code)) == "en Bogotá D.C."


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("05148", "la Alcaldía de El Carmen de Viboral"),
        ("47245", "la Alcaldía de El Banco"),
        ("17380", "la Alcaldía de La Dorada"),
        ("54405", "la Alcaldía de Los Patios"),
        ("73001", "la Alcaldía de Ibagué"),
        ("13001", "la Alcaldía Distrital de Cartagena de Indias"),
        ("76001", "la Alcaldía Distrital de Santiago de Cali"),
        ("08001", "la Alcaldía Distrital de Barranquilla"),
        ("47001", "la Alcaldía Distrital de Santa Marta"),
        ("76109", "la Alcaldía Distrital de Buenaventura"),
        ("52835", "la Alcaldía Distrital de San Andrés de Tumaco"),
    ],
)
def test_an_alcaldia_keeps_the_capital_article_of_its_town(code: str, named: str) -> None:
    town = thing(f"CO:{code}")
    assert spanish.named(town) == named
    assert spanish.of(town) == f"de {named}"
    assert spanish.to(town) == f"a {named}"


def test_a_town_named_with_an_article_never_contracts() -> None:
    town = thing("CO:05148")
    assert spanish.in_(town) == "en El Carmen de Viboral"
    assert spanish.place_a(town) == "a El Carmen de Viboral"
    assert spanish.commune_de(town) == "el municipio de El Carmen de Viboral"


@pytest.mark.parametrize(
    ("code", "named", "of", "where"),
    [
        ("FR:76351", "la Alcaldía de Le Havre", "de la Alcaldía de Le Havre", "en Le Havre"),
        ("FR:75056", "la Alcaldía de París", "de la Alcaldía de París", "en París"),
        (
            "FR:DEP-38",
            "el Departamento de Isère",
            "del Departamento de Isère",
            "en el departamento de Isère",
        ),
        (
            "FR:REG-44",
            "la Región Grand Est",
            "de la Región Grand Est",
            "en la región Grand Est",
        ),
        (
            "FR:200046977",
            "la Métropole de Lyon",
            "de la Métropole de Lyon",
            "en la Métropole de Lyon",
        ),
        (
            "FR:244200770",
            "Saint-Étienne Métropole",
            "de Saint-Étienne Métropole",
            "en Saint-Étienne Métropole",
        ),
        (
            "FR:200040715",
            "Grenoble-Alpes-Métropole",
            "de Grenoble-Alpes-Métropole",
            "en Grenoble-Alpes-Métropole",
        ),
        (
            "FR:COM-986",
            "el Territorio de las Islas Wallis y Futuna",
            "del Territorio de las Islas Wallis y Futuna",
            "en Wallis y Futuna",
        ),
    ],
)
def test_a_french_organisation_keeps_its_french_name(
    code: str, named: str, of: str, where: str
) -> None:
    assert spanish.named(thing(code)) == named
    assert spanish.of(thing(code)) == of
    assert spanish.in_(thing(code)) == where


def test_an_association_takes_the_article_of_its_noun() -> None:
    name = "Asociación Colombiana de Ciudades Intermedias"
    association = Thing("CO:ASSOC-x", "CO", "association", name)
    assert spanish.of(association) == f"de la {name}"
    assert spanish.place_a(association) == f"a la {name}"


def test_an_area_without_alcaldia_is_undecided() -> None:
    assert "no municipality" in why(spanish.named(thing("CO:91263")))
    assert spanish.in_(thing("CO:91263")) == "en El Encanto"


@given(name=text(max_size=40))
def test_no_name_crashes_an_organisation(name: str) -> None:
    for kind in ("commune", "epci", "departement", "region", "municipio", "association", "x"):
        org = Thing("FR:0", "FR", kind, name)
        for form in (
            spanish.named,
            spanish.of,
            spanish.to,
            spanish.in_,
            spanish.place_de,
            spanish.place_a,
            spanish.commune_de,
        ):
            assert isinstance(form(org), str | Undecided)
