from pathlib import Path

import pytest

from outreach.language import french, overrides, spanish
from outreach.language.overrides import OverrideColumnError, OverrideRowError, Overrides
from tests.conftest import CHECKOUT
from tests.language.named_things import everything, thing

SHIPPED = CHECKOUT / "contacts" / "overrides"
HEADER = "code,named,de,a,en,source\n"


def test_each_shipped_exception_has_a_source_and_an_organisation() -> None:
    shipped = Overrides.read(SHIPPED)
    for rows in shipped.rows.values():
        assert rows
        assert set(rows) <= set(everything())
        assert all(row.source for row in rows.values())


def test_each_shipped_exception_changes_a_form() -> None:
    """A row that says what the rules say already would hide a later change of the data."""
    shipped, nothing = Overrides.read(SHIPPED), Overrides()
    for language, room in (("fr", french), ("es", spanish)):
        forms = (room.named, room.in_, room.place_de, room.place_a)
        for code in shipped.rows["fr" if language == "fr" else "es"]:
            org = thing(code)
            assert any(form(org, shipped) != form(org, nothing) for form in forms), code


def test_an_office_without_tables_has_no_exceptions(tmp_path: Path) -> None:
    assert french.place_de(thing("FR:57757"), Overrides.read(tmp_path)) == "d’Yutz"


def test_an_offices_own_table_is_used_once_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overrides, "_used", [])
    (tmp_path / "french.csv").write_text(
        HEADER + "CO:73349,,d'Honda,,,Usage de l'office\n", "utf-8"
    )
    overrides.use(tmp_path)
    assert french.named(thing("CO:73349")) == "la municipalité d’Honda"
    assert french.place_de(thing("FR:57757")) == "d’Yutz"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (HEADER + ",,de Yutz,,,Usage\n", "french.csv, line 2: the official code is missing."),
        (HEADER + "FR:1,,de X,,,\n", "french.csv, line 2: the source is missing"),
        (HEADER + "FR:1,,de X,,,a\nFR:1,,de Y,,,a\n", "french.csv, line 3: this code has a row"),
        (HEADER + "FR:1,,de X\n", "french.csv, line 2: the source is missing"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_with_its_line(
    tmp_path: Path, table: str, said: str
) -> None:
    (tmp_path / "french.csv").write_text(table, "utf-8")
    with pytest.raises(OverrideRowError) as refusal:
        Overrides.read(tmp_path)
    assert said in str(refusal.value)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    (tmp_path / "spanish.csv").write_text("code,named\n", "utf-8")
    with pytest.raises(OverrideColumnError) as refusal:
        Overrides.read(tmp_path)
    assert "spanish.csv lacks the column “de”" in str(refusal.value)
