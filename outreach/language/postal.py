"""Postal addresses as lines: French (NF Z10-011), Colombian, and abroad with the country's line.

Rules for France, by NF Z10-011 and La Poste: at most six lines of 38 characters (seven with the
country), the last three in capitals and without punctuation, CEDEX after the town it stands for,
streets abbreviated only where they are longer than 32 characters.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from babel import Locale

from outreach.errors import N_, Phrase
from outreach.language.names import typographic
from outreach.settings import Language

WIDTH = 38
"""Characters of a line."""
LONG = 32
"""A street or town is abbreviated above this many."""
LINES = 6
"""Lines of an address within the country; one more for the country's name."""

_PUNCTUATION = re.compile(r"[.,;:!?/\\()\[\]\"«»“”_*|]+")
_CEDEX = re.compile(r"(?:\s+(\d{1,2}))?\s*\bcedex\b\s*(\d{0,2})\s*$", re.IGNORECASE)
# "Rue de la Place", "Villers-Chemin": the word is no kind of way there.
_IN_A_NAME = r"(?<![\w’-])(?<!\bDE )(?<!\bDES )(?<!\bDU )(?<!\bLA )(?<!\bLE )"
_POSTCODE = {"FR": re.compile(r"\d{5}"), "CO": re.compile(r"\d{6}")}
_SPOKEN: dict[str, Language] = {"FR": "fr", "CO": "es"}

# NF Z10-011, annexe: kinds of way; then ranks in a way's name.
_WAYS = {
    "ALLÉE": "ALL",
    "ALLÉES": "ALL",
    "AVENUE": "AV",
    "BOULEVARD": "BD",
    "CARREFOUR": "CAR",
    "CHAUSSÉE": "CHS",
    "CHEMIN": "CHE",
    "COURS": "CRS",
    "ESPLANADE": "ESP",
    "FAUBOURG": "FG",
    "HAMEAU": "HAM",
    "IMPASSE": "IMP",
    "LIEU-DIT": "LD",
    "LOTISSEMENT": "LOT",
    "PASSAGE": "PAS",
    "PLACE": "PL",
    "PROMENADE": "PROM",
    "RÉSIDENCE": "RES",
    "ROND-POINT": "RPT",
    "ROUTE": "RTE",
    "SQUARE": "SQ",
}
_RANKS = {
    "CAPITAINE": "CNE",
    "COLONEL": "COL",
    "COMMANDANT": "CDT",
    "DOCTEUR": "DR",
    "GÉNÉRAL": "GAL",
    "LIEUTENANT": "LT",
    "MARÉCHAL": "MAL",
    "PRÉSIDENT": "PDT",
    "PROFESSEUR": "PR",
}
# Of a town; a way's name keeps them whole (La Poste, règles d’abréviation) while it fits.
_SAINTS = {
    "SAINT": "ST",
    "SAINTE": "STE",
}

# First two digits of a Colombian postcode: the departamento's DANE code.
_DEPARTAMENTOS = {
    "ANTIOQUIA": "05",
    "ATLANTICO": "08",
    "BOGOTA": "11",
    "BOLIVAR": "13",
    "BOYACA": "15",
    "CALDAS": "17",
    "CAQUETA": "18",
    "CAUCA": "19",
    "CESAR": "20",
    "CORDOBA": "23",
    "CUNDINAMARCA": "25",
    "CHOCO": "27",
    "HUILA": "41",
    "LA GUAJIRA": "44",
    "MAGDALENA": "47",
    "META": "50",
    "NARINO": "52",
    "NORTE DE SANTANDER": "54",
    "QUINDIO": "63",
    "RISARALDA": "66",
    "SAN ANDRES, PROVIDENCIA Y SANTA CATALINA": "88",
    "SANTANDER": "68",
    "SUCRE": "70",
    "TOLIMA": "73",
    "VALLE DEL CAUCA": "76",
    "ARAUCA": "81",
    "CASANARE": "85",
    "PUTUMAYO": "86",
    "AMAZONAS": "91",
    "GUAINIA": "94",
    "GUAVIARE": "95",
    "VAUPES": "97",
    "VICHADA": "99",
}


class Address(Protocol):
    """A postal address as data; satisfied by the store's rows."""

    @property
    def service(self) -> str | None:
        """Part of the organisation: ``Direction des relations internationales``."""

    @property
    def building(self) -> str | None:
        """``Hôtel de Ville``."""

    @property
    def street(self) -> str | None:
        """``12 rue de la Paix``, ``Carrera 5 # 9-03``."""

    @property
    def box(self) -> str | None:
        """Lieu-dit or boîte postale."""

    @property
    def postcode(self) -> str | None:
        """Five digits in France, six in Colombia."""

    @property
    def town(self) -> str:
        """With CEDEX where there is one."""

    @property
    def district(self) -> str | None:
        """The departamento in Colombia."""

    @property
    def country(self) -> str:
        """Two letters: ``FR``, ``CO``."""


@dataclass(frozen=True, slots=True)
class Lines:
    """An address block, and what is wrong with it; with problems it must not be posted."""

    lines: tuple[str, ...]
    problems: tuple[Phrase, ...] = ()


def lines(
    address: Address,
    recipient_lines: Sequence[str],
    *,
    from_country: str,
    language: Language,
    accents: bool = True,
) -> Lines:
    """Lay out an address under the recipient's lines.

    The country's line is in the language of ``from_country``, where the post office reads it; of
    ``language`` where that country is neither France nor Colombia. ``accents=False`` leaves them
    out of capitals, as La Poste asks.
    """
    problems: list[Phrase] = []
    recipient = [_clean(line, problems) for line in (*recipient_lines, address.service)]
    place = [_clean(text, problems) for text in (address.building, address.street, address.box)]
    town, district = _clean(address.town, problems), _clean(address.district, problems)
    postcode = re.sub(r"\s", "", _clean(address.postcode, problems))
    country = address.country.upper()
    _check_town(country, postcode, town, district, problems)
    if country == "FR":
        lower = [_street(line) for line in place if line]
        lower.append(_french_town(postcode, town))
        if not accents:
            lower = [_unaccented(line) for line in lower]
        block = _fitted([line for line in recipient if line], lower, problems)
    else:
        last = f"{postcode} {town}".strip().upper()
        if district and country == "CO" and not _plain(district).startswith(_plain(town)):
            last = f"{last}, {district.upper()}"
        block = [*(line for line in (*recipient, *place) if line), last]
    if country != from_country.upper():
        block.append(_country(country, _SPOKEN.get(from_country.upper(), language)))
    most = LINES + (country != from_country.upper())
    if len(block) > most:
        words = N_("the address takes {count} lines; at most {most} fit.")
        problems.append(Phrase(words, {"count": len(block), "most": most}))
    return Lines(tuple(line for line in block if line), tuple(problems))


def _clean(text: str | None, problems: list[Phrase]) -> str:
    """Return one line, ready to print. Control and direction characters are refused."""
    if not text:
        return ""
    kept = "".join(char for char in text if unicodedata.category(char)[0] != "C")
    if kept != text:
        words = N_("the address holds a control or direction character in “{text}”; retype it.")
        problems.append(Phrase(words, {"text": typographic(kept)}))
    return typographic(kept)


def _check_town(
    country: str, postcode: str, town: str, district: str, problems: list[Phrase]
) -> None:
    if not town:
        problems.append(Phrase(N_("the address has no town.")))
        return
    form = _POSTCODE.get(country)
    if form is None:
        return
    if not form.fullmatch(postcode):
        if postcode or country == "FR":
            words = N_("“{postcode}” is no postcode of {town}: {digits} digits are needed.")
            digits = 5 if country == "FR" else 6
            values = {"postcode": postcode, "town": town, "digits": digits}
            problems.append(Phrase(words, values))
        return
    if country == "CO":
        # Of towns only Bogotá tells its departamento: Caldas is a town of Antioquia as well.
        place = district or (town if _plain(town) == "BOGOTA" else "")
        expected = _DEPARTAMENTOS.get(_plain(place))
        if expected and not postcode.startswith(expected):
            words = N_("postcode {postcode} is not in {district}, whose codes begin with {digits}.")
            values = {"postcode": postcode, "district": place, "digits": expected}
            problems.append(Phrase(words, values))


def _street(line: str) -> str:
    line = " ".join(_PUNCTUATION.sub(" ", line).split()).upper()
    line = _abbreviated(line, _WAYS, before=_IN_A_NAME)
    return _abbreviated(_abbreviated(line, _RANKS), _SAINTS, most=WIDTH)


def _french_town(postcode: str, town: str) -> str:
    town = " ".join(_PUNCTUATION.sub(" ", town).split())
    cedex = _CEDEX.search(town)
    if cedex:
        number = cedex.group(2) or cedex.group(1) or ""
        town = f"{town[: cedex.start()]} CEDEX {number}"
    return _abbreviated(f"{postcode} {town}".strip().upper(), _SAINTS)


def _abbreviated(
    line: str, words: Mapping[str, str], *, most: int = LONG, before: str = r"(?<![\w’])"
) -> str:
    """Abbreviate word by word, in the table's order, until the line is no longer than ``most``."""
    for word, short in words.items():
        if len(line) <= most:
            break
        line = re.sub(rf"{before}(?:{word}|{_unaccented(word)})(?!\w)", short, line)
    return line


def _fitted(upper: list[str], lower: list[str], problems: list[Phrase]) -> list[str]:
    """Bring a French block to six lines of 38: long lines are broken, title and name share one."""
    broken = [part for line in upper for part in _broken(line)]
    first = " ".join(broken[:2])
    if len(broken) + len(lower) > LINES and len(first) <= WIDTH:
        broken[:2] = [first]
    block = [*broken, *lower]
    for line in block:
        if len(line) > WIDTH:
            words = N_("“{line}” has {length} characters; a line of an address holds {most}.")
            problems.append(Phrase(words, {"line": line, "length": len(line), "most": WIDTH}))
    return block


def _broken(line: str) -> list[str]:
    """Break a recipient's line that is too long, at a space or after a hyphen."""
    parts = [""]
    for word in re.findall(r"[^\s-]+-?|-|\s", line):
        if len(parts[-1] + word) > WIDTH and parts[-1].strip():
            parts.append("")
        parts[-1] += word
    return [part.strip() for part in parts if part.strip()]


def _country(code: str, language: Language) -> str:
    name = Locale(language).territories.get(code, code)
    return typographic(name).upper()


def _unaccented(text: str) -> str:
    letters = unicodedata.normalize("NFD", text)
    plain = "".join(char for char in letters if not unicodedata.combining(char))
    return plain.replace("Œ", "OE").replace("Æ", "AE")


def _plain(text: str) -> str:
    """Return a Colombian place's name for comparing: "Bogotá, D. C." is BOGOTA."""
    plain = _unaccented(text).upper()
    return re.sub(r"[\s,]+D\.?\s*C\.?$", "", plain).strip()
