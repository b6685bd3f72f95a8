"""The code of the telephone on the pages: from the picture to the sign-in, and without it."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest
from litestar.testing import TestClient
from msgspec import structs

from outreach.app import App
from outreach.web import app as web
from outreach.web.door import Door
from outreach.web.gate import ENTRANCE, Gate
from tests.dispatch.world import CHIEF, World
from tests.web.conftest import HERE, Person, door_of
from tests.web.test_entering import GOOD, LINK

KEY = re.compile(r'<code class="copy">([A-Z2-7 ]+)</code>')
CODE = re.compile(r"<li><code>([0-9a-f-]+)</code></li>")
HERS = "/me/second-factor"


class Office:
    """Pages with an administrator and Inés, who has a password."""

    def __init__(self, door: Door, client: TestClient[Gate]) -> None:
        self.chief, self.other = Person(client), Person(client)
        self.chief.get(ENTRANCE + door.key)
        text = self.chief.fill("/people", "/people", name="Inés", role="staff", email="")
        link = LINK.search(text)
        assert link is not None
        self.other.post(link[0], data={"password": GOOD, "again": GOOD})

    def telephone(self) -> tuple[pyotp.TOTP, str]:
        """Begin; return the telephone that looked at the picture, and the page."""
        text = self.other.fill(HERS, HERS)
        key = KEY.search(text)
        assert key is not None, text
        return pyotp.TOTP(key[1].replace(" ", "")), text

    def sign_in(self) -> str:
        self.other.cookies.clear()
        return self.other.post(
            "/sign-in", data={"name": "Inés", "password": GOOD, "next": "/replies"}
        ).text

    def type_code(self, page: str, code: str) -> str:
        waiting = re.search(r'name="waiting" value="([^"]+)"', page)
        place = re.search(r'name="next" value="([^"]+)"', page)
        assert waiting is not None
        assert place is not None
        data = {"waiting": waiting[1], "next": place[1], "code": code}
        return self.other.post("/sign-in/code", data=data).text


def pages_of(app: App) -> Iterator[Office]:
    door = door_of(app, CHIEF)
    with TestClient(web.make(app, door), base_url=HERE) as client:
        yield Office(door, client)


@pytest.fixture
def office_pages(own_office: App) -> Iterator[Office]:
    yield from pages_of(own_office)


def test_from_the_picture_to_the_sign_in(office_pages: Office, office_world: World) -> None:
    telephone, text = office_pages.telephone()
    assert "<svg" in text
    codes = CODE.findall(
        office_pages.other.fill(HERS, f"{HERS}/confirm", code=telephone.at(office_world.now))
    )
    assert len(codes) == 10
    assert "switched on" in office_pages.other.get(HERS).text
    assert not CODE.findall(office_pages.other.get(HERS).text)
    office_world.now += timedelta(minutes=2)
    page = office_pages.sign_in()
    assert "Code of your telephone" in page
    assert "Sign out" not in page
    refused = office_pages.type_code(page, "000000")
    assert "not right" in refused
    text = office_pages.type_code(refused, telephone.at(office_world.now))
    assert "Replies" in text
    assert "Sign out" in text
    text = office_pages.type_code(office_pages.sign_in(), codes[0])
    assert "Sign out" in text


def test_a_code_is_asked_again_before_it_is_switched_off(
    office_pages: Office, office_world: World
) -> None:
    telephone, _ = office_pages.telephone()
    office_pages.other.fill(HERS, f"{HERS}/confirm", code=telephone.at(office_world.now))
    for path in ("off", "codes"):
        assert "not right" in office_pages.other.fill(HERS, f"{HERS}/{path}", code="123456")
    office_world.now += timedelta(minutes=1)
    new = office_pages.other.fill(HERS, f"{HERS}/codes", code=telephone.at(office_world.now))
    codes = CODE.findall(new)
    assert "alone" in office_pages.other.fill(HERS, f"{HERS}/off", code=codes[3])
    assert "Sign out" in office_pages.sign_in()


def test_an_administrator_helps_who_lost_the_telephone(
    office_pages: Office, office_world: World
) -> None:
    telephone, _ = office_pages.telephone()
    assert "Telephone lost" not in office_pages.chief.get("/people").text
    office_pages.other.fill(HERS, f"{HERS}/confirm", code=telephone.at(office_world.now))
    assert "Telephone lost" in office_pages.chief.get("/people").text
    text = office_pages.chief.fill("/people", "/people/In%C3%A9s/second-factor")
    assert "password alone" in text
    assert "Sign out" in office_pages.sign_in()


def test_where_the_office_wants_it_nobody_goes_on_without(own_office: App) -> None:
    settings = own_office.settings
    wanted = structs.replace(settings, web=structs.replace(settings.web, second_factor="required"))
    app = App(own_office.folder, wanted, own_office.store, own_office.clock)
    for pages in pages_of(app):
        answer = pages.other.get("/contacts", follow_redirects=False)
        assert answer.headers["location"] == HERS
        assert "Your office wants this of everyone" in pages.other.get("/").text
        assert pages.other.post("/me/language", data={}).status_code == 403
        assert pages.chief.get("/contacts").status_code == 200  # came by the link of this machine
        telephone, _ = pages.telephone()
        pages.other.fill(HERS, f"{HERS}/confirm", code=telephone.at(app.clock()))
        assert pages.other.get("/contacts", follow_redirects=False).status_code == 200
