"""Telephone numbers and street numbers."""

import pytest

from tests.language.proofreading.marks import codes, marks, suggestions


@pytest.mark.parametrize(
    "number",
    [
        "(+57) 601 381400",
        "+57 601 381400",
        "0057 601 381400",
        "+33 1 42 93 73",
        "+33 (0)1 42 93 73",
        "01 42 93 73 9",
        "01.42.93.73.922",
        "+49 30",
    ],
)
def test_a_number_of_a_wrong_length(number: str) -> None:
    found = codes(f"Écrivez-nous ou appelez le {number}.")
    assert found == ([] if number == "+49 30" else ["P210"])


@pytest.mark.parametrize(
    "number",
    [
        "(+57) 601 381 4000",
        "+57 300 123 4567",
        "0057 601 3814000",
        "+33 1 42 93 73 92",
        "+33 (0)1 42 93 73 92",
        "(+33) 1.42.93.73.92",
        "01 42 93 73 92",
        "01.42.93.73.92",
        "01\u202f42\u202f93\u202f73\u202f92",
        "+34 91 123 45 67",
    ],
)
def test_a_number_of_a_right_length(number: str) -> None:
    assert codes(f"Écrivez-nous ou appelez le {number}.") == []


def test_the_count_is_told() -> None:
    (found,) = marks("Appelez le (+57) 601 381400.")
    assert str(found.why) == "this telephone number has 9 digits; 10 are expected."


def test_a_number_after_its_word() -> None:
    assert codes("Teléfono: 601 381400.", "es") == ["P210"]
    assert codes("Teléfono: 601 381 4000.", "es") == []
    assert codes("Tél. : 01 42 93 73 92") == []
    assert codes("Tél. : 142937392") == ["P210"]


def test_other_figures_are_no_telephone_numbers() -> None:
    for text in (
        "un budget de 12 500 000 euros",
        "le 01/02/2025 à 14:30",
        "75008 Paris",
        "la lettre S-EFRPR-25-265",
        "de 2014 à 2025",
    ):
        assert codes(text) == []


def test_colombian_addresses_are_written_one_way() -> None:
    one = "Vivimos en la Carrera 5 # 9-03."
    assert codes(one, "es") == []
    assert suggestions("Carrera 5 No 9 – 03", "P211", "es") == ["Carrera 5 # 9-03"]
    assert suggestions("Calle 10 n.º 5-51", "P211", "es") == ["Calle 10 # 5-51"]
    assert suggestions("Calle 10 # 5 – 51", "P211", "es") == ["Calle 10 # 5-51"]


def test_two_ways_in_one_letter_name_the_other() -> None:
    found = marks("Carrera 5 No 9 – 03 y Calle 10 # 5-51", "es")
    assert [each.code for each in found] == ["P211"]
    assert "Calle 10 # 5-51" in str(found[0].why)
