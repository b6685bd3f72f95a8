import html
import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis.strategies import text
from msgspec import structs

from outreach.letters.compiling import TemplateError
from outreach.letters.facts import Facts, Seal
from outreach.letters.values import cleaned
from tests.letters.letter_facts import (
    ALCALDE,
    IBAGUE,
    LE_HAVRE,
    MAYOR,
    SEAL,
    circular,
    facts,
    press,
    source,
    written,
)

MACHINE = press("Début {{ contact.nom }} fin")
HOSTILE = '<script>alert("x")</script> **gras** [a](javascript:b) $x$ #eval {{ 7 * 7 }} \\ & %s'


def tree(body: str, given: Facts | None = None) -> dict[str, object]:
    return dict(json.loads(written(body, given).tree))


def named(name: str) -> Facts:
    return facts(organisation=structs.replace(LE_HAVRE, name=name))


def test_one_source_gives_page_text_and_tree() -> None:
    letter = written("Bonjour à **{{ organisation }}**.")
    assert "Bonjour à <strong>Le Havre</strong>." in letter.html
    assert "Bonjour à Le Havre." in letter.text
    assert json.loads(letter.tree)["body"] == [
        {
            "t": "p",
            "c": ["Bonjour à ", {"t": "strong", "c": [{"t": "f", "v": "Le Havre"}]}, "."],
        }
    ]


def test_data_is_data_in_every_form() -> None:
    letter = written(
        "{{ organisation }}\n\n# {{ organisation }}\n\n- {{ organisation }}", named(HOSTILE)
    )
    assert "<script" not in letter.html
    assert (
        "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt; **gras** [a](javascript:b)" in letter.html
    )
    assert re.sub(r"\s+", " ", letter.text).count(HOSTILE) == 3
    body = json.loads(letter.tree)["body"]
    assert body[0] == {"t": "p", "c": [{"t": "f", "v": HOSTILE}]}


def test_data_in_a_link_is_quoted_for_its_place() -> None:
    letter = written(
        '[a](https://a.fr/{{ organisation }}?q={{ organisation }} "{{ organisation }}")',
        named('a/b&c"<d>'),
    )
    quoted = "https://a.fr/a%2Fb%26c%22%3Cd%3E?q=a%2Fb%26c%22%3Cd%3E"
    assert f'href="{quoted}"' in letter.html
    assert 'title="a/b&amp;c&#34;&lt;d&gt;"' in letter.html
    assert f"[1] {quoted}" in letter.text
    assert letter.links == (quoted,)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", " vbscript:x", "//x"])
def test_an_address_from_data_with_a_foreign_scheme_is_never_linked_to(url: str) -> None:
    given = facts(contact=structs.replace(MAYOR, last_name=url))
    letter = written("[a]({{ contact.nom }})", given)
    assert 'href="#"' in letter.html
    assert json.loads(letter.tree)["body"][0]["c"][0]["url"] == "#"
    assert letter.links == ("#",)


def test_an_address_from_the_campaign_keeps_its_query() -> None:
    given = facts(contact=structs.replace(MAYOR, last_name="https://a.fr/x?a=1&b=%20é"))
    letter = written("[a]({{ contact.nom }})", given)
    assert 'href="https://a.fr/x?a=1&amp;b=%20%C3%A9"' in letter.html


def test_raw_html_in_a_template_is_shown_not_used() -> None:
    letter = written('<b onclick="x">Bonjour</b>\n\n<script>x</script>')
    assert "<script>" not in letter.html
    assert "&lt;b onclick=" in letter.html


def test_ordinals_of_the_template_are_raised_in_french() -> None:
    letter = written("Les 16es Rencontres du XXIe siècle, le Ier et la 1re, le 2e des LEs.")
    assert "Les 16<sup" in letter.html
    assert "XXI<sup" in letter.html
    assert "des LEs." in letter.html
    assert "Les 16es Rencontres du XXIe siècle, le Ier et la 1re" in letter.text
    found = json.loads(letter.tree)["body"][0]["c"]
    assert found[:3] == ["Les 16", {"t": "sup", "c": ["es"]}, " Rencontres du XXI"]


def test_the_first_of_the_month_is_raised_where_a_form_can() -> None:
    letter = written("Fait le {{ date }}.")
    assert re.search(r"1<sup[^>]*>er</sup>.septembre.2025", letter.html)
    assert re.search(r"Fait le 1er.septembre.2025", letter.text)


def test_typography_is_set_right_in_the_template_and_left_alone_in_data() -> None:
    letter = written("Bonjour {{ organisation }} !", named("Qui ? Moi !"))
    assert "Bonjour Qui ? Moi !\u202f!" in letter.text.replace("\u00a0!", "\u202f!")


def test_typography_sees_words_in_bold_and_in_links_as_words() -> None:
    words = written("Est-ce **vrai** ? L'**un** : «**mot** »").text
    assert "Est-ce vrai\u202f? L’un\u00a0: «\u00a0mot\u00a0»" in words


@settings(max_examples=200, deadline=None)
@given(text(min_size=1))
def test_any_data_comes_out_as_it_went_in(value: str) -> None:
    one = facts(contact=structs.replace(MAYOR, last_name=value))
    letter = MACHINE.write(one, SEAL)
    shown = cleaned(value)
    assert json.loads(letter.tree)["body"] == [
        {"t": "p", "c": ["Début ", {"t": "f", "v": shown}, " fin"]}
    ]
    paragraph = letter.html.partition(">Début ")[2].partition(" fin</p>")[0]
    assert "<" not in paragraph
    assert html.unescape(paragraph) == shown
    assert letter.problems == () or shown != value


def test_the_parts_of_a_letter_stand_in_their_order_in_every_form() -> None:
    given = facts(enclosures=("Fiche de la ville",), copies=("Ministère",))
    letter = written("Le corps.", given, front='subject = "Un objet"')
    for form in (letter.text, re.sub(r"<[^>]*>", "", letter.html.partition("<body")[2])):
        places = [
            form.index(words)
            for words in (
                "S-EFRPR-25-1",
                "Paris, le",
                "Ville du Havre",
                "Un objet",
                "Madame la Maire,",
                "Le corps.",
                "l’expression de",
                "Alfonso Prada Gil",
                "Fiche de la ville",
                "Ministère",
                "Ministerio de Relaciones Exteriores",
            )
        ]
        assert places == sorted(places)


def test_salutation_and_closing_say_the_same_form() -> None:
    letter = written("Corps.")
    assert letter.parts.salutation == "Madame la Maire,"
    assert "Madame la Maire" in letter.parts.closing


def test_a_spanish_letter_to_a_colombian_city_is_spanish_throughout() -> None:
    given = facts(language="es", contact=ALCALDE, organisation=IBAGUE)
    letter = written("Cuerpo.", given)
    assert "Ref.: S-EFRPR-25-1" in letter.text
    assert "Asunto: Essai" in letter.text
    assert "París, 1.º" in letter.text
    assert '<html lang="es"' in letter.html


def test_a_cover_has_no_reference_no_addressee_and_no_copies() -> None:
    given = facts(copies=("Ministère",), enclosures=("Lettre",))
    letter = written("Corps.", given, front='subject = "Un objet"\nkind = "cover"')
    for form in (letter.text, letter.html):
        assert "S-EFRPR-25-1" not in form
        assert "Ministère" not in form
        assert "Madame la Maire," in form
        assert "Alfonso Prada Gil" in form


def test_closing_and_salutation_may_be_left_out() -> None:
    front = 'subject = "a"\nsalutation = false\nclosing = "none"'
    letter = written("Corps.", front=front)
    assert (letter.parts.salutation, letter.parts.closing) == ("", "")
    assert "Madame la Maire," not in letter.text
    assert json.loads(letter.tree)["closing"] == ""


def test_a_circular_has_its_collective_addressee_on_a_full_line() -> None:
    front = 'subject = "a"\naddressee = ["À l’attention des membres"]'
    letter = written("Corps.", circular(), front=front)
    data = json.loads(letter.tree)
    assert data["addressee"] == ["À l’attention des membres"]
    assert data["addressee_in_window"] is False
    assert data["salutation"] == "Mesdames, Messieurs,"
    assert letter.problems == ()


def test_a_circular_by_post_differs_in_its_address_block_alone() -> None:
    front = 'subject = "a"\naddressee = ["À l’attention des membres"]'
    lines = ("Madame la Maire", "Ville du Havre", "76600 LE HAVRE")
    posted = structs.replace(MAYOR, postal_lines=lines)
    machine = press("Corps.", front=front)
    common = json.loads(machine.write(circular(), SEAL).tree)
    paper = json.loads(
        machine.write(structs.replace(circular(), contact=posted, organisation=LE_HAVRE), SEAL).tree
    )
    assert paper["addressee"] == list(lines)
    assert paper["addressee_in_window"] is True
    differing = {key for key in common if common[key] != paper[key]}
    assert differing == {"addressee", "addressee_in_window"}


def test_a_circular_without_collective_addressee_is_a_problem() -> None:
    assert [it.code for it in written("Corps.", circular()).problems] == ["L106"]


def test_the_first_letter_tells_the_source_and_the_right_to_object() -> None:
    first = written("Corps.", facts(first_letter=True))
    later = written("Corps.", facts(first_letter=False))
    assert "l’annuaire de l’administration" in first.text
    assert "vous opposer" in first.html
    assert json.loads(first.tree)["notice"]
    assert "vous opposer" not in later.text + later.html
    assert json.loads(later.tree)["notice"] == []


def test_only_number_and_date_differ_between_draft_and_signed_letter() -> None:
    machine = press("Corps.")
    draft = machine.write(facts(), Seal(reference="S-EFRPR-25-____", day=date(2025, 8, 30)))
    signed = machine.write(facts(), SEAL)
    one, other = json.loads(draft.tree), json.loads(signed.tree)
    assert {key for key in one if one[key] != other[key]} == {"reference", "place_date"}


def test_a_subject_is_one_line_with_its_fields_filled_in() -> None:
    front = 'subject = """Pour\n{{ organisation }}"""'
    assert written("Corps.", front=front).subject == "Pour Le Havre"


def test_a_form_of_address_that_cannot_be_decided_is_a_problem_not_a_guess() -> None:
    odd = structs.replace(MAYOR, office="grand-chambellan")
    letter = written("Corps.", facts(contact=odd))
    assert "L103" in {it.code for it in letter.problems}
    assert letter.parts.salutation == "[?]"


def test_an_own_title_is_used_in_salutation_closing_and_address() -> None:
    own = structs.replace(MAYOR, title_override="Madame le Maire")
    parts = written("Corps.", facts(contact=own)).parts
    assert parts.salutation == "Madame le Maire,"
    assert "Madame le Maire" in parts.closing
    assert parts.addressee[0] == "Madame le Maire"


def test_the_name_of_a_person_stands_in_the_address_where_it_is_known() -> None:
    known = structs.replace(MAYOR, first_name="Élodie", last_name="Le Goff")
    assert written("Corps.", facts(contact=known)).parts.addressee == (
        "Madame la Maire",
        "Élodie Le Goff",
        "Ville du Havre",
    )


def test_the_title_may_be_asked_for_in_the_text() -> None:
    assert "Croyez, Madame la Maire, à" in written("Croyez, {{ contact.appel }}, à").text


def test_both_names_of_a_field_are_valid_in_both_languages() -> None:
    letter = written("{{ organizacion.nombre }} {{ organisation.nom }} {{ departamento }}")
    assert "Le Havre Le Havre Seine-Maritime" in letter.text


def test_a_step_that_was_received_opens_its_paragraph() -> None:
    body = '{% if a_recu("juillet") %}\nSuite.\n{% else %}\nDébut.\n{% endif %}'
    assert "Début." in written(body).text
    assert "Suite." in written(body, facts(received=("juillet",))).text


def test_lists_of_the_campaign_become_lists_of_the_letter() -> None:
    body = "{% for theme in campagne.themes %}\n- {{ theme }}\n{% endfor %}"
    assert "- mobilité\n- culture\n" in written(body).text
    assert tree(body)["body"][0]["items"] == [  # type: ignore[index]
        [{"t": "p", "c": [{"t": "f", "v": "mobilité"}]}],
        [{"t": "p", "c": [{"t": "f", "v": "culture"}]}],
    ]


def test_the_same_source_and_facts_give_the_same_bytes() -> None:
    one = press("{{ organisation }}").write(facts(), SEAL)
    other = press("{{ organisation }}").write(facts(), SEAL)
    assert (one.html, one.text, one.tree) == (other.html, other.text, other.tree)


def test_a_template_is_polished_once_and_not_per_letter() -> None:
    machine = press("Bonjour {{ organisation }}")
    for number in range(50):
        letter = machine.write(named(f"Ville {number}"), SEAL)
        assert f"Bonjour Ville {number}" in letter.text
        assert f"Bonjour Ville {number}" in letter.html
    assert machine._compiled.cache_info().misses == 1


def test_the_source_can_be_written_from_a_frozen_copy() -> None:
    assert source("Corps.").sha256 == source("Corps.").sha256
    assert source("Corps.").sha256 != source("Corps !").sha256


def test_an_address_block_with_a_missing_line_is_a_problem() -> None:
    odd = structs.replace(MAYOR, office="grand-chambellan", postal_lines=("[?]", "76600 LE HAVRE"))
    letter = written("Corps.", facts(contact=odd), front='subject = "a"\nsalutation = false')
    assert "L103" in {it.code for it in letter.problems}


def test_one_press_serves_several_threads() -> None:
    machine = press("Bonjour {{ organisation }}")

    def write(number: int) -> bool:
        letter = machine.write(named(f"Ville {number}"), SEAL)
        return f"Bonjour Ville {number}" in letter.text and f"Ville {number}<" in letter.html

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(write, range(400)))


def test_what_is_fixed_is_worked_out_once_and_still_told_with_its_line() -> None:
    body = "Un.\n\n{{ campagne.rencontres.mois | mois }} {{ campagne.absent }}\n\n{{ organisation.nom }}"
    letter = written(body)
    assert "juillet [?]" in letter.text
    assert [(each.code, each.line) for each in letter.problems] == [("L101", 6)]
    assert "campagne.absent" in str(letter.problems[0].phrase)
    with pytest.raises(TemplateError, match=r"line 6: a filter"):
        written("Un.\n\n{{ campagne.rencontres.edition | ordinal(nonsense=true) }}")


def test_what_a_template_sets_itself_is_not_taken_for_fixed() -> None:
    body = "{% for lieu in campagne.themes %}{{ lieu }} {% endfor %}{% set langue = 'xx' %}{{ langue }}"
    assert "mobilité culture xx" in written(body).text
