"""The same data for people and for programs."""

import json
import re
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path

import pytest

from outreach.cli import tables
from outreach.cli.frame import Context
from outreach.errors import Phrase

COLUMNS = [
    tables.Column("name", "Name"),
    tables.Column("n", "Count", right=True),
    tables.Column("on", "Day"),
]
ROWS = [{"name": "Saint-Étienne [42]", "n": 174082, "on": date(2025, 9, 1)}]


class Colour(StrEnum):
    RED = "red"


def context(office: Path, *arguments: str) -> Context:
    return Context(["--office", str(office), *arguments])


@pytest.mark.parametrize(
    ("language", "count", "day"),
    [
        ("fr", "174\u202f082", r"1er sept\. 2025"),
        ("es", "174.082", r"1/0?9/2025"),
        ("en", "174,082", r"1 Sept? 2025"),
    ],
)
def test_figures_and_dates_are_written_as_the_language_does(
    office: Path, capsys: pytest.CaptureFixture[str], language: str, count: str, day: str
) -> None:
    tables.show(context(office, "--ui-lang", language), ROWS, COLUMNS)
    out = capsys.readouterr().out
    assert "Saint-Étienne [42]" in out
    assert count in out
    assert re.search(day, out)


def test_json_holds_the_bare_values(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tables.show(context(office, "--json"), ROWS, COLUMNS)
    assert json.loads(capsys.readouterr().out) == [
        {"name": "Saint-Étienne [42]", "n": 174082, "on": "2025-09-01"}
    ]


def test_no_row_is_said_and_is_an_empty_list_in_json(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables.show(context(office, "--ui-lang", "en"), [], COLUMNS)
    assert capsys.readouterr().out == "Nothing to show.\n"
    tables.show(context(office, "--json"), [], COLUMNS)
    assert json.loads(capsys.readouterr().out) == []


def test_a_long_table_is_not_cut_in_a_pipe(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "Syndicat " * 14
    tables.show(context(office), [{**ROWS[0], "name": name.strip()}], COLUMNS)
    out = capsys.readouterr().out
    assert out.count("Syndicat") == 14
    assert "…" not in out


def test_data_cannot_drive_the_terminal(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tables.show(context(office), [{**ROWS[0], "name": "a\x1b[2Jb\x07"}], COLUMNS)
    assert "\x1b" not in capsys.readouterr().out


def test_cells_of_every_kind_are_readable(office: Path) -> None:
    english = context(office, "--ui-lang", "en")
    assert tables.cell(english, None) == "–"
    assert tables.cell(english, value=True) == "yes"
    assert tables.cell(english, ["a", "b"]) == "a, b"
    assert tables.cell(english, {"sent": 1}) == "sent: 1"
    assert tables.cell(english, Colour.RED) == "red"
    assert tables.cell(english, Phrase("{n} letters", {"n": 3})) == "3 letters"
    moment = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
    assert tables.cell(english, moment).startswith("01/01/2026")


def test_facts_are_lines_for_people_and_an_object_for_programs(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pairs = [("state", "State", "draft"), ("count", "Count", 2)]
    tables.facts(context(office, "--json"), pairs)
    assert json.loads(capsys.readouterr().out) == {"state": "draft", "count": 2}
    tables.facts(context(office, "--ui-lang", "en"), pairs)
    assert "State" in capsys.readouterr().out
