"""The guides show what the program shows: its words, its pages, pictures that are there."""

import re

import pytest
from babel.messages.pofile import read_po
from PIL import Image

from tests.conftest import CHECKOUT

DOCS = CHECKOUT / "docs"
PICTURES = DOCS / "images" / "guide"
LANGUAGES = ("fr", "es")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
WORDING = re.compile(r"\*\*«\s*(.+?)\s*»\*\*", re.DOTALL)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
MOST_OCTETS, MOST_TOGETHER = 60_000, 1_500_000


def guide(language: str) -> str:
    return (DOCS / f"guide.{language}.md").read_text("utf-8")


def plain(text: str) -> str:
    """Return text with ordinary spaces and no line breaks."""
    return " ".join(text.split())


def wordings(language: str) -> set[str]:
    path = CHECKOUT / "outreach" / "locale" / language / "LC_MESSAGES" / "outreach.po"
    with path.open("rb") as file:
        found = read_po(file)
    return {plain(str(each.string)) for each in found if each.id and isinstance(each.string, str)}


def anchor(heading: str) -> str:
    """Return a heading's anchor as code hosts make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_wording_in_bold_quotes_is_one_of_the_program(language: str) -> None:
    named = {plain(each) for each in WORDING.findall(guide(language))}
    assert len(named) > 40
    assert named - wordings(language) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_picture_and_link_of_a_guide_leads_somewhere(language: str) -> None:
    text = guide(language)
    anchors = {anchor(each) for each in HEADING.findall(text)}
    for target in LINK.findall(text):
        path, _, within = target.partition("#")
        if path:
            assert (DOCS / path).exists(), target
        else:
            assert within in anchors, target


def test_both_guides_tell_the_same_tasks_with_the_same_pictures() -> None:
    french, spanish = (
        [
            target.replace(f".{language}.", ".")
            for target in LINK.findall(guide(language))
            if not target.startswith("#")
        ]
        for language in LANGUAGES
    )
    assert french == spanish
    counts = {len(HEADING.findall(guide(language))) for language in LANGUAGES}
    assert len(counts) == 1


def test_every_picture_is_small_named_in_a_guide_and_made_by_the_script() -> None:
    script = (CHECKOUT / "tools" / "screenshots.py").read_text("utf-8")
    scenes = set(re.findall(r'one\.take\(\s*"([\w-]+)"', script))
    pictures = sorted(PICTURES.iterdir())
    assert {path.name for path in pictures} == {f"{s}.{x}.png" for s in scenes for x in LANGUAGES}
    for path in pictures:
        assert path.stat().st_size < MOST_OCTETS, path
        assert f"images/guide/{path.name}" in guide(path.name.split(".")[1])
        with Image.open(path) as picture:
            picture.verify()
    assert sum(path.stat().st_size for path in pictures) < MOST_TOGETHER
