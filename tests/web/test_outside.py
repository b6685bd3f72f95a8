"""Letters that left beside the program are written down on a page, and taken back."""

from collections.abc import Iterator

import pytest
from litestar.testing import TestClient

from outreach.app import App
from outreach.web import app as web
from outreach.web.gate import ENTRANCE
from tests.dispatch.world import CAMPAIGN, SECRETARY, World
from tests.web.conftest import HERE, Person, door_of

PAGE = f"/campaigns/{CAMPAIGN}/outside"
FIELDS = {"step": "remerciement-rencontres", "on": "2025-07-21", "number": "S-EFRPR-25-200"}


@pytest.fixture
def secretary(office_world: World, own_office: App) -> Iterator[Person]:
    office_world.people()
    door = door_of(own_office, SECRETARY)
    with TestClient(web.make(own_office, door), base_url=HERE) as client:
        person = Person(client)
        person.get(ENTRANCE + door.key)
        yield person


def test_names_codes_and_a_table_are_written_down_and_taken_back(secretary: Person) -> None:
    proof = secretary.proof(PAGE)
    found = secretary.post(PAGE, data={**FIELDS, "proof": proof, "q": "havre", "look": "1"}).text
    assert 'name="add" value="FR:76351"' in found
    table = {"file": ("liste.csv", "code;nom\nCO:73001;Ibagué\n", "text/csv")}
    data = {**FIELDS, "proof": proof, "contacts": "nice\nfr:200046977", "add": "FR:76351"}
    text = secretary.post(PAGE, data=data, files=table).text
    assert "nice\nfr:200046977\nFR:76351\nCO:73001</textarea>" in text
    assert "4 recipients" in text
    data["contacts"] = "nice\nfr:200046977\nFR:76351\nCO:73001"
    del data["add"]
    told = secretary.post(PAGE, data={**data, "record": "1"}).text
    assert "Recorded letters: 4. They had it already: 0." in told
    assert "Remerciement après les Rencontres" in told
    again = secretary.post(PAGE, data={**data, "contacts": "nice", "record": "1"})
    assert "everyone on the list has a letter of this step already" in again.text
    other = "/campaigns/nothing/outside/1/undo"
    assert secretary.post(other, data={"proof": proof}).status_code == 404
    assert "Taken back. Letters: 4." in secretary.fill(PAGE, f"{PAGE}/1/undo")
    assert 'role="alert"' in secretary.fill(PAGE, f"{PAGE}/1/undo"), "it is taken back already"


WRONG = [
    ({}, "Say to whom"),
    ({"contacts": "Atlantis"}, "1 line is not clear"),
    ({"contacts": "\n".join(f"Atlantis {n}" for n in range(101))}, "More than 100 lines"),
    ({"contacts": "nice", "on": "2025-09-02"}, "cannot have left on"),
    ({"contacts": "nice", "on": "soon"}, "is no date"),
    ({"contacts": "nice", "step": "nothing"}, "has no step"),
    ({"segment": "nothing"}, "No segment is called"),
]


def test_what_cannot_be_written_down_is_told_and_nothing_is(secretary: Person) -> None:
    proof = secretary.proof(PAGE)
    for fields, words in WRONG:
        answer = secretary.post(PAGE, data={**FIELDS, **fields, "proof": proof, "record": "1"})
        assert answer.status_code in {404, 422}
        assert words in answer.text
    assert "Written down before" not in secretary.get(PAGE).text


def test_a_file_that_is_no_table_is_refused(secretary: Person) -> None:
    proof = secretary.proof(PAGE)
    for data in (b"\xff\xfe", b"name\nNice\n"):
        file = {"file": ("liste.csv", data, "text/csv")}
        answer = secretary.post(PAGE, data={**FIELDS, "proof": proof}, files=file)
        assert "cannot be used as a list of recipients" in answer.text
