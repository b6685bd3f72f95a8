"""Lists in a sentence: "Lyon, Metz et Le Mans", "Pereira e Ibagué", "Cali u Ocaña"."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

from outreach.settings import Language

Conjunction = Literal["and", "or"]

# Diccionario panhispánico de dudas, "y" and "o": decided on the next word as it is said.
_VOWEL_I = re.compile(r"h?i(?!h?[aeou])|y(?![aeiou])", re.ASCII)
_VOWEL_O = re.compile(r"h?o", re.ASCII)
_NUMBER = re.compile(r"\d[\d.\u00a0\u202f]*")


def join(items: Sequence[str], language: Language, conj: Conjunction = "and") -> str:
    """Return the items as one enumeration; nothing for none.

    In Spanish *y* becomes *e* and *o* becomes *u* before the word that is printed next.
    """
    shown = [item for item in (text.strip() for text in items) if item]
    if len(shown) < 2:  # noqa: PLR2004  # one item needs no conjunction
        return "".join(shown)
    return f"{', '.join(shown[:-1])} {conjunction(shown[-1], language, conj)} {shown[-1]}"


def conjunction(following: str, language: Language, conj: Conjunction = "and") -> str:
    """Return "et", "ou", "y", "e", "o" or "u", as the word that follows asks for."""
    if language == "fr":
        return "et" if conj == "and" else "ou"
    start = _first_sound(following)
    if conj == "and":
        return "e" if _VOWEL_I.match(start) else "y"
    if start[:1].isdigit():
        number = _NUMBER.match(start)
        return "u" if number and _said_with_o(number.group()) else "o"
    return "u" if _VOWEL_O.match(start) else "o"


def _said_with_o(number: str) -> bool:
    """Tell whether a whole number is said with an o: ocho, ochenta, ochocientos, once."""
    digits = re.sub(r"\D", "", number)
    lead = len(digits) % 3
    if digits.startswith("8"):
        return True
    return digits.startswith("11") and lead == 2  # noqa: PLR2004  # once, once mil


def _first_sound(text: str) -> str:
    """Return ``text`` without accents, opening quotes and brackets, in lower case."""
    bare = unicodedata.normalize("NFD", text.casefold())
    bare = "".join(char for char in bare if not unicodedata.combining(char))
    return bare.lstrip("«»“”‘’\"'¿¡([{*_ \u00a0\u202f")
