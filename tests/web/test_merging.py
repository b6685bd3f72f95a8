"""Two cards of one person: compared, merged with a choice, taken apart, or said to be two people."""

from collections.abc import Iterator

import pytest
from litestar.testing import TestClient
from sqlalchemy import select

from outreach.app import App
from outreach.contacts.models import Contact, Organisation
from outreach.web import app as web
from outreach.web.gate import ENTRANCE
from tests.dispatch.world import SECRETARY, World
from tests.web.conftest import HERE, Person, door_of

PLACE = "/contacts/duplicates"


@pytest.fixture
def secretary(office_world: World, own_office: App) -> Iterator[Person]:
    """A secretary with two cards of Le Havre's director that differ a little."""
    office_world.people()
    with office_world.store.transaction() as session:
        havre = session.scalars(select(Organisation).where(Organisation.code == "FR:76351")).one()
        for suffix, name, phone in (("dgs", "Martin", "1111"), ("bis", "Martn", "2222")):
            session.add(
                Contact(
                    code=f"FR:76351/{suffix}",
                    organisation_id=havre.id,
                    language="fr",
                    office="dgs",
                    first_name="Jeanne",
                    last_name=name,
                    phone=phone,
                    gender="F" if suffix == "bis" else None,
                    source="tests",
                    created_at=office_world.now,
                )
            )
    door = door_of(own_office, SECRETARY)
    with TestClient(web.make(own_office, door), base_url=HERE) as client:
        person = Person(client)
        person.get(ENTRANCE + door.key)
        yield person


def card(app: App, code: str) -> Contact:
    with app.store.reading() as session:
        return session.scalars(select(Contact).where(Contact.code == code)).one()


def pair(app: App) -> str:
    return f"{PLACE}/{card(app, 'FR:76351/dgs').id}/{card(app, 'FR:76351/bis').id}"


def test_a_pair_is_proposed_and_compared_side_by_side(secretary: Person, own_office: App) -> None:
    text = secretary.get(PLACE).text
    assert "1 pair" in text
    assert "nearly the same name" in text
    assert f'href="{pair(own_office)}"' in text
    text = secretary.get(pair(own_office)).text
    for shown in ("Martin", "Martn", "1111", "2222", "Merge them"):
        assert shown in text


def test_cards_are_merged_with_the_chosen_values_and_taken_apart_whole(
    secretary: Person, own_office: App
) -> None:
    here = pair(own_office)
    text = secretary.fill(here, here, keep="one", phone="other", last_name="one", merge="")
    assert "is merged into FR:76351/dgs" in text
    assert "No two contacts look like one person." in text
    kept = card(own_office, "FR:76351/dgs")
    assert (kept.phone, kept.last_name, kept.gender) == ("2222", "Martin", "F")
    assert "1111" in secretary.get(f"/contacts/{kept.id}").text, "its history says what stood there"
    text = secretary.fill(PLACE, f"{PLACE}/undo", gone="FR:76351/bis")
    assert "are two contacts again" in text
    kept = card(own_office, "FR:76351/dgs")
    assert (kept.phone, kept.last_name, kept.gender) == ("1111", "Martin", None)


def test_the_other_card_may_be_the_one_that_is_kept(secretary: Person, own_office: App) -> None:
    here = pair(own_office)
    secretary.fill(here, here, keep="other", phone="one", last_name="one", merge="")
    kept = card(own_office, "FR:76351/bis")
    assert (kept.phone, kept.last_name) == ("1111", "Martin")
    text = secretary.get(f"/contacts/{card(own_office, 'FR:76351/dgs').id}").text
    assert "merged into" in text


def test_two_people_are_not_proposed_again_until_somebody_wants_it(
    secretary: Person, own_office: App
) -> None:
    here = pair(own_office)
    assert "they are two people" in secretary.fill(here, here, apart="")
    text = secretary.get(PLACE).text
    assert "No two contacts look like one person." in text
    form = {"gone": "FR:76351/dgs", "other": "FR:76351/bis"}
    assert "1 pair" in secretary.fill(PLACE, f"{PLACE}/undo", **form)


def test_a_pair_is_not_merged_twice_and_a_made_up_one_not_found(
    secretary: Person, own_office: App
) -> None:
    here = pair(own_office)
    secretary.fill(here, here, keep="one", merge="")
    assert "they are one contact already" in secretary.fill(here, here, keep="one", merge="")
    one = card(own_office, "FR:76351/dgs").id
    for made_up in (f"{PLACE}/{one}/{one}", f"{PLACE}/{one}/999999"):
        assert secretary.get(made_up).status_code == 404
