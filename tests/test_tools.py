"""The tools that ``make check`` runs find what they are there for."""

import ast
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Message

from outreach.words import translator

CHECKOUT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def catalogues() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogues", CHECKOUT / "tools/catalogues.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_marked_sentences_counted_ones_and_states_are_found(catalogues: ModuleType) -> None:
    source = """
message = N_("one " "sentence")
context.count("{n} letter", "{n} letters", n)
names.count("plain")
class State(StrEnum):
    DRAFT = "draft"
"""
    found = [each for node in ast.walk(ast.parse(source)) for each in catalogues.messages_of(node)]
    assert sorted(map(str, found)) == ["('{n} letter', '{n} letters')", "draft", "one sentence"]


def test_the_sentences_of_a_page_are_found(catalogues: ModuleType) -> None:
    page = b"""<h1>{{ _("Who got what") }}</h1> {{ _(fates[key]) }} {{ _("Due {day}.", day=today) }}
{{ count("{n} letter", "{n} letters", total) }}"""
    found = list(catalogues.messages_of_page(page))
    assert found == ["Who got what", "Due {day}.", ("{n} letter", "{n} letters")]


@pytest.mark.parametrize(
    ("string", "flags", "trouble"),
    [
        ("", set(), "not translated"),
        ("{n} lettres\u00a0: {name}", {"fuzzy"}, "unsure"),
        ("{n} lettres", set(), "places differ"),
        ("{n} lettres d'{name}", set(), "apostrophe"),
        ("{n} lettres : {name}", set(), "French spaces"),
        ("{n} lettres\u00a0: {name}", set(), None),
    ],
)
def test_a_careless_translation_is_found(
    catalogues: ModuleType, string: str, flags: set[str], trouble: str | None
) -> None:
    message = Message("{n} letters: {name}", string, flags=flags)
    found = " ".join(catalogues.troubles_of(message, "fr"))
    assert (trouble in found) if trouble else (found == "")


def test_french_spaces_are_put_in_and_stay(catalogues: ModuleType) -> None:
    once = catalogues.french_spaces("Où ? « ici » ; https://x.example : non !")
    assert once == "Où\u202f? «\u00a0ici\u00a0»\u202f; https://x.example\u00a0: non\u202f!"
    assert catalogues.french_spaces(once) == once


def test_states_and_reasons_have_words_in_english_too(catalogues: ModuleType) -> None:
    codes = catalogues.codes(catalogues.extracted())
    ids = {message.id for message in codes if message.id}
    assert {"left-out", "draft"} <= ids
    assert not any(" " in each for each in ids)
    assert translator("en").gettext("left-out") == "left out"
