"""Whatever a browser sends, an answer in words comes back: no fault, nothing leaks, nothing leads away."""

import re
from collections.abc import Iterator
from itertools import product
from urllib.parse import quote, urlsplit

import pytest
from litestar.testing import TestClient

from outreach.app import App
from outreach.web import app as web
from outreach.web.gate import ENTRANCE
from outreach.web.rights import RIGHTS
from tests.dispatch.world import CHIEF, World
from tests.web.conftest import HERE, PROOF, Browser, door_of

HOSTILE = [
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "%2e%2e%2f%2e%2e%2foutreach.toml",
    "x\r\nSet-Cookie: planted=1\r\n\r\n<script>",
    "<script>alert(1)</script>",
    "' OR 1=1; DROP TABLE contact; --",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}${7*7}#{7*7}",
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "javascript:alert(1)",
    "0",
    "-1",
    "99999999999999999999999999",
    "１２",
    "\u202egnp.exe",
    "\ud7ff\uffff\U0001f600",
    "a" * 1_000,
    "nul\0octet",
]
LEAKS = re.compile(
    r"Traceback|sqlalchemy|psycopg|site-packages|/tmp/|root:x:|SELECT |line \d+, in "
)
PLACE = re.compile(r"\{[^}]+\}")
FIELDS = [
    "step",
    "first",
    "at",
    "seen",
    "name",
    "next",
    "number",
    "text",
    "day",
    "on",
    "due",
    "date",
    "reason",
    "action",
    "outcome",
    "owner",
    "language",
    "country",
    "kind",
    "email",
    "address",
    "step",
    "campaign",
    "audience",
    "confirm",
    "typed",
    "scan",
    "numbers",
    "place",
    "start",
    "format",
    "field",
    "value",
    "keep",
    "until",
    "note",
    "who",
    "role",
    "password",
    "current",
    "again",
    "user",
    "contact",
    "organisation",
    "letter",
    "body",
    "subject",
]
KEEPS_OUT = {"/sign-in", "/sign-out", "/me/sign-out-everywhere", "/me/become"}
"""After these, nothing else is reached."""


@pytest.fixture
def chief(own_office: App, office_world: World) -> Iterator[Browser]:
    """Whoever may open everything, in an office with a batch that was sent."""
    number = office_world.signed()
    office_world.send(number)
    door = door_of(own_office, CHIEF)
    with TestClient(web.make(own_office, door), base_url=HERE, raise_server_exceptions=False) as it:
        it.get(ENTRANCE + door.key)
        yield it


def sound(answer: object, page: str, hostile: str) -> None:
    """Check one answer."""
    status = answer.status_code  # type: ignore[attr-defined]  # httpx's
    headers = answer.headers  # type: ignore[attr-defined]
    text = answer.text  # type: ignore[attr-defined]
    told = f"{page} with {hostile[:40]!r}: {status}"
    assert status < 500, told
    assert "planted" not in headers.get("set-cookie", ""), told
    assert headers["content-security-policy"], told
    if "location" in headers:
        went = urlsplit(headers["location"])
        assert not went.netloc or went.netloc == "127.0.0.1:8025", f"{told} to {went}"
        assert "\\" not in went.path, f"{told} to {went}"
        assert not went.path.startswith("//"), f"{told} to {went}"
    if "text/html" in headers.get("content-type", ""):
        assert not LEAKS.search(text), f"{told} {LEAKS.search(text)}"
        text = text.replace('value="javascript:', "")  # a field shows what was typed
        for planted in ("<script>alert", "<img src=x", ">49<", 'javascript:alert(1)"'):
            assert planted not in text, told


ALL = pytest.mark.parametrize(
    "words",
    [
        pytest.param(HOSTILE[::4], id="some"),
        pytest.param(HOSTILE, id="all", marks=pytest.mark.soak),
    ],
)


@ALL
def test_no_address_breaks_a_page_or_leads_out_of_it(chief: Browser, words: list[str]) -> None:
    for page, hostile in product(RIGHTS, words):
        method, _, path = page.partition(" ")
        if method != "GET":
            continue
        if PLACE.search(path):
            for put in (quote(hostile, safe=""), quote(hostile)):
                address = PLACE.sub(put.replace("\\", "%5C"), path)
                sound(chief.get(address, follow_redirects=False), page, hostile)
        asked = dict.fromkeys(FIELDS, hostile)
        address = PLACE.sub("1", path)
        sound(chief.get(address, params=asked, follow_redirects=False), page, hostile)


@ALL
def test_no_form_breaks_a_page_or_leads_out_of_it(chief: Browser, words: list[str]) -> None:
    proof = PROOF.search(chief.get("/me").text)
    assert proof is not None
    for page, hostile in product(RIGHTS, words):
        method, _, path = page.partition(" ")
        if method != "POST" or path in KEEPS_OUT:
            continue
        data = dict.fromkeys(FIELDS, hostile) | {"proof": proof[1]}
        for place in ("1", quote(hostile, safe="")):
            answer = chief.post(PLACE.sub(place, path), data=data, follow_redirects=False)
            sound(answer, page, hostile)
    assert chief.get("/me").status_code == 200  # signed in to the end
