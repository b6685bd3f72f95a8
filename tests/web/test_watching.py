"""What machines ask of the pages: are they there, and how does it stand."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from litestar.testing import TestClient
from msgspec import structs
from sqlalchemy.exc import OperationalError

from outreach.app import App
from outreach.db import Store
from outreach.settings import Watching
from outreach.web import app as web
from tests.web.conftest import HERE, Browser, door_of


def test_figures_are_shown_only_where_the_settings_say_so(app: App, stranger: Browser) -> None:
    assert stranger.get("/metrics").status_code == 404
    watched = structs.replace(app.settings, watching=Watching(metrics=True))
    open_ = App(app.folder, watched, app.store, app.clock)
    with TestClient(web.make(open_, door_of(open_)), base_url=HERE) as machine:
        answer = machine.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'outreach_letters{state="sent"}' in answer.text


def test_health_says_when_the_database_is_away(
    stranger: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stranger.get("/health").text == "ok"

    @contextmanager
    def away(_store: Store) -> Iterator[None]:
        raise OperationalError("SELECT 1", {}, OSError("connection refused"))
        yield

    monkeypatch.setattr(Store, "reading", away)
    answer = stranger.get("/health")
    assert (answer.status_code, answer.text) == (503, "the database does not answer")
