"""An office that is looked after."""

from pathlib import Path

import pytest

from outreach.db import Store
from tests.dispatch.world import World


@pytest.fixture
def world(store: Store, office: Path) -> World:
    return World(store, office)
