"""Conditions as people say them: ``[si commune ou métropole]``, ``[si no recibió julio]``.

A condition is a row of tests joined by *et*/*y* and *ou*/*o* (*et* binds closer); each may be denied
by *pas*, *no*, *sauf*, *excepto*. Names with such words in them stand in quotes.
"""

import re
from collections.abc import Mapping

from outreach.letters import spoken
from outreach.letters.keys import plain
from outreach.letters.spoken import UnknownNameError

MAX_LENGTH = 500
"""Characters of one condition: a longer one is no sentence."""

KINDS: Mapping[str, str] = {
    "commune": "commune",
    "communes": "commune",
    "comuna": "commune",
    "intercommunalité": "epci",
    "intercomunalidad": "epci",
    "epci": "epci",
    "département": "departement",
    "région": "region",
    "región": "region",
    "municipio": "municipio",
    "municipalité colombienne": "municipio",
    "departamento": "departamento",
    "departamento colombiano": "departamento",
    "association": "association",
    "asociación": "association",
}
"""What the recipient is, by ``contacts.models.Kind``."""
SUBTYPES: Mapping[str, tuple[str, ...]] = {
    "métropole": ("METRO", "MET69"),  # Lyon’s has a status of its own
    "metrópoli": ("METRO", "MET69"),
    "communauté urbaine": ("CU",),
    "communauté d’agglomération": ("CA",),
    "communauté de communes": ("CC",),
}
_FIXED: Mapping[str, str] = {
    "première lettre": "premiere_lettre",
    "primera carta": "premiere_lettre",
    "femme": 'contact.genre == "F"',
    "mujer": 'contact.genre == "F"',
    "homme": 'contact.genre == "M"',
    "hombre": 'contact.genre == "M"',
    "en France": 'organisation.pays == "FR"',
    "en Francia": 'organisation.pays == "FR"',
    "en Colombie": 'organisation.pays == "CO"',
    "en Colombia": 'organisation.pays == "CO"',
}
_STEP = re.compile(r"(?P<no>n'a pas |no )?(?:a |ya |deja )*(?:recu|recibio) (?P<step>[\w-]+)$")
_DENIED = re.compile(r"(?:n'est pas |pas |non |no es |no |sauf |excepto )")
_PLACE = re.compile(r"(?:en |dans la |dans le )?(region|departement|departamento|theme|tema) (.+)$")
_INHABITANTS = re.compile(r"(plus|moins|mas|menos) de ([\d ]+)(?: habitants| habitantes)?$")
_KNOWN = re.compile(r"(.+) (?:connue?|conocid[oa])$")
_AND = re.compile(r" (?:et|y|e) ")
_OR = re.compile(r" (?:ou|o|u) ")
_QUOTED = re.compile(r"[\"“«]\s*([^\"”»]+?)\s*[\"”»]")
_PLACES = {"region": "region", "departement": "departement", "departamento": "departement"}

_TESTS: Mapping[str, str] = (
    {plain(said): f'organisation.type == "{kind}"' for said, kind in KINDS.items()}
    | {plain(said): f"organisation.sous_type in {list(kinds)}" for said, kinds in SUBTYPES.items()}
    | {plain(said): test for said, test in _FIXED.items()}
)


def expression(words: str) -> str:
    """Return the expression of a condition. Raises UnknownNameError with the part not known."""
    if len(words) > MAX_LENGTH:
        raise UnknownNameError(words[:40] + "…")
    kept: list[str] = []

    def put_aside(found: re.Match[str]) -> str:
        kept.append(found[1])
        return f"\x00{len(kept) - 1}\x00"

    said = plain(_QUOTED.sub(put_aside, words))
    before = ""
    alternatives = []
    for alternative in _OR.split(said):
        tests = []
        for part in _AND.split(alternative):
            test, before = _test(part.strip(), before, kept)
            tests.append(test)
        alternatives.append(" and ".join(tests))
    return " or ".join(alternatives)


def _test(said: str, before: str, kept: list[str]) -> tuple[str, str]:
    """Return the test that ``said`` is, and what a bare name after it belongs to."""
    step = _STEP.match(said)
    denied = None if step else _DENIED.match(said)
    if step is not None:
        test = f'a_recu("{step["step"]}")'
        return (f"not {test}" if step["no"] else test), ""
    if denied is not None:
        test, before = _test(said[denied.end() :], before, kept)
        return f"not ({test})", before
    place = _PLACE.match(said)
    if place is not None:
        return _named(place[1], place[2], kept), place[1]
    return _plain_test(said, before, kept)


def _plain_test(said: str, before: str, kept: list[str]) -> tuple[str, str]:
    """Return the test that names nothing but itself; else ``said`` belongs to ``before``."""
    if said in _TESTS:
        return _TESTS[said], ""
    count = _INHABITANTS.match(said)
    if count is not None:
        sign = ">" if count[1] in {"plus", "mas"} else "<"
        return f"organisation.population {sign} {int(count[2].replace(' ', ''))}", ""
    known = _KNOWN.match(said)
    name = known[1] if known else said
    try:
        return spoken.expression(name).partition(" | ")[0], ""
    except UnknownNameError:
        # "région Bretagne ou Normandie": the second name is one of a région too.
        if before:
            return _named(before, said, kept), before
        names = [*KINDS, *SUBTYPES, *_FIXED]
        raise UnknownNameError(name, spoken.near(said, names)) from None


def _named(what: str, name: str, kept: list[str]) -> str:
    """Return the test on the name of a région or département, or on a theme."""
    name = re.sub("\x00(\\d+)\x00", lambda found: plain(kept[int(found[1])]), name)
    name = re.sub(r"[^\w'. -]", "", name)
    if what in _PLACES:
        return f'est({_PLACES[what]}, "{name}")'
    return f'est(organisation.themes, "{name}")'
