"""A small office whose September letters left, and a browser that came by the link."""

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar.testing import TestClient
from sqlalchemy import select

from outreach.app import App
from outreach.contacts.models import Contact
from outreach.db import Store
from outreach.dispatch.models import Delivery
from outreach.web import app as web
from outreach.web.door import Door
from outreach.web.gate import ENTRANCE, Gate
from tests.conftest import CHECKOUT
from tests.dispatch.world import SECRETARY, World

HERE = "http://127.0.0.1:8025"
CAMPAIGN = "/campaigns/asointermedias-2025"
Browser = TestClient[Gate]
PROOF = re.compile(r'name="proof" value="([0-9a-f]{64})"')
REFRESH = 'http-equiv="refresh"'
WORK = re.compile(r"/work/[\w-]+")


@pytest.fixture(scope="session")
def sent_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An office in which one batch was sent and printed; tests of this room only read it."""
    folder = tmp_path_factory.mktemp("web") / "office"
    folder.mkdir()
    shutil.copy(CHECKOUT / "outreach.toml", folder)
    for part in ("templates", "contacts"):
        (folder / part).symlink_to(CHECKOUT / part, target_is_directory=True)
    shutil.copytree(CHECKOUT / "campaigns", folder / "campaigns")
    store = Store(f"sqlite:///{folder / 'var' / 'outreach.db'}")
    store.upgrade()
    world = World(store, folder)
    number = world.signed()
    world.send(number)
    world.print(number)
    yield world
    store.close()


@pytest.fixture(scope="session")
def app(sent_world: World) -> App:
    return App(sent_world.folder, sent_world.settings, sent_world.store, sent_world.clock)


def door_of(app: App, actor: str = SECRETARY) -> Door:
    """Return the door of an office whose link signs ``actor`` in."""
    return Door(app.store, app.settings.web, app.clock, actor)


@pytest.fixture(scope="session")
def door(app: App) -> Door:
    return door_of(app)


@pytest.fixture(scope="session")
def gate(app: App, door: Door) -> Gate:
    """The pages of the office that is only read, made once: that takes a quarter of a second."""
    return web.make(app, door)


@pytest.fixture
def stranger(gate: Gate) -> Iterator[Browser]:
    """A browser without the link."""
    with TestClient(gate, base_url=HERE) as client:
        yield client


@pytest.fixture
def browser(stranger: Browser, door: Door) -> Browser:
    """A browser that came by the link, set to English."""
    assert stranger.get(f"{ENTRANCE}{door.key}?lang=en").status_code == 200
    stranger.headers["accept-language"] = "en"
    return stranger


@pytest.fixture
def office_world(tmp_path: Path) -> Iterator[World]:
    """A small office of its own, which a test may change."""
    shutil.copy(CHECKOUT / "outreach.toml", tmp_path)
    for part in ("templates", "contacts"):
        (tmp_path / part).symlink_to(CHECKOUT / part, target_is_directory=True)
    shutil.copytree(CHECKOUT / "campaigns", tmp_path / "campaigns")
    store = Store(f"sqlite:///{tmp_path / 'var' / 'outreach.db'}")
    store.upgrade()
    yield World(store, tmp_path)
    store.close()


@pytest.fixture
def own_office(office_world: World) -> App:
    world = office_world
    return App(world.folder, world.settings, world.store, world.clock)


class Person:
    """A browser of its own: one client with another person's cookies."""

    def __init__(self, client: Browser) -> None:
        self._client, self.cookies = client, httpx.Cookies()

    def fill(self, page: str, path: str, **fields: Any) -> str:
        """Fill in a form of ``page`` as a browser does; return the page that follows."""
        found = PROOF.search(self.get(page).text)
        data = {"proof": found[1], **fields} if found else fields
        return self.post(path, data=data).text

    def proof(self, page: str) -> str:
        """Return what shows a form of ``page`` to be ours."""
        found = PROOF.search(self.get(page).text)
        assert found is not None
        return found[1]

    def wait(self, text: str) -> str:
        """Look at a long work's page until it ended; return the page after it."""
        for _ in range(600):
            if REFRESH not in text:
                return text
            work = WORK.search(text)
            assert work is not None, text
            time.sleep(0.05)
            text = self.get(work[0]).text
        raise AssertionError(text)

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self._asks("GET", path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self._asks("POST", path, **more)

    def _asks(self, method: str, path: str, **more: Any) -> httpx.Response:
        self._client.cookies = self.cookies
        headers = {"accept-language": "en"}
        answer = self._client.request(method, path, headers=headers, **more)
        self.cookies = httpx.Cookies(self._client.cookies)
        return answer


@pytest.fixture(scope="session")
def letters(sent_world: World) -> dict[str, int]:
    """Each contact's letter, by code."""
    with sent_world.store.reading() as session:
        return dict(
            session.execute(
                select(Contact.code, Delivery.id).join(Delivery, Delivery.contact_id == Contact.id)
            ).all()
        )


def read_only_copy(world: World, folder: Path) -> App:
    """Return the same office with a campaigns folder that a test may change."""
    shutil.copy(world.folder / "outreach.toml", folder)
    shutil.copytree(world.folder / "campaigns", folder / "campaigns")
    for part in ("templates", "contacts"):
        (folder / part).symlink_to(CHECKOUT / part, target_is_directory=True)
    return App(folder, world.settings, world.store, world.clock)


def own_contacts(folder: Path) -> None:
    """Give an office recipient lists of its own; the reference data stays shared."""
    there = folder / "contacts"
    there.unlink()
    there.mkdir()
    for each in (CHECKOUT / "contacts").iterdir():
        if each.name == "segments":
            shutil.copytree(each, there / each.name)
        else:
            (there / each.name).symlink_to(each)
