"""Spanish forms of organisation names: "la Alcaldía de El Banco", "la Gobernación del Huila".

*De* and *a* contract with *el* only where the article is no part of the proper name (RAE, Libro de
estilo de la Justicia 11.4.2): capital *El* never contracts. French names stay French, article and
all: "la Alcaldía de Le Havre", "el municipio de Le Havre", "la Région" as "la Región Occitanie";
a French grouping keeps its official name whole, "la Communauté de communes du Perche". Exonyms
that Spanish really uses (París, Marsella) are in ``contacts/overrides``.
"""

from outreach.errors import N_, Phrase
from outreach.language import overrides as tables
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

Form = str | Undecided

# Departamentos that usage names with the article, by DANE code.
_WITH_EL = frozenset(
    (
        "CO:08",  # Atlántico
        "CO:18",  # Caquetá
        "CO:19",  # Cauca
        "CO:20",  # Cesar
        "CO:27",  # Chocó
        "CO:41",  # Huila
        "CO:47",  # Magdalena
        "CO:50",  # Meta
        "CO:63",  # Quindío
        "CO:73",  # Tolima
        "CO:76",  # Valle del Cauca
        "CO:86",  # Putumayo
        "CO:91",  # Amazonas
        "CO:94",  # Guainía
        "CO:95",  # Guaviare
        "CO:97",  # Vaupés
        "CO:99",  # Vichada
    )
)
_TITLES = {
    "commune": "la Alcaldía ",
    "municipio": "la Alcaldía ",
    "departamento": "la Gobernación ",
    "departement": "el Departamento ",
}

# Nouns that institutions' names begin with, and their article.
_NOUNS = {
    "agencia": "la ",
    "agglomération": "la ",
    "asociación": "la ",
    "association": "la ",
    "comité": "el ",
    "communauté": "la ",
    "comunidad": "la ",
    "consejo": "el ",
    "corporación": "la ",
    "eurométropole": "la ",
    "federación": "la ",
    "fédération": "la ",
    "métropole": "la ",
    "red": "la ",
    "unión": "la ",
}
_ARTICLES = ("la ", "el ", "los ", "las ")


def bare(org: Named) -> str:
    """Return the name alone: "El Carmen de Viboral", "Bogotá D.C."."""
    return printed_name(org).replace(", D. C.", " D.C.")


def named(org: Named, overrides: Overrides | None = None) -> Form:
    """Return the organisation with its article: "la Alcaldía de Ibagué"."""
    known = _exceptional(org, overrides)
    return known.named or _named(org, known)


def of(org: Named, overrides: Overrides | None = None) -> Form:
    """Return the organisation after *de*: "de la Alcaldía de Ibagué", "del Departamento de…"."""
    return _after("de", named(org, overrides))


def to(org: Named, overrides: Overrides | None = None) -> Form:
    """Return the organisation after *a*: "a la Gobernación del Huila"."""
    return _after("a", named(org, overrides))


def in_(org: Named, overrides: Overrides | None = None) -> Form:
    """Return where something takes place: "en El Banco", "en el Huila", "en la Métropole de…"."""
    known = _exceptional(org, overrides)
    if known.en:
        return known.en
    name = bare(org)
    if not name:
        return nameless()
    match org.kind:
        case "commune" | "municipio" | "departamento":
            return f"en {_article(org)}{name}"
        case "departement":
            return f"en el departamento de {name}"
        case "region":
            return f"en la región {name}"
    return _after("en", named(org, overrides))


def place_de(org: Named, overrides: Overrides | None = None) -> Form:
    """Return the place, not the institution, after *de*: "de El Banco", "del Huila"."""
    known = _exceptional(org, overrides)
    return known.de or _place_de(org)


def place_a(org: Named, overrides: Overrides | None = None) -> Form:
    """Return the place after *a*: "a El Banco", "al Huila"."""
    known = _exceptional(org, overrides)
    if known.a:
        return known.a
    if org.kind in ("epci", "association", "territoire"):
        return to(org, overrides)
    return _after("a", _article(org) + bare(org)) if bare(org) else nameless()


def commune_de(org: Named, overrides: Overrides | None = None) -> Form:
    """Return "el municipio de Le Havre" for a commune or municipio, else :func:`named`."""
    if org.kind not in ("commune", "municipio") or is_unincorporated(org):
        return named(org, overrides)
    return _prefixed("el municipio ", place_de(org, overrides))


def _exceptional(org: Named, overrides: Overrides | None) -> Exceptional:
    return (tables.current() if overrides is None else overrides).of(org.code, "es")


def _article(org: Named) -> str:
    """Return the article that usage puts before the place's name."""
    return "el " if org.code in _WITH_EL else ""


def _place_de(org: Named) -> Form:
    name = bare(org)
    return _after("de", _article(org) + name) if name else nameless()


def _named(org: Named, known: Exceptional) -> Form:
    if is_unincorporated(org):
        return unincorporated(org)
    if org.kind in _TITLES:
        return _prefixed(_TITLES[org.kind], known.de or _place_de(org))
    if org.kind == "region":
        return f"la Región {bare(org)}" if bare(org) else nameless()
    if org.kind in ("epci", "association"):
        return _institution(bare(org))
    if org.kind == "territoire":
        words = N_("nothing tells how {name} is named in Spanish; add {code} to {file}.")
        values = {"name": org.name, "code": org.code, "file": tables.where("es")}
        return Undecided(Phrase(words, values))
    return unknown_kind(org)


def _institution(name: str) -> Form:
    if not name:
        return nameless()
    if name.startswith(_ARTICLES):
        return name
    return _NOUNS.get(name.partition(" ")[0].casefold(), "") + name


def _after(preposition: str, words: Form) -> Form:
    """Put a preposition first; *de* and *a* contract with a lower-case *el*."""
    if isinstance(words, Undecided):
        return words
    if words.startswith("el ") and preposition != "en":
        return f"{preposition}l {words[3:]}"
    return f"{preposition} {words}"


def _prefixed(words: str, form: Form) -> Form:
    return form if isinstance(form, Undecided) else words + form
