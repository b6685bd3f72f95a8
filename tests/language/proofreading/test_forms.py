"""Courtesy: salutation, closing, titles."""

import pytest

from outreach.language import address
from outreach.language.proofreading import findings
from outreach.settings import Gender, Language
from tests.language.proofreading.marks import SENT_ON, codes, marks, suggestions

LEAVE = "l’expression de ma haute considération."


def test_to_watch_over_is_no_courtesy() -> None:
    text = "Veillez agréer, Madame la Maire, " + LEAVE
    assert suggestions(text, "P201") == ["Veuillez"]
    assert suggestions("Nous vous prions, veillez trouver ici la liste.", "P201") == ["veuillez"]
    assert codes("Veillez à ce que tout soit prêt.") == []


def test_the_closing_must_address_whom_the_salutation_greets() -> None:
    good = f"Madame la Maire,\n\nMerci.\n\nVeuillez agréer, Madame la Maire, {LEAVE}"
    assert codes(good) == []
    assert suggestions(good.replace("agréer, Madame la Maire", "agréer, Madame"), "P205") == [
        "Madame la Maire"
    ]
    spanish = (
        "Señora alcaldesa:\n\nGracias.\n\nReciba, señor alcalde, las seguridades de mi estima."
    )
    assert suggestions(spanish, "P205", "es") == ["Señora alcaldesa"]
    assert codes(spanish.replace("señor alcalde", "señora alcaldesa"), "es") == []


def test_both_straight_and_round_apostrophes_are_the_same_title() -> None:
    text = (
        "Monsieur l'Adjoint au Maire,\n\nMerci.\n\n"
        f"Veuillez agréer, Monsieur l’Adjoint au Maire, {LEAVE}"
    )
    assert "P205" not in codes(text)


@pytest.mark.parametrize("language", ["fr", "es"])
@pytest.mark.parametrize("gender", ["F", "M", None])
@pytest.mark.parametrize("office", address.OFFICES)
def test_our_own_forms_of_address_are_never_marked(
    office: str, gender: Gender | None, language: Language
) -> None:
    form = address.form(office, gender, language, kind="commune")
    assert isinstance(form, address.Form)
    text = (
        f"{form.salutation}\n\n{'Merci.' if language == 'fr' else 'Gracias.'}\n\n{form.closing}\n"
    )
    assert codes(text, language) == []


def test_what_the_program_prints_around_a_template_counts_too() -> None:
    closing = f"Je vous prie d’agréer, Monsieur le Maire, {LEAVE}"
    found = findings(
        "Merci.", "fr", sent_on=SENT_ON, salutation="Madame la Maire,", closing=closing
    )
    assert [each.code for each in found] == ["P205"]
    same = closing.replace("Monsieur le", "Madame la")
    assert (
        findings("Merci.", "fr", sent_on=SENT_ON, salutation="Madame la Maire,", closing=same) == []
    )


def test_a_title_and_its_article_agree() -> None:
    assert suggestions("Merci à Madame le Maire.", "P204") == ["Madame la Maire"]
    assert suggestions("Merci à Madame l’Adjoint.", "P204") == ["Madame l’Adjointe"]
    assert suggestions("Merci à Monsieur la Présidente.", "P204") == ["Monsieur le Président"]
    assert suggestions("Gracias al señor alcaldesa.", "P204", "es") == ["señor alcalde"]
    assert suggestions("Gracias a la señora gobernador.", "P204", "es") == ["señora gobernadora"]


def test_madame_le_maire_may_be_wished_for() -> None:
    assert [each.severity for each in marks("Merci à Madame le Maire.")] == ["warning"]


def test_civilities_are_written_in_full() -> None:
    assert suggestions("Merci à M. le Maire et à Mme la Préfète.", "P204") == ["Monsieur", "Madame"]
    assert codes("M. Dupont et Mme Durand sont venus.") == []
