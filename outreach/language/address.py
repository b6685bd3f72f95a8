"""Forms of address: one source for salutation and closing, so that they cannot differ.

French usage as protocol manuals give it ("haute considération" for elected officials, "très haute"
for ministers), feminine functions as the circular of 21 November 2017 asks, never with a middle
dot; Colombian usage with "Señora alcaldesa:" and the colon of GTC 185. A gender that is not known
gives both forms, feminine first; it is never guessed from a first name.
"""

import re
from dataclasses import dataclass
from typing import Literal

from outreach.errors import N_, Phrase
from outreach.language.names import Undecided, typographic
from outreach.language.numbers import DEFAULT, Profile
from outreach.settings import Gender, Language

Regard = Literal["très haute", "haute", "distinguée"]


@dataclass(frozen=True, slots=True)
class Form:
    """How one recipient is addressed, everywhere in one letter."""

    vocative: str
    """``Madame la Maire``."""
    salutation: str
    """``Madame la Maire,``; in Spanish with its colon."""
    line: str
    """In the address block; a neutral office where the gender is not known."""
    in_sentence: str
    """``Madame la Maire``; in Spanish in lower case."""
    closing: str
    short_closing: str


@dataclass(frozen=True, slots=True)
class _Office:
    """The two vocatives of an office and what goes with them."""

    masculine: str
    feminine: str
    neutral: str
    """The address block's line where the gender is not known."""
    regard: Regard = "haute"


_FRENCH: dict[str, _Office] = {
    "maire": _Office("Monsieur le Maire", "Madame la Maire", "Cabinet du Maire"),
    "president": _Office(
        "Monsieur le Président", "Madame la Présidente", "Cabinet de la présidence"
    ),
    "adjoint": _Office(
        "Monsieur l’Adjoint au Maire", "Madame l’Adjointe au Maire", "Cabinet du Maire"
    ),
    "conseiller": _Office(
        "Monsieur le Conseiller", "Madame la Conseillère", "Secrétariat des élus"
    ),
    "senateur": _Office("Monsieur le Sénateur", "Madame la Sénatrice", "Permanence parlementaire"),
    "depute": _Office("Monsieur le Député", "Madame la Députée", "Permanence parlementaire"),
    "prefet": _Office("Monsieur le Préfet", "Madame la Préfète", "Cabinet de la préfecture"),
    "dgs": _Office(
        "Monsieur le Directeur général des services",
        "Madame la Directrice générale des services",
        "Direction générale des services",
        "distinguée",
    ),
    "association": _Office(
        "Monsieur le Président", "Madame la Présidente", "Présidence", "distinguée"
    ),
    "directeur": _Office(
        "Monsieur le Directeur", "Madame la Directrice", "Direction", "distinguée"
    ),
    "secretaire": _Office(
        "Monsieur le Secrétaire", "Madame la Secrétaire", "Secrétariat", "distinguée"
    ),
    "gouverneur": _Office(
        "Monsieur le Gouverneur", "Madame la Gouverneure", "Cabinet du gouverneur"
    ),
    "ministre": _Office(
        "Monsieur le Ministre", "Madame la Ministre", "Cabinet du ministre", "très haute"
    ),
}

_SPANISH: dict[str, _Office] = {
    "maire": _Office("Señor alcalde", "Señora alcaldesa", "Despacho"),
    "president": _Office("Señor presidente", "Señora presidenta", "Despacho de la presidencia"),
    "adjoint": _Office("Señor teniente de alcalde", "Señora teniente de alcalde", "Despacho"),
    "conseiller": _Office("Señor concejal", "Señora concejala", "Secretaría del Concejo"),
    "senateur": _Office("Honorable senador", "Honorable senadora", "Oficina del Senado"),
    "depute": _Office("Honorable diputado", "Honorable diputada", "Oficina parlamentaria"),
    "prefet": _Office("Señor prefecto", "Señora prefecta", "Despacho de la prefectura"),
    "dgs": _Office(
        "Señor director general de servicios",
        "Señora directora general de servicios",
        "Dirección general de servicios",
        "distinguée",
    ),
    "association": _Office(
        "Señor presidente", "Señora presidenta", "Despacho de la presidencia", "distinguée"
    ),
    "directeur": _Office("Señor director", "Señora directora", "Dirección", "distinguée"),
    "secretaire": _Office("Señor secretario", "Señora secretaria", "Secretaría", "distinguée"),
    "gouverneur": _Office("Señor gobernador", "Señora gobernadora", "Despacho"),
    "ministre": _Office("Señor ministro", "Señora ministra", "Despacho", "très haute"),
}

# One office, whatever the country's word for it: an alcalde is written to in French as a maire.
_SAME = {
    "alcalde": "maire",
    "gobernador": "gouverneur",
    "secretario": "secretaire",
    "director": "directeur",
    "senador": "senateur",
    "presidente": "president",
    "ministro": "ministre",
}

COLLECTIVE: dict[Language, str] = {"fr": "Mesdames, Messieurs", "es": "Señoras y señores"}

_SPANISH_TITLE = re.compile(r"^(?:Señora?|Honorable) \w")
# An office holder who prefers "Madame le Maire" is still "señora alcaldesa" in Spanish.
_OTHER_LANGUAGE: dict[Language, re.Pattern[str]] = {
    "fr": re.compile(r"(?:se[ñn]or|honorable|doctora?\b|respetad|su excelencia)", re.IGNORECASE),
    "es": re.compile(
        r"(?:madame|monsieur|mesdames|messieurs|ma[iî]tre|docteur|excellence)\b", re.IGNORECASE
    ),
}

OFFICES = (*_FRENCH, *_SAME, "collectif")
"""Every office a contact may hold."""

_REGARD_ES: dict[Regard, str] = {
    "très haute": "mi más alta y distinguida consideración",
    "haute": "mi más alta consideración",
    "distinguée": "mi consideración más distinguida",
}


def form(
    office: str,
    gender: Gender | None,
    language: Language,
    *,
    kind: str,
    override: str | None = None,
    collective: bool = False,
    profile: Profile = DEFAULT,
) -> Form | Undecided:
    """Return how the holder of ``office`` is addressed in ``language``.

    ``kind`` is the organisation's: the president of an association is shown another regard than
    that of a département. ``override`` is what the person prefers to be called, in letters of the
    language that it is in. An office that is not in the tables is undecided.
    """
    if collective or office == "collectif":
        return _form(COLLECTIVE[language], COLLECTIVE[language], language, "haute")
    name = _SAME.get(office, office)
    if name == "president" and kind == "association":
        name = "association"
    row = (_FRENCH if language == "fr" else _SPANISH).get(name)
    if row is None:
        return Undecided(
            Phrase(
                N_("the office “{office}” has no form of address. Known: {known}."),
                {"office": office, "known": list(OFFICES)},
            )
        )
    if language == "es" and profile.capital_offices_es:
        row = _capital(row)
    title = typographic(override or "").rstrip(" ,:;.")
    if title and not _OTHER_LANGUAGE[language].match(title):
        return _form(title, title, language, row.regard)
    if gender is None:
        return _form(_both(row, language), row.neutral, language, row.regard)
    vocative = row.feminine if gender == "F" else row.masculine
    return _form(vocative, vocative, language, row.regard)


def _both(row: _Office, language: Language) -> str:
    """Return both vocatives: "Madame la Maire, Monsieur le Maire"."""
    if language == "fr":
        return f"{row.feminine}, {row.masculine}"
    return f"{row.feminine}, {_lowered(row.masculine)}"


def _form(vocative: str, line: str, language: Language, regard: Regard) -> Form:
    if language == "fr":
        return Form(
            vocative=vocative,
            salutation=f"{vocative},",
            line=line,
            in_sentence=vocative,
            closing=(
                f"Je vous prie d’agréer, {vocative}, l’expression de ma {regard} considération."
            ),
            short_closing="Cordialement,",
        )
    inside = _lowered(vocative)
    return Form(
        vocative=vocative,
        salutation=f"{vocative}:",
        line=line,
        in_sentence=inside,
        closing=f"{_receive(vocative)}, {inside}, las seguridades de {_REGARD_ES[regard]}.",
        short_closing="Cordialmente,",
    )


def _receive(vocative: str) -> str:
    """Return the verb: a collective is many."""
    return "Reciban" if vocative == COLLECTIVE["es"] else "Reciba"


def _lowered(words: str) -> str:
    """Return a Spanish vocative as it stands inside a sentence; *Su Excelencia* keeps capitals."""
    return words if words.startswith("Su ") else words[:1].lower() + words[1:]


def _capital(row: _Office) -> _Office:
    """Return an office with its capital: "Señora Alcaldesa"."""
    masculine, feminine = (
        _SPANISH_TITLE.sub(_raised, each) for each in (row.masculine, row.feminine)
    )
    return _Office(masculine, feminine, row.neutral, row.regard)


def _raised(match: re.Match[str]) -> str:
    return match[0][:-1] + match[0][-1].upper()
