"""Coming in by name and password or by a link, going out, and looking after the people."""

import re
from collections.abc import Iterator

import pytest
from litestar.testing import TestClient

from outreach.app import App
from outreach.settings import load
from outreach.web import app as web
from outreach.web import entering
from outreach.web.door import Door
from outreach.web.gate import ENTRANCE
from tests.conftest import CHECKOUT
from tests.dispatch.world import CHIEF, MANAGER, SECRETARY
from tests.web.conftest import HERE, PROOF, Person, door_of

LINK = re.compile(r"/welcome/[\w-]+")
GOOD = "quatre chevaux gris sous la pluie"


@pytest.fixture
def door(own_office: App) -> Door:
    return door_of(own_office, CHIEF)


@pytest.fixture
def other(own_office: App, door: Door) -> Iterator[Person]:
    with TestClient(web.make(own_office, door), base_url=HERE) as client:
        yield Person(client)


@pytest.fixture
def chief(other: Person, door: Door) -> Person:
    chief = Person(other._client)
    chief.get(ENTRANCE + door.key)
    return chief


def invite(chief: Person, name: str, role: str = "staff") -> str:
    text = chief.fill("/people", "/people", name=name, role=role, email="")
    link = LINK.search(text)
    assert link is not None, text
    return link[0]


def test_from_the_invitation_to_a_page(chief: Person, other: Person) -> None:
    link = invite(chief, "Lucía Gómez")
    assert "Welcome, Lucía Gómez" in other.get(link).text
    text = other.fill(link, link, password=GOOD, again=GOOD)
    assert "Lucía Gómez" in text
    assert "Sign out" in text
    assert "staff" in text
    assert "works once" in other.get(link).text
    other.fill("/me", "/sign-out")
    assert "Sign in" in other.get("/").text
    text = other.post(
        "/sign-in", data={"name": "lucía gómez", "password": GOOD, "next": "/me"}
    ).text
    assert "Where you are signed in" in text


def test_a_wrong_password_is_told_and_keeps_the_name(chief: Person, other: Person) -> None:
    link = invite(chief, "Inés")
    other.post(link, data={"password": GOOD, "again": GOOD})
    other.cookies.clear()
    answer = other.post("/sign-in", data={"name": "Inés", "password": "wrong"})
    assert answer.status_code == 403
    assert "not right" in answer.text
    assert 'value="Inés"' in answer.text
    assert "wrong" not in re.sub("wrong passwords", "", answer.text)


def test_whoever_guesses_is_told_to_wait(chief: Person, other: Person) -> None:
    other.post(invite(chief, "Inés"), data={"password": GOOD, "again": GOOD})
    other.cookies.clear()
    for _ in range(5):
        other.post("/sign-in", data={"name": "Inés", "password": "wrong"})
    answer = other.post("/sign-in", data={"name": "Inés", "password": GOOD})
    assert answer.status_code == 403
    assert "Wait 15 minutes" in answer.text


def test_whoever_follows_a_link_comes_back_to_it(chief: Person, other: Person) -> None:
    other.post(invite(chief, "Inés"), data={"password": GOOD, "again": GOOD})
    other.cookies.clear()
    answer = other.get("/campaigns/asointermedias-2025/who?step=a&page=2", follow_redirects=False)
    assert answer.headers["location"].startswith("/sign-in?next=%2Fcampaigns%2F")
    form = other.get(answer.headers["location"]).text
    assert 'value="/campaigns/asointermedias-2025/who?step=a&amp;page=2"' in form


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/\r\nSet-Cookie: x=1",
        "",
        "evil",
    ],
)
def test_no_form_leads_to_another_site(place: str) -> None:
    assert entering.inside(place) == "/"


def test_two_different_passwords_and_a_short_one_are_told(chief: Person, other: Person) -> None:
    link = invite(chief, "Inés")
    assert "not the same" in other.post(link, data={"password": GOOD, "again": "x"}).text
    answer = other.post(link, data={"password": "court", "again": "court"})
    assert answer.status_code == 422
    assert "at least 12" in answer.text


def test_changing_the_password_wants_the_present_one(chief: Person, other: Person) -> None:
    other.post(invite(chief, "Inés"), data={"password": GOOD, "again": GOOD})
    new = "veintidós gatos negros"
    text = other.fill("/me", "/me/password", now="wrong", password=new, again=new)
    assert "not your present password" in text
    text = other.fill("/me", "/me/password", now=GOOD, password=new, again=new)
    assert "The password is changed" in text
    assert "The password is changed" not in other.get("/me").text, "told once"
    other.cookies.clear()
    assert (
        "Where you"
        in other.post("/sign-in", data={"name": "Inés", "password": new, "next": "/me"}).text
    )


def test_people_get_roles_links_leave_and_come_back(chief: Person, other: Person) -> None:
    link = invite(chief, "Inés")
    other.post(link, data={"password": GOOD, "again": GOOD})
    assert other.get("/me").status_code == 200
    assert "Changed: Inés" in chief.fill("/people", "/people/Inés/role", role="manager")
    assert "manager" in other.get("/me").text
    assert "signs in no more" in chief.fill("/people", "/people/Inés/left")
    assert "Where you" not in other.get("/me").text
    assert "works here again" in chief.fill("/people", "/people/Inés/back")
    again = LINK.search(chief.fill("/people", "/people/Inés/link"))
    assert again is not None
    assert again[0] != link
    assert "only administrator" in chief.fill("/people", f"/people/{CHIEF}/role", role="staff")
    assert "already a user" in chief.fill("/people", "/people", name="inés", role="staff")


def test_the_pages_speak_the_persons_own_language(chief: Person) -> None:
    text = chief.fill("/me", "/me/language", language="es", email="chief@ambassade.example")
    assert '<html lang="es">' in text
    assert "chief@ambassade.example" in text


def test_in_a_demo_office_one_goes_on_as_somebody_else(chief: Person) -> None:
    text = chief.fill("/me", "/me/become", name=MANAGER)
    assert f"You are now {MANAGER}" in text
    assert chief.get("/people").status_code == 403
    assert f"You are now {SECRETARY}" in chief.fill("/me", "/me/become", name=SECRETARY)


def test_in_a_real_office_nobody_becomes_somebody_else(own_office: App) -> None:
    text = (CHECKOUT / "outreach.toml").read_text("utf-8").replace("demo = true", "demo = false")
    assert "demo = false" in text
    (own_office.folder / "outreach.toml").write_text(text, "utf-8")
    real = App(own_office.folder, load(own_office.folder), own_office.store, own_office.clock)
    door = door_of(real, CHIEF)
    with TestClient(web.make(real, door), base_url=HERE) as client:
        client.get(ENTRANCE + door.key)
        found = PROOF.search(client.get("/me").text)
        assert found is not None
        data = {"proof": found[1], "name": MANAGER}
        assert client.post("/me/become", data=data).status_code == 404
        assert MANAGER not in client.get("/me").text
