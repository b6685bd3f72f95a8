"""The messages of tests/emails: each as the table says, whatever is quoted below it."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

CHECKOUT = Path(__file__).parent.parent.parent


def load_tool() -> ModuleType:
    path = CHECKOUT / "tools" / "classification.py"
    spec = importlib.util.spec_from_file_location("classification", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["classification"] = module
    spec.loader.exec_module(module)
    return module


TOOL: Any = load_tool()
SAMPLES = TOOL.load()
TUNING = [one for one in SAMPLES if one.half == "tuning"]
HELD_OUT = [one for one in SAMPLES if one.half == "held-out"]


@pytest.mark.parametrize("sample", TUNING, ids=lambda one: one.name)
def test_a_message_is_what_the_table_says(sample: Any) -> None:
    said = TOOL.told(sample, sample.verdict())
    assert said == {key: value for key, value in sample.expected.items() if value or key in said}


def test_messages_that_the_rules_were_not_made_for_are_judged_as_well() -> None:
    kinds = [one.verdict().kind.value == one.expected["kind"] for one in HELD_OUT]
    assert sum(kinds) / len(kinds) >= 0.85
    bounces = [one for one in HELD_OUT if one.expected["kind"] == "bounce"]
    right = [(one.verdict().permanence or "") == one.expected["permanence"] for one in bounces]
    assert sum(right) / len(right) >= 0.9


def test_no_person_is_taken_for_a_machine() -> None:
    people = [one for one in TUNING if one.expected["kind"] in {"reply", "opt-out"}]
    assert [
        one.name for one in people if one.verdict().kind.value not in {"reply", "opt-out"}
    ] == []


def test_no_machine_is_taken_for_a_person_who_opts_out_or_complains() -> None:
    wrong = {"opt-out", "complaint"}
    assert [
        one.name
        for one in TUNING
        if one.verdict().kind.value in wrong and one.expected["kind"] not in wrong
    ] == []


def test_the_page_shows_the_figures_of_today() -> None:
    page = TOOL.PAGE.read_text("utf-8")
    for half in (HELD_OUT, TUNING):
        assert TOOL.matrix(half) in page
        assert TOOL.figures(half) in page


def test_the_corpus_is_large_and_names_no_real_domain() -> None:
    import re

    assert len(SAMPLES) >= 150
    files = {path.name for path in TOOL.EMAILS.glob("*.eml")}
    assert files == {one.name for one in SAMPLES}
    address = re.compile(rb"[\w.+-]+@((?:[\w-]+\.)+[\w-]+)")
    domains = {found for one in SAMPLES for found in address.findall(one.raw)}
    assert [one for one in domains if not one.endswith(b".example")] == []
