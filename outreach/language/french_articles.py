"""French *de* and *à* before a proper name: INSEE's article code, and the name's first sound.

TNCC (Code officiel géographique): 0 de, 1 d’, 2 du, 3 de la, 4 des, 5 de l’, 6 Aux→des, 7 de Las,
8 de Los. For a commune the article is part of the name and keeps its capital ("de La Rochelle");
for a département or région only the code tells it, in lower case ("de la Gironde"). The spelling
never decides on an initial h: 233 communes have it aspirated, 428 mute.
"""

import unicodedata
from functools import lru_cache

from outreach.errors import N_, Phrase
from outreach.language import overrides
from outreach.language.names import Undecided, nameless, typographic

Form = str | Undecided

PLAIN, ELIDED, LE, LA, LES, L, AUX, LAS, LOS = range(9)

# The article as written, what it becomes after *de*, after *à*.
_CONTRACTED = {
    LE: ("le ", "du ", "au "),
    LES: ("les ", "des ", "aux "),
    AUX: ("aux ", "des ", "aux "),
}
_WRITTEN = {LA: "la ", L: "l’", LAS: "las ", LOS: "los "}
_AREA = {PLAIN: "de ", ELIDED: "d’", LE: "du ", LA: "de la ", LES: "des ", L: "de l’"}


def with_de(name: str, tncc: int | None, code: str = "") -> Form:
    """Return a commune's name after *de*: "du Havre", "de La Rochelle", "d’Yvetot".

    Undecided where the code contradicts the name, or nothing tells whether an h is mute.
    """
    name = typographic(name)
    tncc = _known_or_written(name, tncc)
    if _contradicts(name, tncc):
        return contradiction(name, tncc, code)
    if tncc is None or not name:
        return by_sound(name, code)
    if tncc in _CONTRACTED:
        article, de, _ = _CONTRACTED[tncc]
        return de + name[len(article) :]
    return f"d’{name}" if tncc == ELIDED else f"de {name}"


def with_a(name: str, tncc: int | None, code: str = "") -> Form:
    """Return a commune's name after *à*: "au Havre", "à La Rochelle", "aux Mureaux"."""
    name = typographic(name)
    tncc = _known_or_written(name, tncc)
    if _contradicts(name, tncc):
        return contradiction(name, tncc, code)
    if tncc in _CONTRACTED:
        article, _, a = _CONTRACTED[tncc]
        return a + name[len(article) :]
    return f"à {name}" if name else nameless()


def area_de(name: str, tncc: int, code: str = "") -> Form:
    """Return a département's or région's name after *de*: "de l’Isère", "des Landes"."""
    if not name:
        return nameless()
    return _AREA[tncc] + name if tncc in _AREA else contradiction(name, tncc, code)


def by_sound(name: str, code: str = "") -> Form:
    """Return a name that no article code goes with, after *de*."""
    if not name:
        return nameless()
    sound = _sound(name)
    if sound == "y":
        # D’Yvetot, de Yopal: before a vowel y is a consonant.
        sound = "consonant" if _letter(name[1:2]) in _VOWELS else "vowel"
    if sound == "h":
        return Undecided(
            Phrase(
                N_(
                    "nothing tells whether French says “de {name}” or “d’{name}”; "
                    "add {code} to {file}."
                ),
                {"name": name, "code": code or "?", "file": overrides.where("fr")},
            )
        )
    return f"d’{name}" if sound == "vowel" else f"de {name}"


def contradiction(name: str, tncc: int | None, code: str) -> Undecided:
    """Say that a name and its article code do not go together."""
    if not name:
        return nameless()
    return Undecided(
        Phrase(
            N_(
                "the name “{name}” does not go with its article code (TNCC {tncc}); "
                "add {code} to {file}."
            ),
            {
                "name": name,
                "tncc": "?" if tncc is None else tncc,
                "code": code or "?",
                "file": overrides.where("fr"),
            },
        )
    )


def _known_or_written(name: str, tncc: int | None) -> int | None:
    """Return the code, else the one that the name's own article stands for."""
    if tncc is not None:
        return tncc
    lower = name.casefold()
    for known, (article, _, _) in _CONTRACTED.items():
        if lower.startswith(article):
            return known
    return next((known for known, article in _WRITTEN.items() if lower.startswith(article)), None)


def _contradicts(name: str, tncc: int | None) -> bool:
    """Tell whether a commune's name cannot have this code: Le Vernet-Chaméane with 0."""
    if tncc is None:
        return False
    lower = name.casefold()
    if tncc in _CONTRACTED:
        return not lower.startswith(_CONTRACTED[tncc][0])
    if tncc in _WRITTEN:
        return not lower.startswith(_WRITTEN[tncc])
    if tncc not in (PLAIN, ELIDED) or lower.startswith(("le ", "les ")):
        return True
    return tncc == ELIDED and _sound(name) == "consonant"


_VOWELS = frozenset("aeiouœæ")


def _sound(name: str) -> str:
    letter = _letter(name.lstrip('«“‘"( \u00a0\u202f')[:1])
    if letter in ("h", "y"):
        return letter
    return "vowel" if letter in _VOWELS else "consonant"


@lru_cache(maxsize=1024)
def _letter(char: str) -> str:
    """Return one letter in lower case and without its accent."""
    return unicodedata.normalize("NFD", char.casefold())[:1]
