"""The world of the dispatch tests, on both databases."""

from pathlib import Path

import pytest

from outreach.db import Store
from tests.dispatch.world import World


@pytest.fixture
def world(any_store: Store, office: Path) -> World:
    """An office on each database."""
    return World(any_store, office)
