"""French forms of organisation names: "la Ville du Havre", "au Département de l’Isère", "en Isère".

An institution is named with its article and contracts like any noun; the place alone follows
:mod:`outreach.language.french_articles`. What neither rules nor ``contacts/overrides`` decide is
:class:`Undecided`.
"""

from outreach.errors import N_, Phrase
from outreach.language import overrides as tables
from outreach.language.french_articles import (
    LA,
    LE,
    LES,
    Form,
    L,
    area_de,
    by_sound,
    contradiction,
    with_a,
    with_de,
)
from outreach.language.names import (
    Named,
    Undecided,
    is_unincorporated,
    nameless,
    printed_name,
    unincorporated,
    unknown_kind,
)
from outreach.language.overrides import Exceptional, Overrides

__all__ = [
    "bare",
    "commune_de",
    "in_",
    "named",
    "of",
    "place_a",
    "place_de",
    "to",
    "with_a",
    "with_de",
]

_TITLES = {
    "commune": "la Ville ",
    "departement": "le Département ",
    "municipio": "la municipalité ",
    "departamento": "le département ",
}
_AREAS = ("departement", "region")

# Nouns that institutions' names begin with, and their article.
_NOUNS = {
    "agence": "l’",
    "agglomération": "l’",
    "alliance": "l’",
    "ambassade": "l’",
    "asociación": "l’",
    "assemblée": "l’",
    "association": "l’",
    "collectivité": "la ",
    "comité": "le ",
    "communauté": "la ",
    "commune": "la ",
    "conseil": "le ",
    "département": "le ",
    "eurométropole": "l’",
    "federación": "la ",
    "fédération": "la ",
    "métropole": "la ",
    "région": "la ",
    "réseau": "le ",
    "syndicat": "le ",
    "union": "l’",
    "ville": "la ",
}
_ARTICLES = ("la ", "le ", "les ", "l’")
_IN_AREA = {LE: "dans le ", LES: "dans les ", L: "dans l’"}


def bare(org: Named) -> str:
    """Return the name alone, as printed: "Le Havre", "Isère", "Grenoble-Alpes-Métropole"."""
    return printed_name(org)


def named(org: Named, overrides: Overrides | None = None) -> Form:
    """Return the organisation with its article: "la Ville du Havre", "Toulouse Métropole"."""
    known = _exceptional(org, overrides)
    return known.named or _named(org, known)


def of(org: Named, overrides: Overrides | None = None) -> Form:
    """Return the organisation after *de*: "de la Ville du Havre", "du Département de l’Isère"."""
    words = named(org, overrides)
    if isinstance(words, Undecided):
        return words
    if words.startswith("le "):
        return f"du {words[3:]}"
    if words.startswith("les "):
        return f"des {words[4:]}"
    return f"de {words}" if words.startswith(_ARTICLES) else by_sound(words, org.code)


def to(org: Named, overrides: Overrides | None = None) -> Form:
    """Return the organisation after *à*: "à la Ville du Havre", "au Département de l’Isère"."""
    words = named(org, overrides)
    if isinstance(words, Undecided):
        return words
    if words.startswith("le "):
        return f"au {words[3:]}"
    return f"aux {words[4:]}" if words.startswith("les ") else f"à {words}"


def in_(org: Named, overrides: Overrides | None = None) -> Form:
    """Return where something takes place: "au Havre", "en Isère", "dans la Métropole de Lyon"."""
    known = _exceptional(org, overrides)
    if known.en:
        return known.en
    if org.kind in ("commune", "municipio"):
        return place_a(org, overrides)
    if org.kind in _AREAS:
        return _in_area(org)
    words = named(org, overrides)
    if isinstance(words, Undecided):
        return words
    if words.startswith(_ARTICLES):
        return f"dans {words}"
    return _prefixed("sur le territoire ", of(org, overrides))


def place_de(org: Named, overrides: Overrides | None = None) -> Form:
    """Return the place, not the institution, after *de*: "du Havre", "de la Gironde"."""
    known = _exceptional(org, overrides)
    return known.de or _place_de(org)


def place_a(org: Named, overrides: Overrides | None = None) -> Form:
    """Return the place after *à*: "au Havre", "aux Abymes"; of an area, where something is."""
    known = _exceptional(org, overrides)
    if known.a:
        return known.a
    if org.kind == "municipio":
        # Spanish articles do not contract in French: "à El Banco".
        return f"à {bare(org)}" if bare(org) else nameless()
    return with_a(org.name, org.tncc, org.code) if org.kind == "commune" else in_(org, overrides)


def commune_de(org: Named, overrides: Overrides | None = None) -> Form:
    """Return "la commune du Havre" for a commune, the organisation's own name for any other."""
    if org.kind != "commune":
        return named(org, overrides)
    return _prefixed("la commune ", place_de(org, overrides))


def _exceptional(org: Named, overrides: Overrides | None) -> Exceptional:
    return (tables.current() if overrides is None else overrides).of(org.code, "fr")


def _named(org: Named, known: Exceptional) -> Form:
    if is_unincorporated(org):
        return unincorporated(org)
    if org.kind in _TITLES:
        return _prefixed(_TITLES[org.kind], known.de or _place_de(org))
    if org.kind == "region":
        return f"la Région {bare(org)}" if bare(org) else nameless()
    if org.kind in ("epci", "association"):
        return _institution(bare(org))
    if org.kind == "territoire":
        words = N_("nothing tells how {name} is named in French; add {code} to {file}.")
        values = {"name": org.name, "code": org.code, "file": tables.where("fr")}
        return Undecided(Phrase(words, values))
    return unknown_kind(org)


def _institution(name: str) -> Form:
    if not name:
        return nameless()
    if name.startswith(_ARTICLES):
        return name
    return _NOUNS.get(name.partition(" ")[0].casefold(), "") + name


def _place_de(org: Named) -> Form:
    name = bare(org)
    if org.kind in _AREAS and org.tncc is not None:
        return area_de(name, org.tncc, org.code)
    if org.country == "FR":
        return with_de(name, org.tncc, org.code)
    return by_sound(name, org.code)


def _in_area(org: Named) -> Form:
    """Say where, for a département or région: "en" without article or for a feminine compound.

    A département that is one river's name could be the river itself ("dans la Loire"): the table
    of exceptions has those of which usage says "en"; for the others the full form is right.
    """
    name, tncc = bare(org), org.tncc
    if not name or tncc is None:
        return contradiction(name, tncc, org.code)
    if tncc in _IN_AREA:
        return _IN_AREA[tncc] + name
    if tncc == LA and org.kind == "departement" and "-" not in name:
        return f"dans le département de la {name}"
    return f"en {name}" if tncc <= LA else contradiction(name, tncc, org.code)


def _prefixed(words: str, form: Form) -> Form:
    return form if isinstance(form, Undecided) else words + form
