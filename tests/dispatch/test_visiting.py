"""Links are opened on a real HTTP server of this machine, by an allowance that only tests give."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from outreach.dispatch.visiting import Visitor
from outreach.letters.links import Answer, Trouble

LOOPBACK = "127.0.0.1"


LOGIN = b'<title>Connexion</title><input type="password">'
PAGES: dict[str, tuple[int, str, bytes]] = {
    "/paper.pdf": (200, "application/pdf", b"%PDF-"),
    "/gone": (404, "text/html", b"gone"),
    "/no-head": (200, "application/pdf", b""),
    "/sign-in": (200, "text/html; charset=utf-8", LOGIN),
}
ELSEWHERE = {
    "/moved": "/paper.pdf",
    "/round": "/round",
    "/to-file": "file:///etc/passwd",
    "/inside": "http://10.0.0.1/secret",
    "/metadata": "http://[::ffff:169.254.169.254]/",
}


@dataclass
class Site:
    """A web site, and what it was asked."""

    root: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


class Handler(BaseHTTPRequestHandler):
    """Answers as the table says; a path may also be slow, or drip."""

    site: Site

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def answer(self) -> None:
        path = self.path.partition("?")[0]
        self.site.asked.append((self.command, self.path))
        self.site.headers.append(dict(self.headers.items()))
        if path == "/slow":
            time.sleep(3)
        status, media, body = PAGES.get(path, (200, "text/html", b""))
        if path in ELSEWHERE:
            status = 302
        elif path == "/no-head" and self.command == "HEAD":
            status = 405
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Set-Cookie", "who=you")
        if path in ELSEWHERE:
            self.send_header("Location", ELSEWHERE[path])
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)
            self.drip(30 if path == "/drip" else 0)

    def drip(self, times: int) -> None:
        for _ in range(times):
            time.sleep(0.1)
            self.wfile.write(b".")

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[Site]:
    told = Site()
    handler = type("Told", (Handler,), {"site": told})
    server = ThreadingHTTPServer((LOOPBACK, 0), handler)
    server.handle_error = lambda *_arguments: None  # type: ignore[method-assign]  # callers hang up
    told.root = f"http://{LOOPBACK}:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield told
    server.shutdown()
    server.server_close()


def opened(site: Site, path: str, seconds: float = 5.0) -> Answer:
    return Visitor(seconds=seconds, inside=[LOOPBACK]).open(site.root + path)


def test_a_document_is_asked_for_by_its_head_alone(site: Site) -> None:
    answer = opened(site, "/paper.pdf")
    assert (answer.status, answer.media) == (200, "application/pdf")
    assert site.asked == [("HEAD", "/paper.pdf")]


def test_a_server_that_knows_no_head_is_asked_for_the_page(site: Site) -> None:
    assert opened(site, "/no-head").status == 200
    assert [method for method, _ in site.asked] == ["HEAD", "GET"]


def test_a_redirection_is_followed_without_the_cookie_it_gives(site: Site) -> None:
    answer = opened(site, "/moved?x=é")
    assert answer.url == f"{site.root}/paper.pdf"
    assert answer.media == "application/pdf"
    assert not [headers for headers in site.headers if "Cookie" in headers]


def test_a_page_that_is_gone_says_so(site: Site) -> None:
    assert opened(site, "/gone").status == 404


def test_a_form_to_sign_in_is_recognised(site: Site) -> None:
    assert opened(site, "/sign-in").asks_password
    assert not opened(site, "/paper.pdf").asks_password


@pytest.mark.parametrize("path", ["/round", "/to-file"])
def test_an_endless_redirection_or_one_to_a_file_ends(site: Site, path: str) -> None:
    assert opened(site, path).trouble is Trouble.ENDLESS


@pytest.mark.parametrize("path", ["/inside", "/metadata"])
def test_a_redirection_into_a_private_network_is_not_followed(site: Site, path: str) -> None:
    started = time.monotonic()
    assert opened(site, path).trouble is Trouble.PRIVATE
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "10.1.2.3",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",  # noqa: S104  # a name to refuse
        "[::1]",
        "[fe80::1]",
        "[fd00::1]",
        "[64:ff9b::a00:1]",
        "[2002:a00:1::1]",
        "2130706433",
    ],
)
def test_without_the_allowance_no_private_address_is_reached(site: Site, host: str) -> None:
    port = site.root.rpartition(":")[2]
    assert Visitor(seconds=2).open(f"http://{host}:{port}/paper.pdf").trouble is Trouble.PRIVATE
    assert site.asked == []


def test_a_name_that_turns_out_to_be_inside_is_refused(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(site.root.rpartition(":")[2])
    place = (2, 1, 6, "", (LOOPBACK, port))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: [place])
    assert Visitor().open(f"http://rebound.fr:{port}/").trouble is Trouble.PRIVATE
    assert site.asked == []


def test_a_slow_server_is_given_up(site: Site) -> None:
    started = time.monotonic()
    assert opened(site, "/slow", seconds=0.3).trouble is Trouble.TOO_SLOW
    assert time.monotonic() - started < 2


def test_a_server_that_drips_is_given_up(site: Site) -> None:
    started = time.monotonic()
    answers = Visitor(seconds=0.4, inside=[LOOPBACK])([f"{site.root}/drip"])
    assert time.monotonic() - started < 2
    assert list(answers) == [f"{site.root}/drip"]


def test_an_unknown_name_is_told_from_a_network_that_does_not_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(error: int) -> Trouble | None:
        def fail(*_a: object, **_k: object) -> None:
            raise socket.gaierror(error, "no")

        monkeypatch.setattr(socket, "getaddrinfo", fail)
        return Visitor().open("https://nulle-part.fr/").trouble

    assert refuse(socket.EAI_NONAME) is Trouble.UNKNOWN_HOST
    assert refuse(socket.EAI_AGAIN) is Trouble.NO_NETWORK


def test_a_closed_door_is_no_network() -> None:
    assert Visitor(inside=[LOOPBACK]).open(f"http://{LOOPBACK}:9/").trouble is Trouble.NO_NETWORK


def test_many_links_are_opened_at_once_and_each_has_its_answer(site: Site) -> None:
    urls = [f"{site.root}/paper.pdf?{number}" for number in range(20)]
    answers = Visitor(inside=[LOOPBACK])(urls)
    assert {answer.status for answer in answers.values()} == {200}
    assert list(answers) == urls
