"""No page tells anybody to type a command, in no language."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import outreach
from outreach.app import App
from outreach.dispatch.states import HINTS, BatchState, BatchStateError
from outreach.errors import OutreachError, Phrase
from outreach.settings import UiLanguage
from outreach.web import wordings
from outreach.web.advice import PHRASES
from outreach.web.visit import Visit
from outreach.words import LANGUAGES, translator
from tests.web.conftest import CAMPAIGN, Browser

ROOT = Path(outreach.__file__).parent
COMMAND = re.compile(r"\boutreach [a-z]+(?: [a-z]+)?\b|(?<![\w-])--[a-z]")
NOT_SHOWN = {
    "outreach.cli": "the commands themselves",
    "outreach.app": "the option that moves the clock of a demo office",
    "outreach.demo": "played from the command line",
    "outreach.engine": "how often a worker looks",
    "outreach.keeping.places": "where a database may stand, told when the program starts",
    "outreach.officefolder": "laying out an office, before there are pages",
    "outreach.settings": "without an office there are no pages",
    "outreach.web.serving": "told in the window in which the pages are opened",
}
"""Rooms whose sentences a page cannot show, and why."""


def modules() -> Iterator[str]:
    for each in pkgutil.walk_packages(outreach.__path__, "outreach."):
        if ".migrations" not in each.name and not shown_nowhere(each.name):
            yield each.name


def shown_nowhere(module: str) -> bool:
    return any(module == room or module.startswith(f"{room}.") for room in NOT_SHOWN)


def sentences(module: str) -> Iterator[str]:
    """Yield the msgids of a module's source."""
    path = ROOT.parent / Path(*module.split("."))
    source = path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__init__.py"
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_":
            (argument,) = node.args
            assert isinstance(argument, ast.Constant)
            yield str(argument.value)


def templates() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "web" / "templates").glob("*.html")):
        for match in re.finditer(r'"((?:[^"\\]|\\.)*)"', path.read_text("utf-8")):
            yield path.name, match[1]


def kinds(of: type[OutreachError] = OutreachError) -> Iterator[type[OutreachError]]:
    for kind in of.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_every_sentence_that_names_a_command_has_other_words_for_pages() -> None:
    found = [
        f"{module}: {sentence}"
        for module in modules()
        for sentence in sentences(module)
        if COMMAND.search(sentence) and COMMAND.search(wordings.on_a_page(sentence))
        if not module.startswith("outreach.web.advice")
        if sentence not in PHRASES
    ]
    assert found == []


def test_no_template_names_a_command() -> None:
    assert [each for each in templates() if COMMAND.search(each[1])] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_for_pages_name_no_command_and_fill_the_same_places(language: UiLanguage) -> None:
    words = translator(language)
    for old, new in {**wordings.OF_ERRORS, **PHRASES}.items():
        said = words.gettext(new)
        assert not COMMAND.search(said), said
        places = set(re.findall(r"\{(\w+)\}", said))
        assert places <= set(re.findall(r"\{(\w+)\}", old)), said


def test_no_other_words_are_kept_for_a_sentence_that_is_gone() -> None:
    for module in modules():
        importlib.import_module(module)
    there = {sentence for module in modules() for sentence in sentences(module)}
    assert [old for old in (*wordings.OF_ERRORS, *PHRASES) if old not in there] == []
    assert set(wordings.ERRORS) <= set(kinds())


def test_a_refusal_is_told_in_the_words_of_the_pages(browser: Browser) -> None:
    text = browser.get("/batches/999999").text
    assert "The page “Batches” shows those there are." in text


def test_what_is_to_be_done_leads_to_its_page(browser: Browser) -> None:
    for page in ("/", CAMPAIGN):
        main = browser.get(page).text.partition("<main")[2]
        assert not COMMAND.search(re.sub(r"<[^>]*>", " ", main)), page


def test_advice_inside_a_refusal_is_told_so_too(app: App) -> None:
    """The refusal holds a second sentence among its values."""
    visit = Visit(app=app, words=translator("en"), path="/", query="")
    error = BatchStateError(
        batch=1,
        state="paused",
        hint=Phrase(HINTS[BatchState.PAUSED], {"batch": 1}),
    )
    assert visit.told(error).endswith("It is paused; “Let it go on” ends that.")
