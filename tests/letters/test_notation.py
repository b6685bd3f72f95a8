"""Letters as a secretary writes them, without a brace."""

import pytest
from msgspec import structs

from outreach.letters import checks
from outreach.letters.catalogue import LetterTemplate
from outreach.letters.compiling import TemplateError
from outreach.letters.facts import CampaignFacts
from tests.letters.letter_facts import (
    ALCALDE,
    CAMPAIGN,
    IBAGUE,
    LE_HAVRE,
    LYON_METROPOLE,
    PRESIDENT,
    SEAL,
    circular,
    facts,
    press,
    source,
    written,
)

LYON = facts(organisation=LYON_METROPOLE, contact=PRESIDENT)
COLOMBIAN = facts(organisation=IBAGUE, contact=ALCALDE)


@pytest.mark.parametrize(
    ("condition", "havre", "lyon", "ibague"),
    [
        ("commune", True, False, False),
        ("métropole", False, True, False),
        ("commune ou métropole", True, True, False),
        ("municipio", False, False, True),
        ("en France", True, True, False),
        ("en Colombia", False, False, True),
        ("pas commune", False, True, True),
        ("région Normandie", True, False, False),
        ("région Bretagne ou Normandie", True, False, False),
        ("departamento “Tolima”", False, False, True),
        ("plus de 100 000 habitants", True, False, False),
        ("commune et moins de 1000 habitants", False, False, False),
        ("femme", True, False, False),
        ("hombre", False, True, False),
        ("prénom connu", False, False, False),
        ("n’a pas reçu juillet", True, True, True),
        ("première lettre", False, False, False),
    ],
)
def test_a_condition_holds_for_whom_it_says(
    condition: str,
    *,
    havre: bool,
    lyon: bool,
    ibague: bool,
) -> None:
    body = f"[si {condition}] OUI\n\n[sinon] NON\n"
    for given, holds in ((facts(), havre), (LYON, lyon), (COLOMBIAN, ibague)):
        text = written(body, given).text
        assert ("OUI" in text, "NON" in text) == (holds, not holds)


def test_a_theme_is_a_condition() -> None:
    given = facts(organisation=structs.replace(LE_HAVRE, themes=("Mobilité", "culture")))
    assert "OUI" in written("[si thème mobilité] OUI", given).text
    assert "OUI" not in written("[si thème santé] OUI", given).text
    assert "OUI" not in written("[si thème mobilité] OUI").text


def test_a_condition_ends_with_its_paragraph() -> None:
    text = written("[si métropole] Un,\nencore un.\n\nDeux.\n").text
    assert "Un" not in text
    assert "\n\nDeux.\n" in text
    text = written("[si métropole] Un,\nencore un.\n\nDeux.\n", LYON).text
    assert "\n\nUn, encore un.\n\nDeux.\n" in text


def test_three_cases_and_one_is_written() -> None:
    body = "[si métropole] A\n\n[sinon si commune] B\n\n[sinon] C\n\nD\n"
    seen = [
        [word for word in ("A", "B", "C", "D") if f"\n\n{word}\n" in written(body, given).text]
        for given in (LYON, facts(), COLOMBIAN)
    ]
    assert seen == [["A", "D"], ["B", "D"], ["C", "D"]]


def test_a_condition_alone_on_its_line_goes_on_to_its_end() -> None:
    body = "[si métropole]\n\nUn.\n\nDeux.\n\n[fin]\n\nTrois.\n"
    assert "\n\nUn.\n\nDeux.\n\nTrois.\n" in written(body, LYON).text
    assert "Deux." not in written(body).text
    assert "\n\nTrois.\n" in written(body).text


def test_a_condition_within_a_sentence() -> None:
    body = "Nous vous [si métropole] avons tous [fin] remercions."
    assert "Nous vous remercions." in written(body).text
    assert "Nous vous avons tous remercions." in written(body, LYON).text


def test_a_condition_on_an_item_leaves_the_list_whole() -> None:
    body = "- un\n- [si métropole] deux,\n  encore\n- trois\n- [si commune] quatre\n\nFin.\n"
    assert "- un\n- trois\n- quatre\n\nFin." in written(body).text
    assert "- un\n- deux, encore\n- trois\n\nFin." in written(body, LYON).text


def test_a_line_is_repeated_for_each_of_a_list() -> None:
    assert "- mobilité\n- culture\n" in written("- [chaque thème de la campagne]").text
    assert (
        "- un\n- mobilité\n- culture\n\nFin"
        in written("- un\n- [chaque thème de la campagne]\n\nFin").text
    )


def test_a_row_is_repeated_and_says_what_belongs_to_it() -> None:
    days = {"visites": [{"ville": "Pereira", "heure": "9 h"}, {"ville": "Cali", "heure": "15 h"}]}
    given = facts(campaign=CampaignFacts.of("c", CAMPAIGN.title, days))
    body = "| Ville | Heure |\n|---|---|\n| [pour chaque visite] [sa ville, en majuscules] | [son heure] |\n"
    assert "PEREIRA | 9 h\nCALI | 15 h\n" in written(body, given).text


def test_a_field_stands_in_bold_in_a_link_and_in_its_address() -> None:
    letter = written("**[la ville]** et [*[titre du document]*]([lien du document])")
    assert letter.links == ("https://asointermedias.example/fr",)
    assert "la Ville du Havre et Profils et projets [1]" in letter.text.replace("\n", " ")


def test_plain_brackets_and_ordinary_links_stay() -> None:
    text = written(r"Le mot \[sic], […] et [ici](https://a.example/x).").text
    assert "Le mot [sic], […] et ici [1]." in text


def test_braces_still_work_beside_brackets() -> None:
    assert (
        "le Havre [x] fr" in written("{% set a = ['le Havre'] %}{{ a[0] }} `[x]` {{ langue }}").text
    )


def test_an_unknown_name_is_a_problem_with_its_line_and_a_hint() -> None:
    letter = written("Un.\n\nBonjour [la colectivité].")
    assert [(each.code, each.line) for each in letter.problems] == [("L101", 6)]
    assert "[?]" in letter.text
    found = checks.check_template(
        LetterTemplate(name="essai", twins={"fr": source("x")}),
        {"fr": press("Un.\n\nBonjour [la colectivité].\n\n[si comune] x")},
    )
    said = [
        (each.code, each.where[-4:], str(each.message)) for each in found if each.code == "L101"
    ]
    assert [each[:2] for each in said] == [("L101", "md:6"), ("L101", "md:8")]
    assert "Perhaps: la collectivité" in said[0][2]
    assert "Perhaps: commune" in said[1][2]


def test_a_condition_that_is_not_closed_says_what_is_missing() -> None:
    with pytest.raises(TemplateError, match=r"\[fin\]"):
        written("[si commune]\n\nUn.\n")


def test_what_is_personal_is_refused_in_a_circular() -> None:
    for body in ("[la ville]", "[si commune] x", "[si région Bretagne] x", "[si a reçu juillet] x"):
        letter = press(body, front='subject = "S"\naddressee = ["Tous"]')
        codes = {each.code for each in letter.write(circular(), SEAL).problems}
        assert codes == {"L104"}, body


def test_a_subject_holds_fields_by_name() -> None:
    assert written("x", front='subject = "Vœux [à la ville]"').subject == "Vœux à la Ville du Havre"


def test_what_is_written_keeps_its_lines() -> None:
    twin = source("[si commune] Un\n\n- [chaque thème]\n\nFin {{ x }}")
    assert twin.text.count("\n") == twin.written.count("\n")
