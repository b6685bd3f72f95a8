"""Names as lists write them, and the organisations they mean."""

import random
from collections.abc import Callable

import pytest
from sqlalchemy import select

from outreach.contacts import recognition
from outreach.contacts.models import Organisation
from outreach.contacts.recognition import Directory, Wanted, normalised, stripped
from outreach.db import Store

LEAST_PRECISION = 0.99
LEAST_RECALL = 0.95
NAMES = 3_000
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def directory(loaded: Store) -> Directory:
    with loaded.reading() as session:
        return recognition.directory(session)


def without_accents(name: str, _chance: random.Random) -> str:
    return normalised(name)


def upper(name: str, _chance: random.Random) -> str:
    return name.upper()


def shortened(name: str, _chance: random.Random) -> str:
    return name.replace("Sainte-", "Ste ").replace("Saint-", "St ").replace("-sur-", " s/ ")


def prefixed(name: str, chance: random.Random) -> str:
    return chance.choice(["Cne de ", "Mairie de ", "Commune de ", "Ville de "]) + name


def mistyped(name: str, chance: random.Random) -> str:
    if len(name) < 6:
        return name
    place = chance.randrange(1, len(name) - 1)
    match chance.randrange(3):
        case 0:
            return name[:place] + name[place + 1 :]
        case 1:
            return name[:place] + name[place] + name[place:]
        case _:
            return name[: place - 1] + name[place] + name[place - 1] + name[place + 1 :]


DISTORTIONS: list[Callable[[str, random.Random], str]] = [
    without_accents,
    upper,
    shortened,
    prefixed,
    mistyped,
]


def test_distorted_names_are_recognised_precisely(loaded: Store, directory: Directory) -> None:
    with loaded.reading() as session:
        communes = session.execute(
            select(Organisation.code, Organisation.name, Organisation.departement)
            .where(Organisation.kind == "commune")
            .order_by(Organisation.code)
        ).all()
    chance = random.Random(20250901)  # noqa: S311  # the same names each time
    right = wrong = 0
    for code, name, departement in chance.sample(communes, NAMES):
        text = name
        for distort in chance.sample(DISTORTIONS, chance.randint(1, 2)):
            text = distort(text, chance)
        found = directory.recognise(Wanted(name=text, departement=departement or "")).found
        if found is not None:
            right, wrong = right + (found.code == code), wrong + (found.code != code)
    precision, recall = right / (right + wrong), right / NAMES
    assert precision >= LEAST_PRECISION
    assert recall >= LEAST_RECALL


def test_homonyms_are_never_told_apart_by_name_alone(directory: Directory) -> None:
    seen = directory.recognise(Wanted(name="Saint-Denis"))
    assert seen.found is None
    assert seen.how == "homonyms"
    assert len(seen.candidates) > 1
    found = directory.recognise(Wanted(name="SAINT DENIS", departement="93")).found
    assert found is not None
    assert found.code == "FR:93066"


def test_a_name_that_is_only_like_another_needs_its_departement(directory: Directory) -> None:
    assert directory.recognise(Wanted(name="Le Hvre")).found is None
    found = directory.recognise(Wanted(name="Le Hvre", postcode="76600")).found
    assert found is not None
    assert found.code == "FR:76351"


def test_codes_come_before_names_but_not_against_them(directory: Directory) -> None:
    found = directory.recognise(Wanted(name="Le Havre", codes=("FR:76351",))).found
    assert found is not None
    assert found.code == "FR:76351"
    seen = directory.recognise(Wanted(name="Marseille", codes=("FR:76351",)))
    assert seen.found is None
    assert seen.how == "code-and-name"


COLOMBIA = [
    ("Alcaldía Municipal de Pereira", "Risaralda", "CO:66001"),
    ("CUCUTA", "54", "CO:54001"),
]


@pytest.mark.parametrize(("name", "departamento", "code"), COLOMBIA)
def test_municipios_are_recognised(
    directory: Directory, name: str, departamento: str, code: str
) -> None:
    found = directory.recognise(Wanted(name=name, departement=departamento, country="CO")).found
    assert found is not None
    assert found.code == code


STRIPPED = [
    ("Mairie du Havre", "le havre"),
    ("Cne de St-Étienne", "saint etienne"),
    ("Ville d’Aix-en-Provence", "aix en provence"),
    ("Commune des Sables-d'Olonne", "les sables d olonne"),
]


@pytest.mark.parametrize(("text", "bare"), STRIPPED)
def test_what_lists_put_before_a_name_is_taken_off(text: str, bare: str) -> None:
    assert stripped(normalised(text))[0] == bare
