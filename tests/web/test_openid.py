"""Sign-in by the administration's own provider: who comes in, as whom, and what is refused."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from litestar.testing import TestClient
from msgspec import structs

from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.app import App
from outreach.settings import Oidc
from outreach.web import app as web
from outreach.web.gate import Gate
from tests.dispatch.world import CHIEF, MANAGER, World
from tests.web import provider as providers
from tests.web.conftest import HERE, Person, door_of
from tests.web.provider import CLIENT, Provider

ROLES: dict[str, Any] = {"/office/staff": "staff", "/office/heads": "manager"}


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with providers.serving() as provider:
        yield provider


@pytest.fixture
def provider(running: Provider) -> Provider:
    """The provider, as on the first day."""
    running.forged = running.unsigned = False
    running.says_issuer, running.claims, running.calls = "", {}, []
    return running


class Office:
    """Pages that know the provider, and one browser."""

    def __init__(self, world: World, provider: Provider, client: TestClient[Gate]) -> None:
        self.world, self.provider, self.person = world, provider, Person(client)

    def set_out(self, place: str = "/replies") -> dict[str, list[str]]:
        """Follow the button; return what the provider is asked."""
        answer = self.person.get(f"/sign-in/office?next={place}", follow_redirects=False)
        assert answer.status_code == 303
        address = urlsplit(answer.headers["location"])
        assert f"{address.scheme}://{address.netloc}" == self.provider.issuer
        asked = parse_qs(address.query)
        self.provider.challenge = asked["code_challenge"][0]
        return asked

    def come_back(self, asked: dict[str, list[str]], **changed: Any) -> httpx.Response:
        now = int(self.world.now.timestamp())
        self.provider.claims = {
            "iss": self.provider.issuer,
            "aud": CLIENT,
            "sub": "7",
            "name": "Lucía Gómez",
            "email": "lucia@ambassade.example",
            "email_verified": True,
            "groups": ["/office/staff", "/everyone"],
            "nonce": asked["nonce"][0],
            "iat": now,
            "exp": now + 300,
            **changed,
        }
        back = f"/sign-in/office/back?code=c&state={asked['state'][0]}"
        return self.person.get(back)

    def signs_in(self, **changed: Any) -> httpx.Response:
        return self.come_back(self.set_out(), **changed)

    def who(self) -> str:
        """The name of who is signed in."""
        found = re.search("<h1>([^<]+)</h1>", self.person.get("/me").text)
        assert found is not None
        return found[1]

    def role(self, name: str) -> str:
        with self.world.store.reading() as session:
            return users.find(session, name).role


def pages(world: World, app: App, provider: Provider, **changed: Any) -> Iterator[Office]:
    oidc = Oidc(issuer=provider.issuer, client_id=CLIENT, roles=ROLES, label="Cancillería")
    settings = structs.replace(app.settings, oidc=structs.replace(oidc, **changed))
    app = App(app.folder, settings, app.store, app.clock)
    with TestClient(web.make(app, door_of(app, CHIEF)), base_url=HERE) as client:
        yield Office(world, provider, client)


@pytest.fixture
def office(own_office: App, office_world: World, provider: Provider) -> Iterator[Office]:
    yield from pages(office_world, own_office, provider)


def test_a_person_of_a_group_comes_in_to_the_page_that_was_asked_for(office: Office) -> None:
    answer = office.person.get("/replies")
    assert "Sign in with Cancillería" in answer.text
    asked = office.set_out()
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"{HERE}/sign-in/office/back"]
    answer = office.come_back(asked)
    assert answer.url.path == "/replies"
    assert "Lucía Gómez" in answer.text
    assert office.role("Lucía Gómez") == "staff"
    assert "administration’s account" in office.person.get("/me").text


def test_the_role_follows_the_groups_at_each_sign_in(office: Office) -> None:
    office.signs_in()
    office.signs_in(groups=["/office/heads", "/office/staff"])
    assert office.role("Lucía Gómez") == "manager"
    office.signs_in(groups="/office/staff", name="Lucía G.")
    assert office.role("Lucía Gómez") == "staff"
    answer = office.signs_in(groups=["/everyone"])
    assert answer.status_code == 403
    assert "none of the groups" in answer.text


def test_a_verified_address_is_that_of_the_person_an_administrator_entered(office: Office) -> None:
    with office.world.store.transaction() as session:
        users.find(session, MANAGER).email = "Jean@ambassade.example"
    theirs = {"email": "jean@ambassade.example", "name": "J. Dupont", "groups": ["/office/heads"]}
    office.signs_in(**theirs, email_verified=False, sub="8")
    assert office.who() == "J. Dupont"
    office.signs_in(**theirs, sub="9")
    assert office.who() == MANAGER
    # Whoever gets that address next is not the same person.
    office.signs_in(**theirs, sub="10")
    assert office.who() not in {MANAGER, "J. Dupont"}
    office.signs_in(**theirs | {"email": "new@x.example"}, sub="9")
    assert office.who() == MANAGER


def test_without_groups_only_who_was_entered_comes_in(
    own_office: App, office_world: World, provider: Provider
) -> None:
    for office in pages(office_world, own_office, provider, roles={}):
        answer = office.signs_in()
        assert answer.status_code == 403
        assert "lucia@ambassade.example" in answer.text
        with office_world.store.transaction() as session:
            user = users.add(session, "Lucía", Role.STAFF, office_world.act(CHIEF))
            user.email = "lucia@ambassade.example"
        assert "Lucía" in office.signs_in().text
        with office_world.store.transaction() as session:
            users.leave(session, "Lucía", office_world.act(CHIEF))
        assert "no longer work" in office.signs_in().text


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "another"},
        {"aud": "another"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"exp": None},
        {"sub": None},
        {"azp": "another", "aud": [CLIENT, "another"]},
    ],
)
def test_what_was_not_meant_for_us_now_is_not_believed(
    office: Office, wrong: dict[str, Any]
) -> None:
    answer = office.signs_in(**wrong)
    assert answer.status_code == 403
    assert "cannot be trusted" in answer.text
    assert "Sign out" not in office.person.get("/").text


@pytest.mark.parametrize("trick", ["forged", "unsigned"])
def test_a_signature_of_somebody_else_and_none_are_not_believed(office: Office, trick: str) -> None:
    setattr(office.provider, trick, True)
    assert "cannot be trusted" in office.signs_in().text


def test_another_browsers_way_back_opens_nothing(office: Office) -> None:
    asked = office.set_out()
    office.person.cookies.clear()
    answer = office.come_back(asked)
    assert "begun elsewhere" in answer.text
    asked = office.set_out()
    answer = office.come_back(asked | {"state": ["another"]})
    assert "begun elsewhere" in answer.text
    assert not office.provider.calls


def test_what_the_provider_refuses_is_told_in_its_words(office: Office) -> None:
    asked = office.set_out()
    back = f"/sign-in/office/back?error=access_denied&error_description=No%20<b>&state={asked['state'][0]}"
    answer = office.person.get(back)
    assert "did not let you in: No &lt;b&gt;" in answer.text
    asked = office.set_out()
    office.provider.challenge = "of another browser"
    assert "the verifier is wrong" in office.come_back(asked).text


def test_a_provider_that_is_another_or_away_is_told(
    own_office: App, office_world: World, provider: Provider
) -> None:
    provider.says_issuer = "https://evil.example"
    for office in pages(office_world, own_office, provider):
        assert "does not work at the moment" in office.person.get("/sign-in/office").text
    for office in pages(office_world, own_office, provider, issuer="http://127.0.0.1:9"):
        assert "does not work at the moment" in office.person.get("/sign-in/office").text


def test_nobody_is_led_to_another_site_afterwards(office: Office) -> None:
    answer = office.come_back(office.set_out("//evil.example"))
    assert answer.url.host == "127.0.0.1"


def test_an_office_without_a_provider_has_no_such_page(own_office: App) -> None:
    app = own_office
    with TestClient(web.make(app, door_of(app, CHIEF)), base_url=HERE) as client:
        person = Person(client)
        assert person.get("/sign-in/office").status_code == 404
        assert person.get("/sign-in/office/back").status_code == 404
        assert "administration" not in person.get("/sign-in").text
