"""One letter of a batch in Word, and back."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO

import docx
import pytest
from sqlalchemy import select

from outreach.dispatch import batches, retouching
from outreach.dispatch.models import Batch, Delivery
from outreach.dispatch.pressroom import Pressroom
from outreach.dispatch.retouching import Retouched
from outreach.dispatch.states import BatchStateError
from outreach.journal import Event
from outreach.letters.facts import Seal
from outreach.letters.word import WordError
from tests.dispatch.world import World

pytestmark = pytest.mark.one_database

PEREIRA = "CO:73001"
SEAL = Seal(reference="S-EFRPR-25-____", day=World.now.date())


def prepared(world: World) -> int:
    world.people()
    world.start()
    number = world.prepare().batch
    assert number is not None
    return number


def document(world: World, number: int, code: str = PEREIRA) -> bytes:
    with world.store.reading() as session:
        batch = batches.find(session, number)
        return retouching.document(session, batch, world.room(), code, seal=SEAL, act=world.act())


def changed(data: bytes, before: str, after: str) -> bytes:
    """Return the document with a word of it changed, as a person does in Word."""
    opened, out = docx.Document(BytesIO(data)), BytesIO()
    runs = [run for paragraph in opened.paragraphs for run in paragraph.runs if before in run.text]
    assert runs
    for run in runs:
        run.text = run.text.replace(before, after)
    opened.save(out)
    return out.getvalue()


def retouch(world: World, number: int, data: bytes, code: str = PEREIRA) -> Retouched:
    with world.store.transaction() as session:
        room: Pressroom = world.room()
        batch = batches.find(session, number)
        return retouching.retouch(
            session, batch, room, code, data, path="x.docx", seal=SEAL, act=world.act()
        )


def take_back(world: World, number: int) -> bool:
    with world.store.transaction() as session:
        batch = batches.find(session, number)
        return retouching.take_back(session, batch, world.room(), PEREIRA, act=world.act())


def left(world: World, code: str) -> str:
    for path in world.outbox():
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert isinstance(message, EmailMessage)
        body = message.get_body(("plain",))
        if code in str(message["To"]) and body is not None:
            return str(body.get_content())
    raise AssertionError(code)


def test_a_retouched_letter_leaves_with_its_own_words_and_the_others_with_theirs(
    world: World,
) -> None:
    number = prepared(world)
    done = retouch(world, number, changed(document(world, number), "nuevos aliados", "amigos"))
    assert "amigos en Francia" in done.text
    assert done.ignored == ()
    assert not done.voided
    assert not [line for line in world.check(number) if line.severity == "error"]
    world.submit(number)
    world.approve(number)
    world.sign(number)
    world.send(number)
    assert "amigos en Francia" in left(world, "ibague").replace("\n", " ")


def test_a_retouched_letter_voids_the_approval_with_a_line_in_the_journal(world: World) -> None:
    number = prepared(world)
    world.submit(number)
    world.approve(number)
    assert retouch(world, number, changed(document(world, number), "Francia", "París")).voided
    with world.store.reading() as session:
        batch = session.get_one(Batch, number)
        assert (batch.state, batch.approved_hash, batch.material) == ("draft", None, None)
        states = set(session.scalars(select(Delivery.state).where(Delivery.batch_id == number)))
        assert "approved" not in states
        (event,) = session.scalars(select(Event).where(Event.verb == "retouched")).all()
        assert (event.actor, event.subject) == ("Maria", "delivery")
        assert set(event.detail or {}) == {"document"}
    world.submit(number)
    world.approve(number)


def test_a_retouched_letter_can_be_given_back_its_template(world: World) -> None:
    number = prepared(world)
    retouch(world, number, changed(document(world, number), "Francia", "París"))
    take_back(world, number)
    with world.store.reading() as session:
        event = session.scalars(select(Event).where(Event.verb == "restored")).one()
        assert set(event.detail or {}) == {"text_before"}
    with pytest.raises(retouching.NotRetouchedError):
        take_back(world, number)


def test_what_the_program_writes_itself_is_not_taken_and_told(small_world: World) -> None:
    number = prepared(small_world)
    data = changed(
        document(small_world, number), "Señora alcaldesa, señor alcalde:", "Querido amigo:"
    )
    done = retouch(small_world, number, data)
    assert done.ignored == ("Querido amigo:",)
    assert "Querido" not in done.text


def test_another_letter_s_document_is_refused(small_world: World) -> None:
    number = prepared(small_world)
    data = document(small_world, number, "FR:76351")
    with pytest.raises(retouching.OtherLetterError, match="outreach batch docx"):
        retouch(small_world, number, data)
    blank = BytesIO()
    docx.Document().save(blank)
    with pytest.raises(retouching.OtherLetterError):
        retouch(small_world, number, blank.getvalue())
    with pytest.raises(WordError):
        retouch(small_world, number, b"no Word")


def test_a_circular_s_text_is_everyone_s(small_world: World) -> None:
    number = prepared(small_world)
    data = document(small_world, number, "FR:76351")
    with pytest.raises(retouching.SharedTextError, match="suivi-septembre"):
        retouch(small_world, number, data, "FR:76351")


def test_who_is_not_in_the_batch_has_no_document(small_world: World) -> None:
    number = prepared(small_world)
    for code in ("FR:75056", "FR:00000"):
        with pytest.raises(retouching.NoSuchLetterError, match=code):
            document(small_world, number, code)


def test_a_signed_letter_is_not_retouched(small_world: World) -> None:
    number = small_world.signed()
    data = document(small_world, number)
    with pytest.raises(BatchStateError):
        retouch(small_world, number, data)


def test_dead_links_and_wrong_words_in_a_retouched_text_are_found(small_world: World) -> None:
    number = prepared(small_world)
    retouch(
        small_world, number, changed(document(small_world, number), "aliados", "aliados aliados")
    )
    found = [line for line in small_world.check(number) if "retouched" in line.where]
    assert [line.code for line in found] == ["P206"]
