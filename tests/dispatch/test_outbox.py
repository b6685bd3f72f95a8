"""The outbox: whatever happens in between, nothing twice and nothing lost."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from msgspec import structs
from sqlalchemy import func, select, update

from outreach.dispatch import leases, retries
from outreach.dispatch.carriers.base import Addressed, Outcome, Receipt
from outreach.dispatch.carriers.maildir import Maildir
from outreach.dispatch.models import Batch, Delivery
from outreach.journal import Event
from tests.dispatch.world import World


class Interrupted(Maildir):
    """A Maildir that is interrupted (Ctrl-C) at the n-th letter, before or after it is written."""

    window = 1

    def __init__(self, world: World, after: int, *, written: bool) -> None:
        super().__init__(world.folder / "var" / "outbox")
        self.left = after
        self.written = written

    def send(self, letters: Sequence[Addressed]) -> list[Receipt]:
        self.left -= 1
        if self.left == 0:
            if self.written:
                super().send(letters)
            raise KeyboardInterrupt
        return super().send(letters)


class Blind:
    """A network: what left cannot be looked up. Dies at the n-th letter."""

    name = "blind"
    window = 1

    def __init__(self, dies_at: int = 0, outcomes: Sequence[Outcome] = ()) -> None:
        self.sent: list[int] = []
        self.tried = 0
        self.dies_at = dies_at
        self.outcomes = list(outcomes)

    def send(self, letters: Sequence[Addressed]) -> list[Receipt]:
        self.dies_at -= 1
        if self.dies_at == 0:
            raise ConnectionResetError
        self.tried += 1
        outcome = self.outcomes.pop(0) if self.outcomes else Outcome.ACCEPTED
        if outcome is Outcome.ACCEPTED:
            self.sent += [letter.delivery_id for letter in letters]
        return [Receipt(letter.delivery_id, outcome, "said the server") for letter in letters]

    def find(self, delivery_id: int, message_id: str) -> None:
        """Nobody can tell."""

    def close(self) -> None:
        """Nothing is open."""


def counted(world: World) -> dict[str, int]:
    with world.store.reading() as session:
        rows = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
        return dict(rows.all())


@pytest.mark.parametrize("written", [True, False])
@pytest.mark.parametrize("after", [1, 2, 5])
def test_an_interrupted_run_goes_on_where_it_stopped(
    world: World,
    after: int,
    written: bool,  # noqa: FBT001  # pytest fills it
) -> None:
    number = world.signed(many=5)
    with pytest.raises(KeyboardInterrupt):
        world.send(number, Interrupted(world, after, written=written))
    assert "claimed" not in counted(world)
    assert "armed" not in counted(world)
    world.send(number)
    assert counted(world) == {"sent": 5}
    assert len(world.outbox()) == 5
    with world.store.reading() as session:
        assert session.scalar(select(func.count()).where(Event.after == "sent")) == 5
        assert session.scalars(select(Batch.state)).all() == ["done"]


def test_a_letter_that_perhaps_left_is_shown_and_never_sent_again_by_itself(world: World) -> None:
    number = world.signed(many=4)
    first = Blind(dies_at=3)
    with pytest.raises(ConnectionResetError):
        world.send(number, first)
    assert counted(world) == {"sent": 2, "uncertain": 1, "queued": 1}
    second = Blind()
    world.send(number, second)
    assert counted(world) == {"sent": 3, "uncertain": 1}
    assert len({*first.sent, *second.sent}) == len(first.sent) + len(second.sent) == 3


def test_what_a_dead_worker_held_is_taken_back(world: World) -> None:
    number = world.signed(many=3)
    with world.store.transaction() as session:
        session.execute(update(Batch).values(state="sending"))
        session.execute(
            update(Delivery).values(
                state="claimed",
                lease_owner=leases.owner().rsplit("/", 3)[0] + "/999999/1/abc",
                lease_until=world.now + timedelta(hours=1),
            )
        )
    assert world.send(number).sent == 3


def test_what_a_living_worker_holds_is_left_to_it(world: World) -> None:
    number = world.signed(many=3)
    with world.store.transaction() as session:
        session.execute(update(Batch).values(state="sending"))
        session.execute(
            update(Delivery).values(
                state="claimed",
                lease_owner=leases.owner(),
                lease_until=world.now + timedelta(hours=1),
            )
        )
    assert world.send(number).sent == 0
    assert counted(world) == {"claimed": 3}


def test_a_refusal_for_now_is_tried_again_a_limited_number_of_times(small_world: World) -> None:
    number = small_world.signed(many=1)
    blind = Blind(outcomes=[Outcome.TEMPORARY] * 9)
    for attempt, delay in enumerate(retries.DELAYS, 1):
        assert small_world.send(number, blind).later == 1
        assert blind.tried == attempt
        small_world.send(number, blind)  # too early
        assert blind.tried == attempt
        small_world.now += delay
    assert small_world.send(number, blind).failed == 1
    with small_world.store.reading() as session:
        row = session.scalars(select(Delivery)).one()
        assert (row.state, row.attempts) == ("failed", retries.MAX_ATTEMPTS)
        assert row.receipt == "said the server"


def test_a_refusal_of_us_pauses_the_batch_and_no_letter_loses_an_attempt(
    small_world: World,
) -> None:
    number = small_world.signed(many=3)
    blind = Blind(outcomes=[Outcome.ACCEPTED, Outcome.SENDER_REFUSED])
    tally = small_world.send(number, blind)
    assert (tally.sent, tally.paused) == (1, "said the server")
    assert counted(small_world) == {"sent": 1, "queued": 2}
    with small_world.store.reading() as session:
        assert session.scalars(select(Batch.state)).one() == "paused"
        rows = session.scalars(select(Delivery).where(Delivery.state == "queued")).all()
        assert [row.attempts for row in rows] == [0, 0]


def test_a_connection_lost_after_the_letter_leaves_it_uncertain(small_world: World) -> None:
    number = small_world.signed(many=3)
    tally = small_world.send(number, Blind(outcomes=[Outcome.ACCEPTED, Outcome.UNKNOWN]))
    assert tally.uncertain == 1
    assert counted(small_world) == {"sent": 2, "uncertain": 1}
    small_world.send(number, Blind())
    assert counted(small_world) == {"sent": 2, "uncertain": 1}  # a person decides


def test_a_refusal_for_good_keeps_the_servers_words(small_world: World) -> None:
    number = small_world.signed(many=2)
    small_world.send(number, Blind(outcomes=[Outcome.PERMANENT]))
    with small_world.store.reading() as session:
        row = session.scalars(select(Delivery).where(Delivery.state == "failed")).one()
        assert (row.reason, row.receipt) == ("refused", "said the server")


def test_a_batch_paused_elsewhere_stops_at_the_next_letter(small_world: World) -> None:
    number = small_world.signed(many=4)

    class Pausing(Blind):
        def send(self, letters: Sequence[Addressed]) -> list[Receipt]:
            if len(self.sent) == 1:
                with small_world.store.transaction() as session:
                    session.execute(update(Batch).values(state="paused"))
            return super().send(letters)

    small_world.send(number, Pausing())
    assert counted(small_world) == {"sent": 2, "queued": 2}


def test_letters_refused_in_a_row_pause_the_batch(world: World) -> None:
    world.settings = structs.replace(
        world.settings, sending=structs.replace(world.settings.sending, pause_after_refusals=3)
    )
    number = world.signed(many=8)
    refused, good = Outcome.PERMANENT, Outcome.ACCEPTED
    tally = world.send(number, Blind(outcomes=[refused, refused, good, refused, refused, refused]))
    assert tally.paused == "said the server"
    assert counted(world) == {"sent": 1, "failed": 5, "queued": 2}
    with world.store.reading() as session:
        assert session.scalars(select(Batch.state)).one() == "paused"
        reasons = session.scalars(select(Event.reason).where(Event.after == "paused")).all()
        assert reasons == ["refused-in-a-row: said the server"]
