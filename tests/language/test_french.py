import re

import pytest
from hypothesis import given
from hypothesis.strategies import integers, none, text

from outreach.language import french, spanish
from outreach.language.names import Undecided
from outreach.language.overrides import Overrides
from tests.language.named_things import Thing, everything, thing, why

NO_OVERRIDES = Overrides()

# INSEE code, after de, after à: the cases of the office's rule book and others like them.
COMMUNES = [
    ("75056", "de Paris", "à Paris"),
    ("69123", "de Lyon", "à Lyon"),
    ("97411", "de Saint-Denis", "à Saint-Denis"),
    ("67180", "de Haguenau", "à Haguenau"),
    ("59299", "de Hem", "à Hem"),
    ("78310", "de Houdan", "à Houdan"),
    ("68149", "de Huningue", "à Huningue"),
    ("67204", "de Hœnheim", "à Hœnheim"),
    ("14333", "d’Honfleur", "à Honfleur"),
    ("80021", "d’Amiens", "à Amiens"),
    ("91228", "d’Évry-Courcouronnes", "à Évry-Courcouronnes"),
    ("22016", "d’Île-de-Bréhat", "à Île-de-Bréhat"),
    ("57521", "d’Œting", "à Œting"),
    ("76255", "d’Eu", "à Eu"),
    ("31404", "d’Oô", "à Oô"),
    ("51030", "d’Aÿ-Champagne", "à Aÿ-Champagne"),
    ("80829", "d’Y", "à Y"),
    ("76758", "d’Yvetot", "à Yvetot"),
    ("91691", "d’Yerres", "à Yerres"),
    ("57757", "de Yutz", "à Yutz"),
    ("83069", "d’Hyères", "à Hyères"),
    ("64260", "d’Hendaye", "à Hendaye"),
    ("59295", "d’Hazebrouck", "à Hazebrouck"),
    ("76341", "d’Harfleur", "à Harfleur"),
    ("78311", "d’Houilles", "à Houilles"),
    ("02381", "d’Hirson", "à Hirson"),
    ("76351", "du Havre", "au Havre"),
    ("72181", "du Mans", "au Mans"),
    ("94043", "du Kremlin-Bicêtre", "au Kremlin-Bicêtre"),
    ("97407", "du Port", "au Port"),
    ("97213", "du Lamentin", "au Lamentin"),
    ("17300", "de La Rochelle", "à La Rochelle"),
    ("93027", "de La Courneuve", "à La Courneuve"),
    ("85194", "des Sables-d’Olonne", "aux Sables-d’Olonne"),
    ("97101", "des Abymes", "aux Abymes"),
    ("78440", "des Mureaux", "aux Mureaux"),
    ("94038", "de L’Haÿ-les-Roses", "à L’Haÿ-les-Roses"),
    ("95313", "de L’Isle-Adam", "à L’Isle-Adam"),
    ("93039", "de L’Île-Saint-Denis", "à L’Île-Saint-Denis"),
    ("60703", "des Marais", "aux Marais"),
    ("66104", "de Los Masos", "à Los Masos"),
    ("98818", "de Nouméa", "à Nouméa"),
    ("63448", "du Vernet-Chaméane", "au Vernet-Chaméane"),
]

# Département, after de, where.
DEPARTEMENTS = [
    ("01", "de l’Ain", "dans l’Ain"),
    ("13", "des Bouches-du-Rhône", "dans les Bouches-du-Rhône"),
    ("21", "de la Côte-d’Or", "en Côte-d’Or"),
    ("28", "d’Eure-et-Loir", "en Eure-et-Loir"),
    ("33", "de la Gironde", "en Gironde"),
    ("34", "de l’Hérault", "dans l’Hérault"),
    ("38", "de l’Isère", "en Isère"),
    ("40", "des Landes", "dans les Landes"),
    ("41", "du Loir-et-Cher", "dans le Loir-et-Cher"),
    ("42", "de la Loire", "dans le département de la Loire"),
    ("69", "du Rhône", "dans le Rhône"),
    ("71", "de Saône-et-Loire", "en Saône-et-Loire"),
    ("75", "de Paris", "à Paris"),
    ("84", "du Vaucluse", "dans le Vaucluse"),
    ("90", "du Territoire de Belfort", "dans le Territoire de Belfort"),
    ("974", "de La Réunion", "à La Réunion"),
    ("976", "de Mayotte", "à Mayotte"),
]

REGIONS = [
    ("11", "d’Île-de-France", "en Île-de-France"),
    ("44", "du Grand Est", "dans le Grand Est"),
    ("32", "des Hauts-de-France", "dans les Hauts-de-France"),
    ("52", "des Pays de la Loire", "dans les Pays de la Loire"),
    ("76", "d’Occitanie", "en Occitanie"),
    ("28", "de Normandie", "en Normandie"),
    ("75", "de la Nouvelle-Aquitaine", "en Nouvelle-Aquitaine"),
    ("24", "du Centre-Val de Loire", "dans le Centre-Val de Loire"),
    ("93", "de Provence-Alpes-Côte d’Azur", "en Provence-Alpes-Côte d’Azur"),
    ("94", "de Corse", "en Corse"),
]

# The organisation itself: its name with article, after de, after à, where.
ORGANISATIONS = [
    ("FR:76351", "la Ville du Havre", "de la Ville du Havre", "à la Ville du Havre", "au Havre"),
    ("FR:69123", "la Ville de Lyon", "de la Ville de Lyon", "à la Ville de Lyon", "à Lyon"),
    (
        "FR:DEP-38",
        "le Département de l’Isère",
        "du Département de l’Isère",
        "au Département de l’Isère",
        "en Isère",
    ),
    (
        "FR:REG-76",
        "la Région Occitanie",
        "de la Région Occitanie",
        "à la Région Occitanie",
        "en Occitanie",
    ),
    (
        "FR:200046977",
        "la Métropole de Lyon",
        "de la Métropole de Lyon",
        "à la Métropole de Lyon",
        "dans la Métropole de Lyon",
    ),
    (
        "FR:200093201",
        "la Métropole Européenne de Lille",
        "de la Métropole Européenne de Lille",
        "à la Métropole Européenne de Lille",
        "dans la Métropole Européenne de Lille",
    ),
    (
        "FR:246700488",
        "l’Eurométropole de Strasbourg",
        "de l’Eurométropole de Strasbourg",
        "à l’Eurométropole de Strasbourg",
        "dans l’Eurométropole de Strasbourg",
    ),
    (
        "FR:200040715",
        "Grenoble-Alpes-Métropole",
        "de Grenoble-Alpes-Métropole",
        "à Grenoble-Alpes-Métropole",
        "sur le territoire de Grenoble-Alpes-Métropole",
    ),
    (
        "FR:243100518",
        "Toulouse Métropole",
        "de Toulouse Métropole",
        "à Toulouse Métropole",
        "sur le territoire de Toulouse Métropole",
    ),
    (
        "FR:200006971",
        "la Communauté de communes du Perche",
        "de la Communauté de communes du Perche",
        "à la Communauté de communes du Perche",
        "dans la Communauté de communes du Perche",
    ),
    (
        "FR:DEP-976",
        "le Département-Région de Mayotte",
        "du Département-Région de Mayotte",
        "au Département-Région de Mayotte",
        "à Mayotte",
    ),
    (
        "FR:244500468",
        "Orléans Métropole",
        "d’Orléans Métropole",
        "à Orléans Métropole",
        "sur le territoire d’Orléans Métropole",
    ),
    (
        "FR:200033579",
        "la Communauté urbaine d’Arras",
        "de la Communauté urbaine d’Arras",
        "à la Communauté urbaine d’Arras",
        "dans la Communauté urbaine d’Arras",
    ),
    (
        "FR:200084952",
        "la Communauté urbaine Le Havre Seine Métropole",
        "de la Communauté urbaine Le Havre Seine Métropole",
        "à la Communauté urbaine Le Havre Seine Métropole",
        "dans la Communauté urbaine Le Havre Seine Métropole",
    ),
    (
        "FR:200023414",
        "la Métropole Rouen Normandie",
        "de la Métropole Rouen Normandie",
        "à la Métropole Rouen Normandie",
        "dans la Métropole Rouen Normandie",
    ),
    (
        "FR:DEP-67",
        "la Collectivité européenne d’Alsace",
        "de la Collectivité européenne d’Alsace",
        "à la Collectivité européenne d’Alsace",
        "dans le Bas-Rhin",
    ),
    (
        "FR:COM-984",
        "les Terres australes et antarctiques françaises",
        "des Terres australes et antarctiques françaises",
        "aux Terres australes et antarctiques françaises",
        "dans les Terres australes et antarctiques françaises",
    ),
    (
        "CO:73001",
        "la municipalité d’Ibagué",
        "de la municipalité d’Ibagué",
        "à la municipalité d’Ibagué",
        "à Ibagué",
    ),
    (
        "CO:05148",
        "la municipalité d’El Carmen de Viboral",
        "de la municipalité d’El Carmen de Viboral",
        "à la municipalité d’El Carmen de Viboral",
        "à El Carmen de Viboral",
    ),
    (
        "CO:63001",
        "la municipalité d’Armenia",
        "de la municipalité d’Armenia",
        "à la municipalité d’Armenia",
        "à Armenia",
    ),
    (
        "CO:54001",
        "la municipalité de Cúcuta",
        "de la municipalité de Cúcuta",
        "à la municipalité de Cúcuta",
        "à Cúcuta",
    ),
    (
        "CO:85001",
        "la municipalité de Yopal",
        "de la municipalité de Yopal",
        "à la municipalité de Yopal",
        "à Yopal",
    ),
    (
        "CO:05",
        "le département d’Antioquia",
        "du département d’Antioquia",
        "au département d’Antioquia",
        "dans le département d’Antioquia",
    ),
]


@pytest.mark.parametrize(("code", "de", "a"), COMMUNES)
def test_a_commune_contracts_as_its_article_asks(code: str, de: str, a: str) -> None:
    commune = thing(f"FR:{code}")
    assert french.place_de(commune) == de
    assert french.place_a(commune) == a
    assert french.in_(commune) == a
    assert french.named(commune) == f"la Ville {de}"
    assert french.commune_de(commune) == f"la commune {de}"


@pytest.mark.parametrize(("code", "de", "where"), DEPARTEMENTS)
def test_a_departement_takes_its_article_in_lower_case(code: str, de: str, where: str) -> None:
    assert french.place_de(thing(f"FR:DEP-{code}")) == de
    assert french.in_(thing(f"FR:DEP-{code}")) == where


@pytest.mark.parametrize(("code", "de", "where"), REGIONS)
def test_a_region_takes_its_article_in_lower_case(code: str, de: str, where: str) -> None:
    assert french.place_de(thing(f"FR:REG-{code}")) == de
    assert french.in_(thing(f"FR:REG-{code}")) == where


@pytest.mark.parametrize(("code", "named", "of", "to", "where"), ORGANISATIONS)
def test_an_organisation_contracts_like_its_noun(
    code: str, named: str, of: str, to: str, where: str
) -> None:
    organisation = thing(code)
    assert french.named(organisation) == named
    assert french.of(organisation) == of
    assert french.to(organisation) == to
    assert french.in_(organisation) == where


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("41", "le Département de Loir-et-Cher"),
        ("47", "le Département de Lot-et-Garonne"),
        ("82", "le Département de Tarn-et-Garonne"),
        ("84", "le Département de Vaucluse"),
        ("2A", "la Collectivité de Corse"),
        ("75", "la Ville de Paris"),
    ],
)
def test_an_institution_may_be_named_otherwise_than_its_place(code: str, named: str) -> None:
    assert french.named(thing(f"FR:DEP-{code}")) == named


def test_homonyms_are_told_apart_by_their_code() -> None:
    yutz = Thing("FR:99999", "FR", "commune", "Yutz", tncc=1)
    assert french.place_de(yutz) == "d’Yutz"
    assert french.place_de(thing("FR:57757")) == "de Yutz"


@pytest.mark.parametrize(
    ("name", "de", "a"),
    [
        ("Cités Unies France", "de Cités Unies France", "à Cités Unies France"),
        ("Yzeure", "d’Yzeure", "à Yzeure"),
        ("Yaoundé", "de Yaoundé", "à Yaoundé"),
        ("Œuf-en-Ternois", "d’Œuf-en-Ternois", "à Œuf-en-Ternois"),
        ("Le Caire", "du Caire", "au Caire"),
        ("Les Cayes", "des Cayes", "aux Cayes"),
        ("La Paz", "de La Paz", "à La Paz"),
        ("L'Aquila", "de L’Aquila", "à L’Aquila"),
        ("Москва", "de Москва", "à Москва"),
    ],
)
def test_a_name_without_article_code_goes_by_its_article_or_first_sound(
    name: str, de: str, a: str
) -> None:
    assert french.with_de(name, None) == de
    assert french.with_a(name, None) == a


@pytest.mark.parametrize("name", ["LE HAVRE", "  Le   Havre ", "le Havre"])
def test_capitals_and_stray_spaces_do_not_hide_the_article(name: str) -> None:
    assert str(french.with_de(name, 2)).casefold() == "du havre"
    assert str(french.with_a(name, 2)).casefold() == "au havre"


@pytest.mark.parametrize("apostrophe", ["'", "’"])
def test_both_apostrophes_are_read_and_the_typographic_one_is_printed(apostrophe: str) -> None:
    assert french.with_de(f"L{apostrophe}Isle-Adam", 5) == "de L’Isle-Adam"


def test_an_h_without_article_code_is_not_guessed() -> None:
    reason = why(french.with_de("Hambourg", None))
    assert "de Hambourg" in reason
    assert "d’Hambourg" in reason
    assert french.with_a("Hambourg", None) == "à Hambourg"


@pytest.mark.parametrize(
    ("name", "tncc"),
    [("Le Vernet", 0), ("Les Mureaux", 1), ("Havre", 2), ("Rochelle", 3), ("Lyon", 1), ("Pau", 9)],
)
def test_a_code_that_contradicts_the_name_is_undecided(name: str, tncc: int) -> None:
    assert f"“{name}”" in why(french.with_de(name, tncc))


def test_a_region_without_article_code_is_undecided() -> None:
    assert isinstance(french.in_(Thing("FR:REG-99", "FR", "region", "Ailleurs")), Undecided)


def test_a_colombian_area_without_alcaldia_has_no_municipality() -> None:
    assert "no municipality" in why(french.named(thing("CO:91263")))


@pytest.mark.parametrize(
    ("name", "named", "of"),
    [
        ("Cités Unies France", "Cités Unies France", "de Cités Unies France"),
        ("Asointermedias", "Asointermedias", "d’Asointermedias"),
        (
            "Association des maires de France",
            "l’Association des maires de France",
            "de l’Association des maires de France",
        ),
        ("Réseau des villes", "le Réseau des villes", "du Réseau des villes"),
        ("les Amis du Jura", "les Amis du Jura", "des Amis du Jura"),
    ],
)
def test_an_association_takes_the_article_of_its_noun(name: str, named: str, of: str) -> None:
    association = Thing("FR:ASSOC-x", "FR", "association", name)
    assert french.named(association) == named
    assert french.of(association) == of


def test_spelling_of_the_list_of_groupings_is_mended() -> None:
    agglopolys = Thing("FR:1", "FR", "epci", "Communauté d'agglomération de Blois ''Agglopolys''")
    assert french.named(agglopolys) == "la Communauté d’agglomération de Blois Agglopolys"
    coeur = Thing("FR:2", "FR", "epci", "Communauté de communes Coeur de Savoie")
    assert french.bare(coeur) == "Communauté de communes Cœur de Savoie"
    assert french.named(thing("FR:244200770")) == "Saint-Étienne Métropole"


def test_no_grouping_lacks_an_accent_that_a_commune_writes() -> None:
    accented = {
        word
        for org in everything().values()
        if org.country == "FR"
        for word in re.findall(r"\b[ÉÈÊÎÔ]\w+", org.name)
    }
    bare = {word.translate(str.maketrans("ÉÈÊÎÔ", "EEEIO")) for word in accented}
    for org in everything().values():
        if org.kind == "epci":
            for name in (french.bare(org), spanish.bare(org)):
                assert not bare.intersection(re.findall(r"\w+", name)), name


@pytest.mark.parametrize(
    "kind", ["commune", "departement", "region", "epci", "association", "municipio", "territoire"]
)
def test_an_organisation_without_a_name_is_undecided_and_never_half_printed(kind: str) -> None:
    nobody = Thing("FR:0", "FR", kind, " ", tncc=0)
    for form in (french.named, french.of, french.to, french.in_, french.place_de, french.place_a):
        assert isinstance(form(nobody), Undecided)


def test_a_kind_without_forms_is_undecided() -> None:
    assert "“embassy”" in why(french.named(Thing("FR:0", "FR", "embassy", "Ambassade")))


@given(name=text(max_size=40), tncc=none() | integers(-1, 10))
def test_no_name_crashes_the_articles(name: str, tncc: int | None) -> None:
    for form in (french.with_de(name, tncc), french.with_a(name, tncc)):
        assert isinstance(form, str | Undecided)


@given(name=text(max_size=40))
def test_no_name_crashes_an_organisation(name: str) -> None:
    for kind in ("commune", "epci", "departement", "region", "municipio", "association", "x"):
        org = Thing("FR:0", "FR", kind, name)
        for form in (french.named, french.of, french.to, french.in_, french.commune_de):
            assert isinstance(form(org, NO_OVERRIDES), str | Undecided)
