"""The state of the office, for its administrator."""

from litestar.testing import TestClient

from outreach.app import App
from outreach.web import app as web
from outreach.web.gate import ENTRANCE
from tests.dispatch.world import CHIEF
from tests.web.conftest import HERE, Browser, door_of


def test_an_administrator_reads_what_is_to_be_looked_at_and_what_to_do(app: App) -> None:
    door = door_of(app, CHIEF)
    with TestClient(web.make(app, door), base_url=HERE) as client:
        client.headers["accept-language"] = "en"
        client.get(ENTRANCE + door.key)
        assert 'href="/doctor"' in client.get("/people").text
        main = client.get("/doctor").text.partition("<main")[2]
        assert "There is no backup of the database." in main
        assert "Ask whoever looks after the program to make one now" in main
        assert main.index("To look at soon") < main.index("In order")
        assert "outreach db" not in main
        assert "Look at the mail server too" not in client.get("/doctor?mail=yes").text


def test_others_do_not_find_it(browser: Browser) -> None:
    assert browser.get("/doctor").status_code == 403
