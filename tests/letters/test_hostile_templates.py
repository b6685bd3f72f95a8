"""Templates are untrusted too: they read nothing, reach nothing and end soon."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from outreach.errors import OutreachError
from outreach.letters import checks
from outreach.letters.catalogue import Letterhead
from outreach.letters.compiling import Written
from outreach.letters.pdf import PdfPress
from tests.letters.letter_facts import LETTERHEAD, written

SOON = 8
"""Seconds, on a slow machine with other work; what runs away takes minutes."""

WRITTEN = 20_000


@pytest.fixture
def trap() -> Iterator[tuple[str, list[bytes]]]:
    """A server on this machine that nobody may call, and what it was asked."""
    asked: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.05)
    stopped = threading.Event()

    def listen() -> None:
        while not stopped.is_set():
            try:
                caller, _ = server.accept()
            except TimeoutError:
                continue
            with caller:
                asked.append(caller.recv(100))

    thread = threading.Thread(target=listen)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}", asked
    stopped.set()
    thread.join()
    server.close()


def forms(letter: Written) -> str:
    return letter.html + letter.text + letter.tree.decode()


@pytest.mark.parametrize(
    "body",
    [
        "{{" * WRITTEN,
        "{%" * WRITTEN,
        "{#" * WRITTEN,
        "[" * WRITTEN,
        "[a" * WRITTEN,
        "[si " * WRITTEN,
        "[" + "si " * WRITTEN + "]",
        "[si " + "commune ou " * 2_000 + "commune] x",
        "[si " + "pas " * 2_000 + "commune] x",
        "[si " + "“" * WRITTEN + "] x",
        "[" + " de " * WRITTEN + "x]",
        "[" + "a, " * 2_000 + "]",
        '["' * WRITTEN,
        "- [si commune] x\n" * 2_000,
        "[si commune] x\n\n" * 1_000,
        "[si commune]\n\n" * 300,
        "- [chaque thème]\n" * 1_000,
        "*" * WRITTEN,
        "*a " * WRITTEN,
        "_a*" * WRITTEN,
        "![" * WRITTEN,
        "[a](" * WRITTEN,
        "> " * WRITTEN,
        "`" * WRITTEN + "a" + "`" * (WRITTEN - 1),
        "<" * WRITTEN,
        "a | " * 2_000 + "\n" + "---|" * 2_000 + "\n" + ("x | " * 2_000 + "\n") * 3,
        "&" * WRITTEN,
        "x" * 150_000,
        "\\" * WRITTEN,
        ("1. " * 200 + "\n") * 50,
        "{{ campagne.themes" + " | unique | sort" * 300 + " | enumere }}",
        "{% for a in range(70) %}{% for b in range(70) %}{{ date }}{% endfor %}{% endfor %}",
        "{% set l = [1] %}" + "{% set l = [l, l] %}" * 60 + "{% for x in l %}{% endfor %}",
        "{{ (" + "'x' ~ " * 3_000 + "'x') | length }}",
        "{{ '%s' | length }}{{ 'a' | upper | lower }}" * 500,
        "{{ 'a' | ljust(1000000000) }}",
        "{{ ('a' * 10) * 1000000 }}",
        "{{ 'a'.__mul__(1000000000) }}",
        "{{ [1, 2] | join('x' * 100000000) }}",
        "{{ range(4999) | join('abcdefghij') }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ 1e308 * 10 }}",
        "{{ 1 | round(1000000) }}",
    ],
    ids=lambda body: body[:24],
)
def test_a_template_ends_soon_or_is_refused(body: str) -> None:
    started = time.process_time()
    try:
        letter = written(body)
        assert len(forms(letter)) < 5_000_000
    except OutreachError:
        pass
    assert time.process_time() - started < SOON


@pytest.mark.parametrize(
    "body",
    [
        '{% include "/etc/passwd" %}',
        '{% include "../../outreach.toml" %}',
        "[bloc : ../../outreach]",
        "[bloc : /etc/passwd]",
        "![x](/etc/passwd)",
        "![x](../../outreach.toml)",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ campagne.__class__.__init__.__globals__ }}",
        "{{ a_recu.__globals__ }}",
        "{{ est.__init__.__globals__['os'].environ }}",
        "{{ est('x', 'y').__class__ }}",
        "{{ champ_inconnu.__class__ }}",
        "{{ champ_inconnu['__class__'] }}",
        "{{ chacun.__class__ }}",
        "[organisation.__class__]",
        "[__class__ de l’organisation]",
        "- [pour chaque thème] [son __class__]",
        "{{ organisation | attr('__class__') }}",
        "{{ organisation | map(attribute='__class__') | list }}",
        "{{ date.__class__ }}",
        "{{ date.fromtimestamp(0) }}",
        "{{ environ }} {{ os }} {{ open }} {{ config }} {{ request }}",
        "{{ namespace() }}",
        "{{ joiner() }}",
        "{{ dict() }}",
        "{{ get_flashed_messages() }}",
        "{{ self.__init__ }}",
        "{{ loop }}",
        "{{ caller() }}",
        "{{ undefined() }}",
        "{% debug %}",
        "{% do x %}",
        "{% trans %}x{% endtrans %}",
    ],
)
def test_a_template_reaches_nothing(body: str) -> None:
    try:
        letter = written(body)
    except OutreachError:
        return
    for secret in ("root:", "<class", "built-in", "object at 0x", "PATH", "[office]"):
        assert secret not in forms(letter)
    assert letter.problems or "{%" not in body


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        '<img src="{url}/x.png">',
        "![x]({url}/x.png)",
        '<iframe src="{url}"></iframe>',
        "<style>@import url({url}/x.css);</style>",
        '<link rel="stylesheet" href="{url}/x.css">',
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>)",
        "[x](vbscript:x)",
        "[x](file:///etc/passwd)",
    ],
)
def test_a_text_fetches_nothing_and_runs_nothing(body: str, trap: tuple[str, list[bytes]]) -> None:
    url, asked = trap
    try:
        letter = written(body.replace("{url}", url))
        page = letter.html.lower()
        for active in (
            "<script",
            "<iframe",
            "<link",
            "<style>@",
            f'src="{url}',
            'href="javascript',
        ):
            assert active not in page
        found = checks.check_links(letter.links, "x")
        assert all(link.startswith(("http", "mailto")) for link in letter.links) or found
    except OutreachError:
        pass
    assert asked == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("email.css", "@import url({url}/a.css);"),
        ("email.css", "@IMPORT '{url}/a.css';"),
        ("email.css", "@\\69mport url({url}/a.css);"),
        ("email.css", "p { background: url({url}/a.png) }"),
        ("email.css", "@font-face { font-family: x; src: url({url}/a.woff) }"),
        ("email.html", '<html><head><link rel="stylesheet" href="{url}/a.css"></head></html>'),
        ("email.html", "<html><head><style>@import url({url}/a.css);</style></head></html>"),
        ("email.html", '<html><body><img src="{url}/a.png">{{{{ body }}}}</body></html>'),
        ("email.html", '<html><head><base href="{url}"></head></html>'),
        ("email.html", "<html><body><script src='{url}/x.js'></script></body></html>"),
        ("email.html", "<!DOCTYPE x [<!ENTITY a SYSTEM '{url}/x'>]><html><body>&a;</body></html>"),
        ("letter.typ", '#import "@preview/cmarker:0.1.0"\n#let letter(d, m) = []'),
        ("letter.typ", '#let letter(d, m) = read("/etc/passwd")'),
        ("letter.typ", '#let letter(d, m) = read("../../../outreach/settings.py")'),
        ("letter.typ", '#let letter(d, m) = image("{url}/x.png")'),
    ],
)
def test_the_letterhead_fetches_nothing(
    name: str, text: str, trap: tuple[str, list[bytes]]
) -> None:
    url, asked = trap
    files = {**LETTERHEAD.files, name: text.replace("{url}", url).replace("{{{{", "{{").encode()}
    letterhead = Letterhead.from_bytes(files)
    try:
        letter = written("Bonjour.", letterhead=letterhead)
        page = letter.html
        assert "root:" not in page
        if name == "letter.typ":
            from datetime import UTC, datetime

            PdfPress(files).pdf(letter.tree, moment=datetime(2025, 9, 1, tzinfo=UTC))
            pytest.fail("the layout read what it may not")
    except OutreachError:
        pass
    assert asked == []


def test_a_letterhead_s_own_loops_end_soon() -> None:
    page = "{% for a in footer %}" * 12 + "x" + "{% endfor %}" * 12
    started = time.process_time()
    with contextlib.suppress(OutreachError):
        written("Bonjour.", letterhead=_with_page(page)).html  # noqa: B018  # made when asked for
    assert time.process_time() - started < SOON


def _with_page(page: str) -> Letterhead:
    return Letterhead.from_bytes({**LETTERHEAD.files, "email.html": page.encode()})


def test_a_block_reads_only_from_its_folder(tmp_path: Path) -> None:
    from outreach.letters.catalogue import Catalogue

    (tmp_path / "templates/blocks").mkdir(parents=True)
    (tmp_path / "secret.fr.md").write_text("SECRET", "utf-8")
    (tmp_path / "templates/blocks/x.fr.md").symlink_to(tmp_path / "secret.fr.md")
    for path in (
        "blocks/x.fr.md",
        "../secret.fr.md",
        "blocks/../../secret.fr.md",
        "/etc/passwd",
        "",
    ):
        assert Catalogue(tmp_path).file(path) is None
