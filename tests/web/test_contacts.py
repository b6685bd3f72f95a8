"""Contacts on the pages: found as one types, read, added, changed, and left in peace."""

from collections.abc import Iterator

import pytest
from litestar.testing import TestClient
from sqlalchemy import select

from outreach.app import App
from outreach.contacts.models import Contact
from outreach.web import app as web
from outreach.web.gate import ENTRANCE
from tests.dispatch.world import SECRETARY, World
from tests.web.conftest import HERE, Person, door_of


@pytest.fixture
def secretary(office_world: World, own_office: App) -> Iterator[Person]:
    """A secretary with six organisations and a campaign that has begun."""
    office_world.people()
    office_world.start()
    door = door_of(own_office, SECRETARY)
    with TestClient(web.make(own_office, door), base_url=HERE) as client:
        person = Person(client)
        person.get(ENTRANCE + door.key)
        yield person


def page(app: App, code: str) -> str:
    with app.store.reading() as session:
        return f"/contacts/{session.scalars(select(Contact.id).where(Contact.code == code)).one()}"


@pytest.mark.parametrize(
    "text", ["havre", "le havre", "LE HÀVRE", "FR:76351", "mairie@havre.example", " Havre "]
)
def test_a_contact_is_found_however_it_is_typed(secretary: Person, text: str) -> None:
    shown = secretary.get("/contacts", params={"q": text}).text
    assert "Le Havre" in shown
    assert "Nice" not in shown
    assert "1 contact" in shown


@pytest.mark.parametrize("text", ["xyz", "%", "_", "\\", "'; drop table contact; --", "a" * 5_000])
def test_what_nobody_is_called_finds_nobody(secretary: Person, text: str) -> None:
    answer = secretary.get("/contacts", params={"q": text})
    assert answer.status_code == 200
    assert "Nobody was found" in answer.text


def test_a_card_is_changed_and_says_what_it_said_before(secretary: Person, own_office: App) -> None:
    here = page(own_office, "FR:06088")
    form = {"office": "maire", "language": "fr", "source": "tests", "gender": "F"}
    text = secretary.fill(
        f"{here}/edit", f"{here}/edit", **form, last_name="Durand", verified_on="2025-09-01"
    )
    assert "Changed: Family name, Verified on, " in text or "Changed: " in text
    assert "Durand" in text
    again = secretary.fill(f"{here}/edit", f"{here}/edit", **form, last_name="Martin")
    assert "Durand" in again, "in its history"
    wrong = secretary.fill(f"{here}/edit", f"{here}/edit", **form, mandate_end="demain")
    assert "is no date" in wrong
    assert 'value="demain"' in wrong
    empty = secretary.fill(f"{here}/edit", f"{here}/edit", **(form | {"office": ""}))
    assert "cannot be empty" in empty


def test_a_contact_is_added_with_its_address(secretary: Person) -> None:
    text = secretary.fill(
        "/contacts/new",
        "/contacts/new",
        organisation="FR:76351",
        suffix="dgs",
        office="dgs",
        source="carte de visite",
        email="dgs@havre.example",
    )
    assert "The card is there" in text
    assert "dgs@havre.example" in text
    assert "FR:76351/dgs" in text
    wrong = secretary.fill(
        "/contacts/new", "/contacts/new", organisation="FR:99999", office="maire", source="x"
    )
    assert "No organisation has the code" in wrong
    assert 'value="FR:99999"' in wrong


def test_addresses_are_added_ordered_and_retired(secretary: Person, own_office: App) -> None:
    here = page(own_office, "FR:76351")
    text = secretary.fill(here, f"{here}/email", address="cabinet@havre.example")
    assert text.index("mairie@havre.example") < text.index("cabinet@havre.example")
    text = secretary.fill(here, f"{here}/email", address="cabinet@havre.example", first="")
    assert text.index("cabinet@havre.example") < text.index("mairie@havre.example")
    text = secretary.fill(here, f"{here}/email", address="mairie@havre.example", state="retired")
    assert "Good again" in text
    assert "is no e-mail address" in secretary.fill(here, f"{here}/email", address="no address")
    text = secretary.fill(
        here, f"{here}/post", street="1517 place de l’Hôtel de Ville", postcode="76600", town="X"
    )
    assert "1517 place" in text


def test_whoever_wants_no_more_letters_gets_none(secretary: Person, own_office: App) -> None:
    here = page(own_office, "FR:76351")
    text = secretary.fill(here, f"{here}/objection", campaign="", reason="By telephone")
    assert "Letters and follow-ups that will not leave" in text
    secretary.fill("/batches", "/batches", step="asointermedias-2025/suivi-septembre")
    assert "Le Havre" not in secretary.get("/batches/1").text.partition("Read some of them")[2]


def test_markup_in_a_card_is_text(secretary: Person, own_office: App) -> None:
    here = page(own_office, "FR:06088")
    form = {"office": "maire", "language": "fr", "source": "tests"}
    text = secretary.fill(f"{here}/edit", f"{here}/edit", **form, last_name="<b>x</b>")
    assert "&lt;b&gt;x&lt;/b&gt;" in text
    assert "<b>x</b>" not in text


def test_a_made_up_contact_is_not_found(secretary: Person) -> None:
    for path in ("/contacts/999999", "/contacts/999999/edit", "/contacts/0"):
        assert secretary.get(path).status_code == 404
