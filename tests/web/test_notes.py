"""Between desks: notes that name a colleague, hand-over, the daily message, one search."""

from collections.abc import Iterator

import pytest
from litestar.testing import TestClient

from outreach.app import App
from outreach.contacts import directory
from outreach.web import app as web
from outreach.web.gate import ENTRANCE
from tests.dispatch.world import MANAGER, SECRETARY, World
from tests.web.conftest import HERE, Browser, Person, door_of
from tests.web.test_replies import give, written_back


@pytest.fixture
def desks(office_world: World, own_office: App) -> Iterator[tuple[Person, Person, str]]:
    """Maria, Jean, and the page of Le Havre; the letters left."""
    office_world.send(office_world.signed())
    with own_office.store.reading() as session:
        page = f"/contacts/{directory.find(session, 'FR:76351').id}"
    one, other = door_of(own_office, SECRETARY), door_of(own_office, MANAGER)
    with (
        TestClient(web.make(own_office, one), base_url=HERE) as first,
        TestClient(web.make(own_office, other), base_url=HERE) as second,
    ):
        secretary, manager = Person(first), Person(second)
        secretary.get(ENTRANCE + one.key)
        manager.get(ENTRANCE + other.key)
        yield secretary, manager, page


def test_a_note_reaches_the_colleague_it_names(desks: tuple[Person, Person, str]) -> None:
    secretary, manager, page = desks
    text = secretary.fill(page, f"{page}/notes", text="@Jean, <b>ils</b> rappellent", to="")
    assert "@Jean, &lt;b&gt;ils&lt;/b&gt; rappellent" in text
    assert "Notes that colleagues wrote to you: 1" in manager.get("/").text
    assert f'href="{page}#notes"' in manager.get("/notes").text
    assert "No note waits for you" in manager.fill("/notes", "/notes/1/seen")
    assert "Notes that colleagues" not in manager.get("/").text
    assert "Read before" in manager.get("/notes").text


def test_what_was_typed_stays_where_nobody_has_that_name(
    desks: tuple[Person, Person, str],
) -> None:
    secretary, _, page = desks
    text = secretary.fill(page, f"{page}/notes", text="@Personne, merci", to="")
    assert "is called “@Personne” here" in text
    assert ">@Personne, merci</textarea>" in text


def test_a_contact_is_handed_over_with_a_day(desks: tuple[Person, Person, str]) -> None:
    secretary, manager, page = desks
    text = secretary.fill(page, f"{page}/notes", text="À rappeler", to=MANAGER, due="2025-09-10")
    assert "handed over to Jean" in text
    assert "Things that you do: 1, the first by 10 Sept 2025" in manager.get("/").text
    assert "Maria hands it over to you" in manager.get("/notes").text


def test_a_reply_is_handed_over_to_its_new_owner(
    desks: tuple[Person, Person, str], own_office: App
) -> None:
    secretary, manager, _ = desks
    give(secretary, written_back(own_office, "Nous sommes très intéressés."))
    text = secretary.fill("/replies/1", "/replies/1/notes", text="Pour toi", to=MANAGER)
    assert "seen to by Jean" in text
    assert "Replies that you answer: 1" in manager.get("/").text
    assert "Write something" in secretary.fill("/replies/1", "/replies/1/notes", text="", to="")


@pytest.mark.parametrize("page", ["/contacts/999999/notes", "/replies/999999/notes"])
def test_a_note_on_nothing_is_refused(desks: tuple[Person, Person, str], page: str) -> None:
    secretary, _, here = desks
    assert "Written down" not in secretary.fill(here, page, text="x", to="")


def test_the_daily_message_is_turned_off_on_ones_own_page(
    desks: tuple[Person, Person, str],
) -> None:
    secretary, manager, _ = desks
    ticked = 'name="daily" value="yes" checked'
    assert ticked in secretary.get("/me").text
    assert ticked not in secretary.fill("/me", "/me/notices")
    assert ticked in manager.get("/me").text
    assert ticked in secretary.fill("/me", "/me/notices", daily="yes")


def test_one_search_finds_contacts_letters_numbers_and_replies(
    desks: tuple[Person, Person, str], own_office: App
) -> None:
    secretary, _, page = desks
    give(secretary, written_back(own_office, "Nous sommes très intéressés."))
    for query in ("havre", "HÀVRE", "FR:76351", "mairie@havre.example"):
        text = secretary.get("/search", params={"q": query}).text
        for place in (page, "/letters/", "/replies/1"):
            assert f'href="{place}' in text, (query, place)
    text = secretary.get("/search", params={"q": "S-EFRPR-25-1"}).text
    assert 'href="/register/1"' in text
    assert 'href="/letters/' in text
    assert 'href="/replies/1"' in secretary.get("/search", params={"q": "RE: Villes"}).text


@pytest.mark.parametrize("query", ["Tombouctou", "%", "_", "\\", "<script>alert(1)</script>"])
def test_what_is_not_there_is_said(browser: Browser, query: str) -> None:
    text = browser.get("/search", params={"q": query}).text
    assert "Nothing was found for" in text
    assert "<script>alert" not in text


@pytest.mark.parametrize("query", ["", " ", "\0"])
def test_an_empty_search_finds_nothing_and_says_nothing(browser: Browser, query: str) -> None:
    answer = browser.get("/search", params={"q": query})
    assert answer.status_code == 200
    assert "Nothing was found" not in answer.text
