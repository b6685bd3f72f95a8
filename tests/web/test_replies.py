"""What came back, on the pages: read beside our letter, judged, placed, taken back."""

from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from litestar.testing import TestClient
from sqlalchemy import select

from outreach.app import App
from outreach.campaigns.models import Enrolment
from outreach.contacts.models import Contact, EmailAddress
from outreach.dispatch.models import Delivery
from outreach.web import app as web
from outreach.web.gate import ENTRANCE
from tests.dispatch.world import SECRETARY, World
from tests.web.conftest import HERE, PROOF, Person, door_of

CAMPAIGN = "asointermedias-2025"
LE_HAVRE = "FR:76351"


@pytest.fixture
def staff(office_world: World, own_office: App) -> Iterator[Person]:
    """Somebody at the desk of an office whose September letters left."""
    office_world.send(office_world.signed())
    door = door_of(own_office, SECRETARY)
    with TestClient(web.make(own_office, door), base_url=HERE) as client:
        person = Person(client)
        person.get(ENTRANCE + door.key)
        yield person


def written_back(app: App, text: str, *, html: str = "", attached: str = "") -> bytes:
    """Return what Le Havre answers."""
    with app.store.reading() as session:
        letter = session.scalars(
            select(Delivery)
            .join(Contact, Contact.id == Delivery.contact_id)
            .where(Contact.code == LE_HAVRE)
        ).one()
    message = EmailMessage()
    message["From"] = "Mairie du Havre <mairie@havre.example>"
    message["To"] = "cooperation@ambassade.example"
    message["Subject"] = "RE: Villes intermédiaires <b>"
    message["Message-ID"] = f"<{abs(hash(text))}@havre.example>"
    message["In-Reply-To"] = letter.message_id or ""
    message["Date"] = "Mon, 01 Sep 2025 09:00:00 +0200"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    if attached:
        message.add_attachment(b"MZ", maintype="application", subtype="x", filename=attached)
    return message.as_bytes()


def give(person: Person, *messages: bytes, name: str = "reponse.eml") -> str:
    proof = PROOF.search(person.get("/replies/new").text)
    assert proof is not None
    files = [("messages", (name, data, "message/rfc822")) for data in messages]
    return person.post("/replies/files", data={"proof": proof[1]}, files=files).text


def state(app: App) -> tuple[str, str | None]:
    with app.store.reading() as session:
        row = session.execute(
            select(Enrolment.state, Enrolment.reason)
            .join(Contact, Contact.id == Enrolment.contact_id)
            .where(Contact.code == LE_HAVRE)
        ).one()
    return row.state, row.reason


def test_a_reply_stands_beside_the_letter_it_answers(staff: Person, own_office: App) -> None:
    text = give(staff, written_back(own_office, "Nous sommes très intéressés."))
    assert "Taken in: 1." in text
    assert "Le Havre" in text
    text = staff.get("/replies/1").text
    assert "Nous sommes très intéressés." in text
    assert "Our letter" in text
    assert "S-EFRPR-25-" in text
    assert "RE: Villes intermédiaires &lt;b&gt;" in text


def test_an_outcome_a_next_step_and_an_owner_in_one_form(staff: Person, own_office: App) -> None:
    give(staff, written_back(own_office, "Nous sommes intéressés."))
    text = staff.fill(
        "/replies/1",
        "/replies/1/outcome",
        outcome="interested",
        next="Appeler le cabinet",
        due="2025-09-05",
        owner=SECRETARY,
    )
    assert "Noted." in text
    assert "interested" in text
    shown = staff.get("/replies").text
    assert "Appeler le cabinet" in shown
    number = shown.partition("Appeler")[0].rpartition('action="/tasks/')[2].partition("/")[0]
    assert "Appeler" not in staff.fill("/replies", f"/tasks/{number}/done")
    assert "answered" in staff.fill("/replies/1", "/replies/1/answered")


def test_what_followed_is_taken_back(staff: Person, own_office: App) -> None:
    before = state(own_office)
    give(staff, written_back(own_office, "Nous sommes intéressés."))
    assert state(own_office) != before
    assert "What followed by itself" in staff.get("/replies/1").text
    assert "taken back" in staff.fill("/replies/1", "/replies/1/set-aside")
    assert state(own_office) == before


def test_a_call_is_written_down_in_one_form(staff: Person) -> None:
    text = staff.fill(
        "/replies/new",
        "/replies/new",
        campaign=CAMPAIGN,
        contact=LE_HAVRE,
        way="phone",
        outcome="interested",
        on="2025-09-01",
        note="Le maire rappelle lundi",
    )
    assert "Written down." in text
    assert "Le maire rappelle lundi" in text
    again = staff.fill(
        "/replies/new",
        "/replies/new",
        campaign=CAMPAIGN,
        contact="FR:00000",
        way="phone",
        outcome="interested",
    )
    assert "No contact has the code" in again
    late = staff.fill(
        "/replies/new",
        "/replies/new",
        campaign=CAMPAIGN,
        contact=LE_HAVRE,
        way="phone",
        outcome="interested",
        on="2030-01-01",
    )
    assert "cannot have come" in late


def test_a_stranger_is_placed_by_a_person(staff: Person, own_office: App) -> None:
    with own_office.store.transaction() as session:
        for code in (LE_HAVRE, "FR:200046977"):  # two authorities share a domain
            contact = session.scalars(select(Contact).where(Contact.code == code)).one()
            address = f"{code[3:]}@common.example"
            session.add(EmailAddress(contact_id=contact.id, address=address, position=1))
    message = EmailMessage()
    message["From"] = "Accueil <accueil@common.example>"
    message["To"] = "cooperation@ambassade.example"
    message["Subject"] = "Votre lettre"
    message["Message-ID"] = "<1@havre.example>"
    message["Date"] = "Mon, 01 Sep 2025 09:00:00 +0200"
    message.set_content("Bonjour, votre lettre nous intéresse.")
    give(staff, message.as_bytes())
    assert "accueil@common.example" in staff.get("/replies?view=unsure").text
    assert "Whom is it about?" in staff.get("/replies/1").text
    text = staff.fill("/replies/1", "/replies/1/match", other=LE_HAVRE)
    assert "Placed." in text
    assert "Whom is it about?" not in text


def test_html_is_shown_without_anything_that_acts(staff: Person, own_office: App) -> None:
    evil = (
        "<p onclick=x()>Bonjour</p><script>alert(1)</script>"
        "<img src='http://tracker.example/x.gif'><form action='//evil.example'></form>"
    )
    give(staff, written_back(own_office, "Bonjour", html=evil))
    answer = staff.get("/replies/1/message")
    assert "sandbox" in answer.headers["content-security-policy"]
    for part in ("<script", "onclick", "tracker.example", "<form"):
        assert part not in answer.text


def test_a_file_that_could_run_gets_a_harmless_name(staff: Person, own_office: App) -> None:
    give(staff, written_back(own_office, "Voir fichier", attached="facture.exe"))
    assert "could run" in staff.get("/replies/1").text
    answer = staff.get("/replies/1/attachments/1")
    assert answer.headers["content-disposition"] == 'attachment; filename="facture.exe.txt"'
    assert answer.headers["content-type"] == "application/octet-stream"
    assert staff.get("/replies/1/attachments/9").status_code == 404


@pytest.mark.parametrize(
    ("name", "data"), [("x.msg", b"no message"), ("x.exe", b"MZ"), ("x.eml", b"")]
)
def test_what_is_no_message_is_told_in_words(staff: Person, name: str, data: bytes) -> None:
    text = give(staff, data, name=name)
    assert "fault of its own" not in text


def test_a_made_up_choice_changes_nothing(staff: Person, own_office: App) -> None:
    give(staff, written_back(own_office, "Oui"))
    assert "Choose from the list" in staff.fill("/replies/1", "/replies/1/decide", decision="x")
    assert "Nobody of that name" not in staff.fill("/replies/1", "/replies/1/assign", owner="")
    assert "works in this office" in staff.fill("/replies/1", "/replies/1/assign", owner="Nobody")
