import time

import pytest
from msgspec import structs

from outreach.letters.compiling import TemplateError
from tests.letters.letter_facts import MAYOR, SEAL, circular, facts, press, written


def refusal(body: str) -> str:
    with pytest.raises(TemplateError) as error:
        written(body)
    return str(error.value)


@pytest.mark.parametrize(
    "body",
    [
        "{% macro m() %}x{% endmacro %}",
        "{% set x %}abc{% endset %}",
        "{% filter upper %}abc{% endfilter %}",
        "{% call organisation() %}x{% endcall %}",
        '{% include "/etc/passwd" %}',
        '{% import "x" as y %}',
        '{% from "x" import y %}',
        '{% extends "x" %}',
        "{% block x %}{% endblock %}",
        "{% for x in campagne.themes recursive %}{% endfor %}",
    ],
)
def test_what_would_see_placeholders_instead_of_values_is_refused(body: str) -> None:
    assert "cannot be used in a letter" in refusal(body)


@pytest.mark.parametrize(
    "body",
    [
        '{{ "a".join(["b"]) }}',
        '{{ "x".ljust(1000000000) }}',
        "{{ organisation.name.encode() }}",
        "{{ cycler(1) }}",
        "{{ range(*[1]) }}",
        "{{ (range)(3)(4) }}",
    ],
)
def test_only_our_few_functions_may_be_called(body: str) -> None:
    assert "may be called with brackets" in refusal(body)


@pytest.mark.parametrize(
    "body",
    [
        '{{ "a" * 1000000000 }}',
        "{{ 10 ** 10 ** 10 }}",
        "{{ 1000000000 * 1000000000 * 1000000000 }}",
        "{{ [1] * 1000000000 }}",
        '{{ "%1000000000d" % 1 }}',
        "{% for x in range(100000000) %}{% endfor %}",
        "{% for x in range(4000) %}{% for y in range(4000) %}{% endfor %}{% endfor %}",
        "{% for x in range(4999) %}" + "abcdefghij" * 100 + "{% endfor %}",
        "{% for x in range(4999) %}{{ x }}{% endfor %}",
        '{% set a = "x" * 1 %}' + "{% set a = a ~ a ~ a ~ a %}" * 30 + "{{ a }}",
        '{% set a = "xx" %}' + "{% set a = a + a %}" * 40 + "{{ a }}",
    ],
)
def test_a_template_cannot_run_away(body: str) -> None:
    started = time.monotonic()
    assert "does more than a letter can need" in refusal(body)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "body",
    [
        '{{ "".__class__ }}',
        "{{ organisation.__class__ }}",
        '{{ organisation["__class__"] }}',
        "{{ organisation.__init__.__globals__ }}",
        "{{ self }}",
        "{{ self._TemplateReference__context }}",
        "{{ a_recu.__call__ }}",
        "{{ contact.facts }}",
        "{{ campagne.keys }}",
        "{{ lipsum }}",
        "{{ organisation | attr('name') }}",
        "{{ bureau.signatory_name }}",
    ],
)
def test_no_python_is_ever_reached(body: str) -> None:
    try:
        letter = written(body)
    except TemplateError:
        return
    assert [problem.code for problem in letter.problems] == ["L101"]
    assert "[?]" in letter.text


def test_deep_nesting_is_refused_not_crashed_on() -> None:
    assert "nested too deeply" in refusal("{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}")


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("Un\n\n{{ organisation", 6, "braces are not written right"),
        ("Un\n{% if premiere_lettre %}\nDeux", 6, "not closed"),
        ("{{ organisation | dee }}", 4, "there is no filter 'dee'"),
        ("\n{% iff x %}", 5, "“iff” is no condition"),
        ("\n\n{{ 1 / 0 }}", 6, "ZeroDivisionError"),
        ("{{ campagne.document }}", 4, "no word, number or date"),
        ("{{ premiere_lettre }}", 4, "no word, number or date"),
        ("{% for x in 3 %}{% endfor %}", 4, "no word, number or date"),
    ],
)
def test_an_error_names_file_line_and_words(body: str, line: int, said: str) -> None:
    message = refusal(body)
    assert f"templates/letters/essai/fr.md, line {line}: " in message
    assert said in message
    assert "The line reads: " in message


def test_an_error_in_the_subject_names_the_line_of_the_subject() -> None:
    with pytest.raises(TemplateError, match="line 3: "):
        press("Bonjour", front='kind = "letter"\nsubject = "Pour {{ x"')


def test_an_unknown_field_is_a_problem_with_its_line_and_never_a_guess() -> None:
    letter = written("Un\n\nBonjour {{ inconnu }} et {{ organisation.maire.nom }} !")
    assert [(it.code, it.line, it.phrase.values["name"]) for it in letter.problems] == [
        ("L101", 6, "inconnu"),
        ("L101", 6, "organisation.maire.nom"),
    ]
    assert "Bonjour [?] et [?]" in letter.text


@pytest.mark.parametrize(
    "body",
    [
        "{% if inconnu %}a{% endif %}",
        '{% if inconnu == "a" %}a{% endif %}',
        "{% for x in inconnu %}a{% endfor %}",
        "{{ inconnu | upper }}",
        "{{ inconnu + 1 }}",
        '{{ "a" ~ inconnu }}',
        '{% if "a" in inconnu %}a{% endif %}',
        "{% if inconnu > 1 %}a{% endif %}",
        "{% if a_recue %}a{% endif %}",
    ],
)
def test_an_unknown_field_is_reported_however_it_is_used(body: str) -> None:
    assert {problem.code for problem in written(body).problems} == {"L101"}


def test_a_field_without_a_value_may_be_asked_about_but_not_printed() -> None:
    asked = written("{% if contact.nom %}Cher {{ contact.nom }}{% else %}Bonjour{% endif %}")
    assert asked.problems == ()
    assert "Bonjour" in asked.text
    printed = written("Cher {{ contact.nom }}")
    assert [(it.code, it.phrase.values["name"]) for it in printed.problems] == [
        ("L102", "contact.nom")
    ]


def test_a_default_stands_in_for_a_field_without_a_value() -> None:
    letter = written('Cher {{ contact.nom | default("voisin") }}')
    assert (letter.problems, "Cher voisin" in letter.text) == ((), True)


def test_a_circular_cannot_hold_a_personal_field() -> None:
    front = 'subject = "Essai"\naddressee = ["À tous"]'
    letter = written("{{ organisation | upper }}\n\n{{ contact }}", circular(), front=front)
    assert [it.code for it in letter.problems] == ["L104", "L104"]
    letter = written('{% if a_recu("x") %}a{% endif %}', circular(), front=front)
    assert [it.code for it in letter.problems] == ["L104"]


def test_control_and_direction_characters_in_data_are_reported_and_taken_out() -> None:
    turned = structs.replace(MAYOR, last_name="Du\u202epont\r\nBcc: x")
    letter = written("Cher {{ contact.nom }}", facts(contact=turned))
    assert "L105" in {it.code for it in letter.problems}
    assert "Cher Du pont  Bcc: x" in letter.text


def test_no_break_spaces_in_data_are_fine() -> None:
    kept = structs.replace(MAYOR, last_name="M.\u00a0Dupont\u202f!")
    assert written("{{ contact.nom }}", facts(contact=kept)).problems == ()


def test_a_letter_that_takes_the_same_branches_is_compiled_once() -> None:
    machine = press('{% if a_recu("juillet") %}Suite{% else %}Début{% endif %} {{ organisation }}')
    for received in ((), ("juillet",)) * 3:
        _ = machine.write(facts(received=received), SEAL).html
    assert machine._compiled.cache_info().misses == 2


def test_data_that_looks_like_a_placeholder_is_printed_as_it_is() -> None:
    machine = press("{{ contact.nom }}, {{ organisation }}")
    forged = machine.sentinels.at(1)
    letter = machine.write(facts(contact=structs.replace(MAYOR, last_name=forged)), SEAL)
    assert f"{forged}, Le Havre" in letter.text
    assert f"{forged}, Le Havre" in letter.html
