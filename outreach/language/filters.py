"""What a secretary may write after the bar in ``{{ organisation | de }}``.

Each filter has a French and a Spanish name; both are valid in every letter, and the letter's own
language decides what is printed. A form that cannot be decided is handed on as
:class:`~outreach.language.names.Undecided`, which preflight reports.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from outreach.errors import N_
from outreach.language import dates, french, lists, numbers, spanish
from outreach.language.names import Named, Undecided
from outreach.language.numbers import DEFAULT, Profile
from outreach.language.styled import Styled
from outreach.settings import Language

Word = str | Styled | Undecided
Function = Callable[..., Word]


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: its two names, what it prints in each language, and how to use it."""

    name_fr: str
    name_es: str
    fr: Function
    es: Function
    doc: str
    """A msgid."""
    example_fr: str
    example_es: str

    def function(self, language: Language, profile: Profile) -> Function:
        """Return the function for letters in ``language``, the office's profile filled in."""
        chosen = self.fr if language == "fr" else self.es
        if chosen in _PROFILED:
            return lambda *values, **named: chosen(*values, **named, profile=profile)
        return chosen


def _place(of_organisation: Function, of_name: Callable[[str], Word]) -> Function:
    """Let a filter take an organisation, or a plain name without its article code."""

    def filtered(value: Named | str) -> Word:
        return of_name(value) if isinstance(value, str) else of_organisation(value)

    return filtered


def _collectivite(org: Named) -> Word:
    return french.commune_de(org)


def _of_collectivite(org: Named) -> Word:
    words = french.commune_de(org)
    if isinstance(words, Undecided) or org.kind != "commune":
        return french.of(org)
    return f"de {words}"


def _long_fr(day: date, *, profile: Profile = DEFAULT) -> Word:
    return dates.long(day, "fr", profile)


def _long_es(day: date, *, profile: Profile = DEFAULT) -> Word:
    return dates.long(day, "es", profile)


def _day_month_fr(day: date, *, profile: Profile = DEFAULT) -> Word:
    return dates.day_and_month(day, "fr", profile)


def _day_month_es(day: date, *, profile: Profile = DEFAULT) -> Word:
    return dates.day_and_month(day, "es", profile)


_PROFILED = (_long_fr, _long_es, _day_month_fr, _day_month_es)


def _ordinal(language: Language) -> Function:
    def filtered(
        value: int,
        *,
        pluriel: bool = False,
        plural: bool = False,
        feminin: bool = False,
        femenino: bool = False,
    ) -> Word:
        gender = "F" if feminin or femenino else "M"
        return numbers.ordinal(int(value), language, gender=gender, plural=pluriel or plural)  # type: ignore[arg-type]

    return filtered


def _joined(language: Language) -> Function:
    def filtered(items: Iterable[object], *, ou: bool = False, o: bool = False) -> Word:
        return lists.join([str(item) for item in items], language, "or" if ou or o else "and")

    return filtered


def _name(org: Named | str) -> Word:
    return org if isinstance(org, str) else french.bare(org)


ALL: tuple[Filter, ...] = (
    Filter(
        "nom",
        "nombre",
        _name,
        _name,
        N_("the name alone"),
        "{{ organisation | nom }} → Le Havre",
        "{{ organizacion | nombre }} → Ibagué",
    ),
    Filter(
        "nomme",
        "nombrado",
        _place(french.named, lambda name: name),
        _place(spanish.named, lambda name: name),
        N_("the organisation with its article"),
        "{{ organisation | nomme }} → la Ville du Havre",
        "{{ organizacion | nombrado }} → la Alcaldía de Ibagué",
    ),
    Filter(
        "de",
        "de",
        _place(french.of, lambda name: french.with_de(name, None)),
        _place(spanish.of, lambda name: f"de {name}"),
        N_("the organisation after “de”"),
        "{{ organisation | de }} → de la Ville du Havre",
        "{{ organizacion | de }} → de la Alcaldía de Ibagué",
    ),
    Filter(
        "a",
        "a",
        _place(french.to, lambda name: french.with_a(name, None)),
        _place(spanish.to, lambda name: f"a {name}"),
        N_("the organisation after “à” or “a”"),
        "{{ organisation | a }} → à la Ville du Havre",
        "{{ organizacion | a }} → a la Alcaldía de Ibagué",
    ),
    Filter(
        "en",
        "en",
        _place(french.in_, lambda name: french.with_a(name, None)),
        _place(spanish.in_, lambda name: f"en {name}"),
        N_("where something takes place"),
        "{{ organisation | en }} → au Havre",
        "{{ organizacion | en }} → en Ibagué",
    ),
    Filter(
        "de_lieu",
        "de_lugar",
        _place(french.place_de, lambda name: french.with_de(name, None)),
        _place(spanish.place_de, lambda name: f"de {name}"),
        N_("the place, not the institution, after “de”"),
        "{{ departement | de_lieu }} → de la Seine-Maritime",
        "{{ departamento | de_lugar }} → del Huila",
    ),
    Filter(
        "collectivite",
        "entidad",
        _collectivite,
        spanish.named,
        N_("the local authority in a sentence"),
        "{{ organisation | collectivite }} → la commune du Havre",
        "{{ organizacion | entidad }} → la Alcaldía de Ibagué",
    ),
    Filter(
        "de_collectivite",
        "de_entidad",
        _of_collectivite,
        spanish.of,
        N_("the local authority in a sentence, after “de”"),
        "{{ organisation | de_collectivite }} → de la commune du Havre",
        "{{ organizacion | de_entidad }} → de la Alcaldía de Ibagué",
    ),
    Filter(
        "date_longue",
        "fecha_larga",
        _long_fr,
        _long_es,
        N_("a date in words"),
        "{{ date | date_longue }} → 1er septembre 2025",
        "{{ fecha | fecha_larga }} → 1.º de septiembre de 2025",
    ),
    Filter(
        "jour_mois",
        "dia_mes",
        _day_month_fr,
        _day_month_es,
        N_("a date without its year"),
        "{{ date | jour_mois }} → 1er septembre",
        "{{ fecha | dia_mes }} → 1.º de septiembre",
    ),
    Filter(
        "mois",
        "mes",
        lambda day: dates.month(day, "fr"),
        lambda day: dates.month(day, "es"),
        N_("the month of a date"),
        "{{ date | mois }} → septembre",
        "{{ fecha | mes }} → septiembre",
    ),
    Filter(
        "mois_annee",
        "mes_ano",
        lambda day: dates.month_and_year(day, "fr"),
        lambda day: dates.month_and_year(day, "es"),
        N_("the month and year of a date"),
        "{{ date | mois_annee }} → septembre 2025",
        "{{ fecha | mes_ano }} → septiembre de 2025",
    ),
    Filter(
        "ordinal",
        "ordinal",
        _ordinal("fr"),
        _ordinal("es"),
        N_("a number that orders; options pluriel/plural, feminin/femenino"),
        "{{ 16 | ordinal(pluriel=true) }} → 16es",
        "{{ 16 | ordinal }} → 16.º",
    ),
    Filter(
        "chiffres",
        "cifras",
        lambda value: numbers.number(value, "fr"),
        lambda value: numbers.number(value, "es"),
        N_("a number with its separators"),
        "{{ organisation.population | chiffres }} → 166 058",
        "{{ organizacion.poblacion | cifras }} → 541.101",
    ),
    Filter(
        "montant",
        "monto",
        lambda value, devise="EUR": numbers.money(value, devise, "fr"),
        lambda value, moneda="EUR": numbers.money(value, moneda, "es"),
        N_("an amount of money"),
        "{{ 1234.5 | montant }} → 1 234,50 €",
        "{{ 1234.5 | monto }} → EUR 1.234,50",
    ),
    Filter(
        "pourcent",
        "porcentaje",
        lambda value: numbers.percent(value, "fr"),
        lambda value: numbers.percent(value, "es"),
        N_("a percentage"),
        "{{ 25 | pourcent }} → 25 %",
        "{{ 25 | porcentaje }} → 25 %",
    ),
    Filter(
        "enumere",
        "enumera",
        _joined("fr"),
        _joined("es"),
        N_("a list in a sentence; option ou/o for alternatives"),
        "{{ ['Lyon', 'Metz', 'Le Mans'] | enumere }} → Lyon, Metz et Le Mans",
        "{{ ['Pereira', 'Ibagué'] | enumera }} → Pereira e Ibagué",
    ),
    Filter(
        "majuscules",
        "mayusculas",
        lambda words: str(words).upper(),
        lambda words: str(words).upper(),
        N_("in capitals"),
        "{{ organisation.nom | majuscules }} → LE HAVRE",
        "{{ organizacion.nombre | mayusculas }} → IBAGUÉ",
    ),
)

FILTERS: dict[str, Filter] = {
    name: each for each in ALL for name in dict.fromkeys((each.name_fr, each.name_es))
}
"""Every name, French and Spanish, that a letter may use."""


def for_language(language: Language, profile: Profile = DEFAULT) -> dict[str, Function]:
    """Return the filters of a letter in ``language``, by all their names."""
    return {name: each.function(language, profile) for name, each in FILTERS.items()}
