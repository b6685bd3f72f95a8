"""Dates that depend on the day of reading, and dates that are written wrongly."""

from datetime import date

import pytest

from outreach.language import dates
from outreach.language.proofreading import findings
from outreach.settings import Language
from tests.language.proofreading.marks import codes, marks, suggestions


@pytest.mark.parametrize(
    ("words", "sent_on", "right"),
    [
        ("juillet dernier", date(2025, 9, 1), "juillet 2025"),
        ("septembre dernier", date(2025, 9, 1), "septembre 2024"),
        ("décembre dernier", date(2026, 1, 15), "décembre 2025"),
        ("octobre prochain", date(2025, 9, 1), "octobre 2025"),
        ("janvier prochain", date(2025, 9, 1), "janvier 2026"),
        ("mai écoulé", date(2025, 9, 1), "mai 2025"),
    ],
)
def test_a_month_without_its_year_is_counted_from_the_send_date(
    words: str, sent_on: date, right: str
) -> None:
    (found,) = findings(f"Nous avons parlé en {words} à Paris.", "fr", sent_on=sent_on)
    assert (found.code, found.severity, found.suggestion) == ("P208", "warning", right)
    assert sent_on.isoformat() in str(found.why)


@pytest.mark.parametrize(
    ("words", "right"),
    [
        ("el pasado mes de julio", "julio de 2025"),
        ("julio pasado", "julio de 2025"),
        ("el próximo octubre", "octubre de 2025"),
        ("el pasado 3 de julio", "julio de 2025"),
        ("la semana pasada", None),
        ("el mes próximo", None),
        ("ayer", None),
    ],
)
def test_the_same_in_spanish(words: str, right: str | None) -> None:
    text = f"Hemos hablado de esto {words} con usted."
    assert suggestions(text, "P208", "es") == [right]


@pytest.mark.parametrize(
    "words",
    ["la semaine prochaine", "hier", "demain", "l’an dernier", "mardi prochain", "le mois dernier"],
)
def test_days_that_move(words: str) -> None:
    assert codes(f"Nous en avons parlé {words}.") == ["P208"]


def test_across_the_end_of_a_line() -> None:
    text = "Nous avons eu le plaisir de vous rencontrer à Paris en juillet\ndernier, avec vos élus."
    (found,) = marks(text)
    assert (found.code, found.line) == ("P208", 1)


def test_a_full_date_may_be_called_next() -> None:
    assert codes("El próximo 5 de octubre de 2025 nos veremos.", "es") == []


@pytest.mark.parametrize(
    ("text", "right", "language"),
    [
        ("le 1 septembre 2025", "1er septembre 2025", "fr"),
        ("le 02 septembre 2025", "2 septembre 2025", "fr"),
        ("le 2 Septembre 2025", "2 septembre 2025", "fr"),
        ("le 2er septembre 2025", "2 septembre 2025", "fr"),
        ("el 05 de julio", "5 de julio", "es"),
        ("el 5 de Julio de 2025", "5 de julio de 2025", "es"),
        ("el 5 de julio de 2.025", "5 de julio de 2025", "es"),
    ],
)
def test_dates_written_wrongly(text: str, right: str, language: Language) -> None:
    assert suggestions(text, "P218", language) == [right]


def test_days_that_do_not_exist() -> None:
    assert suggestions("le 31 juin 2025", "P218") == [None]
    assert suggestions("le 29 février 2025", "P218") == [None]
    assert codes("le 29 février, le 29 février 2024") == []
    assert codes("el 31 de abril", "es") == ["P218"]


def test_the_day_of_the_week_is_that_of_the_date() -> None:
    assert suggestions("le lundi 2 septembre 2025", "P219") == ["mardi"]
    assert suggestions("el lunes 2 de septiembre de 2025", "P219", "es") == ["martes"]
    assert codes("le mardi 2 septembre 2025") == []
    assert codes("le lundi 2 septembre") == []


@pytest.mark.parametrize("language", ["fr", "es"])
def test_the_dates_that_we_print_ourselves_are_right(language: Language) -> None:
    for ordinal in range(date(2024, 1, 1).toordinal(), date(2025, 1, 3).toordinal()):
        day = date.fromordinal(ordinal)
        for written in (dates.long(day, language), dates.day_and_month(day, language)):
            assert not {"P218", "P219"} & set(codes(f"Voir {written.text}.", language))
