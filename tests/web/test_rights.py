"""Every page has its place in one table, and the table is what happens."""

from collections.abc import Iterator

import pytest
from litestar.testing import TestClient

from outreach.accounts.users import RANK, Role
from outreach.app import App
from outreach.web import app as web
from outreach.web import rights
from outreach.web.gate import ENTRANCE
from outreach.web.rights import RIGHTS, Open
from tests.dispatch.world import CHIEF, MANAGER, SECRETARY
from tests.web.conftest import HERE, Browser, door_of

SHUT = [page for page, needed in RIGHTS.items() if isinstance(needed, Role)]
WHO = {Role.SECRETARY: SECRETARY, Role.MANAGER: MANAGER, Role.ADMINISTRATOR: CHIEF}
PLACES = {
    "{name}": "nobody",
    "{delivery}": "999999",
    "{secret}": "x",
    "{token}": "x",
    "{batch}": "999999",
    "{id_}": "x",
    "{contact}": "999999",
    "{number}": "999999",
    "{entry}": "999999",
    "{place}": "1",
    "{lot}": "1",
    "{one}": "999999",
    "{other}": "999998",
    "{language}": "fr",
}


def address(page: str) -> tuple[str, str]:
    method, _, path = page.partition(" ")
    for place, value in PLACES.items():
        path = path.replace(place, value)
    assert "{" not in path, f"give {page} a value in PLACES"
    return method, path


@pytest.fixture(params=WHO)
def someone(request: pytest.FixtureRequest, app: App) -> Iterator[tuple[Role, Browser]]:
    door = door_of(app, WHO[request.param])
    with TestClient(web.make(app, door), base_url=HERE) as client:
        client.get(ENTRANCE + door.key, headers={"accept-language": "en"})
        yield request.param, client


def test_every_page_is_in_the_table_and_every_row_is_a_page(app: App) -> None:
    pages = web.pages(app)
    assert set(rights.routes(pages)) == set(RIGHTS)


def test_an_application_with_an_unguarded_page_does_not_start(app: App) -> None:
    page = RIGHTS.pop("GET /me")
    try:
        with pytest.raises(rights.UnguardedPageError, match="GET /me"):
            web.make(app, door_of(app))
    finally:
        RIGHTS["GET /me"] = page


@pytest.mark.parametrize("page", SHUT)
def test_nobody_opens_it_without_signing_in(stranger: Browser, page: str) -> None:
    method, path = address(page)
    answer = stranger.request(method, path, follow_redirects=False)
    assert answer.status_code in {303, 403}
    if answer.status_code == 303:
        assert answer.headers["location"].startswith("/sign-in")


def test_a_role_opens_its_pages_and_no_others(someone: tuple[Role, Browser]) -> None:
    role, client = someone
    for page, needed in RIGHTS.items():
        method, path = address(page)
        if method == "GET" and not isinstance(needed, Open):
            refused = client.get(path, follow_redirects=False).status_code == 403
            assert refused == (RANK[role] < RANK[needed]), page


def test_a_form_without_its_proof_changes_nothing(someone: tuple[Role, Browser]) -> None:
    _, client = someone
    for page in SHUT:
        method, path = address(page)
        if method == "POST":
            for proof in ({}, {"proof": ""}, {"proof": "0" * 64}, {"proof": "é"}):
                assert client.post(path, data=proof, follow_redirects=False).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_of_another_site_changes_nothing(browser: Browser, headers: dict[str, str]) -> None:
    for path in ("/me/language", "/sign-in", "/sign-out"):
        answer = browser.post(path, data={"language": "es"}, headers=headers)
        assert answer.status_code == 403
        assert "another page" in answer.text
