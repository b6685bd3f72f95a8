"""Only the browser that came by the link, or whoever signed in, sees anything."""

import re

import pytest
from litestar.testing import TestClient

from outreach.app import App
from outreach.web import app as web
from outreach.web.door import Door
from outreach.web.gate import ENTRANCE
from tests.dispatch.world import SECRETARY
from tests.web.conftest import CAMPAIGN, HERE, Browser

PAGES = (
    "/",
    CAMPAIGN,
    f"{CAMPAIGN}/who",
    "/letters/1",
    "/letters/1/mail",
    "/letters/1/original",
    "/letters/1/pdf",
)


@pytest.mark.parametrize(
    "page", [*PAGES, "/nothing", "/schema", "/healthy", "//", "/static", "/open"]
)
def test_without_the_link_nothing_is_shown(stranger: Browser, page: str) -> None:
    answer = stranger.get(page, headers={"accept-language": "en"})
    assert answer.status_code == 403
    assert "open by a link" in answer.text
    assert "Havre" not in answer.text
    assert "asointermedias" not in answer.text.replace(page, "")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "chaque lien sert une fois"),
        ("es", "cada enlace sirve una vez"),
        ("en", "each link works once"),
    ],
)
def test_the_refusal_speaks_the_readers_language(
    stranger: Browser, language: str, words: str
) -> None:
    answer = stranger.get("/", headers={"accept-language": f"{language}-XX, de;q=0.5"})
    assert words in answer.text
    assert f'<html lang="{language}">' in answer.text


def test_the_link_opens_the_pages_once_and_the_next_one_is_told(app: App) -> None:
    told: list[str] = []
    door = Door(app.store, app.settings.web, app.clock, SECRETARY, told.append)
    link = ENTRANCE + door.key
    with TestClient(web.make(app, door), base_url=HERE) as first:
        answer = first.get(link, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert door.key not in cookie
        assert first.get("/").status_code == 200
    assert told == [door.key]
    with TestClient(web.make(app, door), base_url=HERE) as second:
        assert second.get(link).status_code == 403
        assert second.get(ENTRANCE + told[0]).status_code == 200


@pytest.mark.parametrize("key", ["", "x", "é" * 43, "%00", "a" * 5_000])
def test_a_made_up_key_opens_nothing(stranger: Browser, key: str) -> None:
    assert stranger.get(ENTRANCE + key).status_code == 403


def test_looking_at_a_link_does_not_use_it_up(stranger: Browser, door: Door) -> None:
    assert stranger.head(ENTRANCE + door.key).status_code == 403
    assert stranger.get(ENTRANCE + door.key).status_code == 200


@pytest.mark.parametrize(
    "cookie", ["", "x", "outreach-8025", "outreach-8025=", "outreach-8025=x; =;", "é=1", "[]=;,"]
)
def test_a_made_up_cookie_opens_nothing(stranger: Browser, cookie: str) -> None:
    answer = stranger.get("/", headers=[(b"cookie", cookie.encode())])
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "192.0.2.1:8025",
        "",
        "[::1]:8025",
        "localhost.evil.example:8025",
    ],
)
def test_a_page_of_another_name_is_refused_even_with_the_cookie(
    browser: Browser, host: str
) -> None:
    for page in ("/", "/health", "/static/pages.css"):
        headers = {"host": host, "x-forwarded-host": "127.0.0.1"}
        assert browser.get(page, headers=headers).status_code == 403


def test_the_machines_own_names_are_served(browser: Browser) -> None:
    for host in ("127.0.0.1", "127.0.0.1:8025", "localhost:8025", "LOCALHOST:8025"):
        assert browser.get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"])
def test_no_other_method_is_answered(browser: Browser, method: str) -> None:
    for page in PAGES:
        answer = browser.request(method, page)
        assert answer.status_code == 405
        assert answer.headers["allow"] == "GET, HEAD, POST"


def test_health_and_style_need_no_link_and_tell_nothing(stranger: Browser) -> None:
    assert stranger.get("/health").text == "ok"
    assert stranger.get("/static/pages.css").headers["content-type"].startswith("text/css")


@pytest.mark.parametrize(
    "path",
    ["/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/%2e%2e/errors.py", "/static/"],
)
def test_no_other_file_is_served(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize("page", [*PAGES, "/nothing", "/letters/0", "/static/pages.css", "/health"])
def test_every_answer_bears_the_headers(browser: Browser, page: str) -> None:
    answer = browser.get(page)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy or "default-src 'self'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "server" not in answer.headers


@pytest.mark.parametrize("page", ["/", CAMPAIGN, f"{CAMPAIGN}/who", "/letters/1", "/nothing"])
def test_pages_have_no_inline_script_or_style(browser: Browser, page: str) -> None:
    text = browser.get(page).text
    assert re.findall("<script[^>]*>[^<]*</script>", text) == [
        '<script src="/static/vendor/htmx.min.js" defer></script>'
    ]
    text = text.replace("<script src", "")
    for part in (
        "<script",
        "<style",
        " style=",
        " onclick",
        "javascript:",
        'src="http',
        'href="http',
    ):
        assert part not in text
