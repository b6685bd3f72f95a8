"""A campaign is looked at ahead, started, paused and let go on from its page."""

from collections.abc import Iterator

import pytest
from litestar.testing import TestClient

from outreach.app import App
from outreach.web import app as web
from outreach.web.gate import ENTRANCE
from tests.dispatch.world import CHIEF, World
from tests.web.conftest import HERE, Person, door_of

CAMPAIGN = "/campaigns/asointermedias-2025"
PLAN = f"{CAMPAIGN}/plan"


@pytest.fixture
def chief(office_world: World, own_office: App) -> Iterator[Person]:
    office_world.people()
    door = door_of(own_office, CHIEF)
    with TestClient(web.make(own_office, door), base_url=HERE) as client:
        person = Person(client)
        person.get(ENTRANCE + door.key)
        yield person


def test_before_the_start_one_sees_what_would_come(chief: Person) -> None:
    text = chief.get(PLAN).text
    assert "<svg" in text
    assert "Partage du document" in text
    assert "are enrolled then" in text


def test_it_starts_rests_and_goes_on(chief: Person) -> None:
    assert "Contacts enrolled: 5." in chief.fill(PLAN, f"{CAMPAIGN}/start")
    assert "Let the campaign rest" in chief.get(PLAN).text
    assert "rests: nothing of it leaves" in chief.fill(PLAN, f"{CAMPAIGN}/pause")
    refused = chief.fill("/batches", "/batches", step="asointermedias-2025/suivi-septembre")
    assert "paused" in refused
    assert "goes on" in chief.fill(PLAN, f"{CAMPAIGN}/resume")
    assert 'role="alert"' in chief.fill(PLAN, f"{CAMPAIGN}/resume"), "it goes on already"


def test_an_unknown_campaign_has_no_plan(chief: Person) -> None:
    assert chief.get("/campaigns/nothing/plan").status_code == 404
