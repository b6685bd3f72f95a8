"""Fields as people say them: ``[la collectivité]``, ``[lien du document]``, ``[fecha, mes]``.

A name becomes the expression that the sandbox runs. Three ways, tried in this order: a phrase of the
table below; a field of ``letters.fields`` or a key of the campaign's ``[facts]``, told backwards
("nom des rencontres" is ``campagne.rencontres.nom``); the same with dots. After a comma stands the
form in which it is written. Accents, capitals and the kind of apostrophe do not matter.
"""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence

from outreach.letters import fields
from outreach.letters.keys import plain

_FRENCH: Mapping[str, str] = {
    "la collectivité": "organisation | collectivite",
    "de la collectivité": "organisation | de_collectivite",
    "à la collectivité": "organisation | a",
    "la commune": "organisation | collectivite",
    "de la commune": "organisation | de_collectivite",
    "la ville": "organisation | nomme",
    "de la ville": "organisation | de",
    "à la ville": "organisation | a",
    "l’organisation": "organisation | nomme",
    "de l’organisation": "organisation | de",
    "à l’organisation": "organisation | a",
    "nom de la collectivité": "organisation.nom",
    "nom de la commune": "organisation.nom",
    "nom de la ville": "organisation.nom",
    "nombre d’habitants": "organisation.population | chiffres",
    "le département": "departement | nomme",
    "du département": "departement | de",
    "dans le département": "departement | en",
    "la région": "region | nomme",
    "de la région": "region | de",
    "dans la région": "region | en",
    "titre": "contact.appel",
    "le titre": "contact.appel",
    "civilité": "contact.appel",
    "prénom": "contact.prenom",
    "nom de famille": "contact.nom",
    "fonction": "contact.fonction",
    "courriel": "contact.courriel",
    "source de l’adresse": "source_adresse",
    "la date": "date",
    "pièces jointes": "pieces_jointes | enumere",
    "nom de l’ambassade": "bureau.nom",
    "l’ambassade": "bureau.nom",
}
_SPANISH: Mapping[str, str] = {
    "la entidad": "organizacion | entidad",
    "de la entidad": "organizacion | de_entidad",
    "a la entidad": "organizacion | a",
    "el municipio": "organizacion | entidad",
    "del municipio": "organizacion | de_entidad",
    "al municipio": "organizacion | a",
    "la ciudad": "organizacion | nombrado",
    "de la ciudad": "organizacion | de",
    "a la ciudad": "organizacion | a",
    "la organización": "organizacion | nombrado",
    "de la organización": "organizacion | de",
    "a la organización": "organizacion | a",
    "nombre de la entidad": "organizacion.nombre",
    "nombre del municipio": "organizacion.nombre",
    "nombre de la ciudad": "organizacion.nombre",
    "número de habitantes": "organizacion.poblacion | cifras",
    "el departamento": "departamento | nombrado",
    "del departamento": "departamento | de",
    "en el departamento": "departamento | en",
    "en la región": "region | en",
    "tratamiento": "contacto.tratamiento",
    "el tratamiento": "contacto.tratamiento",
    "nombre de pila": "contacto.nombre",
    "apellido": "contacto.apellido",
    "cargo": "contacto.cargo",
    "correo": "contacto.correo",
    "fuente de la dirección": "fuente",
    "la fecha": "fecha",
    "anexos": "anexos | enumera",
    "nombre de la embajada": "oficina.nombre",
    "la embajada": "oficina.nombre",
}
PHRASES: Mapping[str, str] = {**_FRENCH, **_SPANISH}
"""What a letter needs most, with its article and preposition."""
OFFERED: Mapping[str, Mapping[str, str]] = {"fr": _FRENCH, "es": _SPANISH}
"""The same, by the language of the letter."""

FORMS: Mapping[str, str] = {
    # fr
    "mois": "mois",
    "mois et année": "mois_annee",
    "jour et mois": "jour_mois",
    "date longue": "date_longue",
    "ordinal": "ordinal",
    "ordinal pluriel": "ordinal(pluriel=true)",
    "ordinal féminin": "ordinal(feminin=true)",
    "ordinal féminin pluriel": "ordinal(feminin=true, pluriel=true)",
    "en chiffres": "chiffres",
    "montant": "montant",
    "en euros": 'montant(devise="EUR")',
    "en pesos": 'montant(devise="COP")',
    "en pourcentage": "pourcent",
    "liste": "enumere",
    "liste avec ou": "enumere(ou=true)",
    "en majuscules": "majuscules",
    "en début de phrase": "debut_phrase",
    "avec l’article": "nomme",
    "après de": "de",
    "après à": "a",
    "ou rien": 'default("")',
    # es
    "mes": "mes",
    "mes y año": "mes_ano",
    "día y mes": "dia_mes",
    "fecha larga": "fecha_larga",
    "ordinal plural": "ordinal(plural=true)",
    "ordinal femenino": "ordinal(femenino=true)",
    "ordinal femenino plural": "ordinal(femenino=true, plural=true)",
    "en cifras": "cifras",
    "monto": "monto",
    "en porcentaje": "porcentaje",
    "lista": "enumera",
    "lista con o": "enumera(o=true)",
    "en mayúsculas": "mayusculas",
    "al inicio de frase": "inicio_frase",
    "con el artículo": "nombrado",
    "después de de": "de",
    "después de a": "a",
    "o nada": 'default("")',
}
"""How a field is written, after a comma."""

_PHRASES = {plain(said): expression for said, expression in PHRASES.items()}
_FORMS = {plain(said): filters for said, filters in FORMS.items()}
_MONTHS = frozenset({"mois", "mes"})
_ARTICLE = re.compile(r"^(?:le |la |les |l'|el |los |las )")
_KEY = re.compile(r"[a-z_][a-z0-9_]*\Z")
_JINJA_WORDS = frozenset(
    [
        "and",
        "or",
        "not",
        "in",
        "is",
        "if",
        "else",
        "elif",
        "endif",
        "for",
        "endfor",
        "set",
        "true",
        "false",
        "none",
        "recursive",
    ]
)


class UnknownNameError(Exception):
    """No field is called so. ``near`` are names that look like it."""

    def __init__(self, name: str, near: Sequence[str] = ()) -> None:
        super().__init__(name)
        self.name = name
        self.near = tuple(near)


def expression(name: str) -> str:
    """Return the expression for what stands between the brackets. Raises UnknownNameError."""
    said, *forms = [plain(part) for part in name.split(",")]
    filters = [_form(form) for form in forms]
    found = _PHRASES.get(said)
    if found is None:
        path = _path(said)
        if path is None:
            raise UnknownNameError(name, near(said))
        found = path
        if not filters and path.rpartition(".")[2] in _MONTHS:
            filters = ["mois"]
    return " | ".join([found, *filters])


def near(said: str, known: Iterable[str] = ()) -> list[str]:
    """Return names that look like ``said``, as they are written; of ``known``, else of fields."""
    names = list(known) or [*PHRASES, *(name for each in fields.FIELDS for name in each.names)]
    written = {plain(name): name for name in names}
    return [written[each] for each in difflib.get_close_matches(said, written, n=3, cutoff=0.7)]


def _form(words: str) -> str:
    try:
        return _FORMS[words]
    except KeyError:
        raise UnknownNameError(words, near(words, FORMS)) from None


def _path(said: str) -> str | None:
    """Return "nom des rencontres" as ``campagne.rencontres.nom``; None where it is no name."""
    parts = said.split(".") if "." in said else list(reversed(_said_parts(said)))
    keys = ["_".join(_ARTICLE.sub("", part).split()) for part in parts]
    if not all(_KEY.match(key) and key not in _JINJA_WORDS for key in keys):
        return None
    if keys[0] not in fields.NAMES:
        # One word alone is a key of the campaign only where it is said with what it belongs to.
        if len(keys) == 1:
            return None
        keys.insert(0, "campagne")
    return ".".join(keys)


def _said_parts(said: str) -> list[str]:
    bare = re.sub(r" (?:du|des|del|de la|de los|de las|de) | de l'| d'", "\0", f" {said} ")
    return [part.strip() for part in bare.split("\0")]
