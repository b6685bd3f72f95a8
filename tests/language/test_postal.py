from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis.strategies import builds, none, sampled_from, text

from outreach.contacts import reference
from outreach.language import postal
from outreach.language.postal import Lines
from tests.conftest import CHECKOUT
from tests.language.named_things import everything


@dataclass(frozen=True, slots=True)
class Place:
    """The least that ``postal.Address`` asks for."""

    town: str = "Le Havre"
    postcode: str | None = "76600"
    street: str | None = None
    box: str | None = None
    building: str | None = None
    service: str | None = None
    district: str | None = None
    country: str = "FR"


MAYOR = ("Madame la Maire", "Ville du Havre")


def from_paris(address: Place, *recipient: str) -> Lines:
    return postal.lines(address, recipient or MAYOR, from_country="FR", language="fr")


def faults(laid: Lines) -> list[str]:
    return [str(problem) for problem in laid.problems]


def test_a_french_address_ends_in_capitals_without_punctuation() -> None:
    laid = from_paris(Place(street="12, rue de l'Église", box="BP. 51"))
    assert laid == Lines(
        ("Madame la Maire", "Ville du Havre", "12 RUE DE L’ÉGLISE", "BP 51", "76600 LE HAVRE")
    )


def test_accents_of_capitals_can_be_left_out() -> None:
    laid = postal.lines(
        Place(street="3 allée Œuvrière", town="Évreux", postcode="27000"),
        ("Ville d’Évreux",),
        from_country="FR",
        language="fr",
        accents=False,
    )
    assert laid.lines == ("Ville d’Évreux", "3 ALLEE OEUVRIERE", "27000 EVREUX")


@pytest.mark.parametrize(
    ("town", "line"),
    [
        ("Paris Cedex 15", "75727 PARIS CEDEX 15"),
        ("Marseille cedex 20", "75727 MARSEILLE CEDEX 20"),
        ("SOISSONS CEDEX", "75727 SOISSONS CEDEX"),
        ("Soissons, Cedex", "75727 SOISSONS CEDEX"),
        ("PARIS 15 CEDEX", "75727 PARIS CEDEX 15"),
    ],
)
def test_cedex_follows_the_town(town: str, line: str) -> None:
    assert from_paris(Place(town=town, postcode="75727")).lines[-1] == line


def test_a_street_of_32_characters_is_not_abbreviated() -> None:
    street = "12 AVENUE DU GÉNÉRAL DE GAULLE X"
    assert len(street) == 32
    assert street in from_paris(Place(street=street)).lines


def test_a_longer_street_is_abbreviated_word_by_word_until_it_is_short_enough() -> None:
    laid = from_paris(Place(street="112 avenue du Général de Gaulle Nord"))
    assert "112 AV DU GÉNÉRAL DE GAULLE NORD" in laid.lines
    laid = from_paris(Place(street="60 avenue du Maréchal-de-Lattre-de-Tassigny"))
    assert "60 AV DU MAL-DE-LATTRE-DE-TASSIGNY" in laid.lines
    assert not laid.problems


def test_a_kind_of_way_inside_a_name_is_not_abbreviated() -> None:
    laid = from_paris(Place("Villers-Chemin-Mont-lès-Etrelles", "70700"))
    assert laid == Lines((*MAYOR, "70700 VILLERS-CHEMIN-MONT-LÈS-ETRELLES"))
    laid = from_paris(Place(street="12 chemin de la Route-Neuve du Faubourg"))
    assert "12 CHE DE LA ROUTE-NEUVE DU FAUBOURG" in laid.lines


def test_saint_is_abbreviated_in_a_long_town_but_in_a_street_only_where_nothing_else_fits() -> None:
    laid = from_paris(Place("Saint-Maximin-la-Sainte-Baume", "83470"))
    assert laid == Lines((*MAYOR, "83470 ST-MAXIMIN-LA-SAINTE-BAUME"))
    assert (
        "3 RUE DU FAUBOURG-SAINT-ANTOINE-DE-P"
        in from_paris(Place(street="3 rue du Faubourg-Saint-Antoine-de-P")).lines
    )
    assert (
        "3 RUE DU FAUBOURG-ST-ANTOINE-DE-PADOUE"
        in from_paris(Place(street="3 rue du Faubourg-Saint-Antoine-de-Padoue")).lines
    )


def test_a_street_of_more_than_38_characters_is_reported() -> None:
    laid = from_paris(Place(street="1 place de la Liberté-et-du-1er-Septembre-1944"))
    assert faults(laid) == [
        (
            "“1 PL DE LA LIBERTÉ-ET-DU-1ER-SEPTEMBRE-1944” has 43 characters; "
            "a line of an address holds 38."
        )
    ]


def test_a_long_organisation_name_is_broken_at_a_space() -> None:
    laid = from_paris(
        Place(), "Communauté de communes du Pays de Pontchâteau Saint-Gildas-des-Bois"
    )
    assert laid.lines[:2] == (
        "Communauté de communes du Pays de",
        "Pontchâteau Saint-Gildas-des-Bois",
    )
    assert not laid.problems


def test_a_long_hyphenated_name_is_broken_after_a_hyphen() -> None:
    laid = from_paris(Place(), "Ville de Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson")
    assert laid.lines[:2] == ("Ville de Saint-Remy-en-Bouzemont-", "Saint-Genest-et-Isson")
    assert not laid.problems


def test_title_and_name_share_a_line_where_seven_lines_would_not_fit() -> None:
    place = Place(building="Hôtel de Ville", street="1 rue X", box="BP 5", service="Cabinet")
    laid = from_paris(place, "Madame la Maire", "Anne Exemple", "Ville du Havre")
    assert laid.lines[0] == "Madame la Maire Anne Exemple"
    assert faults(laid) == ["the address takes 7 lines; at most 6 fit."]
    laid = from_paris(place, "Madame la Maire", "Anne Exemple")
    assert len(laid.lines) == 6
    assert not laid.problems


def test_within_france_there_is_no_country_line() -> None:
    assert from_paris(Place()).lines[-1] == "76600 LE HAVRE"


def test_a_colombian_address_posted_in_france_names_the_country_in_french() -> None:
    ibague = Place(
        street="Carrera 5 # 9-03",
        town="Ibagué",
        postcode="730001",
        district="Tolima",
        country="CO",
    )
    laid = postal.lines(ibague, ("Alcaldía de Ibagué",), from_country="FR", language="es")
    assert laid == Lines(
        ("Alcaldía de Ibagué", "Carrera 5 # 9-03", "730001 IBAGUÉ, TOLIMA", "COLOMBIE")
    )


def test_a_french_address_posted_in_colombia_names_the_country_in_spanish() -> None:
    laid = postal.lines(Place(), MAYOR, from_country="CO", language="fr")
    assert laid.lines[-2:] == ("76600 LE HAVRE", "FRANCIA")


def test_from_elsewhere_the_country_is_in_the_language_of_the_letter() -> None:
    assert postal.lines(Place(), MAYOR, from_country="PA", language="es").lines[-1] == "FRANCIA"
    assert postal.lines(Place(), MAYOR, from_country="BE", language="fr").lines[-1] == "FRANCE"


def test_bogota_stands_without_a_departamento_and_a_postcode_may_lack_in_colombia() -> None:
    for district in ("Bogotá, D. C.", "Bogotá D.C.", None):
        bogota = Place(town="Bogotá D.C.", postcode=None, district=district, country="CO")
        laid = postal.lines(bogota, ("Alcaldía Mayor",), from_country="CO", language="es")
        assert laid == Lines(("Alcaldía Mayor", "BOGOTÁ D.C."))


def test_a_colombian_postcode_of_another_departamento_is_reported() -> None:
    place = Place(town="Ibagué", postcode="050001", district="Tolima", country="CO")
    assert faults(from_paris(place)) == [
        "postcode 050001 is not in Tolima, whose codes begin with 73."
    ]


def test_every_departamento_tells_how_its_postcodes_begin() -> None:
    departamentos = [org for org in everything().values() if org.kind == "departamento"]
    assert len(departamentos) == 33
    for org in departamentos:
        digits = org.code.removeprefix("CO:")
        place = Place(town="X", postcode=f"{digits}0001", district=org.name, country="CO")
        assert not from_paris(place).problems
        wrong = "05" if digits != "05" else "08"
        place = Place(town="X", postcode=f"{wrong}0001", district=org.name, country="CO")
        assert f"begin with {digits}" in faults(from_paris(place))[0]


def test_a_town_that_bears_a_departamentos_name_is_not_taken_for_it() -> None:
    caldas = Place(town="Caldas", postcode="055440", country="CO")
    assert from_paris(caldas, "Alcaldía de Caldas") == Lines(
        ("Alcaldía de Caldas", "055440 CALDAS", "COLOMBIE")
    )
    bogota = Place(town="Bogotá D.C.", postcode="050001", country="CO")
    assert "begin with 11" in faults(from_paris(bogota))[0]


def test_the_island_of_san_andres_does_not_name_itself_twice() -> None:
    district = "San Andrés, Providencia y Santa Catalina"
    island = Place(town="San Andrés", postcode="880001", district=district, country="CO")
    assert from_paris(island).lines[-2:] == ("880001 SAN ANDRÉS", "COLOMBIE")


@pytest.mark.parametrize("postcode", ["7660", "2A004", "766000", None])
def test_a_french_postcode_has_five_digits(postcode: str | None) -> None:
    assert "5 digits are needed" in faults(from_paris(Place(postcode=postcode)))[0]


def test_an_address_without_a_town_is_reported() -> None:
    assert faults(from_paris(Place(town=" "))) == ["the address has no town."]


@pytest.mark.parametrize("char", ["\x00", "\n", "\x1b", "\u202e", "\u2066", "\u200b", "\ufeff"])
def test_control_and_direction_characters_are_refused(char: str) -> None:
    laid = from_paris(Place(street=f"1 rue{char} X"))
    assert "control or direction character" in faults(laid)[0]
    assert not any(char in line for line in laid.lines)


@given(
    place=builds(
        Place,
        town=text(max_size=50),
        postcode=none() | text(max_size=8),
        street=none() | text(max_size=60),
        building=none() | text(max_size=60),
        box=none() | text(max_size=20),
        service=none() | text(max_size=60),
        district=none() | text(max_size=20),
        country=sampled_from(["FR", "CO", "PE", "ZZ"]),
    ),
    recipient=text(max_size=90),
)
def test_no_address_crashes_and_what_does_not_fit_is_reported(place: Place, recipient: str) -> None:
    for sender in ("FR", "CO"):
        laid = postal.lines(place, (recipient,), from_country=sender, language="fr")
        assert all(line.isprintable() for line in laid.lines)
        if place.country == "FR" and not laid.problems:
            assert len(laid.lines) <= 6 + (sender != "FR")
            assert all(len(line) <= postal.WIDTH for line in laid.lines)


def test_all_mairies_are_laid_out_and_few_do_not_fit() -> None:
    posts = reference.read(CHECKOUT / "contacts" / "reference").posts.values()
    places = [
        Place(row["town"], row["postcode"], street=row["street"], country="FR")
        for row in posts
        if row["town"]
    ]
    assert len(places) > 30_000
    laid = [from_paris(place) for place in places]
    assert sum(bool(block.problems) for block in laid) < 40
