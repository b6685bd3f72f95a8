import re
import socket

import pytest

from outreach.letters.catalogue import Letterhead, LetterheadError
from outreach.letters.compiling import TemplateError
from tests.letters.letter_facts import LETTERHEAD, SEAL, facts, press


def letterhead(page: str, css: str = "p { color: red; }") -> Letterhead:
    files = {"email.html": page.encode(), "email.css": css.encode()}
    return Letterhead.from_bytes({**LETTERHEAD.files, **files})


def html(
    page: str, css: str = "p { color: red; }", body: str = "Bonjour {{ organisation }}"
) -> str:
    return press(body, letterhead=letterhead(page, css)).write(facts(), SEAL).html


SIMPLE = (
    "<!DOCTYPE html><html><head><title>{{ title }}</title></head><body>{{ body }}</body></html>"
)


def test_styles_are_inlined_and_media_rules_kept_in_the_head() -> None:
    page = html(
        SIMPLE,
        "p { color: red; } @media (prefers-color-scheme: dark) { p { color: #fff !important; } }",
    )
    assert '<p style="color:red">Bonjour Le Havre</p>' in page
    head = page.partition("</head>")[0]
    assert "prefers-color-scheme: dark" in head
    assert "#fff !important" in head
    assert "color: red" not in head
    assert page.startswith("<!DOCTYPE html>")


def test_the_shipped_page_is_whole() -> None:
    page = press("Bonjour {{ organisation }}").write(facts(first_letter=True), SEAL).html
    assert page.count("<html") == page.count("</html>") == 1
    assert '<html lang="fr"' in page
    assert "zq" not in page
    assert not re.search(r"\{[{%]", page)
    assert "<script" not in page


@pytest.mark.parametrize(
    "css",
    [
        '@import url("http://127.0.0.1:9/x.css"); p { color: red; }',
        "@IMPORT 'http://127.0.0.1:9/x.css';",
        '@\\69mport url("http://127.0.0.1:9/x.css");',
        '@charset "utf-8"; @import "x.css";',
    ],
)
def test_a_style_sheet_that_imports_is_refused_and_nothing_is_fetched(
    css: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*_: object) -> None:
        pytest.fail("something was fetched")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    monkeypatch.setattr(socket, "create_connection", no_network)
    with pytest.raises(LetterheadError, match=r"email\.css .*@import"):
        html(SIMPLE, css)
    with pytest.raises(LetterheadError, match=r"email\.html .*@import"):
        html(SIMPLE.replace("</head>", f"<style>{css}</style></head>"))


@pytest.mark.parametrize(
    "markup",
    [
        '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
        '< LINK rel=stylesheet href="x">',
        "<script>alert(1)</script>",
        '<iframe src="x"></iframe>',
        '<p onclick="alert(1)">x</p>',
        '<form action="x"></form>',
    ],
)
def test_what_fetches_or_acts_is_refused(markup: str) -> None:
    with pytest.raises(LetterheadError, match="has no place in an e-mail"):
        html(SIMPLE.replace("<body>", f"<body>{markup}"))


@pytest.mark.parametrize(
    "markup",
    [
        '<p style="color: {{ subject }}">x</p>',
        '<p class="{{ subject }}">x</p>',
        "<!-- {{ subject }} -->",
        "<style>p { color: {{ subject }} }</style>",
        "<p {{ subject }}>x</p>",
    ],
)
def test_a_value_may_not_stand_where_it_cannot_be_made_safe(markup: str) -> None:
    with pytest.raises(LetterheadError, match="cannot be made safe"):
        html(SIMPLE.replace("<body>", f"<body>{markup}"))


def test_a_value_in_an_attribute_is_escaped_for_its_quotes() -> None:
    front = 'subject = """{{ organisation }} "<x>" & y"""'
    page = SIMPLE.replace("<body>", '<body><p title="{{ subject }}">x</p>')
    machine = press("Corps", front=front, letterhead=letterhead(page))
    assert 'title="Le Havre &#34;&lt;x&gt;&#34; &amp; y"' in machine.write(facts(), SEAL).html


@pytest.mark.parametrize(
    ("page", "line"),
    [
        ("<html>\n{{ body", 2),
        ("<html>\n\n{{ bodi }}", 3),
        ("<html>\n{% for x in footer * 99 %}{% endfor %}", 2),
        ("<html>\n{{ body.format(1) }}", 2),
        ("<html>\n{{ body.__class__.__mro__ }}", 2),
        ("<html>\n{% include 'x' %}", 2),
    ],
)
def test_an_error_in_the_page_names_its_line(page: str, line: int) -> None:
    with pytest.raises(TemplateError, match=rf"templates/letterhead/email\.html, line {line}: "):
        html(page)


def test_the_page_is_compiled_once_per_skeleton() -> None:
    machine = press("Bonjour {{ organisation }}")
    first = machine.write(facts(), SEAL)
    second = machine.write(facts(), SEAL)
    assert first.html == second.html
    assert first._compiled.html is second._compiled.html
