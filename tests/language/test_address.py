"""Forms of address: every office of the table, in both languages and for both genders."""

import pytest

from outreach.language import address
from outreach.language.address import OFFICES, Form, form
from outreach.language.names import Undecided
from outreach.language.numbers import Profile
from outreach.settings import Gender, Language

LANGUAGES: tuple[Language, ...] = ("fr", "es")
GENDERS: tuple[Gender | None, ...] = ("F", "M", None)

FRENCH = [
    ("maire", "commune", "Monsieur le Maire", "Madame la Maire", "haute"),
    ("president", "departement", "Monsieur le Président", "Madame la Présidente", "haute"),
    ("president", "region", "Monsieur le Président", "Madame la Présidente", "haute"),
    ("president", "epci", "Monsieur le Président", "Madame la Présidente", "haute"),
    ("adjoint", "commune", "Monsieur l’Adjoint au Maire", "Madame l’Adjointe au Maire", "haute"),
    ("senateur", "commune", "Monsieur le Sénateur", "Madame la Sénatrice", "haute"),
    ("depute", "commune", "Monsieur le Député", "Madame la Députée", "haute"),
    ("prefet", "departement", "Monsieur le Préfet", "Madame la Préfète", "haute"),
    (
        "dgs",
        "commune",
        "Monsieur le Directeur général des services",
        "Madame la Directrice générale des services",
        "distinguée",
    ),
    (
        "president",
        "association",
        "Monsieur le Président",
        "Madame la Présidente",
        "distinguée",
    ),
    ("association", "association", "Monsieur le Président", "Madame la Présidente", "distinguée"),
    ("alcalde", "municipio", "Monsieur le Maire", "Madame la Maire", "haute"),
    ("gobernador", "departamento", "Monsieur le Gouverneur", "Madame la Gouverneure", "haute"),
    ("ministre", "", "Monsieur le Ministre", "Madame la Ministre", "très haute"),
]
SPANISH = [
    ("alcalde", "municipio", "Señor alcalde", "Señora alcaldesa"),
    ("gobernador", "departamento", "Señor gobernador", "Señora gobernadora"),
    ("secretario", "municipio", "Señor secretario", "Señora secretaria"),
    ("director", "association", "Señor director", "Señora directora"),
    ("senador", "", "Honorable senador", "Honorable senadora"),
    ("presidente", "association", "Señor presidente", "Señora presidenta"),
    ("ministro", "", "Señor ministro", "Señora ministra"),
    ("maire", "commune", "Señor alcalde", "Señora alcaldesa"),
    ("president", "epci", "Señor presidente", "Señora presidenta"),
]


def decided(
    office: str,
    gender: Gender | None,
    language: Language,
    kind: str = "commune",
    override: str | None = None,
) -> Form:
    """The form of address, which must be decided."""
    found = form(office, gender, language, kind=kind, override=override)
    assert isinstance(found, Form)
    return found


@pytest.mark.parametrize(("office", "kind", "masculine", "feminine", "regard"), FRENCH)
def test_a_french_letter_addresses_each_office_as_usage_wants(
    office: str, kind: str, masculine: str, feminine: str, regard: str
) -> None:
    pairs: tuple[tuple[Gender, str], ...] = (("M", masculine), ("F", feminine))
    for gender, vocative in pairs:
        found = decided(office, gender, "fr", kind)
        assert found.vocative == found.line == found.in_sentence == vocative
        assert found.salutation == f"{vocative},"
        assert (
            found.closing
            == f"Je vous prie d’agréer, {vocative}, l’expression de ma {regard} considération."
        )


@pytest.mark.parametrize(("office", "kind", "masculine", "feminine"), SPANISH)
def test_a_spanish_letter_addresses_each_office_as_usage_wants(
    office: str, kind: str, masculine: str, feminine: str
) -> None:
    pairs: tuple[tuple[Gender, str], ...] = (("M", masculine), ("F", feminine))
    for gender, vocative in pairs:
        found = decided(office, gender, "es", kind)
        assert found.vocative == found.line == vocative
        assert found.salutation == f"{vocative}:"
        assert found.in_sentence == vocative[0].lower() + vocative[1:]
        assert found.closing.startswith(f"Reciba, {found.in_sentence}, ")
        assert found.short_closing == "Cordialmente,"


@pytest.mark.parametrize("office", OFFICES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("gender", GENDERS)
def test_salutation_and_closing_never_differ(
    office: str, language: Language, gender: Gender | None
) -> None:
    for override in (None, "Madame le Maire", "Su Excelencia", "Maître d'Ouvrage,"):
        found = decided(office, gender, language, override=override)
        vocative = found.salutation[:-1]
        assert vocative == found.vocative
        assert vocative.casefold() in found.closing.casefold()
        assert found.in_sentence in found.closing
        assert "·" not in found.closing
        assert "'" not in found.closing
        assert "veillez" not in found.closing.casefold()


@pytest.mark.parametrize("office", OFFICES)
def test_both_languages_know_the_same_offices(office: str) -> None:
    for language in LANGUAGES:
        assert isinstance(form(office, "F", language, kind="commune"), Form)


def test_an_unknown_gender_gives_both_forms_and_a_neutral_line() -> None:
    french = decided("maire", None, "fr")
    assert french.salutation == "Madame la Maire, Monsieur le Maire,"
    assert french.line == "Cabinet du Maire"
    spanish = decided("alcalde", None, "es", "municipio")
    assert spanish.salutation == "Señora alcaldesa, señor alcalde:"
    assert "señora alcaldesa, señor alcalde" in spanish.closing


def test_a_collective_is_addressed_as_many() -> None:
    french = form("collectif", None, "fr", kind="")
    assert isinstance(french, Form)
    assert french == form("maire", "F", "fr", kind="commune", collective=True)
    assert french.salutation == "Mesdames, Messieurs,"
    assert "haute considération" in french.closing
    spanish = form("collectif", None, "es", kind="")
    assert isinstance(spanish, Form)
    assert spanish.salutation == "Señoras y señores:"
    assert spanish.closing.startswith("Reciban, señoras y señores, ")


def test_what_a_person_prefers_to_be_called_stands_everywhere() -> None:
    found = decided("maire", "F", "fr", override="  Madame  le Maire, ")
    assert found.salutation == "Madame le Maire,"
    assert found.line == "Madame le Maire"
    assert "agréer, Madame le Maire, l’expression" in found.closing


def test_what_a_person_prefers_in_one_language_is_not_printed_in_the_other() -> None:
    found = decided("maire", "F", "es", override="Madame le Maire")
    assert found.salutation == "Señora alcaldesa:"
    found = decided("alcalde", "M", "fr", "municipio", override="Señor Alcalde Mayor")
    assert found.salutation == "Monsieur le Maire,"
    found = decided("alcalde", "M", "es", "municipio", override="Señor alcalde mayor")
    assert found.salutation == "Señor alcalde mayor:"


def test_an_excellency_keeps_its_capitals_inside_a_sentence() -> None:
    assert "Reciba, Su Excelencia," in decided("gobernador", "M", "es", "", "Su Excelencia").closing


def test_colombian_capitals_are_a_choice_of_the_office() -> None:
    found = form("alcalde", "F", "es", kind="municipio", profile=Profile(capital_offices_es=True))
    assert isinstance(found, Form)
    assert found.salutation == "Señora Alcaldesa:"
    assert "señora Alcaldesa" in found.closing


def test_an_office_that_no_table_knows_is_undecided() -> None:
    for office in ("", "roi", "Maire", "maire "):
        found = form(office, "F", "fr", kind="commune", override="Madame")
        assert isinstance(found, Undecided)
        assert "maire" in str(found.phrase)


def test_the_tables_of_both_languages_have_the_same_rows() -> None:
    assert address._FRENCH.keys() == address._SPANISH.keys()
    assert set(address._SAME.values()) <= address._FRENCH.keys()
