"""Recipient lists on the pages: put together, counted as one goes, explained, kept, taken away."""

from collections.abc import Iterator

import pytest
from litestar.testing import TestClient

from outreach.app import App
from outreach.contacts import segments
from outreach.contacts.segments import Condition
from outreach.web import app as web
from outreach.web.gate import ENTRANCE
from tests.dispatch.world import SECRETARY, World
from tests.web.conftest import HERE, Person, door_of, own_contacts

NEW = "/contacts/lists/new"
LETTER = "asointermedias-2025/suivi-septembre"


@pytest.fixture
def secretary(office_world: World, own_office: App) -> Iterator[Person]:
    """A secretary with six organisations and lists of her own."""
    office_world.people()
    own_contacts(office_world.folder)
    with TestClient(
        web.make(own_office, door := door_of(own_office, SECRETARY)), base_url=HERE
    ) as client:
        person = Person(client)
        person.get(ENTRANCE + door.key)
        yield person


def test_a_list_is_put_together_rule_by_rule_and_counted(secretary: Person) -> None:
    assert "5 contacts" in secretary.get(NEW).text
    text = secretary.fill(NEW, NEW, **{"mode:0": "all", "new:0": "country", "add": "0"})
    assert 'name="value:0.0"' in text
    assert "5 contacts" in text, "nothing is chosen yet"
    french = {"mode:0": "all", "key:0.0": "country", "value:0.0": "FR"}
    assert "4 contacts" in secretary.fill(NEW, NEW, **french, count="")
    none = french | {"mode:0": "none"}
    assert "1 contact<" in secretary.fill(NEW, NEW, **none, count="")


def test_a_list_is_kept_as_the_same_file_that_the_office_writes(
    secretary: Person, own_office: App
) -> None:
    form = {
        "mode:0": "all",
        "key:0.0": "country",
        "value:0.0": "FR",
        "mode:0.1": "any",
        "key:0.1.0": "kinds",
        "value:0.1.0": ["epci", "commune"],
        "key:0.1.1": "codes",
        "value:0.1.1": "FR:76351, FR:06088",
        "mode:0.2": "none",
        "key:0.2.0": "received",
        "value:0.2.0": LETTER,
    }
    text = secretary.fill(NEW, NEW, **form, title_fr="Élus d’Évreux & Cie", keep="")
    assert "Kept. The list holds 4 contacts now." in text
    assert "Le Havre, Nice" in text, "codes are shown with their names"
    kept = segments.load(own_office.folder, "elus-d-evreux-cie")
    assert kept.title.es == "Élus d’Évreux & Cie"
    assert kept.condition.any == (
        Condition(kinds=("epci", "commune")),  # type: ignore[arg-type]  # as read from TOML
        Condition(codes=("FR:76351", "FR:06088")),
    )
    assert kept.condition.not_ == (Condition(received=(LETTER,)),)
    again = secretary.fill(NEW, NEW, **form, title_fr="Élus d’Évreux & Cie", keep="")
    assert "/contacts/lists/elus-d-evreux-cie-2" in again
    assert "Élus d’Évreux &amp; Cie" in secretary.get("/contacts/lists").text


def test_a_saved_list_is_changed_in_its_form(secretary: Person, own_office: App) -> None:
    here = "/contacts/lists/grandes-communes"
    text = secretary.get(here).text
    assert 'value="20000"' in text
    form = {"mode:0": "all", "key:0.0": "population_min", "value:0.0": "50 000"}
    text = secretary.fill(here, here, **form, title_fr="Grandes", title_es="Grandes", keep="")
    assert "Kept." in text
    assert segments.load(own_office.folder, "grandes-communes").condition.population_min == 50_000


def test_rules_and_groups_are_taken_out_again(secretary: Person) -> None:
    form = {
        "mode:0": "all",
        "key:0.0": "country",
        "value:0.0": "FR",
        "mode:0.1": "any",
        "key:0.1.0": "languages",
        "value:0.1.0": "es",
        "mode:0.2": "none",
    }
    text = secretary.fill(NEW, NEW, **form, remove="0.0")
    assert 'name="mode:0.0"' in text
    assert 'name="key:0.0.0" value="languages"' in text
    assert "1 contact<" in text
    text = secretary.fill(NEW, NEW, **form, group="0.1")
    assert 'name="mode:0.1.1"' in text
    text = secretary.fill(NEW, NEW, **form, add="0")
    assert "Choose first" in text


def test_the_page_says_why_somebody_is_in_the_list_or_not(secretary: Person) -> None:
    form = {
        "mode:0": "all",
        "key:0.0": "country",
        "value:0.0": "FR",
        "key:0.1": "kinds",
        "value:0.1": "epci",
        "key:0.2": "replied",
        "value:0.2": "never",
    }
    text = secretary.fill(NEW, NEW, **form, asked="havre", count="")
    assert "Le Havre is not in the list." in text
    assert "Country: France" in text
    assert "Answered: never" in text
    assert text.count("✗") == 1
    text = secretary.fill(NEW, NEW, **form, asked="lyon", count="")
    assert "Métropole de Lyon is in the list." in text
    assert "Nobody was found" in secretary.fill(NEW, NEW, **form, asked="xyz", count="")


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("population_min", "many", "“many” does not fit there"),
        ("last_contact_before", "demain", "“demain” does not fit there"),
        ("country", "DE", "“DE” does not fit there"),
        ("channels", "pigeon", "does not fit there"),
        ("outcomes", "delighted", "“delighted” is no outcome"),
        ("codes", "FR:99999", "No organisation has these codes: FR:99999"),
    ],
)
def test_what_does_not_fit_is_told_and_stays_in_the_form(
    secretary: Person, key: str, value: str, told: str
) -> None:
    form = {"mode:0": "all", "key:0.0": key, "value:0.0": value}
    text = secretary.fill(NEW, NEW, **form, count="")
    assert told in text


def test_a_list_without_a_title_is_not_kept(secretary: Person, own_office: App) -> None:
    before = segments.names(own_office.folder)
    assert "Give the list a title" in secretary.fill(NEW, NEW, **{"mode:0": "all"}, keep="")
    assert segments.names(own_office.folder) == before


def test_a_list_that_a_campaign_writes_to_stays(secretary: Person, own_office: App) -> None:
    place = "/contacts/lists/demo"
    assert "so it stays" in secretary.fill(place, f"{place}/remove")
    assert "demo" in segments.names(own_office.folder)
    place = "/contacts/lists/metropoles"
    assert "The list is gone." in secretary.fill(place, f"{place}/remove")
    assert "metropoles" not in segments.names(own_office.folder)


def test_a_broken_file_hides_no_other_list(secretary: Person, own_office: App) -> None:
    file = own_office.folder / segments.FOLDER / "broken.toml"
    file.write_text("title = 3", "utf-8")
    text = secretary.get("/contacts/lists").text
    assert "holds a value that does not fit" in text
    assert "Métropoles" in text or "Metrópolis" in text
    file.write_text('title = { fr = "a", es = "a" }\n[[not]]\n', "utf-8")
    answer = secretary.get("/contacts/lists/broken")
    assert answer.status_code == 409
    assert "has an empty part" in answer.text


@pytest.mark.parametrize("name", ["nobody", "..%2F..%2Foutreach", "demo.toml"])
def test_a_made_up_list_is_not_found(secretary: Person, name: str) -> None:
    assert secretary.get(f"/contacts/lists/{name}").status_code == 404
