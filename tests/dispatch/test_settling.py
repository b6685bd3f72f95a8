"""What a person settles: pauses, letters in doubt, refused, bounced, brought back by the post."""

from collections.abc import Sequence
from typing import Literal

import pytest
from sqlalchemy import select, update

from outreach.campaigns.models import Enrolment
from outreach.contacts.models import EmailAddress, PostalAddress
from outreach.dispatch import batches, sending, settling
from outreach.dispatch.carriers.base import Addressed, Outcome, Receipt
from outreach.dispatch.models import Batch, Delivery
from outreach.dispatch.settling import NoSuchLetterError, ReasonNeededError, ReturnReason
from outreach.dispatch.states import BatchStateError
from outreach.journal import Event
from tests.dispatch.world import World

pytestmark = pytest.mark.one_database

HAVRE, LYON, NICE = "FR:76351", "FR:200046977", "FR:06088"


class Told:
    """A carrier that answers as told, and knows afterwards what it is told to know."""

    name = "told"
    window = 1

    def __init__(self, outcome: Outcome, knows: Receipt | Literal[False] | None = None) -> None:
        self.outcome, self.knows = outcome, knows

    def send(self, letters: Sequence[Addressed]) -> list[Receipt]:
        return [Receipt(letter.delivery_id, self.outcome, "") for letter in letters]

    def find(self, delivery_id: int, message_id: str) -> Receipt | bool | None:
        assert delivery_id
        assert message_id
        return self.knows

    def close(self) -> None:
        """Nothing is open."""


def state(world: World) -> str:
    with world.store.reading() as session:
        return session.scalars(select(Batch.state)).one()


def by_email(world: World) -> set[str]:
    with world.store.reading() as session:
        return set(session.scalars(select(Delivery.state).where(Delivery.channel == "email")))


def test_a_paused_batch_sends_nothing_until_it_is_resumed(world: World) -> None:
    number = world.signed(many=2)
    world.send(number, Told(Outcome.SENDER_REFUSED))
    assert state(world) == "paused"
    with pytest.raises(BatchStateError, match="resume"):
        world.send(number)
    with world.store.transaction() as session:
        settling.resume(session, batches.find(session, number), world.act())
    assert world.send(number).sent == 2
    assert state(world) == "done"


def test_an_approved_batch_is_paused_and_comes_back_as_approved(small_world: World) -> None:
    small_world.people()
    small_world.start()
    number = small_world.prepare().batch
    assert number
    small_world.submit(number)
    small_world.approve(number)
    with small_world.store.transaction() as session:
        settling.pause(session, batches.find(session, number), "wait", small_world.act())
    with small_world.store.transaction() as session:
        settling.resume(session, batches.find(session, number), small_world.act())
    assert state(small_world) == "approved"


def test_a_finished_batch_cannot_be_paused(small_world: World) -> None:
    number = small_world.signed(many=1)
    small_world.send(number)
    with small_world.store.transaction() as session, pytest.raises(BatchStateError):
        settling.pause(session, batches.find(session, number), None, small_world.act())


@pytest.mark.parametrize(
    ("knows", "wanted"),
    [(Receipt(1, Outcome.ACCEPTED, "seen"), "sent"), (False, "queued"), (None, "uncertain")],
)
def test_a_letter_in_doubt_becomes_what_the_carrier_knows(
    world: World, knows: Receipt | Literal[False] | None, wanted: str
) -> None:
    number = world.signed(many=1)
    carrier = Told(Outcome.UNKNOWN, knows)
    world.send(number, carrier)
    assert by_email(world) == {"uncertain"}
    with world.store.transaction() as session:
        settling.look_up(session, batches.find(session, number), carrier, world.act())
    assert by_email(world) == {wanted}
    assert state(world) == ("sending" if wanted == "queued" else "done")


def test_a_person_says_that_a_letter_did_not_leave_and_it_is_sent_once(world: World) -> None:
    number = world.signed(many=2)
    world.send(number, Told(Outcome.UNKNOWN))
    with world.store.transaction() as session:
        batch = batches.find(session, number)
        assert len(settling.doubts(session, batch)) == 2
        settling.decide(session, batch, None, left=False, because="not in the log", act=world.act())
        assert settling.doubts(session, batch) == []
    assert world.send(number).sent == 2
    assert len(world.outbox()) == 2
    assert state(world) == "done"


def test_a_letter_that_left_after_all_moves_its_contact_on(world: World) -> None:
    number = world.signed(many=1)
    world.send(number, Told(Outcome.UNKNOWN))
    with world.store.transaction() as session:
        before = session.scalars(select(Enrolment.step_id)).one()
        batch = batches.find(session, number)
        rows = settling.decide(session, batch, None, left=True, because="seen", act=world.act())
        sending.left(
            session, batch, world.definition, rows, settings=world.settings, act=world.act()
        )
    with world.store.reading() as session:
        assert session.scalars(select(Enrolment.step_id)).one() != before
        assert session.scalars(select(Delivery.sent_at)).one() == world.now
        event = session.scalars(select(Event).where(Event.after == "sent")).one()
        assert (event.before, event.reason) == ("uncertain", "seen")


def test_a_decision_without_its_reason_is_refused(small_world: World) -> None:
    number = small_world.signed(many=1)
    small_world.send(number, Told(Outcome.UNKNOWN))
    with small_world.store.transaction() as session, pytest.raises(ReasonNeededError):
        settling.decide(
            session,
            batches.find(session, number),
            None,
            left=True,
            because=" ",
            act=small_world.act(),
        )


def test_a_contact_without_such_a_letter_is_named(small_world: World) -> None:
    number = small_world.signed()
    small_world.send(number)
    with small_world.store.transaction() as session, pytest.raises(NoSuchLetterError, match=HAVRE):
        settling.again(
            session, batches.find(session, number), [HAVRE], because="x", act=small_world.act()
        )


def test_refused_letters_are_tried_again_when_a_person_says_so(world: World) -> None:
    number = world.signed(many=3)
    world.send(number, Told(Outcome.PERMANENT))
    assert by_email(world) == {"failed"}
    assert state(world) == "done"
    with world.store.transaction() as session:
        settling.again(
            session, batches.find(session, number), None, because="mended", act=world.act()
        )
    assert state(world) == "sending"
    assert world.send(number).sent == 3


def test_a_bounce_taken_back_makes_the_address_good_again(world: World) -> None:
    number = world.signed()
    world.send(number)
    with world.store.transaction() as session:
        session.execute(update(Delivery).where(Delivery.channel == "email").values(state="bounced"))
        session.execute(update(EmailAddress).values(state="bounced"))
    with world.store.transaction() as session:
        settling.arrived(
            session, batches.find(session, number), [HAVRE], because="called", act=world.act()
        )
    assert world.states()[HAVRE] == "sent"
    assert world.states()[LYON] == "bounced"
    with world.store.reading() as session:
        states = dict(session.execute(select(EmailAddress.address, EmailAddress.state)).all())
    assert states["mairie@havre.example"] == "good"
    assert states["contact@lyon.example"] == "bounced"


@pytest.mark.parametrize(
    ("reason", "flag"), [(ReturnReason.UNKNOWN, "returned"), (ReturnReason.UNCLAIMED, "good")]
)
def test_a_letter_that_the_post_brings_back_flags_a_wrong_address(
    world: World, reason: ReturnReason, flag: str
) -> None:
    number = world.signed()
    world.print(number)
    with world.store.transaction() as session:
        sending.posted(
            session,
            batches.find(session, number),
            world.definition,
            on=world.now,
            settings=world.settings,
            act=world.act(),
        )
    with world.store.transaction() as session:
        settling.returned(session, batches.find(session, number), [NICE], reason, world.act())
    assert world.states()[NICE] == "returned"
    with world.store.reading() as session:
        assert session.scalars(select(PostalAddress.state)).one() == flag
        assert session.scalars(
            select(Delivery.reason).where(Delivery.state == "returned")
        ).one() == (reason.value)
