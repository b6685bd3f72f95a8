"""Whoever the letter names under "Copie" gets the letter, its numbers and who else got it, once."""

import shutil
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO

import pikepdf
import pytest
from pypdf import PdfReader
from sqlalchemy import select

from outreach.campaigns import definition as definitions
from outreach.campaigns import enrolments
from outreach.campaigns.models import Enrolment
from outreach.contacts.directory import UnknownContactError
from outreach.contacts.models import Kind
from outreach.dispatch import batches
from outreach.dispatch.copies import CopyAddressError
from outreach.dispatch.models import Delivery
from outreach.reports import figures
from tests.conftest import CHECKOUT
from tests.dispatch.world import CAMPAIGN, World, add_contact, add_organisation

pytestmark = pytest.mark.one_database

MINISTRY = "CO:MIN-rree"
COPIES = """copies = [
  { fr = "Ministère des Relations extérieures", es = "Ministerio de Relaciones Exteriores", contact = "CO:MIN-rree" },
  { fr = "Cités Unies France", es = "Cités Unies France" },
]
"""


def with_copies(world: World, text: str = COPIES) -> None:
    """Give the September step its copies, in a campaign file of the office's own."""
    folder = world.folder / "campaigns"
    folder.unlink()
    shutil.copytree(CHECKOUT / "campaigns", folder)
    path = folder / f"{CAMPAIGN}.toml"
    path.write_text(
        path.read_text("utf-8").replace("on = 2025-09-01\n", f"on = 2025-09-01\n{text}"), "utf-8"
    )
    world.definition = definitions.load(world.folder, CAMPAIGN)


def with_ministry(world: World, email: str | None = "copias@ministerio.example") -> None:
    with world.store.transaction() as session:
        ministry = add_organisation(session, MINISTRY, Kind.ASSOCIATION, "Cancillería")
        add_contact(session, ministry, "secretaria", email=email, language="es")


def copies_in(world: World) -> list[EmailMessage]:
    found = []
    for path in sorted((world.folder / "var" / "outbox" / "new").iterdir()):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert isinstance(message, EmailMessage)
        if "ministerio.example" in str(message["To"]):
            found.append(message)
    return found


def test_a_copy_brings_the_letters_their_numbers_and_the_recipients(world: World) -> None:
    with_copies(world)
    with_ministry(world)
    number = world.signed()
    tally = world.send(number)
    assert tally.sent == 4  # three e-mails and the copy; one letter goes by post
    (copy,) = copies_in(world)
    assert str(copy["Subject"]).startswith("Copia: ")
    assert "S-EFRPR-25-1 a S-EFRPR-25-2" in str(copy["Subject"])
    body = copy.get_body(("plain",))
    assert body is not None
    assert "Número de destinatarios: 4" in body.get_content()
    files = {part.get_filename(): part.get_content() for part in copy.iter_attachments()}
    assert set(files) == {"S-EFRPR-25-1.pdf", "S-EFRPR-25-2.pdf", "destinatarios.pdf"}
    for data in files.values():
        assert pikepdf.open(BytesIO(data)).pages


def test_sending_again_sends_no_second_copy(world: World) -> None:
    with_copies(world)
    with_ministry(world)
    number = world.signed()
    world.send(number)
    world.send(number)
    assert len(copies_in(world)) == 1


def test_a_copy_is_no_letter_in_any_figure_and_moves_nobody(world: World) -> None:
    with_copies(world)
    with_ministry(world)
    number = world.signed()
    world.send(number)
    with world.store.reading() as session:
        (summary,) = batches.summaries(session, batch=number)
        assert summary.letters == 4
        campaign = enrolments.require_started(session, CAMPAIGN)
        found = figures.status(session, campaign, world.now.date())
        step = next(each for each in found.steps if each.name == "suivi-septembre")
        assert sum(step.fates.values()) == 5  # four letters, and Paris without an address
        copy = session.scalars(select(Delivery).where(Delivery.kind == "copy")).one()
        assert (copy.state, copy.round) == ("sent", number)
        assert not session.scalars(
            select(Enrolment).where(Enrolment.contact_id == copy.contact_id)
        ).all()


def test_a_copy_to_nobody_known_is_refused_before_a_manager_sees_it(world: World) -> None:
    with_copies(world)
    world.people()
    world.start()
    number = world.prepare().batch
    assert number
    with pytest.raises(UnknownContactError, match=MINISTRY):
        world.submit(number)


def test_a_copy_to_someone_without_an_address_is_refused_with_the_way_out(world: World) -> None:
    with_copies(world)
    with_ministry(world, email=None)
    world.people()
    world.start()
    number = world.prepare().batch
    assert number
    with pytest.raises(CopyAddressError, match="Ministère"):
        world.submit(number)


def test_the_letter_names_who_gets_a_copy(world: World) -> None:
    with_copies(world)
    with_ministry(world)
    number = world.signed()
    printed = world.print(number)
    text = "".join(page.extract_text() for page in PdfReader(printed.merged).pages)
    assert "Copie" in text
    assert "Cités Unies France" in text
