"""A message's HTML is shown without anything that fetches or runs."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.inbox import markup
from tests.conftest import CHECKOUT

FETCHES = re.compile(
    r"<(?:script|style|img|iframe|link|base|meta|form|object|svg|video)|\son\w+=|src=",
    re.IGNORECASE,
)


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<img src="https://track.example/p.gif">',
        '<p style="background:url(https://track.example/p)">x</p>',
        "<style>@import url(https://track.example/c.css);</style>",
        '<a href="javascript:alert(1)">x</a>',
        '<iframe src="https://x.example"></iframe>',
        '<body background="https://x.example/p" onload="a()">x</body>',
        '<form action="https://x.example"><input name="password"></form>',
        '<svg><use href="https://x.example/#a"/></svg>',
        '<base href="https://x.example/"><meta http-equiv="refresh" content="0;url=x">',
        '<a href="x" onclick="a()" ping="https://x.example">x</a>',
        "<!--[if mso]><img src=x><![endif]-->",
        '<table background="https://x.example/p"><tr><td background="x">x</td></tr></table>',
    ],
)
def test_nothing_is_fetched_or_run(hostile: str) -> None:
    shown = markup.shown(f"<div>Bonjour {hostile} madame</div>")
    assert "Bonjour" in shown
    assert not FETCHES.search(shown), shown
    for word in ("x.example", "track.example", "javascript", "ping", "background"):
        assert word not in shown


def test_what_a_person_reads_stays() -> None:
    shown = markup.shown(
        '<p>Voir <a href="https://ville.example/">le site</a>, <b>merci</b></p><ul><li>un</li></ul>'
    )
    assert 'href="https://ville.example/"' in shown
    assert 'rel="noopener noreferrer nofollow"' in shown
    assert "<b>merci</b>" in shown
    assert "<li>un</li>" in shown


@given(st.text(alphabet="<>/=\"' abcsriptonlogmu:&#x;!-", max_size=200))
def test_no_html_whatever_slips_through(source: str) -> None:
    assert not FETCHES.search(re.sub(r">[^<]*<", "><", f">{markup.shown(source)}<"))


def test_the_messages_of_the_corpus_are_shown() -> None:
    from outreach.inbox.parsing import parse

    count = 0
    for path in sorted((CHECKOUT / "tests" / "emails").glob("*.eml")):
        message = parse(path.read_bytes())
        if message.html:
            count += 1
            page = markup.page(message.html, message.text, title=message.subject)
            assert "default-src 'none'" in page
            assert not re.search(r"<(?:script|img|style)", page)
    assert count >= 5
