"""What a manager reads before deciding: three typical letters, what changed, who did what."""

import shutil
from collections.abc import Iterator

import pytest
from litestar.testing import TestClient

from outreach.app import App
from outreach.dispatch import approval, batches
from outreach.web import app as web
from outreach.web.gate import ENTRANCE
from tests.conftest import CHECKOUT
from tests.dispatch.world import MANAGER, World
from tests.web.conftest import HERE, Person, door_of


@pytest.fixture
def manager(own_office: App) -> Iterator[Person]:
    door = door_of(own_office, MANAGER)
    with TestClient(web.make(own_office, door), base_url=HERE) as client:
        person = Person(client)
        person.get(ENTRANCE + door.key)
        yield person


@pytest.fixture
def submitted(office_world: World) -> int:
    office_world.people()
    office_world.start()
    number = office_world.prepare().batch
    assert number is not None
    office_world.submit(number)
    return number


def test_three_typical_letters_are_read_on_the_page(manager: Person, submitted: int) -> None:
    text = manager.get(f"/batches/{submitted}").text
    shown = text.partition("As three typical recipients will read it")[2]
    assert shown.count("<article") == 3
    for words in ("in French", "in Spanish", "by e-mail", "by post", "1 letter like it"):
        assert words in shown, words
    frames = [part.partition('"')[0] for part in shown.split('<iframe src="')[1:]]
    assert frames
    for frame in frames:
        assert "Colombie" in manager.get(frame).text or "Colombia" in manager.get(frame).text


def test_the_first_batch_of_a_step_has_nothing_to_compare_with(
    manager: Person, submitted: int
) -> None:
    assert "What changed since the last approval" not in manager.get(f"/batches/{submitted}").text


def test_the_next_batch_says_what_its_text_has_new(office_world: World, manager: Person) -> None:
    world = office_world
    world.signed()
    folder = world.folder / "templates"
    folder.unlink()
    shutil.copytree(CHECKOUT / "templates", folder)
    text = folder / "letters" / "suivi-septembre" / "fr.md"
    text.write_text(f"{text.read_text()}\nAjouté.\n")
    world.many(2)
    world.start()
    number = world.prepare().batch
    assert number is not None
    world.submit(number)
    page = manager.get(f"/batches/{number}").text.partition("What changed since")[2]
    assert "Jean approved the batch of this step before it" in page
    assert "<ins>Ajouté.</ins>" in page
    assert "2 recipients were not in that batch." in page


def test_the_same_texts_are_called_so(office_world: World, manager: Person) -> None:
    world = office_world
    world.signed()
    world.many(1)
    world.start()
    number = world.prepare().batch
    assert number is not None
    world.submit(number)
    text = manager.get(f"/batches/{number}").text
    assert "The texts are the same, word for word." in text


def test_a_comment_stays_with_the_batch(manager: Person, submitted: int) -> None:
    page = f"/batches/{submitted}"
    text = manager.fill(page, f"{page}/return", comment="Name {the} ambassador")
    assert "sent back: Name {the} ambassador" in text
    assert "Jean" in text


def test_a_campaign_tells_who_did_what(
    office_world: World, manager: Person, submitted: int
) -> None:
    with office_world.store.transaction() as session:
        approval.send_back(
            session, batches.find(session, submitted), "Shorter", office_world.act(MANAGER)
        )
    page = "/campaigns/asointermedias-2025/history"
    text = manager.get(page).text
    for words in (
        "Batch 1: prepared",
        "Batch 1: put before a manager",
        "Batch 1: sent back: Shorter",
        "recipients were enrolled",
        'href="/batches/1"',
    ):
        assert words in text, words
    assert page in manager.get("/campaigns/asointermedias-2025").text
    only = manager.get(page, params={"who": MANAGER}).text
    assert "Shorter" in only
    assert "put before a manager" not in only
    assert manager.get(page, params={"who": "<b>", "page": "99"}).status_code == 200
