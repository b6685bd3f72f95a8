"""Two translations of one letter, compared."""

import pytest

from outreach.letters import twins
from tests.letters.letter_facts import press


def differences(french: str, spanish: str, **fronts: str) -> list[tuple[str, bool]]:
    pair = [
        press(french, language="fr", front=fronts.get("fr", 'subject = "S"')),
        press(spanish, language="es", front=fronts.get("es", 'subject = "S"')),
    ]
    return [(each.code, each.warning) for each in twins.compare(*pair)]


@pytest.mark.parametrize(
    ("french", "spanish"),
    [
        ("[la ville], [lien du document]", "[la ciudad], [enlace del documento]"),
        ("[prénom]", "{{ contacto.nombre }}"),
        ("[nom de famille]", "[apellido]"),
        ("[si a reçu juillet] A", "[si recibió juillet] B"),
        ("[si commune] A\n\n[sinon] B", "[si commune] A\n\n[si no] B"),
        ("- a\n- [chaque thème]", "- a\n- [cada tema]"),
        ("[ici](https://a.example)", "[aquí](https://a.example/es)"),
    ],
)
def test_true_translations_do_not_differ(french: str, spanish: str) -> None:
    assert differences(french, spanish) == []


@pytest.mark.parametrize(
    ("french", "spanish", "found"),
    [
        ("[lien du document]", "[título del documento]", [("L121", False)] * 2),
        ("[si commune] A", "[si recibió juillet] A", [("L121", False)] * 2),
        ("[ici](https://a.example)", "aquí", [("L122", False)]),
        (
            "[ici]([lien du document])",
            "[aquí](https://a.example) [enlace del documento]",
            [("L122", False)],
        ),
        ("![a](a.png)", "a", [("L122", False)]),
        ("## A\n\nB", "A\n\nB", [("L124", False)]),
        ("- a\n- b", "- a", [("L124", False)]),
        ("| a |\n|---|\n| b |", "| a |\n|---|", [("L124", False)]),
        ("A\n\nB", "A", [("L124", True)]),
    ],
)
def test_what_differs_is_found(french: str, spanish: str, found: list[tuple[str, bool]]) -> None:
    assert differences(french, spanish) == found


def test_settings_that_differ_are_found() -> None:
    changed = 'subject = "S"\nclosing = "short"\naddressee = ["A todos"]'
    assert differences("A", "A", es=changed) == [("L123", False)] * 2
