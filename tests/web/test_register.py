"""The book of outgoing letters: searched, proved, and a number given up by two people."""

from collections.abc import Iterator

import pytest
from litestar.testing import TestClient

from outreach.app import App
from outreach.dispatch.models import Delivery, RegisterEntry
from outreach.web import app as web
from outreach.web.gate import ENTRANCE
from tests.dispatch.world import MANAGER, SECRETARY, World
from tests.web.conftest import HERE, Browser, Person, door_of


@pytest.fixture
def desks(office_world: World, own_office: App) -> Iterator[tuple[Person, Person, int]]:
    """Secretary, manager, and the number of the French circular, signed and not sent."""
    office_world.signed()
    with own_office.store.reading() as session:
        entry = session.query(Delivery.entry_id).filter_by(language="fr").limit(1).scalar()
    assert entry is not None
    one, other = door_of(own_office, SECRETARY), door_of(own_office, MANAGER)
    with (
        TestClient(web.make(own_office, one), base_url=HERE) as first,
        TestClient(web.make(own_office, other), base_url=HERE) as second,
    ):
        secretary, manager = Person(first), Person(second)
        secretary.get(ENTRANCE + one.key)
        manager.get(ENTRANCE + other.key)
        yield secretary, manager, entry


def test_numbers_are_found_by_number_town_and_subject(browser: Browser, sent_world: World) -> None:
    with sent_world.store.reading() as session:
        subject = session.query(RegisterEntry.subject).filter_by(number=1).scalar()
    assert subject
    for query in ("", "S-EFRPR-25-1", "havre", "FR:76351", subject.upper()):
        assert "S-EFRPR-25-1" in browser.get("/register", params={"q": query}).text, query
    assert "No number was found" in browser.get("/register", params={"q": "%"}).text
    assert "No number was found" in browser.get("/register", params={"q": "Tombouctou"}).text


@pytest.mark.parametrize("query", ["year=1999", "view=annulled", "view=proposed", "view=former"])
def test_a_filter_leaves_the_others_out(browser: Browser, query: str) -> None:
    assert "S-EFRPR-25-1" not in browser.get(f"/register?{query}").text


@pytest.mark.parametrize("query", ["year=x", "view=nothing", "page=²", "page=99", "year=%00"])
def test_a_made_up_filter_shows_a_page_all_the_same(browser: Browser, query: str) -> None:
    assert browser.get(f"/register?{query}").status_code == 200


def test_a_number_leads_to_its_letter(browser: Browser) -> None:
    text = browser.get("/register/1").text
    assert "/letters/" in text
    assert "Annul this number" not in text  # its letter left
    assert browser.get("/register/999999").status_code == 404


def test_the_register_is_proved_on_a_page(browser: Browser) -> None:
    text = browser.get("/register/proof").text
    assert "Nothing was changed since it was sealed." in text
    assert "without a gap" in text
    assert 'role="alert"' not in text


def test_a_number_is_annulled_by_two(desks: tuple[Person, Person, int], own_office: App) -> None:
    secretary, manager, entry = desks
    page = f"/register/{entry}"
    text = secretary.fill(page, f"{page}/annul", reason="The mayor resigned")
    assert "Proposed." in text
    assert f"{page}/confirm" not in text
    assert "Numbers whose annulment waits for a second person: 1" in manager.get("/").text
    assert page in manager.get("/register?view=proposed").text
    text = manager.fill(page, f"{page}/confirm")
    assert "Annulled. The number is not used again." in text
    assert "Jean annulled it: The mayor resigned" in text
    assert page in secretary.get("/register?view=annulled").text
    with own_office.store.reading() as session:
        assert session.get(RegisterEntry, entry) is not None  # nothing is struck


def test_nobody_annuls_alone(desks: tuple[Person, Person, int]) -> None:
    secretary, manager, entry = desks
    page = f"/register/{entry}"
    manager.fill(page, f"{page}/annul", reason="The mayor resigned")
    assert "another person must confirm it" in manager.fill(page, f"{page}/confirm")
    assert "not for you" in secretary.fill(page, f"{page}/confirm")


def test_a_number_whose_annulment_is_refused_stands(desks: tuple[Person, Person, int]) -> None:
    secretary, manager, entry = desks
    page = f"/register/{entry}"
    secretary.fill(page, f"{page}/annul", reason="The mayor resigned")
    text = manager.fill(page, f"{page}/keep", reason="She did not")
    assert "Jean let the number stand: She did not" in text
    assert "annulment proposed" not in text
    assert "Proposed." in secretary.fill(page, f"{page}/annul", reason="But now she did")


def test_a_number_is_given_up_with_a_reason_only(desks: tuple[Person, Person, int]) -> None:
    secretary, _, entry = desks
    page = f"/register/{entry}"
    assert "with a written reason" in secretary.fill(page, f"{page}/annul", reason=" ")


def test_what_left_keeps_its_number(desks: tuple[Person, Person, int], office_world: World) -> None:
    secretary, _, entry = desks
    office_world.send(1)
    page = f"/register/{entry}"
    assert "its number stays" in secretary.fill(page, f"{page}/annul", reason="Too late")
