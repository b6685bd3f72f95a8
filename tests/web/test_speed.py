"""No page asks the database more often because there is more to show."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from outreach.app import App
from outreach.contacts.models import Contact
from outreach.db import Store
from outreach.inbox import recording
from outreach.inbox.models import Outcome, Way
from outreach.web import app as web
from outreach.web.gate import ENTRANCE
from outreach.web.rights import RIGHTS
from tests.conftest import CHECKOUT
from tests.dispatch.world import CAMPAIGN, CHIEF, World
from tests.web.conftest import HERE, door_of

PLACES = {
    "{name}": CAMPAIGN,
    "{contact}": "1",
    "{one}": "1",
    "{other}": "2",
    "{batch}": "1",
    "{delivery}": "1",
    "{lot}": "1",
    "{number}": "1",
}
FEW, MANY = 8, 40


def pages() -> list[str]:
    """Return the address of every page that the table lets a person open."""
    found = []
    for key in RIGHTS:
        method, _, path = key.partition(" ")
        for place, value in PLACES.items():
            path = path.replace(place, value)
        if method == "GET" and "{" not in path:
            found.append(path)
    return [*found, "/contacts/lists/demo", "/contacts?q=bourg"]


@contextmanager
def office(folder: Path, towns: int) -> Iterator[tuple[Any, list[str]]]:
    """Seat an administrator in an office with so many towns; yield what its database is asked."""
    folder.mkdir()
    shutil.copy(CHECKOUT / "outreach.toml", folder)
    for part in ("templates", "contacts", "campaigns"):
        (folder / part).symlink_to(CHECKOUT / part, target_is_directory=True)
    store = Store(f"sqlite:///{folder / 'var' / 'outreach.db'}")
    store.upgrade()
    world = World(store, folder)
    number = world.signed(many=towns)
    world.send(number)
    with store.transaction() as session:
        for contact in session.scalars(select(Contact).order_by(Contact.id).limit(towns // 2)):
            answer(session, world, contact)
    asked: list[str] = []

    @event.listens_for(store.engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    app = App(folder, world.settings, store, world.clock)
    door = door_of(app, CHIEF)
    with TestClient(web.make(app, door), base_url=HERE) as client:
        client.get(ENTRANCE + door.key)
        yield client, asked
    store.close()


def answer(session: Session, world: World, contact: Contact) -> None:
    recording.record(
        session,
        world.definition,
        contact,
        way=Way.PHONE,
        outcome=Outcome.INTERESTED,
        received_on=world.now.date(),
        today=world.now.date(),
        settings=world.settings,
        act=world.act(),
        note="They called",
    )


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[int, list[str]]]:
    """What each page asks in a small office and in a larger one; at the first look."""
    found: dict[str, dict[int, list[str]]] = {}
    for towns in (FEW, MANY):
        with office(tmp_path_factory.mktemp("speed") / "office", towns) as (client, asked):
            for path in pages():
                asked.clear()
                status = client.get(path, follow_redirects=False).status_code
                assert status < 500, path
                found.setdefault(path, {})[towns] = list(asked)
    return found


@pytest.mark.parametrize("path", pages())
def test_a_page_asks_no_more_for_more_rows(
    counted: dict[str, dict[int, list[str]]], path: str
) -> None:
    few, many = counted[path][FEW], counted[path][MANY]
    assert len(many) <= len(few), [one for one in many if many.count(one) > few.count(one)][:3]
