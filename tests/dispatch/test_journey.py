"""From a segment to letters that left: each step, on both databases."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from outreach.accounts.users import NotAllowedError, UnknownUserError
from outreach.campaigns.definition import LetterToComeError
from outreach.campaigns.models import Enrolment, Promise, Step
from outreach.contacts import suppressions
from outreach.contacts.models import Contact, EmailAddress, Kind
from outreach.dispatch import approval, archive, batches, envelopes, paper, preflight, release
from outreach.dispatch.models import Batch, Delivery, RegisterEntry
from outreach.dispatch.states import BatchStateError
from outreach.journal import Event
from tests.dispatch.world import (
    CHIEF,
    KEY,
    SECRETARY,
    STEP,
    World,
    add_contact,
    add_organisation,
    unwritten,
)


def read(path: Path) -> EmailMessage:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def test_each_contact_gets_one_letter_or_a_reason(world: World) -> None:
    world.people()
    assert world.start() == 5
    prepared = world.prepare()
    assert prepared.drafted == 4
    assert prepared.channels == {"email": 3, "post": 1}
    assert prepared.languages == {"fr": 3, "es": 1}
    assert prepared.left_out == {"no-address": ["FR:75056"]}


def test_preparing_again_prepares_nobody_twice(world: World) -> None:
    world.people()
    world.start()
    world.prepare()
    with pytest.raises(release.NothingDueError):
        world.prepare()
    with world.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Delivery)) == 5


def test_a_letter_before_its_day_is_not_prepared(small_world: World) -> None:
    small_world.now = small_world.now.replace(month=8, day=20)
    small_world.people()
    small_world.start()
    with pytest.raises(release.NothingDueError, match="not-due: 5"):
        small_world.prepare()
    with small_world.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Batch)) == 0


def test_a_step_without_a_letter_says_so(small_world: World) -> None:
    small_world.people()
    small_world.start()
    small_world.definition = unwritten(small_world.definition, "fiches-villes")
    with pytest.raises(LetterToComeError, match="fiches"):
        small_world.prepare("fiches-villes")


def test_the_shipped_letters_pass_preflight(small_world: World) -> None:
    small_world.people()
    small_world.start()
    number = small_world.prepare().batch
    assert number
    found = small_world.check(number)
    assert preflight.errors(found) == []
    assert {line.code for line in found} == {"L132"}  # Ibagué: gender unknown, both forms


def test_one_circular_takes_one_number_and_each_letter_its_own(world: World) -> None:
    number = world.signed()
    with world.store.reading() as session:
        numbers = session.execute(
            select(RegisterEntry.reference, RegisterEntry.addressee).order_by(RegisterEntry.number)
        ).all()
        references = dict(
            session.execute(
                select(Contact.code, Delivery.reference).join(
                    Delivery, Delivery.contact_id == Contact.id
                )
            ).all()
        )
    assert [tuple(row) for row in numbers] == [
        ("S-EFRPR-25-1", "circular"),
        ("S-EFRPR-25-2", "CO:73001"),
    ]
    assert references == {
        "FR:76351": "S-EFRPR-25-1",
        "FR:06088": "S-EFRPR-25-1",
        "FR:200046977": "S-EFRPR-25-1",
        "CO:73001": "S-EFRPR-25-2",
        "FR:75056": None,
    }
    assert number == 1


def test_the_letters_in_the_outbox_speak_to_each_recipient(small_world: World) -> None:
    tally = small_world.send(small_world.signed())
    assert (tally.sent, tally.failed, tally.uncertain) == (3, 0, 0)
    letters = {
        str(read(path)["To"].addresses[0].addr_spec): read(path) for path in small_world.outbox()
    }
    havre = letters["mairie@havre.example"].get_body(("plain",))
    assert havre is not None
    words = havre.get_content()
    assert "Monsieur le Maire," in words
    assert "la commune du Havre" in " ".join(words.split())
    assert "Source de vos coordonnées" in words
    lyon = letters["contact@lyon.example"].get_body(("plain",))
    assert lyon is not None
    assert "Madame la Présidente," in lyon.get_content()
    assert "la Métropole de Lyon" in " ".join(lyon.get_content().split())
    ibague = letters["despacho@ibague.example"]
    assert ibague["Content-Language"] == "es"
    enclosed = [part.get_filename() for part in ibague.iter_attachments()]
    assert enclosed == ["S-EFRPR-25-2.pdf", "CO-73001.docx"]  # the letter, the form for a project
    attached = [part.get_filename() for part in letters["mairie@havre.example"].iter_attachments()]
    assert attached == ["S-EFRPR-25-1.pdf"]


def test_everyone_gets_the_same_circular_byte_for_byte(small_world: World) -> None:
    small_world.send(small_world.signed())
    pdfs = [
        part.get_content()
        for path in small_world.outbox()
        for part in read(path).iter_attachments()
        if part.get_filename() == "S-EFRPR-25-1.pdf"
    ]
    assert len(pdfs) == 2
    assert pdfs[0] == pdfs[1]
    assert pdfs[0].startswith(b"%PDF-")


def test_what_left_is_archived_byte_for_byte(world: World) -> None:
    world.send(world.signed())
    with world.store.reading() as session:
        kept = {
            archive.read(session, sha)
            for sha in session.scalars(
                select(Delivery.archive_sha256).where(Delivery.state == "sent")
            )
            if sha
        }
    assert kept == {path.read_bytes() for path in world.outbox()}


def test_sending_again_sends_nothing(world: World) -> None:
    number = world.signed()
    world.send(number)
    world.print(number)
    before = world.outbox()
    assert world.send(number).sent == 0
    assert world.outbox() == before


def test_the_september_letter_promises_for_the_first_of_october(world: World) -> None:
    world.send(world.signed())
    with world.store.reading() as session:
        promise = session.scalars(select(Promise)).one()
        assert promise.due_on.isoformat() == "2025-10-01"
        nexts = dict(
            session.execute(
                select(Contact.code, Step.name)
                .join(Enrolment, Enrolment.contact_id == Contact.id)
                .join(Step, Step.id == Enrolment.step_id)
            ).all()
        )
    assert nexts["FR:76351"] == "fiches-villes"
    assert nexts["FR:06088"] == "suivi-septembre"  # printed, not posted yet


def test_postal_letters_are_printed_once_and_again_from_the_archive(world: World) -> None:
    number = world.signed()
    world.send(number)
    done = world.print(number)
    assert done.letters == 1
    assert world.states()["FR:06088"] == "printed"
    (single,) = [
        path for path in done.folder.glob("*.pdf") if path not in {done.merged, *done.lists}
    ]
    assert single.name == "06000-nice-fr-06088.pdf"
    first = single.read_bytes()
    with pytest.raises(Exception, match="no letter waiting"):
        world.print(number)
    world.print(number, again=True)
    assert single.read_bytes() == first
    with world.store.reading() as session:
        assert batches.find(session, number).state == "done"


def test_the_envelopes_of_a_batch_are_those_of_its_postal_letters(world: World) -> None:
    number = world.signed()
    with world.store.reading() as session:
        (lines,) = paper.envelopes(session, batches.find(session, number))
        assert lines[-1] == "06000 NICE"


def test_a_directory_has_envelopes_in_postcode_order_but_none_for_who_declined(
    world: World,
) -> None:
    with world.store.transaction() as session:
        for code, postcode in (
            ("FR:69123", "69001"),
            ("FR:01004", "01500"),
            ("CO:05001", "050001"),
        ):
            kind = Kind.COMMUNE if code.startswith("FR") else Kind.MUNICIPIO
            town = add_organisation(session, code, kind, f"Ville {postcode}", tncc=0)
            person = add_contact(session, town, "maire", gender="F", street="1 rue A", town="Ville")
            person.posts[0].postcode, person.posts[0].country = postcode, code[:2]
        homeless = add_organisation(session, "FR:75056", Kind.COMMUNE, "Paris", tncc=0)
        add_contact(session, homeless, "maire", gender="F")
    with world.store.transaction() as session:
        rows = session.scalars(select(Contact)).all()
        found = envelopes.of_contacts(session, [row.id for row in rows], world.settings, KEY)
        assert [lines[-1] for lines in found.blocks] == ["01500 VILLE", "69001 VILLE", "COLOMBIE"]
        assert found.without == ("FR:75056",)
        (lyon,) = [row for row in rows if row.code == "FR:69123"]
        lyon.emails.append(EmailAddress(address="mairie@lyon.example"))
        suppressions.suppress(session, KEY, "mairie@lyon.example", "objection", world.act())
        session.flush()
        left = envelopes.of_contacts(session, [row.id for row in rows], world.settings, KEY)
        assert left.without == ("FR:69123", "FR:75056")


def test_nobody_approves_their_own_batch(small_world: World) -> None:
    small_world.people()
    small_world.start()
    number = small_world.prepare().batch
    assert number
    small_world.submit(number, CHIEF)
    with pytest.raises(approval.OwnBatchError):
        small_world.approve(number, CHIEF)
    with pytest.raises(NotAllowedError):
        small_world.approve(number, SECRETARY)
    assert small_world.approve(number, CHIEF, alone="seule au bureau")
    with small_world.store.reading() as session:
        assert batches.find(session, number).alone_reason == "seule au bureau"


def test_a_change_of_an_address_after_approval_voids_it(world: World) -> None:
    world.people()
    world.start()
    number = world.prepare().batch
    assert number
    world.submit(number)
    with world.store.transaction() as session:
        contact = session.scalars(select(Contact).where(Contact.code == "FR:76351")).one()
        contact.gender = "F"
    with pytest.raises(approval.ChangedError, match="FR:76351"):
        world.approve(number)


def test_a_change_of_a_template_after_submission_voids_it(
    small_world: World, own_templates: object
) -> None:
    small_world.people()
    small_world.start()
    number = small_world.prepare().batch
    assert number
    small_world.submit(number)
    assert callable(own_templates)
    letter = own_templates() / "letters" / "suivi-septembre" / "fr.md"
    letter.write_text(letter.read_text("utf-8") + "\nUne phrase de plus.\n", "utf-8")
    with pytest.raises(approval.ChangedError, match=r"suivi-septembre/fr\.md"):
        small_world.approve(number)


def test_removing_a_recipient_voids_nothing(world: World) -> None:
    world.people()
    world.start()
    number = world.prepare().batch
    assert number
    world.submit(number)
    world.approve(number)
    with world.store.transaction() as session:
        suppressions.suppress(session, KEY, "MAIRIE@havre.example", "asked", world.act())
    assert world.sign(number).letters == 3
    assert world.states()["FR:76351"] == "skipped"


def test_who_asks_not_to_be_written_to_after_signature_gets_nothing(world: World) -> None:
    number = world.signed()
    with world.store.transaction() as session:
        suppressions.suppress(session, KEY, "mairie@havre.example", "asked", world.act())
    tally = world.send(number)
    assert (tally.sent, tally.skipped) == (2, 1)


def test_a_cancelled_batch_gives_its_contacts_back(world: World) -> None:
    world.people()
    world.start()
    first = world.prepare().batch
    assert first
    with world.store.transaction() as session:
        approval.cancel(session, batches.find(session, first), "wrong letter", world.act())
    again = world.prepare()
    assert again.drafted == 4
    with world.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Delivery)) == 5


def test_a_draft_cannot_be_signed_or_sent(small_world: World) -> None:
    small_world.people()
    small_world.start()
    number = small_world.prepare().batch
    assert number
    with pytest.raises(BatchStateError, match="draft"):
        small_world.send(number)
    small_world.submit(number)
    with pytest.raises(BatchStateError, match="submitted"):
        small_world.sign(number)


def test_every_move_is_one_line_in_a_journal_that_nobody_can_change(world: World) -> None:
    world.send(world.signed())
    with world.store.reading() as session:
        delivery = session.scalar(
            select(Delivery.id).join(Contact).where(Contact.code == "FR:76351")
        )
        moves = session.scalars(
            select(Event.after)
            .where(Event.subject == "delivery", Event.subject_id == delivery)
            .order_by(Event.id)
        ).all()
    assert moves == ["draft", "approved", "queued", "claimed", "armed", "sent"]
    for statement in (
        "UPDATE event SET actor = 'x'",
        "DELETE FROM event",
        "DELETE FROM register_entry",
    ):
        with (
            pytest.raises(DBAPIError, match="never changed or deleted"),
            world.store.transaction() as s,
        ):
            s.execute(text(statement))


def test_who_is_no_user_prepares_nothing(small_world: World) -> None:
    small_world.people()
    small_world.start()
    with small_world.store.transaction() as session, pytest.raises(UnknownUserError, match="Maria"):
        release.prepare(
            session,
            small_world.definition,
            STEP,
            settings=small_world.settings,
            key=KEY,
            audience=None,
            audience_name=None,
            act=small_world.act("Nobody"),
        )
