"""Contacts are found as people type: without accents, in capitals, by part of a name."""

import pytest

from outreach.contacts import directory
from outreach.contacts.models import Kind
from outreach.db import Store, folded
from tests.dispatch.world import add_contact, add_organisation

NAMES = ("Évian-les-Bains", "L'Île-d'Yeu", "Saint-Étienne", "Ibagué", "100 % ville", "A_B", "Nîmes")


@pytest.fixture
def town(any_store: Store) -> Store:
    with any_store.transaction() as session:
        for number, name in enumerate(NAMES):
            made = add_organisation(session, f"FR:0000{number}", Kind.COMMUNE, name)
            add_contact(session, made, "maire", email=f"jean-pierre{number}@x.example")
    return any_store


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("evian", ["Évian-les-Bains"]),
        ("ÉVIAN LES", ["Évian-les-Bains"]),
        ("bains", ["Évian-les-Bains"]),
        ("ile d'yeu", ["L'Île-d'Yeu"]),
        ("île-d’yeu", ["L'Île-d'Yeu"]),
        ("yeu", ["L'Île-d'Yeu"]),
        ("st etienne", []),
        ("etienne", ["Saint-Étienne"]),
        ("ibague", ["Ibagué"]),
        ("100 %", ["100 % ville"]),
        ("a_b", ["A_B"]),
        ("%", ["100 % ville"]),
        ("FR:00006", ["Nîmes"]),
        ("jean-pierre6@", ["Nîmes"]),
        ("zzz", []),
        ("\x00", []),
    ],
)
def test_a_name_is_found(town: Store, text: str, found: list[str]) -> None:
    with town.reading() as session:
        names = [each.organisation.name for each in directory.search(session, text, 20)]
    assert names == found


def test_the_pages_together_are_everyone(town: Store) -> None:
    with town.reading() as session:
        first = directory.page(session, "", size=3)
        rest = [directory.page(session, "", number, size=3) for number in (2, 3)]
        beyond = directory.page(session, "", 99, size=3)
        everyone = [each.code for each in directory.search(session, "", 100)]
    assert (first.total, first.pages) == (len(NAMES), 3)
    assert [each.code for page in (first, *rest) for each in page.contacts] == everyone
    assert [each.code for each in beyond.contacts] == [each.code for each in rest[-1].contacts]


def test_what_is_compared_has_neither_capitals_nor_accents() -> None:
    assert folded("L’Île-d'Yeu") == "l ile d yeu"
    assert folded(None) == ""
