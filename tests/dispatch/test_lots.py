"""Postal letters are printed in lots, each with its list, and posted lot by lot."""

import csv
from datetime import datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Literal

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from outreach.campaigns.definition import StepDefinition
from outreach.contacts.models import AddressState, Contact, EmailAddress, Kind
from outreach.dispatch import batches, lots, paper, recipients, sending, settling
from outreach.dispatch import pressroom as pressrooms
from outreach.dispatch.composing import Composer
from outreach.dispatch.lots import Standing, UnknownLotError
from outreach.dispatch.models import Delivery
from outreach.dispatch.paper import NothingToPrintError, Printed
from outreach.dispatch.recipients import Chosen, Reason
from outreach.dispatch.settling import ReturnReason
from tests.dispatch.world import World, add_contact, add_organisation, quiet

pytestmark = pytest.mark.one_database

TOWNS = 5


def signed(world: World, towns: int = TOWNS) -> int:
    """A signed batch of letters that all go by post."""
    with world.store.transaction() as session:
        for place in range(towns):
            town = add_organisation(
                session, f"FR:{place:05d}", Kind.COMMUNE, f"Bourg-{place}", tncc=0
            )
            person = add_contact(session, town, "maire", gender="F", street="1 rue A", town="Bourg")
            person.posts[0].postcode = f"{90_000 - place}"
    world.start()
    number = world.prepare().batch
    assert number is not None
    world.submit(number)
    world.approve(number)
    world.sign(number)
    return number


def printed(
    world: World, number: int, *, most: int | None = None, lot: int | None = None
) -> Printed:
    with world.store.transaction() as session:
        batch = batches.find(session, number)
        room = pressrooms.from_archive(session, batch.material or {})
        return paper.print_batch(
            session,
            batch,
            Composer(batch, room, world.now),
            world.folder / "var" / "print",
            again=False,
            progress=quiet,
            act=world.act(),
            most=most,
            lot=lot,
        )


def posted(world: World, number: int, lot: int | None, on: datetime | None = None) -> int:
    with world.store.transaction() as session:
        return sending.posted(
            session,
            batches.find(session, number),
            world.definition,
            on=on or world.now,
            settings=world.settings,
            act=world.act(),
            lot=lot,
        )


def standing(world: World, number: int) -> list[Standing]:
    with world.store.reading() as session:
        return lots.of_batch(session, batches.find(session, number))


def texts(path: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(path.read_bytes())).pages)


def test_letters_are_printed_lot_by_lot_in_postcode_order(world: World) -> None:
    number = signed(world)
    first, second, third = (printed(world, number, most=2) for _ in range(3))
    assert [one.lot for one in (first, second, third)] == [1, 2, 3]
    assert [one.letters for one in (first, second, third)] == [2, 2, 1]
    assert [one.merged.name for one in (first, second)] == [
        "impression-lot-1.pdf",
        "impression-lot-2.pdf",
    ]
    assert "89996" in texts(first.merged)
    assert "90000" not in texts(first.merged)
    assert "90000" in texts(third.merged)
    assert all(one.merged.exists() for one in (first, second, third))
    with pytest.raises(NothingToPrintError):
        printed(world, number, most=2)


def test_a_lot_has_its_list_to_be_stamped_and_to_be_counted(small_world: World) -> None:
    number = signed(small_world)
    done = printed(small_world, number, most=3)
    pdf, table = done.lists
    words = texts(pdf)
    assert "Bordereau d’envoi, lot 1 du courrier 1" in words
    assert "Bourg-4" in words
    rows = list(csv.reader(StringIO(table.read_text("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Rang", "Numéro", "Destinataire", "Adresse", "Code postal"]
    assert [row[0] for row in rows[1:]] == ["1", "2", "3"]
    assert [row[4] for row in rows[1:]] == ["89996", "89997", "89998"]
    assert all(row[1].startswith("S-EFRPR-25-") for row in rows[1:])


def test_a_lot_is_posted_by_itself(world: World) -> None:
    number = signed(world)
    printed(world, number, most=2)
    printed(world, number)
    assert posted(world, number, 1) == 2
    one, rest = standing(world, number)
    assert (one.letters, one.waiting, one.posted, one.posted_on) == (2, 0, 2, world.now)
    assert (rest.letters, rest.waiting, rest.posted, rest.posted_on) == (3, 3, 0, None)
    assert posted(world, number, 2) == 3
    assert posted(world, number, None) == 0
    with pytest.raises(UnknownLotError, match="lot 9"):
        posted(world, number, 9)


def test_one_lot_is_printed_again_byte_for_byte(small_world: World) -> None:
    number = signed(small_world)
    before = printed(small_world, number, most=2).merged.read_bytes()
    printed(small_world, number, most=2)
    again = printed(small_world, number, lot=1)
    assert (again.lot, again.letters) == (1, 2)
    assert again.merged.read_bytes() == before
    assert [one.letters for one in standing(small_world, number)] == [2, 2]
    with pytest.raises(UnknownLotError):
        printed(small_world, number, lot=7)


def test_a_letter_that_came_back_is_counted_in_its_lot(small_world: World) -> None:
    number = signed(small_world)
    printed(small_world, number, most=2)
    posted(small_world, number, 1)
    with small_world.store.transaction() as session:
        batch = batches.find(session, number)
        settling.returned(session, batch, ["FR:00004"], ReturnReason.UNKNOWN, small_world.act())
    (one,) = standing(small_world, number)
    assert (one.posted, one.returned) == (1, 1)


def chosen(
    world: World, code: str, office: str = "email", *, step: Literal["", "email", "post"] = ""
) -> Chosen | Reason:
    with world.store.reading() as session:
        contact = session.scalars(select(Contact).where(Contact.code == code)).one()
        first = world.definition.step("suivi-septembre")
        plan = StepDefinition(name="x", title=first.title, letters=first.letters, prefer=step)
        return recipients.choose(contact, plan, (), prefer=office)


def channel(found: Chosen | Reason) -> str:
    assert isinstance(found, Chosen)
    return found.channel


def test_the_office_or_the_step_chooses_the_channel_and_the_other_one_serves(
    small_world: World,
) -> None:
    small_world.people()
    with small_world.store.transaction() as session:
        nice = session.scalars(select(Contact).where(Contact.code == "FR:06088")).one()
        nice.emails.append(EmailAddress(address="mairie@nice.example"))
    assert channel(chosen(small_world, "FR:06088")) == "email"
    assert channel(chosen(small_world, "FR:06088", "post")) == "post"
    assert channel(chosen(small_world, "FR:06088", "email", step="post")) == "post"
    assert channel(chosen(small_world, "FR:06088", "post", step="email")) == "email"
    assert channel(chosen(small_world, "FR:76351", "post")) == "email"  # no postal address
    with small_world.store.transaction() as session:
        nice = session.scalars(select(Contact).where(Contact.code == "FR:06088")).one()
        nice.preferred_channel = "post"
    assert channel(chosen(small_world, "FR:06088", step="email")) == "post"  # its own wish


def test_after_npai_the_next_letter_goes_by_email(world: World) -> None:
    world.people()
    with world.store.transaction() as session:
        nice = session.scalars(select(Contact).where(Contact.code == "FR:06088")).one()
        nice.emails.append(EmailAddress(address="mairie@nice.example"))
        nice.preferred_channel = "post"
    world.start()
    number = world.prepare().batch
    assert number is not None
    world.submit(number)
    world.approve(number)
    world.sign(number)
    printed(world, number)
    posted(world, number, 1)
    assert channel(chosen(world, "FR:06088", "post")) == "post"
    with world.store.transaction() as session:
        batch = batches.find(session, number)
        settling.returned(session, batch, ["FR:06088"], ReturnReason.UNKNOWN, world.act())
    with world.store.reading() as session:
        nice = session.scalars(select(Contact).where(Contact.code == "FR:06088")).one()
        assert [post.state for post in nice.posts] == [AddressState.RETURNED.value]
        row = session.scalars(select(Delivery).where(Delivery.contact_id == nice.id)).one()
        assert row.state == "returned"
    assert channel(chosen(world, "FR:06088", "post")) == "email"
