"""A signed circular reaches more recipients under its number; an erratum names what it corrects."""

from collections.abc import Callable, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach.campaigns import enrolments
from outreach.campaigns.definition import Definition
from outreach.contacts.models import Contact, Kind
from outreach.dispatch import (
    approval,
    batches,
    preflight,
    register,
    registerchain,
    sequels,
    signing,
)
from outreach.dispatch import pressroom as pressrooms
from outreach.dispatch.carriers.base import Outcome
from outreach.dispatch.models import Batch, Delivery, RegisterEntry
from outreach.dispatch.pressroom import Pressroom
from outreach.dispatch.release import NothingDueError, Prepared
from outreach.dispatch.sequels import (
    CorrectedAlreadyError,
    NobodyToAddError,
    NothingToCorrectError,
    SameNumberError,
)
from outreach.dispatch.signing import Signed
from outreach.dispatch.states import BatchStateError
from outreach.letters.catalogue import UnknownLetterError
from outreach.reports import figures
from tests.dispatch.test_settling import Told
from tests.dispatch.world import (
    CAMPAIGN,
    KEY,
    MANAGER,
    STEP,
    World,
    add_contact,
    add_organisation,
    quiet,
)

pytestmark = pytest.mark.one_database

HAVRE, ROUEN, IBAGUE = "FR:76351", "FR:76540", "CO:73001"


def rouen(world: World) -> int:
    """One more town, which is not in the campaign."""
    with world.store.transaction() as session:
        town = add_organisation(session, ROUEN, Kind.COMMUNE, "Rouen", tncc=0)
        return add_contact(session, town, "maire", gender="M", email="mairie@rouen.example").id


def supplement(world: World, number: int, contacts: Sequence[int]) -> Prepared:
    with world.store.transaction() as session:
        return sequels.supplement(
            session,
            batches.find(session, number),
            contacts,
            world.definition,
            settings=world.settings,
            key=KEY,
            typed=None,
            act=world.act(),
        )


def correct(world: World, number: int, *codes: str, letter: str = "rectificatif") -> Prepared:
    with world.store.transaction() as session:
        return sequels.correct(
            session,
            batches.find(session, number),
            letter,
            codes,
            world.definition,
            folder=world.folder,
            settings=world.settings,
            key=KEY,
            act=world.act(),
        )


def through(world: World, number: int, numbers: Sequence[str] = ()) -> Signed:
    """Submit, approve and sign a sequel, as the commands do."""
    with world.store.transaction() as session:
        batch = batches.find(session, number)
        definition, room = opened(world, batch)
        lines = preflight.check(
            session,
            batch,
            room,
            settings=world.settings,
            act=world.act(),
            progress=quiet,
            present=preflight.Present(definition, KEY),
        )
        assert preflight.errors(lines) == []
        approval.submit(session, batch, definition, room, world.act())
    with world.store.transaction() as session:
        batch = batches.find(session, number)
        definition, room = opened(world, batch)
        approval.approve(
            session,
            batch,
            definition,
            room,
            settings=world.settings,
            key=KEY,
            alone=None,
            act=world.act(MANAGER),
        )
    with world.store.transaction() as session:
        batch = batches.find(session, number)
        supplementing = sequels.supplemented(session, batch) is not None
        return signing.sign(
            session,
            batch,
            pressrooms.from_archive(session, batch.material or {}),
            signing.Signature(mandate=None if supplementing else "Délégation"),
            settings=world.settings,
            key=KEY,
            numbers=numbers,
            act=world.act(MANAGER),
        )


def opened(world: World, batch: Batch) -> tuple[Definition, Pressroom]:
    with world.store.reading() as session:
        return sequels.opened(
            session, batch, world.definition, STEP, folder=world.folder, settings=world.settings
        )


def messages(world: World, address: str) -> list[EmailMessage]:
    found = []
    for path in world.outbox():
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert isinstance(message, EmailMessage)
        if address in str(message["To"]):
            found.append(message)
    return found


def pdfs(message: EmailMessage) -> list[bytes]:
    return [
        part.get_content()
        for part in message.iter_attachments()
        if part.get_content_type() == "application/pdf"
    ]


def numbers(world: World) -> list[str]:
    with world.store.reading() as session:
        return [row.reference for row in register.entries(session)]


def test_a_supplement_brings_the_same_letter_under_the_same_number(world: World) -> None:
    number = world.signed()
    world.send(number)
    before = numbers(world)
    day = world.now.date()
    world.now = world.now.replace(day=20)
    added = supplement(world, number, [rouen(world)])
    assert (added.drafted, added.batch) == (1, number + 1)
    signed = through(world, number + 1)
    assert signed.day == day
    assert numbers(world) == before
    assert signed.numbers == ["S-EFRPR-25-1"]
    assert world.send(number + 1).sent == 1
    (theirs,) = messages(world, "mairie@rouen.example")
    (havre,) = messages(world, "mairie@havre.example")
    assert pdfs(theirs) == pdfs(havre) != []
    assert theirs["In-Reply-To"] is None
    with world.store.reading() as session:
        row = session.scalars(select(Delivery).where(Delivery.batch_id == number + 1)).one()
        assert (row.kind, row.state, row.reference) == ("supplement", "sent", "S-EFRPR-25-1")


def test_a_supplement_counts_as_a_letter_of_its_step_and_is_followed_up(world: World) -> None:
    number = world.signed()
    world.send(number)
    contact = rouen(world)
    supplement(world, number, [contact])
    through(world, number + 1)
    world.send(number + 1)
    with world.store.reading() as session:
        campaign = enrolments.require_started(session, CAMPAIGN)
        step = next(
            one
            for one in figures.status(session, campaign, world.now.date()).steps
            if one.name == STEP
        )
        assert step.fates["sent"] == 4
        enrolment = enrolments.of_contact(session, campaign, contact)
        assert enrolment is not None
        havre = enrolments.of_contact(
            session,
            campaign,
            session.scalars(select(Contact.id).where(Contact.code == HAVRE)).one(),
        )
        assert havre is not None
        assert (enrolment.step_id, enrolment.state) == (havre.step_id, havre.state)
    with pytest.raises(NothingDueError):
        world.prepare()


def test_who_has_the_letter_is_not_added_again(small_world: World) -> None:
    number = small_world.signed()
    with small_world.store.reading() as session:
        havre = session.scalars(select(Contact.id).where(Contact.code == HAVRE)).one()
    with pytest.raises(NobodyToAddError):
        supplement(small_world, number, [havre])


def test_a_supplement_leaves_what_was_signed_even_if_the_template_changed(
    small_world: World, own_templates: Callable[[], Path]
) -> None:
    number = small_world.signed()
    templates = own_templates()
    path = templates / "letters" / "suivi-septembre" / "fr.md"
    path.write_text(path.read_text("utf-8") + "\n\nUne phrase nouvelle.\n", "utf-8")
    supplement(small_world, number, [rouen(small_world)])
    through(small_world, number + 1)
    small_world.send(number + 1)
    (message,) = messages(small_world, "mairie@rouen.example")
    assert "phrase nouvelle" not in str(message.get_body(("plain",)))


def test_only_what_is_signed_is_supplemented_and_without_a_number(small_world: World) -> None:
    small_world.people()
    small_world.start()
    number = small_world.prepare().batch
    assert number is not None
    contact = rouen(small_world)
    with pytest.raises(BatchStateError):
        supplement(small_world, number, [contact])
    small_world.submit(number)
    small_world.approve(number)
    small_world.sign(number)
    supplement(small_world, number, [contact])
    with pytest.raises(SameNumberError):
        through(small_world, number + 1, ["S-EFRPR-25-9"])


def test_a_correction_names_the_letter_and_answers_it(world: World) -> None:
    number = world.signed()
    world.send(number)
    world.now = world.now.replace(day=20)
    done = correct(world, number)
    assert done.drafted == 3  # the postal letter has not left yet
    signed = through(world, number + 1)
    assert signed.numbers == ["S-EFRPR-25-3", "S-EFRPR-25-4"]
    world.send(number + 1)
    first, erratum = messages(world, "mairie@havre.example")
    assert "S-EFRPR-25-1" in str(erratum["Subject"])
    assert erratum["In-Reply-To"] == first["Message-ID"]
    assert str(first["Message-ID"]) in str(erratum["References"])
    body = erratum.get_body(("plain",))
    assert body is not None
    assert "S-EFRPR-25-1 du 1er septembre 2025" in body.get_content().replace("\u00a0", " ")
    (spanish,) = messages(world, "despacho@ibague.example")[1:]
    assert "S-EFRPR-25-2" in str(spanish["Subject"])
    with world.store.reading() as session:
        entries = {row.id: row.reference for row in session.scalars(select(RegisterEntry))}
        links = {entries[one]: old for one, old in register.corrected(session).items()}
        assert links == {"S-EFRPR-25-3": ["S-EFRPR-25-1"], "S-EFRPR-25-4": ["S-EFRPR-25-2"]}
        verdict = registerchain.verify(session)
        assert (verdict.broken, verdict.unsealed, verdict.sealed) == (None, 0, 6)


def test_a_correction_changes_neither_figures_nor_what_follows(world: World) -> None:
    number = world.signed()
    world.send(number)

    def stands() -> object:
        with world.store.reading() as session:
            campaign = enrolments.require_started(session, CAMPAIGN)
            return figures.status(session, campaign, world.now.date())

    before = stands()
    correct(world, number)
    through(world, number + 1)
    world.send(number + 1)
    assert stands() == before


def test_a_correction_goes_to_those_named_of_those_who_got_the_letter(small_world: World) -> None:
    number = small_world.signed()
    small_world.send(number)
    assert correct(small_world, number, HAVRE).drafted == 1
    with pytest.raises(NothingToCorrectError, match="FR:06088"):
        correct(small_world, number, HAVRE, "FR:06088")  # by post, not posted yet
    with pytest.raises(UnknownLetterError):
        correct(small_world, number, letter="errata")
    with pytest.raises(CorrectedAlreadyError, match="rectificatif"):
        correct(small_world, number, HAVRE)
    assert correct(small_world, number).drafted == 2  # the others
    assert correct(small_world, number, HAVRE, letter="suivi-septembre").drafted == 1


def test_nothing_is_corrected_that_never_left(small_world: World) -> None:
    number = small_world.signed()
    small_world.send(number, Told(Outcome.PERMANENT))
    with pytest.raises(NothingToCorrectError):
        correct(small_world, number)


def test_whoever_was_added_to_a_circular_gets_its_correction_too(world: World) -> None:
    number = world.signed()
    world.send(number)
    supplement(world, number, [rouen(world)])
    through(world, number + 1)
    world.send(number + 1)
    assert correct(world, number).drafted == 4
    signed = through(world, number + 2)
    assert signed.letters == 4
    world.send(number + 2)
    first, erratum = messages(world, "mairie@rouen.example")
    assert "S-EFRPR-25-1" in str(erratum["Subject"])
    assert erratum["In-Reply-To"] == first["Message-ID"]
