"""Long work behind a page, seen at every moment of it."""

from litestar import Litestar
from litestar.testing import TestClient

from outreach.app import App
from outreach.errors import Phrase
from outreach.web import app as web
from outreach.web.gate import ENTRANCE
from outreach.web.works import Work
from tests.web.conftest import HERE, REFRESH, door_of

DONE = "Everything was done."


class EndsWhileLookedAt(Work):
    """A work that ends between the first look at it and the second."""

    def __getattribute__(self, name: str) -> object:
        if name != "ended":
            return super().__getattribute__(name)
        was = super().__getattribute__("ended")
        self.ended = True
        return was


def test_a_work_that_ends_while_its_page_is_made_is_shown_as_going_on(own_office: App) -> None:
    door = door_of(own_office)
    made = web.make(own_office, door)
    work = EndsWhileLookedAt(
        key="batch-1",
        title=Phrase("Checking"),
        place="/batches",
        actor="Maria",
        began=own_office.clock(),
        outcome=Phrase(DONE),
    )
    assert isinstance(made._pages, Litestar)
    made._pages.state.works._works[work.id] = work
    with TestClient(made, base_url=HERE) as client:
        client.get(f"{ENTRANCE}{door.key}?lang=en")
        first = client.get(f"/work/{work.id}").text
    assert 'role="alert"' not in first
    assert REFRESH in first
