"""The world that the tests of this room play in."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from outreach.db import Store
from tests.conftest import CHECKOUT
from tests.dispatch.world import World


@pytest.fixture
def world(any_store: Store, office: Path) -> World:
    """An office on each database, its folder read-only but for var/."""
    return World(any_store, office)


@pytest.fixture
def small_world(store: Store, office: Path) -> World:
    """An office on SQLite."""
    return World(store, office)


@pytest.fixture
def own_templates(small_world: World) -> Callable[[], Path]:
    """Make the office's templates a copy that the test may change; return their folder."""

    def make() -> Path:
        link = small_world.folder / "templates"
        link.unlink()
        shutil.copytree(CHECKOUT / "templates", link)
        return link

    return make
