"""The fields that a template may hold, by their French and Spanish names.

One table for everything: what a template sees, and what the program shows to whoever writes one.
Both names are valid in both languages; the word printed is in the language of the letter.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

from outreach.errors import N_
from outreach.language import dates, lists
from outreach.language.address import Form
from outreach.language.names import Undecided
from outreach.language.numbers import Profile
from outreach.letters.facts import (
    ContactFacts,
    CorrectedFacts,
    Facts,
    InterestedFacts,
    OfficeFacts,
    OrganisationFacts,
    PlaceFacts,
)
from outreach.letters.keys import UNKNOWN, plain
from outreach.letters.missing import Empty, Missing, Personal
from outreach.letters.sandbox import Function, bounded_range
from outreach.partners.briefs import ProposedCity
from outreach.settings import Bilingual, Language

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class City:
    """A proposed city as a letter in one language tells of it."""

    proposed: ProposedCity
    language: Language

    def said(self, words: Sequence[Bilingual]) -> tuple[str, ...] | None:
        """Return words in the letter's language; None where there are none."""
        return tuple(each.in_(self.language) for each in words) or None

    @property
    def name(self) -> str:
        """Return what it is called in a list."""
        return self.proposed.city.name


@dataclass(frozen=True, slots=True)
class Interested:
    """An interested authority as a letter in one language tells of it."""

    facts: InterestedFacts
    language: Language

    def said(self, words: Sequence[Bilingual]) -> tuple[str, ...] | None:
        """Return words in the letter's language; None where there are none."""
        return tuple(each.in_(self.language) for each in words) or None

    @property
    def name(self) -> str:
        """Return what it is called in a list."""
        return self.facts.organisation.name


@dataclass(frozen=True, slots=True)
class Person:
    """``contact``: the facts, and the form of address that the letter uses."""

    facts: ContactFacts
    form: Form | Undecided

    @property
    def vocative(self) -> str | Undecided:
        """The form of address as in the salutation: "Madame la Maire"."""
        return self.form if isinstance(self.form, Undecided) else self.form.vocative


@dataclass(frozen=True, slots=True)
class Signatory:
    """``signataire``: who signs."""

    name: str
    function: str
    gender: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """``field.attribute``, by its two names."""

    fr: str
    es: str
    doc: str
    """A msgid."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field, by its two names."""

    fr: str
    es: str
    doc: str
    """A msgid."""
    example: str
    """As written in a French template."""
    personal: bool = False
    """It differs from one recipient to the next: a circular may not hold it."""
    aliases: tuple[str, ...] = ()
    """The names with their accents, which writers type as well."""
    attributes: tuple[Attribute, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return every name that a template may use."""
        return tuple(dict.fromkeys((self.fr, self.es, *self.aliases)))


_PLACE = (
    Attribute("nom", "nombre", N_("its name, without an article before it")),
    Attribute("code", "codigo", N_("its official code")),
    Attribute("type", "tipo", N_("what it is: commune, epci, departement, region, municipio…")),
)

FIELDS: tuple[Field, ...] = (
    Field(
        "organisation",
        "organizacion",
        N_("the local authority or association that is written to"),
        "{{ organisation | de }}",
        personal=True,
        aliases=("organización",),
        attributes=(
            *_PLACE,
            Attribute("nom_officiel", "nombre_oficial", N_("its official name, where it differs")),
            Attribute("sous_type", "subtipo", N_("METRO, CC, CA, CU for French groupings")),
            Attribute("pays", "pais", N_("FR or CO")),
            Attribute("population", "poblacion", N_("its inhabitants")),
            Attribute("themes", "temas", N_("the themes it works on, where known; a list")),
        ),
    ),
    Field(
        "contact",
        "contacto",
        N_("the person or office that is written to"),
        "{{ contact.appel }}",
        personal=True,
        attributes=(
            Attribute("appel", "tratamiento", N_("the form of address: “Madame la Maire”")),
            Attribute("prenom", "nombre", N_("the first name, where known")),
            Attribute("nom", "apellido", N_("the family name, where known")),
            Attribute("fonction", "cargo", N_("the office held: maire, president, alcalde…")),
            Attribute("genre", "genero", N_("F or M, where known")),
            Attribute("courriel", "correo", N_("the e-mail address")),
            Attribute("code", "codigo", N_("the contact’s code")),
        ),
    ),
    Field(
        "departement",
        "departamento",
        N_("the département or departamento it lies in"),
        "{{ departement | en }}",
        personal=True,
        aliases=("département",),
        attributes=_PLACE,
    ),
    Field(
        "region",
        "region",
        N_("the région it lies in"),
        "{{ region | en }}",
        personal=True,
        aliases=("région", "región"),
        attributes=_PLACE,
    ),
    Field(
        "campagne",
        "campana",
        N_("what the campaign’s file says under [facts]"),
        "{{ campagne.document.lien }}",
        aliases=("campaña",),
        attributes=(
            Attribute("titre", "titulo", N_("the campaign’s title")),
            Attribute("nom", "nombre", N_("the name of the campaign’s file")),
        ),
    ),
    Field(
        "reference",
        "referencia",
        N_("the letter’s number in the register"),
        "{{ reference }}",
        aliases=("référence",),
    ),
    Field("date", "fecha", N_("the letter’s date"), "{{ date | date_longue }}"),
    Field("lieu", "lugar", N_("the town that stands before the date"), "{{ lieu }}"),
    Field(
        "a_recu",
        "recibio",
        N_("whether this contact already received a step of the campaign"),
        '{% if a_recu("remerciement-rencontres") %}…{% endif %}',
        personal=True,
    ),
    Field(
        "premiere_lettre",
        "primera_carta",
        N_("whether this is our first letter to this contact"),
        "{% if premiere_lettre %}…{% endif %}",
        personal=True,
    ),
    Field(
        "source_adresse",
        "fuente",
        N_("where the contact’s address came from"),
        "{{ source_adresse }}",
        personal=True,
    ),
    Field(
        "signataire",
        "firmante",
        N_("who signs"),
        "{{ signataire.nom }}",
        attributes=(
            Attribute("nom", "nombre", N_("the name")),
            Attribute("fonction", "cargo", N_("the function")),
            Attribute("genre", "genero", N_("F or M")),
        ),
    ),
    Field(
        "bureau",
        "oficina",
        N_("our own office"),
        "{{ bureau.nom }}",
        attributes=(Attribute("nom", "nombre", N_("its name")),),
    ),
    Field(
        "pieces_jointes",
        "anexos",
        N_("the titles of what is enclosed, a list"),
        "{{ pieces_jointes | enumere }}",
    ),
    Field(
        "lettre_rectifiee",
        "carta_corregida",
        N_("in a correction: the letter that it corrects"),
        "{{ lettre_rectifiee.numero }}",
        aliases=("lettre_rectifiée",),
        attributes=(
            Attribute("numero", "numero", N_("its number")),
            Attribute("date", "fecha", N_("its date")),
        ),
    ),
    Field(
        "echeance",
        "plazo",
        N_("the day to which what was promised is put off"),
        "{{ echeance | date_longue }}",
        personal=True,
        aliases=("échéance",),
    ),
    Field(
        "villes",
        "ciudades",
        N_("the cities proposed to the recipient by the released list, best first; a list"),
        "{% for ville in villes %}{{ ville.nom }}{% endfor %}",
        personal=True,
        attributes=(
            Attribute("nom", "nombre", N_("the city’s name")),
            Attribute("departement", "departamento", N_("its departamento")),
            Attribute("population", "poblacion", N_("its inhabitants, where known")),
            Attribute("altitude", "altitud", N_("metres above the sea, where known")),
            Attribute("faits", "hechos", N_("what is known of it, a list")),
            Attribute("themes", "temas", N_("its themes of cooperation, a list; where told")),
            Attribute("communs", "comunes", N_("themes shared with the recipient, a list")),
            Attribute("points", "puntos", N_("what else they have in common, a list")),
            Attribute("projet", "proyecto", N_("the title of its validated project, if any")),
            Attribute("resume", "resumen", N_("what that project is, in short")),
        ),
    ),
    Field(
        "interessees",
        "interesadas",
        N_("the French authorities that answered that this city interests them; a list"),
        "{% for collectivite in interessees %}{{ collectivite.nom }}{% endfor %}",
        personal=True,
        attributes=(
            Attribute("nom", "nombre", N_("the authority’s name")),
            Attribute("departement", "departamento", N_("the département it lies in, if any")),
            Attribute("population", "poblacion", N_("its inhabitants, where known")),
            Attribute("communs", "comunes", N_("themes shared with the recipient, a list")),
            Attribute("points", "puntos", N_("what else they have in common, a list")),
            Attribute("personne", "persona", N_("who there agreed to be named, if anybody")),
        ),
    ),
    Field("langue", "idioma", N_("the letter’s language: fr or es"), "{{ langue }}"),
)


def _both(attributes: Mapping[tuple[str, str], Callable[[T], object]]) -> Mapping[str, Any]:
    return {name: get for names, get in attributes.items() for name in names}


def _place() -> dict[tuple[str, str], Callable[[Any], object]]:
    return {
        ("nom", "nombre"): lambda it: it.name,
        ("code", "codigo"): lambda it: it.code,
        ("type", "tipo"): lambda it: it.kind,
    }


def _city() -> dict[tuple[str, str], Callable[[Any], object]]:
    return {
        ("nom", "nombre"): lambda it: it.proposed.city.name,
        ("departement", "departamento"): lambda it: it.proposed.city.departamento,
        ("population", "poblacion"): lambda it: it.proposed.city.population,
        ("altitude", "altitud"): lambda it: it.proposed.city.altitude,
        ("faits", "hechos"): lambda it: it.said([each.text for each in it.proposed.city.facts]),
        ("themes", "temas"): lambda it: it.said([each.text for each in it.proposed.city.themes]),
        ("communs", "comunes"): lambda it: it.said(it.proposed.shared),
        ("points", "puntos"): lambda it: it.said(it.proposed.grounds),
        ("projet", "proyecto"): lambda it: (
            it.proposed.city.project and it.proposed.city.project.title.in_(it.language)
        ),
        ("resume", "resumen"): lambda it: (
            it.proposed.city.project and it.proposed.city.project.summary.in_(it.language)
        ),
    }


ATTRIBUTES: Mapping[type, Mapping[str, Callable[[Any], object]]] = {
    OrganisationFacts: _both(
        _place()
        | {
            ("nom_officiel", "nombre_oficial"): lambda it: it.official_name or it.name,
            ("sous_type", "subtipo"): lambda it: it.subtype,
            ("pays", "pais"): lambda it: it.country,
            ("population", "poblacion"): lambda it: it.population,
            ("themes", "temas"): lambda it: it.themes or None,
        }
    ),
    PlaceFacts: _both(_place()),
    Person: _both(
        {
            ("appel", "tratamiento"): lambda it: it.vocative,
            ("prenom", "nombre"): lambda it: it.facts.first_name,
            ("nom", "apellido"): lambda it: it.facts.last_name,
            ("fonction", "cargo"): lambda it: it.facts.office,
            ("genre", "genero"): lambda it: it.facts.gender,
            ("courriel", "correo"): lambda it: it.facts.email,
            ("code", "codigo"): lambda it: it.facts.code,
        }
    ),
    Signatory: _both(
        {
            ("nom", "nombre"): lambda it: it.name,
            ("fonction", "cargo"): lambda it: it.function,
            ("genre", "genero"): lambda it: it.gender,
        }
    ),
    OfficeFacts: _both({("nom", "nombre"): lambda it: it.name}),
    City: _both(_city()),
    Interested: _both(
        {
            ("nom", "nombre"): lambda it: it.name,
            ("departement", "departamento"): lambda it: (
                it.facts.organisation.departement and it.facts.organisation.departement.name
            ),
            ("population", "poblacion"): lambda it: it.facts.organisation.population,
            ("communs", "comunes"): lambda it: it.said(it.facts.shared),
            ("points", "puntos"): lambda it: it.said(it.facts.grounds),
            ("personne", "persona"): lambda it: it.facts.person or None,
        }
    ),
    CorrectedFacts: _both(
        {
            ("numero", "numero"): lambda it: it.reference,
            ("date", "fecha"): lambda it: it.day,
        }
    ),
}
"""What ``field.attribute`` means for each type of value."""


def printers(language: Language, profile: Profile) -> dict[type, Callable[[Any], object]]:
    """Return how a field is printed that is no plain word, in ``language``."""
    return {
        OrganisationFacts: lambda it: it.name,
        PlaceFacts: lambda it: it.name,
        Person: lambda it: it.vocative,
        Signatory: lambda it: it.name,
        OfficeFacts: lambda it: it.name,
        CorrectedFacts: lambda it: it.reference,
        date: lambda it: dates.long(it, language, profile),
        City: lambda it: it.name,
        Interested: lambda it: it.name,
        tuple: lambda it: lists.join(
            [each.name if isinstance(each, City | Interested) else each for each in it], language
        ),
    }


def constant(
    language: Language, office: OfficeFacts, campaign: Mapping[str, object]
) -> dict[str, object]:
    """Return the fields that are the same for many letters in a row, by their French names."""
    return {
        "campagne": dict(campaign),
        "lieu": office.place,
        "signataire": Signatory(
            office.signatory_name, office.signatory_function, office.signatory_gender
        ),
        "bureau": office,
        "langue": language,
        "range": Function(bounded_range),
        "est": Function(is_called),
        UNKNOWN: {},
    }


FIXED = frozenset({"campagne", "lieu", "signataire", "bureau", "langue"})
"""Fields of :func:`constant` that are data."""


def is_called(value: object, name: str, *_: object) -> bool:
    """Say whether a place, or one of a list of words, is called ``name`` (made plain before)."""
    if isinstance(value, Missing):
        value.asked()
        return False
    if isinstance(value, PlaceFacts):
        return name in {plain(value.name), plain(value.code).rpartition("-")[2]}
    return isinstance(value, tuple) and name in map(plain, value)


def personal(facts: Facts, form: Form | Undecided) -> Mapping[str, object]:
    """Return the fields of this recipient; in a circular, what reports their use."""
    corrected = {"lettre_rectifiee": _or_empty("lettre_rectifiee", facts.corrects)}
    if facts.collective:
        return {**_PERSONAL, **corrected}
    contact, organisation = facts.contact, facts.organisation
    source = None if contact is None else contact.source
    return corrected | {
        "organisation": _or_empty("organisation", organisation),
        "contact": _or_empty("contact", contact and Person(contact, form)),
        "departement": _or_empty("departement", organisation and organisation.departement),
        "region": _or_empty("region", organisation and organisation.region),
        "a_recu": _received(facts.received),
        "echeance": _or_empty("echeance", facts.promised_for),
        "villes": tuple(City(each, facts.language) for each in facts.cities)
        or Empty(name="villes"),
        "interessees": tuple(Interested(each, facts.language) for each in facts.interested)
        or Empty(name="interessees"),
        "premiere_lettre": facts.first_letter,
        "source_adresse": _or_empty("source_adresse", source and source.in_(facts.language)),
    }


def _or_empty(name: str, value: object) -> object:
    return Empty(name=name) if value is None else value


@lru_cache(maxsize=256)
def _received(steps: tuple[str, ...]) -> Function:
    return Function(lambda step, *_: step in steps)


ALIASES: Mapping[str, str] = {
    name: field.fr for field in FIELDS for name in field.names if name != field.fr
}
"""Further names of fields, with the French one that a context has."""
FRENCH_ATTRIBUTES: Mapping[str, Mapping[str, str]] = {
    field.fr: {each.es: each.fr for each in field.attributes} for field in FIELDS
}
"""The French name of each Spanish attribute, by field."""
NAMES: frozenset[str] = frozenset(name for field in FIELDS for name in field.names)
_PERSONAL: Mapping[str, object] = {
    field.fr: Personal(name=field.fr) for field in FIELDS if field.personal
}
