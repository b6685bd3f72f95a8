"""Object, know, be forgotten: after a real journey, on both databases."""

from datetime import date
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import func, select, text

import outreach.app  # noqa: F401  # every room's side of privacy
from outreach.accounts.users import NotAllowedError
from outreach.contacts import changes, directory, suppressions
from outreach.contacts.models import Contact, EmailAddress
from outreach.contacts.privacy import documents, report, rights
from outreach.contacts.privacy.report import Why
from outreach.contacts.privacy.rights import AlreadyErasedError, Objected, RestrictedLetterError
from outreach.db import Base, Store
from outreach.dispatch import archive
from outreach.dispatch.models import ArchivedObject, Delivery, RegisterEntry
from outreach.inbox import recording
from outreach.inbox.models import Outcome, Way
from outreach.reports import reading
from outreach.settings import Bilingual, Privacy, Retention
from tests.dispatch.world import CAMPAIGN, CHIEF, KEY, MANAGER, SECRETARY, World

pytestmark = pytest.mark.one_database

TODAY = date(2025, 9, 1)
NAME = "Zéphyrine"
ADDRESS = "zephyrine@havre.example"


@pytest.fixture
def world(any_store: Store, office: Path) -> World:
    return World(any_store, office)


def named(world: World) -> None:
    """Give the mayor of Le Havre a name, an address of her own, and a story."""
    with world.store.transaction() as session:
        mayor = directory.find(session, "FR:76351")
        mayor.first_name, mayor.last_name, mayor.phone = NAME, "Quatrevingt", "+33 2 00 00 00 00"
        mayor.emails[0].address = ADDRESS
        changes.note(session, mayor.id, "last_name", ("Ancien", "Quatrevingt"), world.act())


def sent(world: World) -> int:
    world.people()
    named(world)
    world.start()
    number = world.prepare().batch
    assert number is not None
    world.submit(number)
    world.approve(number)
    world.sign(number)
    world.send(number)
    return number


def erase(world: World, actor: str = MANAGER) -> dict[str, int]:
    with world.store.transaction() as session:
        contact = directory.find(session, "FR:76351")
        treated = rights.erase(session, contact, key=KEY, act=world.act(actor))
        return {each.what: each.count for each in treated}


def object_(world: World, campaign: str | None, code: str = "FR:76351") -> Objected:
    with world.store.transaction() as session:
        return rights.object_(
            session,
            directory.find(session, code),
            key=KEY,
            campaign=campaign,
            received_on=TODAY,
            today=TODAY,
            reason=f"{NAME} a dit non",
            act=world.act(),
        )


def everything(world: World) -> str:
    """Every value of every table but the archive of registered letters, as text."""
    with world.store.reading() as session:
        return "\n".join(
            str(row)
            for table in Base.metadata.sorted_tables
            if table.name != ArchivedObject.__tablename__
            for row in session.execute(select(table))
        )


def test_after_an_erasure_no_table_names_the_person(world: World) -> None:
    sent(world)
    object_(world, CAMPAIGN)
    before = everything(world)
    assert NAME in before
    assert ADDRESS in before
    told = erase(world)
    after = everything(world)
    for secret in (NAME, "Quatrevingt", "Ancien", ADDRESS, "+33 2 00"):
        assert secret not in after
    assert told["e-mail and postal addresses"] == 1
    assert told["keyed hashes of addresses, so that a later import is not written to"] == 1


def test_the_register_and_the_figures_stay_after_an_erasure(world: World) -> None:
    sent(world)
    with world.store.reading() as session:
        entries = session.scalar(select(func.count()).select_from(RegisterEntry))
        states = session.execute(
            select(Delivery.state, func.count()).group_by(Delivery.state)
        ).all()
    erase(world)
    with world.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(RegisterEntry)) == entries
        again = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state)).all()
        assert sorted(map(tuple, again)) == sorted(map(tuple, states))


def test_who_was_erased_stays_suppressed_when_imported_again(world: World) -> None:
    world.people()
    with world.store.transaction() as session:
        directory.find(session, "FR:76351").emails[0].address = "maire@x.fr"
    erase(world)
    with world.store.reading() as session:
        written = "Élodie <MAIRE@X.FR>"
        assert suppressions.suppressed(session, KEY, [written]) == {written}


def test_an_address_that_others_share_stays_theirs(world: World) -> None:
    world.people()
    with world.store.transaction() as session:
        nice = directory.find(session, "FR:06088")
        session.add(EmailAddress(contact_id=nice.id, address="Mairie@Havre.example"))
    assert object_(world, None) == Objected(0, 0, ["mairie@havre.example"])
    with world.store.reading() as session:
        assert suppressions.suppressed(session, KEY, ["mairie@havre.example"]) == set()
    world.start()
    prepared = world.prepare()
    assert prepared.left_out["suppressed"] == ["FR:76351"]  # the objection holds all the same


def test_registered_letters_are_read_only_by_the_named_role(world: World) -> None:
    number = sent(world)
    erase(world)
    with world.store.reading() as session:
        contact = directory.find(session, "FR:76351")
        with pytest.raises(RestrictedLetterError, match="administrator"):
            rights.require_may_read(session, contact.code, SECRETARY, "administrator")
        rights.require_may_read(session, contact.code, CHIEF, "administrator")
        row = session.scalars(
            select(Delivery).where(Delivery.batch_id == number, Delivery.contact_id == contact.id)
        ).one()
        assert row.reference is not None
        assert row.archive_sha256 is not None  # a public record
        with pytest.raises(reading.ErasedAddresseeError):
            reading.refuse_erased(session, "FR:76351")
        reading.refuse_erased(session, "CO:73001")


def test_a_letter_without_a_number_is_forgotten_and_others_stay_whole(world: World) -> None:
    number = sent(world)
    with world.store.transaction() as session:
        session.execute(
            text("UPDATE delivery SET reference = NULL WHERE batch_id = :batch"), {"batch": number}
        )
    assert erase(world)["letters without a number"] == 1
    with world.store.reading() as session:
        left = session.scalars(select(Delivery).where(Delivery.archive_sha256.is_not(None))).all()
        assert left
        for row in left:
            assert archive.read(session, row.archive_sha256 or "")


def test_an_objection_in_one_campaign_stops_it_and_leaves_the_address_usable(world: World) -> None:
    world.people()
    world.start()
    number = world.prepare().batch
    done = object_(world, CAMPAIGN)
    assert done == Objected(stopped=2, suppressed=0, shared=[])
    with world.store.reading() as session:
        mayor = directory.find(session, "FR:76351")
        assert rights.objecting(session, [mayor.id], CAMPAIGN) == {mayor.id}
        assert rights.objecting(session, [mayor.id], "another") == set()
        assert suppressions.suppressed(session, KEY, ["mairie@havre.example"]) == set()
        row = session.scalars(
            select(Delivery).where(Delivery.batch_id == number, Delivery.contact_id == mayor.id)
        ).one()
        assert (row.state, row.reason) == ("skipped", "suppressed")


def test_an_objection_does_not_void_the_approval_of_the_others(world: World) -> None:
    world.people()
    world.start()
    number = world.prepare().batch
    assert number is not None
    world.submit(number)
    world.approve(number)
    object_(world, None)
    world.sign(number)
    world.send(number)
    with world.store.reading() as session:
        states = dict(
            session.execute(
                select(Contact.code, Delivery.state).join(
                    Contact, Contact.id == Delivery.contact_id
                )
            ).all()
        )
    assert states["FR:76351"] == "skipped"
    assert states["CO:73001"] == "sent"


def test_erasing_needs_a_manager_and_is_done_once(world: World) -> None:
    world.people()
    with pytest.raises(NotAllowedError):
        erase(world, SECRETARY)
    erase(world)
    with pytest.raises(AlreadyErasedError, match="Jean"):
        erase(world)


def test_everything_held_on_a_person_is_exported(world: World) -> None:
    sent(world)
    with world.store.transaction() as session:
        recording.record(
            session,
            world.definition,
            directory.find(session, "FR:76351"),
            way=Way.PHONE,
            outcome=Outcome.INTERESTED,
            received_on=TODAY,
            today=TODAY,
            settings=world.settings,
            act=world.act(),
        )
    with world.store.reading() as session:
        contact = directory.find(session, "FR:76351")
        sections = {section.key: section for section in rights.held(session, contact)}
        files = rights.files(session, contact)
    assert sections["card"].rows[0]["last_name"] == "Quatrevingt"
    assert sections["card"].rows[0]["source"] == "france_mairies.csv"
    assert sections["emails"].rows[0]["address"] == ADDRESS
    assert {"Ancien"} <= {row["old"] for row in sections["changes"].rows}
    assert sections["letters"].rows[0]["state"] == "sent"
    assert sections["replies"].rows[0]["outcome"] == "interested"
    assert sections["campaigns"].rows[0]["campaign"] == CAMPAIGN
    assert len(files) == 1
    assert files[0].name.endswith(".eml")
    page = documents.person(
        list(sections.values()), title="<T>", lead="x", language="fr", gettext=str
    )
    assert "&lt;T&gt;" in page
    assert NAME in page


def test_cards_are_due_after_three_years_of_silence_or_when_the_mandate_ends(world: World) -> None:
    sent(world)
    with world.store.transaction() as session:
        nice = directory.find(session, "FR:06088")
        nice.last_name, nice.mandate_end = "Dubreuil", date(2025, 8, 31)

    def due(today: date) -> list[tuple[str, Why, date]]:
        with world.store.reading() as session:
            found = report.due(session, today=today, months=36)
            return [(each.code, each.why, each.since) for each in found]

    ended = ("FR:06088", Why.MANDATE_ENDED, date(2025, 8, 31))
    assert due(TODAY) == [ended]  # our own letter is no contact from them; the card is of 2025
    assert due(date(2028, 1, 1)) == [ended]
    assert due(date(2028, 1, 2)) == [("FR:76351", Why.NOTHING_HEARD, date(2025, 1, 1)), ended]
    with world.store.transaction() as session:
        recording.record(
            session,
            world.definition,
            directory.find(session, "FR:76351"),
            way=Way.PHONE,
            outcome=Outcome.LATER,
            received_on=TODAY,
            today=TODAY,
            settings=world.settings,
            act=world.act(),
        )
    assert due(date(2028, 9, 1)) == [ended]
    assert due(date(2028, 9, 2)) == [ended, ("FR:76351", Why.NOTHING_HEARD, TODAY)]


def test_each_class_is_held_against_the_offices_own_table(world: World) -> None:
    sent(world)
    decided = Retention(cards=36, covers=12, replies=0, registered=12)
    with world.store.reading() as session:
        young = {a.kind: a.over for a in report.aged(session, decided, date(2026, 8, 1))}
        old = {a.kind: (a.months, a.over) for a in report.aged(session, decided, date(2026, 9, 3))}
    assert young["registered letters"] == 0
    assert old["registered letters"] == (12, 3)
    assert old["messages received"] == (0, 0)


def test_the_record_of_processing_says_what_is_missing(world: World) -> None:
    bare = documents.processing_record(world.settings, ["x"], "fr")
    assert "À COMPLÉTER" in bare
    assert "36 mois" in bare
    words = Bilingual(fr="Coopération", es="Cooperación")
    privacy = Privacy(
        officer="dpo@ambassade.example",
        purpose=words,
        basis=words,
        recipients=words,
        transfers=words,
    )
    full = msgspec.structs.replace(world.settings, privacy=privacy)
    page = documents.processing_record(full, ["x"], "es")
    assert "POR COMPLETAR" not in page
    assert "Cooperación" in page
    assert privacy.complete
