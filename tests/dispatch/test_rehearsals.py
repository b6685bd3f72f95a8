"""A test goes to colleagues only, looks like the letter, and leaves no trace in the figures."""

from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape

import pytest
from sqlalchemy import func, select

from outreach.dispatch import batches, rehearsals
from outreach.dispatch.carriers.base import Outcome
from outreach.dispatch.models import ArchivedObject, Delivery, RegisterEntry
from outreach.dispatch.postmark import Postmark
from outreach.dispatch.rehearsals import (
    ColleagueNeededError,
    NoSuchTestLetterError,
    Rehearsed,
    TooManyTestsError,
)
from outreach.dispatch.trial import TrialRefusedError
from outreach.journal import Event
from tests.dispatch.test_settling import Told
from tests.dispatch.world import KEY, World

COLLEAGUE = "collegue@ambassade.example"
HAVRE, NICE, IBAGUE = "FR:76351", "FR:06088", "CO:73001"


def drafted(world: World) -> int:
    world.people()
    world.start()
    number = world.prepare().batch
    assert number is not None
    return number


def made(
    world: World, number: int, to: Sequence[str] = (COLLEAGUE,), contacts: Sequence[str] = ()
) -> list[Rehearsed]:
    with world.store.transaction() as session:
        return rehearsals.letters(
            session,
            batches.find(session, number),
            world.room(),
            to,
            contacts,
            settings=world.settings,
            postmark=Postmark(world.settings.mail, KEY),
            act=world.act(),
        )


def sent(world: World, number: int, letters: list[Rehearsed]) -> list[EmailMessage]:
    count = rehearsals.send(world.carrier(), letters)
    with world.store.transaction() as session:
        rehearsals.note(session, number, count, world.act())
    found = []
    for path in world.outbox():
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert isinstance(message, EmailMessage)
        found.append(message)
    return found


def test_a_colleague_sees_the_letter_marked_and_without_a_number(world: World) -> None:
    number = drafted(world)
    (message,) = sent(world, number, made(world, number, contacts=[HAVRE]))
    assert str(message["Subject"]).startswith("[ESSAI] ")
    assert "collegue@ambassade.example" in str(message["To"])
    assert message["Cc"] is None
    for form in ("plain", "html"):
        body = message.get_body((form,))
        assert body is not None
        words = unescape(body.get_content())
        assert "ESSAI, à ne pas transmettre" in words
        assert "Le Havre (FR:76351)" in words
        assert "Monsieur le Maire" in words
    assert "S-EFRPR-25-1" not in message.as_string()


def test_a_letter_to_post_comes_as_its_pdf(small_world: World) -> None:
    number = drafted(small_world)
    (message,) = sent(small_world, number, made(small_world, number, contacts=[NICE]))
    names = [part.get_content_type() for part in message.iter_attachments()]
    assert names[0] == "application/pdf"
    body = message.get_body(("plain",))
    assert body is not None
    assert "par la poste" in body.get_content()


def test_a_letter_in_spanish_is_marked_in_spanish(small_world: World) -> None:
    number = drafted(small_world)
    (one,) = made(small_world, number, contacts=[IBAGUE])
    assert one.subject.startswith("[PRUEBA] ")


def test_a_test_is_neither_registered_nor_counted(world: World) -> None:
    number = drafted(world)

    def figures() -> list[object]:
        with world.store.reading() as session:
            (summary,) = batches.summaries(session, batch=number)
            return [
                summary.states,
                session.scalar(select(func.count(RegisterEntry.id))),
                session.scalar(select(func.count(ArchivedObject.sha256))),
                session.scalar(select(func.count(Delivery.id))),
            ]

    before = figures()
    assert len(sent(world, number, made(world, number))) == rehearsals.USUAL
    assert figures() == before
    with world.store.reading() as session:
        event = session.scalars(select(Event).where(Event.verb == "tested")).one()
        assert event.detail == {"letters": rehearsals.USUAL}


def test_a_signed_letter_is_tested_without_its_number(small_world: World) -> None:
    number = small_world.signed()
    with small_world.store.reading() as session:
        reference = session.scalars(
            select(Delivery.reference).where(Delivery.channel == "email").limit(1)
        ).one()
    assert reference
    for one in made(small_world, number):
        assert reference.encode() not in one.message.message
    assert set(small_world.states().values()) <= {"queued", "skipped"}


def test_nobody_gets_a_test_who_is_a_contact(small_world: World) -> None:
    number = drafted(small_world)
    with pytest.raises(ColleagueNeededError, match=r"Mairie@havre\.example"):
        made(small_world, number, to=["Mairie@havre.example"])


def test_a_test_is_no_mailing(small_world: World) -> None:
    number = drafted(small_world)
    many = [f"c{n}@ambassade.example" for n in range(20)]
    with pytest.raises(TooManyTestsError, match="60"):
        made(small_world, number, to=many)


def test_only_letters_of_the_batch_are_tested(small_world: World) -> None:
    number = drafted(small_world)
    with pytest.raises(NoSuchTestLetterError, match="FR:75056"):
        made(small_world, number, contacts=[HAVRE, "FR:75056"])


def test_a_refused_test_says_so(small_world: World) -> None:
    number = drafted(small_world)
    letters = made(small_world, number)
    with pytest.raises(TrialRefusedError):
        rehearsals.send(Told(Outcome.PERMANENT), letters)
