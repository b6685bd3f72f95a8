"""What a secretary may write after the bar in ``{{ organisation | de }}``.

Each filter has a French and a Spanish name; both are valid in every letter, and the letter's own
language decides what is printed. A form that cannot be decided, or a value that the filter is not
for, is handed on as :class:`~outreach.language.names.Undecided`, which preflight reports.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from outreach.errors import N_, Phrase
from outreach.language import dates, french, numbers, printed, spanish
from outreach.language.names import Undecided
from outreach.language.numbers import DEFAULT, Profile
from outreach.language.printed import Function, Maker, Word
from outreach.language.styled import Styled
from outreach.settings import Language

Takes = Literal["name", "organisation", "date", "number", "list", "words"]


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: its names, what it takes and makes, and how to use it."""

    name_fr: str
    name_es: str
    takes: Takes
    make: Maker
    doc: str
    """A msgid."""
    example_fr: str
    example_es: str
    aliases: tuple[str, ...] = ()
    """The names with their accents, which writers type as well."""

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that a letter may use."""
        return tuple(dict.fromkeys((self.name_fr, self.name_es, *self.aliases)))

    def function(self, language: Language, profile: Profile = DEFAULT) -> Function:
        """Return the function for letters in ``language``, with the office's usage."""
        made, accepts = self.make(language, profile), _ACCEPTS[self.takes]
        name = self.name_fr if language == "fr" else self.name_es

        def filtered(value: object, *options: object, **named: object) -> Word:
            if isinstance(value, Undecided):
                return value
            if not accepts(value):
                words = N_("the filter “{filter}” is for {what}.")
                return Undecided(Phrase(words, {"filter": name, "what": _WANTED[self.takes]}))
            return made(value, *options, **named)

        return filtered


def _is_number(value: object) -> bool:
    kind = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return kind and math.isfinite(value)  # type: ignore[arg-type]


_ACCEPTS: dict[Takes, Callable[[object], bool]] = {
    "name": lambda value: isinstance(value, str) or printed.is_named(value),
    "organisation": printed.is_named,
    "date": lambda value: isinstance(value, date),
    "number": _is_number,
    "list": lambda value: isinstance(value, Iterable) and not isinstance(value, str | dict),
    "words": lambda value: (
        isinstance(value, str | Styled) or printed.is_named(value) or _is_number(value)
    ),
}
_WANTED: dict[Takes, Phrase] = {
    "name": Phrase(N_("an organisation or a name")),
    "organisation": Phrase(N_("an organisation")),
    "date": Phrase(N_("a date")),
    "number": Phrase(N_("a number")),
    "list": Phrase(N_("a list")),
    "words": Phrase(N_("words")),
}


ALL: tuple[Filter, ...] = (
    Filter(
        "nom",
        "nombre",
        "name",
        printed.by_language(
            printed.place(french.bare, printed.same), printed.place(spanish.bare, printed.same)
        ),
        N_("the name alone"),
        "{{ organisation | nom }} → Le Havre",
        "{{ organizacion | nombre }} → Ibagué",
    ),
    Filter(
        "nomme",
        "nombrado",
        "name",
        printed.by_language(
            printed.place(french.named, printed.same), printed.place(spanish.named, printed.same)
        ),
        N_("the organisation with its article"),
        "{{ organisation | nomme }} → la Ville du Havre",
        "{{ organizacion | nombrado }} → la Alcaldía de Ibagué",
        ("nommé", "nommée"),
    ),
    Filter(
        "de",
        "de",
        "name",
        printed.by_language(
            printed.place(french.of, lambda name: french.with_de(name, None)),
            printed.place(spanish.of, printed.de_es),
        ),
        N_("the organisation after “de”"),
        "{{ organisation | de }} → de la Ville du Havre",
        "{{ organizacion | de }} → de la Alcaldía de Ibagué",
    ),
    Filter(
        "a",
        "a",
        "name",
        printed.by_language(
            printed.place(french.to, lambda name: french.with_a(name, None)),
            printed.place(spanish.to, printed.a_es),
        ),
        N_("the organisation after “à” or “a”"),
        "{{ organisation | a }} → à la Ville du Havre",
        "{{ organizacion | a }} → a la Alcaldía de Ibagué",
        ("à",),
    ),
    Filter(
        "en",
        "en",
        "name",
        printed.by_language(
            printed.place(french.in_, lambda name: french.with_a(name, None)),
            printed.place(spanish.in_, lambda name: f"en {name}"),
        ),
        N_("where something takes place"),
        "{{ organisation | en }} → au Havre",
        "{{ organizacion | en }} → en Ibagué",
    ),
    Filter(
        "de_lieu",
        "de_lugar",
        "name",
        printed.by_language(
            printed.place(french.place_de, lambda name: french.with_de(name, None)),
            printed.place(spanish.place_de, printed.de_es),
        ),
        N_("the place, not the institution, after “de”"),
        "{{ departement | de_lieu }} → de la Seine-Maritime",
        "{{ departamento | de_lugar }} → del Tolima",
    ),
    Filter(
        "collectivite",
        "entidad",
        "organisation",
        printed.by_language(french.commune_de, spanish.named),
        N_("the local authority in a sentence"),
        "{{ organisation | collectivite }} → la commune du Havre",
        "{{ organizacion | entidad }} → la Alcaldía de Ibagué",
        ("collectivité",),
    ),
    Filter(
        "de_collectivite",
        "de_entidad",
        "organisation",
        printed.by_language(printed.of_collectivite, spanish.of),
        N_("the local authority in a sentence, after “de”"),
        "{{ organisation | de_collectivite }} → de la commune du Havre",
        "{{ organizacion | de_entidad }} → de la Alcaldía de Ibagué",
        ("de_collectivité",),
    ),
    Filter(
        "date_longue",
        "fecha_larga",
        "date",
        printed.long,
        N_("a date in words"),
        "{{ date | date_longue }} → 1er septembre 2025",
        "{{ fecha | fecha_larga }} → 1.º de septiembre de 2025",
    ),
    Filter(
        "jour_mois",
        "dia_mes",
        "date",
        printed.day_and_month,
        N_("a date without its year"),
        "{{ date | jour_mois }} → 1er septembre",
        "{{ fecha | dia_mes }} → 1.º de septiembre",
        ("día_mes",),
    ),
    Filter(
        "mois",
        "mes",
        "date",
        lambda language, _: lambda day: dates.month(day, language),
        N_("the month of a date"),
        "{{ date | mois }} → septembre",
        "{{ fecha | mes }} → septiembre",
    ),
    Filter(
        "mois_annee",
        "mes_ano",
        "date",
        lambda language, _: lambda day: dates.month_and_year(day, language),
        N_("the month and year of a date"),
        "{{ date | mois_annee }} → septembre 2025",
        "{{ fecha | mes_ano }} → septiembre de 2025",
        ("mois_année", "mes_año"),
    ),
    Filter(
        "ordinal",
        "ordinal",
        "number",
        printed.ordinal,
        N_("a number that orders; options pluriel/plural, feminin/femenino"),
        "{{ 16 | ordinal(pluriel=true) }} → 16es",
        "{{ 16 | ordinal(femenino=true) }} → 16.ª",
    ),
    Filter(
        "chiffres",
        "cifras",
        "number",
        lambda language, _: lambda value: numbers.number(value, language),
        N_("a number with its separators"),
        "{{ 166058 | chiffres }} → 166 058",
        "{{ 541101 | cifras }} → 541.101",
    ),
    Filter(
        "montant",
        "monto",
        "number",
        printed.money,
        N_("an amount of money; option devise/moneda, EUR where none is given"),
        "{{ 1234.5 | montant }} → 1 234,50 €",
        "{{ 50000 | monto(moneda='COP') }} → COP 50.000",
    ),
    Filter(
        "pourcent",
        "porcentaje",
        "number",
        lambda language, _: lambda value: numbers.percent(value, language),
        N_("a percentage"),
        "{{ 25 | pourcent }} → 25 %",
        "{{ 25 | porcentaje }} → 25 %",
    ),
    Filter(
        "enumere",
        "enumera",
        "list",
        printed.joined,
        N_("a list in a sentence; option ou/o for alternatives"),
        "{{ ['Lyon', 'Metz', 'Le Mans'] | enumere }} → Lyon, Metz et Le Mans",
        "{{ ['Pereira', 'Ibagué'] | enumera }} → Pereira e Ibagué",
        ("énumère",),
    ),
    Filter(
        "majuscules",
        "mayusculas",
        "words",
        lambda _, __: printed.restyled(str.upper),
        N_("in capitals"),
        "{{ organisation | majuscules }} → LE HAVRE",
        "{{ organizacion | mayusculas }} → IBAGUÉ",
        ("mayúsculas",),
    ),
    Filter(
        "debut_phrase",
        "inicio_frase",
        "words",
        printed.begun,
        N_("with a capital, as at the start of a sentence"),
        "{{ organisation | nomme | debut_phrase }} → La Ville du Havre",
        "{{ organizacion | nombrado | inicio_frase }} → La Alcaldía de Ibagué",
        ("début_phrase",),
    ),
)

FILTERS: dict[str, Filter] = {name: each for each in ALL for name in each.names}
"""Every name, French and Spanish, that a letter may use."""


def for_language(language: Language, profile: Profile = DEFAULT) -> dict[str, Function]:
    """Return the filters of a letter in ``language``, by all their names."""
    made = {id(each): each.function(language, profile) for each in ALL}
    return {name: made[id(each)] for name, each in FILTERS.items()}
