import pytest
from hypothesis import given
from hypothesis.strategies import lists as list_of
from hypothesis.strategies import sampled_from, text

from outreach.language import lists
from outreach.settings import Language


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ((), ""),
        (("Lyon",), "Lyon"),
        (("Lyon", "Metz"), "Lyon et Metz"),
        (("Lyon", "Metz", "Le Mans"), "Lyon, Metz et Le Mans"),
        ((" Lyon ", "", "Metz"), "Lyon et Metz"),
    ],
)
def test_french_joins_with_commas_and_et(items: tuple[str, ...], expected: str) -> None:
    assert lists.join(items, "fr") == expected


def test_french_or_is_ou() -> None:
    assert lists.join(["Lyon", "Orléans"], "fr", "or") == "Lyon ou Orléans"


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        (("Pereira", "Ibagué"), "Pereira e Ibagué"),
        (("Cali", "Neiva", "Ibagué"), "Cali, Neiva e Ibagué"),
        (("Cúcuta", "Inírida"), "Cúcuta e Inírida"),
        (("Bello", "Itagüí"), "Bello e Itagüí"),
        (("Betania", "Hispania"), "Betania e Hispania"),
        (("Peña", "Yrigoyen"), "Peña e Yrigoyen"),
        (("Neiva", "Yopal"), "Neiva y Yopal"),
        (("Cali", "Yumbo"), "Cali y Yumbo"),
        (("frío", "hielo"), "frío y hielo"),
        (("Eta", "Iota"), "Eta y Iota"),
        (("Neiva", "el Huila"), "Neiva y el Huila"),
        (("Cali", "Honda"), "Cali y Honda"),
        (("Neiva", "ÍNDICE"), "Neiva e ÍNDICE"),
        (("Neiva", "«Ibagué»"), "Neiva e «Ibagué»"),
    ],
)
def test_spanish_y_becomes_e_before_the_sound_i(items: tuple[str, ...], expected: str) -> None:
    assert lists.join(items, "es") == expected


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        (("Cali", "Ocaña"), "Cali u Ocaña"),
        (("Tunja", "Honda"), "Tunja u Honda"),
        (("7", "8"), "7 u 8"),
        (("79", "80"), "79 u 80"),
        (("10", "11"), "10 u 11"),
        (("10.000", "11.000"), "10.000 u 11.000"),
        (("100", "110"), "100 o 110"),
        (("17", "18"), "17 o 18"),
        (("7", "8.000 habitantes"), "7 u 8.000 habitantes"),
        (("Montería", "Buga"), "Montería o Buga"),
    ],
)
def test_spanish_o_becomes_u_before_the_sound_o(items: tuple[str, ...], expected: str) -> None:
    assert lists.join(items, "es", "or") == expected


@given(items=list_of(text(max_size=10), max_size=5), language=sampled_from(["fr", "es"]))
def test_no_list_crashes(items: list[str], language: Language) -> None:
    for conj in ("and", "or"):
        joined = lists.join(items, language, "and" if conj == "and" else "or")
        assert all(item.strip() in joined for item in items)
