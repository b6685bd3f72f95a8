"""The hunspell dictionaries that the package carries, loaded when first asked for."""

from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from outreach.settings import Language

if TYPE_CHECKING:
    from hunspell import Hunspell

FOLDER = Path(__file__).parent.parent / "dictionaries"
LONGEST = 60
"""Letters of the longest word that is looked up."""


@lru_cache(maxsize=20_000)
def knows(word: str, language: Language) -> bool:
    """Say whether a word is spelt right, or would be without the capital of a sentence."""
    if len(word) > LONGEST or not word.isprintable():
        return False
    if word.lower() in _trade(language):
        return True
    book = _book(language)
    return any(book.spell(form) for form in {word, word[:1].lower() + word[1:]})


@cache
def names() -> frozenset[str]:
    """Return names that start sentences of our letters, in lower case."""
    return frozenset(line.casefold() for line in _lines("names.txt"))


@cache
def _trade(language: Language) -> frozenset[str]:
    """Return words of letters between local authorities that the dictionary lacks."""
    return frozenset(_lines(f"words.{language}.txt"))


def _lines(file: str) -> list[str]:
    lines = (FOLDER / file).read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@lru_cache(maxsize=1_000)
def nearest(word: str, language: Language) -> str | None:
    """Return the word that was perhaps meant. Slow: a tenth of a second."""
    if len(word) > LONGEST or not word.isprintable():
        return None
    return next(iter(_book(language).suggest(word)), None)


@lru_cache(maxsize=1_000)
def is_french_plural(noun: str) -> bool:
    """Say whether a word is the plural of another one: "rencontres", not "mars" or "pays"."""
    word = noun.lower()
    if not word.endswith(("s", "x")) or len(word) > LONGEST or not word.isprintable():
        return False
    stems = _book("fr").stem(word)
    return bool(stems) and word not in stems


@cache
def _book(language: Language) -> "Hunspell":
    from hunspell import Hunspell

    return Hunspell(language, hunspell_data_dir=str(FOLDER))
