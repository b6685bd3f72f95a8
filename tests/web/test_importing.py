"""A list on the pages: looked at, imported, settled, taken back."""

import io
from collections.abc import Iterator

import pytest
import xlsxwriter
from litestar.testing import TestClient
from sqlalchemy import func, select

from outreach.app import App
from outreach.contacts.models import Contact
from outreach.web import app as web
from outreach.web import importing
from outreach.web.gate import ENTRANCE
from tests.dispatch.world import SECRETARY, World
from tests.web.conftest import HERE, PROOF, Person, door_of

LIST = (
    "Commune;Fonction;Prénom;Nom;Courriel\n"
    "Le Havre;DGS;Lucie;Martin;dgs@havre.example\n"
    "Nice;DGS;Paul;Durand;pas d’adresse\n"
    "Nulle Part;maire;;;x@y.example\n"
).encode("cp1252", "replace")


@pytest.fixture
def secretary(office_world: World, own_office: App) -> Iterator[Person]:
    office_world.people()
    door = door_of(own_office, SECRETARY)
    with TestClient(web.make(own_office, door), base_url=HERE) as client:
        person = Person(client)
        person.get(ENTRANCE + door.key)
        yield person


def give(person: Person, name: str, data: bytes, **fields: str) -> str:
    proof = PROOF.search(person.get("/contacts/imports").text)
    assert proof is not None
    return person.wait(
        person.post(
            "/contacts/imports",
            data={"proof": proof[1], **fields},
            files={"list": (name, data, "application/octet-stream")},
        ).text
    )


def contacts(app: App) -> int:
    with app.store.reading() as session:
        return session.scalar(select(func.count(Contact.id))) or 0


def token(text: str) -> str:
    return text.partition('action="/contacts/imports/')[2].partition('"')[0]


def test_a_list_is_shown_before_anything_is_written(secretary: Person, own_office: App) -> None:
    before = contacts(own_office)
    text = give(secretary, "participants.csv", LIST)
    assert "Nothing is imported yet" in text
    assert "dgs@havre.example" in text
    assert "Le Havre" in text
    assert contacts(own_office) == before
    here = f"/contacts/imports/{token(text)}"
    text = secretary.wait(secretary.fill(here, here, **{"import": ""}))
    assert "Imported: new" in text
    assert "participants.csv" in text
    assert contacts(own_office) > before
    assert not list((own_office.folder / importing.FOLDER).iterdir()), "the list is not kept"
    text = secretary.fill("/contacts/imports", "/contacts/imports/undo", run="1")
    assert "Contacts removed" in text
    assert contacts(own_office) == before
    again = secretary.fill("/contacts/imports", "/contacts/imports/undo", run="1")
    assert "taken back already" in again


def test_a_column_is_made_another_field(secretary: Person) -> None:
    text = give(secretary, "liste.csv", b"Ville;Chose\nLe Havre;dgs\n")
    here = f"/contacts/imports/{token(text)}"
    columns = ["organisation", "office"]
    text = secretary.wait(secretary.fill(here, here, column=columns, look=""))
    assert "new" in text
    assert "dgs" in text


def test_a_spreadsheet_is_read_too(secretary: Person) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Commune", "Fonction", "Courriel"])
        sheet.write_row(1, 0, ["Le Havre", "DGS", "dgs@havre.example"])
    assert "Le Havre" in give(secretary, "liste.xlsx", file.getvalue())


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.xlsx", b"PK\x03\x04 no zip"),
        ("x.csv", b"\x00" * 5_000),
        ("x.exe", b"MZ\x90\x00"),
        ("x.csv", b"a;b\n1;2\n"),
        ("../../../evil.csv", b"a;b\n1;2\n"),
    ],
)
def test_what_is_no_list_is_refused_in_words(
    secretary: Person, own_office: App, name: str, data: bytes
) -> None:
    text = give(secretary, name, data)
    assert 'role="alert"' in text
    assert "fault of its own" not in text
    inside = own_office.folder / importing.FOLDER
    assert all(path.parent == inside for path in inside.rglob("*"))


def test_nothing_chosen_is_told(secretary: Person) -> None:
    assert "Choose a file" in secretary.fill("/contacts/imports", "/contacts/imports")


def test_only_the_newest_uploads_wait(secretary: Person, own_office: App) -> None:
    for number in range(importing.KEPT + 3):
        give(secretary, "liste.csv", f"Commune;Fonction\nLe Havre;dgs{number}\n".encode())
    assert len(list((own_office.folder / importing.FOLDER).iterdir())) <= importing.KEPT
    assert secretary.get("/contacts/imports/nothing").status_code == 404
