"""After the sending, on the pages: more recipients, errata, associations, lots, returned mail."""

from collections.abc import Iterator
from io import BytesIO

import docx
import pytest
from litestar.testing import TestClient
from sqlalchemy import select, update

from outreach.app import App
from outreach.contacts.models import Contact, EmailAddress, PostalAddress
from outreach.dispatch.models import Delivery
from outreach.web import app as web
from outreach.web.gate import ENTRANCE
from tests.dispatch.test_sequels import rouen
from tests.dispatch.test_through import CUF, signed
from tests.dispatch.world import SECRETARY, World
from tests.web.conftest import HERE, Person, door_of

MORE, PAPER = "/batches/1/more", "/batches/1/paper"
HAVRE, NICE, IBAGUE = "FR:76351", "FR:06088", "CO:73001"


@pytest.fixture
def secretary(own_office: App) -> Iterator[Person]:
    door = door_of(own_office, SECRETARY)
    with TestClient(web.make(own_office, door), base_url=HERE) as client:
        person = Person(client)
        person.get(ENTRANCE + door.key)
        yield person


@pytest.fixture
def left(office_world: World, secretary: Person) -> Person:
    """The secretary, whose batch left by e-mail and was printed."""
    number = office_world.signed()
    office_world.send(number)
    office_world.print(number)
    return secretary


def letter(app: App, code: str) -> str:
    with app.store.reading() as session:
        query = select(Delivery.id).join(Contact, Contact.id == Delivery.contact_id)
        return f"/letters/{session.scalars(query.where(Contact.code == code)).first()}"


def state(app: App, code: str) -> list[str]:
    with app.store.reading() as session:
        query = select(Delivery.state).join(Contact, Contact.id == Delivery.contact_id)
        return list(session.scalars(query.where(Contact.code == code).order_by(Delivery.id)))


def move(app: App, code: str, to: str) -> None:
    """Put a letter where a broken line, a server or a bounce would have put it."""
    with app.store.transaction() as session:
        whose = select(Contact.id).where(Contact.code == code).scalar_subquery()
        session.execute(update(Delivery).where(Delivery.contact_id == whose).values(state=to))


def test_a_circular_reaches_more_recipients(left: Person, office_world: World) -> None:
    rouen(office_world)
    assert "choose a list, or write towns" in left.fill(MORE, "/batches/1/supplement")
    refused = left.fill(MORE, "/batches/1/supplement", contacts="Atlantis")
    assert "“Atlantis” is nobody here" in refused
    text = left.fill(MORE, "/batches/1/supplement", contacts="rouen\nFR:76351")
    assert "Prepared: 1 letters." in text
    assert "under the same numbers" in text
    assert "/batches/2" in left.get(MORE).text
    refused = left.fill(MORE, "/batches/1/supplement", contacts="rouen")
    assert "Nobody was added" in refused


def test_an_erratum_is_prepared_for_whom_it_is_meant(left: Person) -> None:
    text = left.fill(MORE, "/batches/1/correction", letter="rectificatif", contacts="havre")
    assert "Prepared: 1 letters." in text
    assert "This batch corrects the letters of another one" in text
    assert "Afterwards" in left.get("/batches/1").text
    refused = left.fill(MORE, "/batches/1/correction", letter="rectificatif", contacts="havre")
    assert "the erratum “rectificatif” already" in refused


def test_an_association_passes_a_letter_on_or_does_not(
    secretary: Person, office_world: World
) -> None:
    number = signed(office_world)
    here = f"/batches/{number}/more"
    assert "No association got a letter" in secretary.get(here).text
    office_world.send(number)
    assert "Cités Unies France" in secretary.get(here).text
    place = f"/batches/{number}/through"
    text = secretary.fill(here, place, contact=CUF, role="member")
    assert "passes it on to 2 contacts" in text
    assert "Passed on to 2 contacts." in text
    text = secretary.fill(here, place, contact=CUF, reason="They forgot", **{"not": ""})
    assert "Taken back for 2 members." in text
    refused = secretary.fill(here, place, contact=HAVRE, role="member")
    assert "is not the contact of an association" in refused


def test_nothing_follows_a_batch_that_is_not_signed(secretary: Person, office_world: World) -> None:
    office_world.people()
    office_world.start()
    office_world.prepare()
    text = secretary.get(MORE).text
    assert "this batch is not signed" in text
    assert "Afterwards" not in secretary.get("/batches/1").text.partition("<main")[2]


def test_a_lot_has_its_list_and_its_day_at_the_post(left: Person, own_office: App) -> None:
    text = left.get(PAPER).text
    assert "/batches/1/lots/1/list" in text
    assert left.get("/batches/1/lots/1/list").content.startswith(b"%PDF-")
    table = left.get("/batches/1/lots/1/list?as=csv")
    assert "attachment" in table.headers["content-disposition"]
    assert "Nice" in table.text
    assert left.get("/batches/1/lots/7/list").status_code == 404
    assert "is no date" in left.fill(PAPER, "/batches/1/lots/1/posted", on="demain")
    text = left.fill(PAPER, "/batches/1/lots/1/posted", on="2025-09-02")
    assert "Posted on 2 Sept 2025: 1 letters." in text
    assert state(own_office, NICE) == ["sent"]


def test_letters_are_printed_in_lots_and_again(secretary: Person, office_world: World) -> None:
    office_world.signed()
    assert "how many letters" in secretary.fill(PAPER, "/batches/1/print-lot")
    text = secretary.wait(secretary.fill(PAPER, "/batches/1/print-lot", most="5"))
    assert "Ready to print: 1 letters" in text
    assert "impression-lot-1.pdf" in text
    text = secretary.wait(secretary.fill(PAPER, "/batches/1/print-lot", lot="1"))
    assert "Ready to print: 1 letters" in text


@pytest.mark.parametrize("named", ["Nice", "fr:06088"])
def test_returned_mail_is_recorded_and_its_address_not_used_again(
    left: Person, own_office: App, named: str
) -> None:
    left.fill(PAPER, "/batches/1/lots/1/posted", on="2025-09-02")
    place = "/batches/1/returned"
    assert "one to a line" in left.fill(PAPER, place, letters=named, reason="dog")
    refused = left.fill(PAPER, place, letters="Atlantis", reason="unknown-at-address")
    assert "“Atlantis” names no letter of batch 1" in refused
    text = left.fill(PAPER, place, letters=named, reason="unknown-at-address")
    assert "Came back: 1. Addresses that are not used again: 1." in text
    assert state(own_office, NICE) == ["returned"]
    with own_office.store.reading() as session:
        assert session.scalars(select(PostalAddress.state)).one() == "returned"


def test_one_letter_comes_back(left: Person, own_office: App) -> None:
    left.fill(PAPER, "/batches/1/lots/1/posted", on="2025-09-02")
    here = letter(own_office, NICE)
    assert "Choose what the post ticked" in left.fill(here, f"{here}/returned", reason="x")
    assert "Recorded as come back." in left.fill(here, f"{here}/returned", reason="refused")
    assert state(own_office, NICE) == ["returned"]


def test_a_letter_is_sent_again_to_another_address(left: Person, own_office: App) -> None:
    here = letter(own_office, HAVRE)
    place = f"{here}/resend"
    assert "Write why" in left.fill(here, place, to="cabinet@havre.example")
    refused = left.fill(here, place, to="nobody", because="Full")
    assert "is no e-mail address" in refused
    text = left.fill(here, place, to="cabinet@havre.example", because="Their mailbox is full")
    assert "waits to leave again, to cabinet@havre.example" in text
    assert state(own_office, HAVRE) == ["sent", "queued"]


def test_a_bounced_letter_arrived_after_all(left: Person, own_office: App) -> None:
    move(own_office, HAVRE, "bounced")
    with own_office.store.transaction() as session:
        session.execute(update(EmailAddress).values(state="bounced"))
    here = letter(own_office, HAVRE)
    assert "Write why" in left.fill(here, f"{here}/arrived")
    text = left.fill(here, f"{here}/arrived", because="They telephoned")
    assert "the address is good again" in text
    assert state(own_office, HAVRE) == ["sent"]


def test_refused_letters_are_tried_again_one_or_all(left: Person, own_office: App) -> None:
    move(own_office, HAVRE, "failed")
    move(own_office, IBAGUE, "failed")
    here = letter(own_office, HAVRE)
    assert "waits to be sent again" in left.fill(here, f"{here}/retry", because="Mended")
    assert state(own_office, HAVRE) == ["queued"]
    assert "Not accepted by the mail server" in left.get("/batches/1").text
    text = left.fill("/batches/1", "/batches/1/retry", because="Mended")
    assert "They wait to be sent again" in text
    assert state(own_office, IBAGUE) == ["queued"]


def test_a_letter_in_doubt_is_settled_by_itself(left: Person, own_office: App) -> None:
    move(own_office, HAVRE, "uncertain")
    move(own_office, IBAGUE, "uncertain")
    here = letter(own_office, HAVRE)
    assert "Write why" in left.fill(here, f"{here}/settle", left="")
    assert "Settled: it left." in left.fill(here, f"{here}/settle", because="Seen", left="")
    assert state(own_office, HAVRE) == ["sent"]
    here = letter(own_office, IBAGUE)
    assert "sent again with its batch" in left.fill(here, f"{here}/settle", because="Not there")
    assert state(own_office, IBAGUE) == ["queued"]


def test_letters_in_doubt_are_looked_up(left: Person, own_office: App) -> None:
    move(own_office, HAVRE, "uncertain")
    text = left.fill("/batches/1", "/batches/1/look-up")
    assert "They left: 1." in text
    assert state(own_office, HAVRE) == ["sent"]


def retouched(data: bytes) -> bytes:
    opened, out = docx.Document(BytesIO(data)), BytesIO()
    for paragraph in opened.paragraphs:
        for run in paragraph.runs:
            run.text = run.text.replace("nuevos aliados", "amigos de siempre")
    opened.save(out)
    return out.getvalue()


def test_one_letter_gets_other_words_in_word(
    secretary: Person, office_world: World, own_office: App
) -> None:
    office_world.people()
    office_world.start()
    office_world.prepare()
    proof = f"{letter(own_office, IBAGUE)}/proof"
    taken = secretary.get(f"{proof}/word")
    assert "attachment" in taken.headers["content-disposition"]
    assert "Choose the document" in secretary.fill(proof, f"{proof}/word")
    assert "Go back to the words" not in secretary.get(proof).text

    def bring(data: bytes) -> str:
        form = {"proof": secretary.proof(proof)}
        files = {"document": ("lettre.docx", data, "application/octet-stream")}
        return secretary.post(f"{proof}/word", data=form, files=files).text

    assert "lettre.docx" in bring(b"no document")
    text = bring(retouched(taken.content))
    assert "The letter has the text of your document." in text
    assert "amigos de siempre" in text
    text = secretary.fill(proof, f"{proof}/word", undo="")
    assert "the words of its template again" in text
    assert "amigos de siempre" not in text
    havre = f"{letter(own_office, HAVRE)}/proof"
    assert "Other words for this one letter" not in secretary.get(havre).text, "a circular"
    refused = secretary.fill(havre, f"{havre}/word", undo="")
    assert "is a circular" in refused
