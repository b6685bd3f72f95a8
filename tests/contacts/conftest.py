"""The whole open data, loaded once for all tests of this room."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from outreach.contacts import loading
from outreach.db import Store
from outreach.journal import Act
from tests.conftest import CHECKOUT

ACT = Act("Maria", datetime(2025, 9, 1, tzinfo=UTC))


@pytest.fixture(scope="session")
def loaded_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("loaded") / "outreach.db"
    store = Store(f"sqlite:///{path}")
    store.upgrade()
    with store.transaction() as session:
        loading.load(session, CHECKOUT, ACT)
    store.close()
    return path


@pytest.fixture
def loaded(loaded_file: Path, tmp_path: Path) -> Iterator[Store]:
    """A copy of the store with all reference data."""
    path = tmp_path / "loaded.db"
    shutil.copy(loaded_file, path)
    store = Store(f"sqlite:///{path}")
    yield store
    store.close()
