"""The pages speak French, Spanish and English: as asked, remembered, set in the browser."""

import re

import pytest

from outreach.web import languages
from tests.web.conftest import CAMPAIGN, Browser

FORBIDDEN = re.compile(r"\b(armed|claimed|skeleton|round|planned|queued|visa)\b", re.IGNORECASE)
TAGS = re.compile(r"<code.*?</code>|<[^>]*>", re.DOTALL)


@pytest.mark.parametrize(
    ("asked", "remembered", "header", "chosen"),
    [
        ("es", "fr", "en", "es"),
        ("", "fr", "en", "fr"),
        ("de", "xx", "es-CO,es;q=0.9", "es"),
        ("", "", "de, en;q=0.5, es;q=0.8", "es"),
        ("", "", "en;q=0, es;q=0.1", "es"),
        ("", "", "", "fr"),
        ("", "", "*", "fr"),
        ("", "", ";;q=,=,é;q=x,;q=nan", "fr"),
    ],
)
def test_the_first_language_that_we_speak_is_chosen(
    asked: str, remembered: str, header: str, chosen: str
) -> None:
    assert languages.choose(asked, remembered, header, "fr") == chosen


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ("Campagnes", "À faire maintenant", "Envoyées", "Partage du document")),
        ("es", ("Campañas de cartas", "Qué hacer ahora", "Enviadas", "Envío del documento")),
        ("en", ("Campaigns", "What to do next", "Sent", "Partage du document")),
    ],
)
def test_a_language_once_asked_for_stays(
    browser: Browser, language: str, words: tuple[str, ...]
) -> None:
    browser.get(f"/?lang={language}")
    text = browser.get("/").text
    assert f'<html lang="{language}">' in text
    for word in words:
        assert word in text


def test_the_other_languages_of_a_page_keep_its_filter(browser: Browser) -> None:
    text = browser.get(f"{CAMPAIGN}/who?step=suivi-septembre&fate=sent&lang=fr").text
    assert f'href="{CAMPAIGN}/who?step=suivi-septembre&amp;fate=sent&amp;lang=es"' in text


@pytest.mark.parametrize("language", ["fr", "es", "en"])
def test_no_word_of_the_workshop_is_on_a_page(
    browser: Browser, letters: dict[str, int], language: str
) -> None:
    pages = [
        "/",
        CAMPAIGN,
        f"{CAMPAIGN}/who",
        "/nothing",
        *(f"/letters/{n}" for n in letters.values()),
    ]
    for page in pages:
        shown = TAGS.sub(" ", browser.get(page, params={"lang": language}).text)
        shown = shown.partition("Message-ID")[0]
        assert not FORBIDDEN.search(shown), page


@pytest.mark.parametrize(("language", "left"), [("fr", "{"), ("es", "{"), ("en", "{")])
def test_no_place_stays_unfilled(browser: Browser, language: str, left: str) -> None:
    for page in ("/", CAMPAIGN, f"{CAMPAIGN}/who", "/letters/1"):
        assert left not in TAGS.sub("", browser.get(page, params={"lang": language}).text)
