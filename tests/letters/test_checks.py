import pytest
from msgspec import structs

from outreach.letters import checks
from outreach.letters.catalogue import LetterTemplate
from outreach.letters.checks import Finding
from outreach.letters.facts import Facts
from outreach.settings import Language
from tests.letters.letter_facts import ALCALDE, MAYOR, SEAL, circular, facts, press, source, written

DOCUMENT = "[le document]({{ campagne.document.lien }})"


def codes(body: str, given: Facts | None = None, *, demo: bool = True, **options: str) -> list[str]:
    given = given or facts()
    return [it.code for it in checks.check(written(body, given, **options), given, demo=demo)]


def template(texts: dict[Language, str], **known: list[str]) -> list[Finding]:
    twins = {language: source(text, language=language) for language, text in texts.items()}
    presses = {language: press(text, language=language) for language, text in texts.items()}
    return checks.check_template(LetterTemplate(name="essai", twins=twins), presses, **known)


def test_a_sound_letter_has_no_findings() -> None:
    assert codes(f"Bonjour, voir {DOCUMENT}.") == []


def test_a_reserved_domain_may_be_linked_to_in_a_demo_office_only() -> None:
    body = "Bonjour, voir [ici]({{ campagne.document.lien }})."
    assert codes(body, demo=True) == []
    assert codes(body, demo=False) == ["L111"]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("#", "L110"),
        ("", "L110"),
        ("#haut", "L110"),
        ("document.pdf", "L112"),
        ("ftp://a.fr/x", "L112"),
        ("mailto:", "L112"),
        ("https://", "L112"),
        ("https://example.com/x", "L111"),
        ("https://www.example.org", "L111"),
        ("https://a.test./x", "L111"),
        ("mailto:a@b.invalid", "L111"),
        ("http://localhost:80/", "L111"),
    ],
)
def test_a_link_that_leads_nowhere_is_an_error(url: str, code: str) -> None:
    assert codes(f"[ici]({url})", demo=False) == [code]


@pytest.mark.parametrize("url", ["https://example.fr", "https://notexample.com", "mailto:a@b.fr"])
def test_a_link_to_a_real_domain_is_fine(url: str) -> None:
    assert codes(f"[ici]({url})", demo=False) == []


def test_a_field_that_does_not_exist_is_an_error_with_file_and_line() -> None:
    given = facts()
    found = checks.check(written("Un\n\n{{ inconnu }}", given), given)
    assert [(it.code, it.severity, it.where) for it in found] == [
        ("L101", "error", "templates/letters/essai/fr.md:6")
    ]


def test_an_unknown_gender_is_a_warning_that_shows_the_form() -> None:
    found = checks.check(
        written("Corps", facts(contact=structs.replace(MAYOR, gender=None))),
        facts(contact=structs.replace(MAYOR, gender=None)),
    )
    assert [(it.code, it.severity) for it in found] == [("L132", "warning")]
    assert "Madame la Maire, Monsieur le Maire" in str(found[0].message)


FAREWELL = "Je vous prie d’agréer, Madame la Maire, l’expression de ma considération."


def test_a_farewell_in_the_text_must_be_to_the_one_who_is_greeted() -> None:
    man = facts(contact=structs.replace(MAYOR, gender="M"))
    assert codes(FAREWELL) == []
    assert codes(FAREWELL, man) == ["P205"]


def test_a_greeting_of_the_writers_own_must_match_the_closing_that_is_added() -> None:
    assert codes("Madame,\n\nMerci.") == ["P205"]


def test_an_own_title_needs_no_gender() -> None:
    own = structs.replace(MAYOR, gender=None, title_override="Madame le Maire")
    assert codes("Corps", facts(contact=own)) == []


def test_an_address_of_eight_lines_does_not_fit_the_window() -> None:
    high = structs.replace(MAYOR, postal_lines=tuple("ABCDEFGH"))
    assert codes("Corps", facts(contact=high)) == ["L131"]


def test_a_subject_must_be_there_and_not_endless() -> None:
    assert codes("Corps", front='subject = ""') == ["L130"]
    assert codes("Corps", front=f'subject = "{"x" * 300}"') == ["L130"]


def test_a_missing_twin_is_an_error() -> None:
    assert [(it.code, str(it.message)) for it in template({"fr": "Bonjour"})] == [
        ("L120", "the letter “essai” has no text in “es”.")
    ]


def test_a_field_in_a_branch_that_nobody_takes_is_found_too() -> None:
    found = template(
        {
            "fr": "{% if premiere_lettre %}{{ organisatoin }}{% endif %}",
            "es": "{% if primera_carta %}{{ organizacion }}{% endif %}",
        }
    )
    assert ("L101", "templates/letters/essai/fr.md:4") in [(it.code, it.where) for it in found]


def test_twins_must_hold_the_same_fields_by_either_name() -> None:
    same = template({"fr": "{{ organisation | upper }}", "es": "{{ organizacion | upper }}"})
    assert same == []
    found = template({"fr": "{{ organisation }} {{ date }}", "es": "{{ organizacion }}"})
    assert [(it.code, str(it.message)) for it in found] == [
        ("L121", "“date” stands in templates/letters/essai/fr.md, but not in its twin.")
    ]


def test_twins_must_hold_as_many_links() -> None:
    found = template({"fr": "[a](https://a.fr)", "es": "nada"})
    assert [it.code for it in found] == ["L122"]


def test_names_of_loops_are_no_fields() -> None:
    text = "{% for theme in campagne.themes %}{{ loop.index }}. {{ theme }}{% endfor %}"
    assert template({"fr": text, "es": text}) == []


def test_a_step_that_the_campaign_lacks_is_an_error() -> None:
    text = '{% if a_recu("jullet") %}Suite{% endif %}'
    found = template({"fr": text, "es": text}, steps=["juillet"])
    assert {it.code for it in found} == {"L133"}
    assert template({"fr": text, "es": text}) == []


def test_every_code_that_is_found_is_explained() -> None:
    bodies = ["{{ inconnu }}", "{{ contact.nom }}", "[a](#)", "[a](x)", "{{ organisation }}"]
    found = {code for body in bodies for code in codes(body, demo=False)}
    found |= set(codes("x", circular()))
    assert found <= set(checks.CODES)


def test_a_spanish_letter_of_unknown_gender_says_both_forms() -> None:
    given = facts(language="es", contact=ALCALDE)
    salutation = press("Cuerpo", language="es").write(given, SEAL).parts.salutation
    assert "alcalde" in salutation.lower()
    assert "alcaldesa" in salutation.lower()
