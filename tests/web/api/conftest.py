"""An office whose September letters left, and a program of the secretary's that calls it."""

from collections.abc import Iterator

import pytest
from litestar.testing import TestClient

from outreach.accounts import tokens, users
from outreach.app import App
from outreach.journal import Act
from outreach.web import app as web
from tests.dispatch.world import SECRETARY, World
from tests.web.conftest import HERE, Browser, door_of


def token(world: World, name: str = SECRETARY) -> str:
    """Make a token for somebody."""
    with world.store.transaction() as session:
        return tokens.make(session, users.find(session, name), "essai", Act(name, world.now))


@pytest.fixture
def world(office_world: World) -> World:
    number = office_world.signed()
    office_world.send(number)
    return office_world


@pytest.fixture
def program(world: World, own_office: App) -> Iterator[Browser]:
    """A program that shows the secretary's token."""
    with TestClient(web.make(own_office, door_of(own_office)), base_url=HERE) as client:
        client.headers["authorization"] = f"Bearer {token(world)}"
        yield client
