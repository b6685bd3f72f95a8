"""Other programs read what the office has, and write replies down, each as the person of its token."""

import re
from datetime import timedelta

import pytest
from litestar.testing import TestClient
from sqlalchemy import select

from outreach.accounts import tokens, users
from outreach.accounts.tokens import ApiToken, TooManyTokensError, UnknownTokenError
from outreach.app import App
from outreach.campaigns.models import Enrolment
from outreach.inbox.models import Reply
from outreach.journal import Act, Event
from outreach.web import app as web
from outreach.web.gate import ENTRANCE
from tests.dispatch.world import CAMPAIGN, MANAGER, SECRETARY, World
from tests.web.api.conftest import token
from tests.web.conftest import HERE, Browser, Person, door_of

PROBLEM = "application/problem+json"
ANSWER = {"campaign": CAMPAIGN, "contact": "FR:76351", "way": "phone", "outcome": "interested"}


def test_a_campaign_is_told_in_figures(program: Browser) -> None:
    (named,) = program.get("/api/campaigns").json()
    told = program.get(f"/api/campaigns/{named['name']}").json()
    steps = {step["name"]: step["letters"] for step in told["steps"]}
    letters = program.get(
        f"/api/campaigns/{CAMPAIGN}/letters", params={"step": "suivi-septembre", "fate": "sent"}
    ).json()
    assert letters["total"] == steps["suivi-septembre"]["sent"] == 3
    assert {letter["fate"] for letter in letters["items"]} == {"sent"}
    assert all(letter["reference"] for letter in letters["items"])


def test_contacts_batches_promises_and_the_register_are_read(program: Browser) -> None:
    (havre,) = program.get("/api/contacts", params={"q": "havre"}).json()["items"]
    assert havre == program.get("/api/contacts/FR:76351").json()
    assert havre["emails"] == ["mairie@havre.example"]
    (batch,) = program.get("/api/batches").json()
    assert batch == program.get("/api/batches/1").json()
    (promise,) = program.get("/api/promises").json()
    assert promise["text"]["fr"].startswith("Des informations détaillées")
    numbers = [entry["reference"] for entry in program.get("/api/register").json()]
    assert numbers == sorted(numbers)
    assert program.get("/api/register", params={"year": 2024}).json() == []


def test_a_reply_is_written_down_as_the_person_of_the_token(program: Browser, world: World) -> None:
    done = program.post("/api/replies", json=ANSWER | {"next": "Rappeler", "note": "Ravie."})
    assert done.status_code == 201, done.text
    number = done.json()["number"]
    (listed,) = program.get("/api/replies").json()
    assert (listed["number"], listed["outcome"]) == (number, "interested")
    assert program.get(f"/api/replies/{number}").json()["contact"] == "FR:76351"
    with world.store.reading() as session:
        assert session.scalars(select(Reply.recorded_by)).one() == SECRETARY
        stopped = session.scalars(select(Enrolment.state).where(Enrolment.state == "held")).all()
        assert len(stopped) in {0, 1}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"way": "pigeon"}, 400),
        ({"outcome": "unjudged"}, 400),
        ({"on": "hier"}, 400),
        ({"note": "x" * 2_001}, 400),
        ({"more": 1}, 400),
        ({"contact": "FR:00000"}, 404),
        ({"campaign": "../outreach"}, 404),
        ({"on": "2031-01-01"}, 409),
    ],
)
def test_what_cannot_be_written_down_is_said_in_words_and_changes_nothing(
    program: Browser, world: World, change: dict[str, object], status: int
) -> None:
    answer = program.post("/api/replies", json=ANSWER | change)
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    assert answer.json()["detail"]
    assert "outreach " not in answer.json()["detail"]  # no command: nobody types here
    with world.store.reading() as session:
        assert session.scalars(select(Reply)).all() == []


@pytest.mark.parametrize(
    "shown", ["", "Bearer", "Bearer outreach_x", "Basic outreach_x", "Bearer é"]
)
def test_without_a_token_nothing_is_told(program: Browser, shown: str) -> None:
    headers = {b"authorization": shown.encode("latin-1")}
    for path in ("/api/campaigns", "/api/contacts/FR:76351", "/api/nothing"):
        answer = program.get(path, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
    assert program.post("/api/replies", json=ANSWER, headers=headers).status_code == 401


def test_a_session_of_the_pages_opens_nothing_here(browser: Browser) -> None:
    assert browser.get("/").status_code == 200
    assert browser.get("/api/campaigns").status_code == 401


def test_a_token_ends_by_itself_by_being_taken_back_and_with_its_person(
    program: Browser, world: World
) -> None:
    assert program.get("/api/campaigns").status_code == 200
    other = token(world, MANAGER)
    headers = {"authorization": f"Bearer {other}"}
    with world.store.transaction() as session:
        assert session.scalars(select(ApiToken.seen_at).where(ApiToken.id == 1)).one() == world.now
        user = users.find(session, SECRETARY)
        with pytest.raises(UnknownTokenError):
            tokens.take_back(session, user, 2, Act(SECRETARY, world.now))
        tokens.take_back(session, user, 1, Act(SECRETARY, world.now))
    assert program.get("/api/campaigns").status_code == 401
    assert program.get("/api/campaigns", headers=headers).status_code == 200
    with world.store.transaction() as session:
        users.leave(session, MANAGER, Act("Ana", world.now))
    assert program.get("/api/campaigns", headers=headers).status_code == 401


def test_a_token_lasts_a_year_and_only_its_hash_is_kept(world: World) -> None:
    secret = token(world)
    with world.store.transaction() as session:
        (row,) = session.scalars(select(ApiToken)).all()
        assert secret not in {row.digest, row.name}
        day = world.now + tokens.LASTS
        assert tokens.find(session, secret, day - timedelta(seconds=1)) is not None
        assert tokens.find(session, secret, day) is None
        told = session.scalars(select(Event).where(Event.subject == "api_token")).all()
        assert [event.verb for event in told] == ["created"]
    for _ in range(tokens.MOST - 1):
        token(world)
    with pytest.raises(TooManyTokensError):
        token(world)


def test_a_token_is_made_shown_once_and_taken_back_on_a_page(world: World, own_office: App) -> None:
    door = door_of(own_office)
    with TestClient(web.make(own_office, door), base_url=HERE) as client:
        person = Person(client)
        person.get(ENTRANCE + door.key)
        page = person.fill("/api", "/api", name="tableau du mois")
        found = re.search(r"outreach_[\w-]{43}", page)
        assert found is not None
        assert "GET /api/campaigns/{name}/letters" in page
        again = person.get("/api").text
        assert found[0] not in again
        assert "tableau du mois" in again
        headers = {"authorization": f"Bearer {found[0]}"}
        assert client.get("/api/campaigns", headers=headers).status_code == 200
        person.fill("/api", "/my-tokens/1/take-back")
        assert "You have none." in person.get("/api").text
        assert client.get("/api/campaigns", headers=headers).status_code == 401
        assert "what the token is for" in person.fill("/api", "/api", name="")
    with world.store.reading() as session:
        assert session.scalars(select(ApiToken)).all() == []
