"""Lists that go out come back without a change, and run nothing on the way."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from outreach.contacts import exporting, loading
from outreach.contacts.exporting import Excel
from outreach.contacts.importing import persons, runs
from outreach.contacts.importing.fields import Mapping
from outreach.contacts.models import Contact, EmailAddress
from outreach.db import Store
from tests.contacts.conftest import ACT


@pytest.fixture
def filled(any_store: Store, small_office: Path) -> Store:
    with any_store.transaction() as session:
        loading.load(session, small_office, ACT)
        havre = session.scalars(select(Contact).where(Contact.code == "FR:76351")).one()
        havre.last_name = '=HYPERLINK("http://x.example")'
        havre.phone = "+33 1 00 00 00 00"
        session.add(EmailAddress(contact_id=havre.id, address="+a@havre.example", position=1))
    return any_store


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
@pytest.mark.parametrize("excel", [None, "fr", "es"])
def test_an_export_imports_again_without_a_change(
    filled: Store, tmp_path: Path, name: str, excel: Excel | None
) -> None:
    path = tmp_path / name
    with filled.reading() as session:
        count = exporting.write(path, exporting.rows(session), excel)
    with filled.reading() as session:
        planned = list(runs.plan(session, runs.open_list(path, Mapping())))
    assert len(planned) == count > 5
    assert [(p.contact, p.changes, str(p.reason)) for p in planned if p.outcome != "same"] == []


def test_no_cell_of_a_csv_list_is_a_formula(filled: Store, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    with filled.reading() as session:
        exporting.write(path, exporting.rows(session), "fr")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file, delimiter=";") for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not [cell for cell in cells if cell[:1] in set("=+-@\t\r")]


@given(st.text(alphabet="='+-@a b", max_size=8).map(str.strip))
def test_what_makes_a_cell_safe_is_taken_off_again(text: str) -> None:
    assert persons.plain(exporting.safe(text)) == text
