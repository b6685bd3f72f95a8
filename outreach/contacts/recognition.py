"""Which organisation a list means: by its official code, else by its name where it lies.

A name alone never decides between two places. Names are compared without case, accents and the
words that lists put before them ("Mairie de", "Cne du", "Alcaldía de"); the département, given or
read from the postcode, narrows them. What is not clear goes to a person with the candidates.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contacts.models import Kind, Organisation

SURE = 86.0
"""Least likeness (0-100, indel ratio) at which a name in a known département is taken."""
MARGIN = 6.0
"""How much likelier than the second it must be."""
LIKELY = 70.0
"""Least likeness at which a candidate is shown."""
DISAGREES = 60.0
"""Below this likeness a code and the name beside it are of two places."""
SHOWN = 5

_PLACE = {Kind.COMMUNE, Kind.MUNICIPIO, Kind.TERRITOIRE}
_HINTS: tuple[tuple[str, frozenset[str]], ...] = (
    (
        (
            r"(?:communaute|com) (?:de |d )?(?:communes?|com|agglomeration|agglo|urbaine)|metropole|"
            r"c ?c|c ?a|c ?u"
        ),
        frozenset({Kind.EPCI}),
    ),
    (
        r"(?:conseil )?departement(?:al)?|dept|cd",
        frozenset({Kind.DEPARTEMENT}),
    ),
    (r"(?:conseil )?region(?:al)?", frozenset({Kind.REGION})),
    (
        r"gobernacion|departamento",
        frozenset({Kind.DEPARTAMENTO}),
    ),
    (
        (
            r"mairie|hotel de ville|commune|cne|ville|vile|municipalite|alcaldia(?: municipal| mayor)?|"
            r"municipio|municipalidad|ciudad|distrito"
        ),
        frozenset({*_PLACE}),
    ),
)
_PREFIX = tuple(
    (re.compile(rf"^(?:{words})(?: (d[eu]s? l[ae]|d[eu]s?|d[ae]l|d))? (?=\S)"), kinds)
    for words, kinds in _HINTS
)
_ARTICLE = {"du": "le ", "des": "les ", "de la": "la ", "de le": "le ", "del": "el "}
_SHORT = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes", "s": "sur"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a line says of its organisation."""

    name: str = ""
    codes: tuple[str, ...] = ()
    """Full codes to try, such as ``FR:76351``; an EPCI's is its SIREN."""
    siren: str = ""
    departement: str = ""
    """Its code or its name."""
    postcode: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One organisation that may be meant."""

    id: int
    code: str
    name: str
    kind: str
    score: float
    """Likeness of the names, 0 to 100."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """The organisation, or nobody and the candidates, best first."""

    found: Candidate | None
    candidates: tuple[Candidate, ...] = ()
    how: str = ""
    """``code``, ``name``, ``likeness``; or why not: ``homonyms``, ``unlike``, ``unknown``,
    ``code-and-name``."""


@dataclass(frozen=True, slots=True)
class _Entry:
    id: int
    code: str
    name: str
    kind: str
    country: str
    departement: str
    siren: str
    postcodes: frozenset[str]

    def scored(self, score: float) -> Candidate:
        return Candidate(
            self.id, self.code, self.name.partition("\n")[0], self.kind, round(score, 1)
        )


_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
"""Accents and other combining marks, as NFKD parts them from their letters."""


@lru_cache(maxsize=100_000)
def normalised(text: str) -> str:
    """Return a name as it is compared: ``ST-ETIENNE s/ Loire`` is ``saint etienne sur loire``."""
    plain = text.casefold()
    if not plain.isascii():
        plain = _MARKS.sub("", unicodedata.normalize("NFKD", plain.replace("œ", "oe")))
    words = re.findall(r"[a-z0-9]+", plain)
    return " ".join(_SHORT.get(word, word) for word in words)


def stripped(key: str) -> tuple[str, frozenset[str]]:
    """Return a normalised name without "mairie de" and the like, and the kinds that they tell."""
    for prefix, kinds in _PREFIX:
        if match := prefix.match(key):
            return _ARTICLE.get(match.group(1) or "", "") + key[match.end() :], kinds
    return key, frozenset()


class Directory:
    """Every organisation, ready to be looked up; about 60 MB for France and Colombia."""

    def __init__(self, entries: Iterable[_Entry]) -> None:
        self.by_code: dict[str, _Entry] = {}
        self._by_siren: dict[str, _Entry] = {}
        self._by_name: defaultdict[str, list[_Entry]] = defaultdict(list)
        self._names: defaultdict[tuple[str, str], list[tuple[str, _Entry]]] = defaultdict(list)
        self._departements: dict[str, tuple[str, str]] = {}
        for entry in entries:
            self.by_code[entry.code] = entry
            if entry.siren:
                self._by_siren[entry.siren] = entry
            keys = {normalised(name) for name in entry.name.split("\n")}
            for key in keys | {stripped(key)[0] for key in keys}:
                self._by_name[key].append(entry)
                self._names[entry.country, entry.departement].append((key, entry))
            if entry.kind in {Kind.DEPARTEMENT, Kind.DEPARTAMENTO, Kind.TERRITOIRE}:
                place = (entry.country, entry.departement)
                self._departements |= dict.fromkeys(keys, place)
                self._departements[f"{entry.country}:{entry.departement}"] = place

    def recognise(self, wanted: Wanted) -> Recognised:
        """Return the organisation that is meant, or the candidates where it is not sure."""
        name, kinds = stripped(normalised(wanted.name))
        for code in wanted.codes:
            if entry := self.by_code.get(code):
                return self._checked(entry, name)
        if wanted.siren and (entry := self._by_siren.get(wanted.siren)):
            return self._checked(entry, name)
        if not name:
            return Recognised(None, how="unknown")
        return self._named(name, kinds, wanted)

    def _checked(self, entry: _Entry, name: str) -> Recognised:
        score = max(_likeness(name, normalised(known)) for known in entry.name.split("\n"))
        if name and score < DISAGREES and name not in normalised(entry.name):
            others = tuple(other.scored(100) for other in self._by_name.get(name, [])[:SHOWN])
            if others:
                return Recognised(None, (entry.scored(score), *others), "code-and-name")
        return Recognised(entry.scored(100), how="code")

    def _named(self, name: str, kinds: frozenset[str], wanted: Wanted) -> Recognised:
        places = self._places(wanted)
        same = [
            entry
            for entry in self._by_name.get(name, ())
            if (not kinds or entry.kind in kinds)
            and (not wanted.country or entry.country == wanted.country)
        ]
        here = [e for e in same if (e.country, e.departement) in places] if places else same
        if wanted.postcode and len(here) > 1:
            here = [e for e in here if wanted.postcode in e.postcodes] or here
        here = _preferred(here, kinds)
        if len(here) == 1:
            return Recognised(here[0].scored(100), how="name")
        if here:
            return Recognised(None, tuple(e.scored(100) for e in here[:SHOWN]), "homonyms")
        return self._likely(name, kinds, places, same)

    def _likely(
        self,
        name: str,
        kinds: frozenset[str],
        places: Sequence[tuple[str, str]],
        elsewhere: Sequence[_Entry],
    ) -> Recognised:
        from rapidfuzz import fuzz, process

        if places:
            pool = [row for place in places for row in self._names.get(place, ())]
            if not kinds:
                kinds = frozenset(_PLACE)
        else:
            first = name[:2]
            pool = [(k, e) for k, es in self._by_name.items() if k[:2] == first for e in es]
        pool = [row for row in pool if not kinds or row[1].kind in kinds]
        found: dict[int, Candidate] = {}
        for _, score, place in process.extract(
            name, [key for key, _ in pool], scorer=fuzz.ratio, score_cutoff=LIKELY, limit=SHOWN * 2
        ):
            entry = pool[place][1]
            if entry.id not in found:
                found[entry.id] = entry.scored(score)
        best = sorted(found.values(), key=lambda c: (-c.score, c.code))
        if places and best and best[0].score >= SURE:
            second = best[1].score if len(best) > 1 else 0.0
            if best[0].score - second >= MARGIN:
                return Recognised(best[0], how="likeness")
        shown = (*best, *(e.scored(100) for e in elsewhere if e.id not in found))[:SHOWN]
        return Recognised(None, shown, "unlike" if shown else "unknown")

    def _places(self, wanted: Wanted) -> tuple[tuple[str, str], ...]:
        """Return the départements that a line may mean; none where it says nothing."""
        if given := wanted.departement.strip():
            code = given.upper().zfill(2)
            for country in (wanted.country,) if wanted.country else ("FR", "CO"):
                if place := self._departements.get(f"{country}:{code}"):
                    return (place,)
            key = normalised(given)
            if place := self._departements.get(key) or self._departements.get(stripped(key)[0]):
                return (place,)
        digits = wanted.postcode
        if wanted.country != "CO" and len(digits) == 5 and digits.isdecimal():  # noqa: PLR2004  # a French postcode
            if digits.startswith("20"):
                return (("FR", "2A"), ("FR", "2B"))
            return (("FR", digits[:3] if digits[:2] in {"97", "98"} else digits[:2]),)
        return ()


def _preferred(entries: list[_Entry], kinds: frozenset[str]) -> list[_Entry]:
    """Prefer a commune to the département or EPCI of the same name, where the line says nothing."""
    unique = list({entry.id: entry for entry in entries}.values())
    if len(unique) > 1 and not kinds:
        return [entry for entry in unique if entry.kind in _PLACE] or unique
    return unique


def _likeness(one: str, other: str) -> float:
    from rapidfuzz import fuzz

    return max(fuzz.ratio(one, other), fuzz.token_set_ratio(one, other))


def directory(session: Session) -> Directory:
    """Read every organisation that has not vanished."""
    rows = session.execute(
        select(
            Organisation.id,
            Organisation.code,
            Organisation.name,
            Organisation.official_name,
            Organisation.kind,
            Organisation.country,
            Organisation.departement,
            Organisation.siren,
            Organisation.facts["codes_postaux"],
        ).where(Organisation.vanished_on.is_(None))
    )
    return Directory(
        _Entry(
            id_,
            code,
            f"{name}\n{official}" if official else name,
            kind,
            country,
            departement or "",
            siren or "",
            frozenset(map(str, postcodes)) if isinstance(postcodes, list) else frozenset(),
        )
        for id_, code, name, official, kind, country, departement, siren, postcodes in rows
    )
