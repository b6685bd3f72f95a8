"""The pace of a whole batch: grace, the first letters, limits, hours, bounces, several runs."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs
from sqlalchemy import func, select, update

from outreach.dispatch import batches, settling
from outreach.dispatch.carriers.base import Addressed, Outcome, Receipt
from outreach.dispatch.models import Batch, Delivery
from outreach.dispatch.pace import runs, schedules
from outreach.dispatch.pace.models import Departure, Run, Schedule
from outreach.dispatch.pace.pacer import Patience
from outreach.dispatch.pacing import Cause, Wait
from outreach.dispatch.states import BatchStateError
from outreach.journal import Event
from outreach.settings import Mail, Sending
from tests.dispatch.world import MANAGER, World

MINUTE = timedelta(minutes=1)


class Server:
    """A mail server that takes everything and notes when."""

    name = "server"
    window = 1

    def __init__(self, world: World) -> None:
        self.world = world
        self.took: list[tuple[datetime, str]] = []

    def send(self, letters: Sequence[Addressed]) -> list[Receipt]:
        self.took += [(self.world.now, letter.recipient) for letter in letters]
        return [Receipt(one.delivery_id, Outcome.ACCEPTED, "") for one in letters]

    def find(self, delivery_id: int, message_id: str) -> None:
        """Nobody can tell."""

    def close(self) -> None:
        """Nothing is open."""

    @property
    def moments(self) -> list[timedelta]:
        return [moment - World.now for moment, _ in self.took]


def paced(world: World, sending: Sending | None = None, **mail: int) -> Server:
    """Let the office send through a server, in this pace."""
    world.settings = structs.replace(
        world.settings,
        sending=sending or Sending(),
        mail=structs.replace(Mail(carrier="smtp", host="127.0.0.1"), **mail),
    )
    return Server(world)


def state(world: World) -> str:
    with world.store.reading() as session:
        return session.scalars(select(Batch.state)).one()


def bounce(world: World, count: int) -> None:
    """Let some of the letters that left come back."""
    with world.store.transaction() as session:
        left = session.scalars(
            select(Delivery.id).where(Delivery.state == "sent").order_by(Delivery.id).limit(count)
        ).all()
        session.execute(update(Delivery).where(Delivery.id.in_(left)).values(state="bounced"))


def test_nothing_leaves_during_the_grace(world: World) -> None:
    number = world.signed(many=3)
    server = paced(world, Sending(grace_minutes=10))
    tally = world.send(number, server)
    assert tally.waiting == Wait(World.now + 10 * MINUTE, Cause.GRACE)
    assert server.took == []
    world.now += 9 * MINUTE
    assert world.send(number, server).sent == 0
    world.now += MINUTE
    assert world.send(number, server).sent == 3


def test_a_patient_run_sits_the_grace_out(world: World) -> None:
    number = world.signed(many=2)
    server = paced(world, Sending(grace_minutes=10))
    assert world.send(number, server, patience=world.patience()).sent == 2
    assert server.moments == [10 * MINUTE] * 2


def test_a_sending_is_taken_back_during_the_grace_as_if_it_had_not_been_asked(
    world: World,
) -> None:
    number = world.signed(many=2)
    server = paced(world, Sending(grace_minutes=10))
    world.send(number, server)
    with world.store.transaction() as session:
        schedules.take_back(session, batches.find(session, number), world.act())
    assert state(world) == "signed"
    world.now += timedelta(hours=1)
    assert world.send(number, server).waiting == Wait(world.now + 10 * MINUTE, Cause.GRACE)


def test_what_has_left_cannot_be_taken_back(world: World) -> None:
    number = world.signed(many=2)
    server = paced(world, Sending(grace_minutes=10), per_minute=1)
    with pytest.raises(BatchStateError), world.store.transaction() as session:
        schedules.take_back(session, batches.find(session, number), world.act())
    world.send(number, server)
    world.now += 10 * MINUTE
    world.send(number, server)
    assert len(server.took) == 1
    with pytest.raises(schedules.TooLateError), world.store.transaction() as session:
        schedules.take_back(session, batches.find(session, number), world.act())


def test_the_first_letters_leave_and_the_others_wait_for_their_bounces(world: World) -> None:
    number = world.signed(many=7)
    server = paced(world, Sending(first_letters=3, first_wait_minutes=15))
    tally = world.send(number, server)
    assert tally.sent == 3
    assert tally.waiting == Wait(World.now + 15 * MINUTE, Cause.FIRST)
    world.now += 15 * MINUTE
    assert world.send(number, server).sent == 4
    assert state(world) == "done"


def test_a_batch_no_larger_than_the_first_letters_waits_for_nothing(small_world: World) -> None:
    number = small_world.signed(many=3)
    server = paced(small_world, Sending(first_letters=3, first_wait_minutes=15))
    assert small_world.send(number, server).waiting is None
    assert state(small_world) == "done"


def test_a_bounce_among_the_first_letters_pauses_the_batch(world: World) -> None:
    number = world.signed(many=7)
    server = paced(world, Sending(first_letters=3, first_wait_minutes=15))
    world.send(number, server)
    bounce(world, 1)
    world.now += 15 * MINUTE
    tally = world.send(number, server)
    assert (tally.sent, tally.paused, state(world)) == (0, "1/3", "paused")
    assert tally.advice is not None
    with world.store.transaction() as session:
        reasons = session.scalars(select(Event.reason).where(Event.after == "paused")).all()
        assert reasons == ["bounces: 1/3"]
        settling.resume(session, batches.find(session, number), world.act())
    assert world.send(number, server).sent == 4  # the person knows of that bounce


def test_what_a_dead_run_held_of_the_first_letters_is_not_waited_for_for_ever(
    world: World,
) -> None:
    number = world.signed(many=5)
    server = paced(world, Sending(first_letters=3, first_wait_minutes=15))
    with world.store.transaction() as session:
        session.execute(update(Batch).values(state="sending"))
        first = select(func.min(Delivery.id)).scalar_subquery()
        session.execute(
            update(Delivery)
            .where(Delivery.id == first)
            .values(
                state="claimed",
                lease_owner="elsewhere/1/1/abc",
                lease_until=world.now + timedelta(minutes=4),
            )
        )
    assert world.send(number, server, patience=world.patience()).sent == 5


def test_what_is_sent_once_more_long_after_is_not_stale(small_world: World) -> None:
    number = small_world.signed(many=2)
    small_world.send(number, paced(small_world))
    with small_world.store.transaction() as session:
        session.execute(update(Delivery).values(state="failed"))
    small_world.now += timedelta(days=3)
    with small_world.store.transaction() as session:
        batch = batches.find(session, number)
        settling.again(session, batch, None, because="mended", act=small_world.act())
    with small_world.store.reading() as session:
        schedules.require_fresh(session, number, small_world.now, timedelta(hours=6))


def test_a_share_of_bounces_pauses_the_batch_while_it_goes_on(small_world: World) -> None:
    number = small_world.signed(many=30)
    server = paced(small_world, Sending(pause_at_bounce_percent=10), per_minute=24)
    assert small_world.send(number, server).sent == 24
    bounce(small_world, 2)
    small_world.now += MINUTE
    assert small_world.send(number, server).sent == 6  # eight percent
    with small_world.store.transaction() as session:
        session.execute(update(Batch).values(state="sending"))
        session.execute(
            update(Delivery).where(Delivery.id > 25).values(state="queued", sent_at=None)
        )
    bounce(small_world, 1)
    tally = small_world.send(number, server)
    assert (tally.sent, state(small_world)) == (0, "paused")


def test_letters_leave_as_fast_as_the_server_takes_them(world: World) -> None:
    number = world.signed(many=7)
    server = paced(world, per_minute=3)
    assert world.send(number, server, patience=world.patience()).sent == 7
    assert server.moments == [timedelta()] * 3 + [MINUTE] * 3 + [2 * MINUTE]


def test_one_domain_gets_few_letters_while_the_others_get_theirs(small_world: World) -> None:
    number = small_world.signed(many=7)
    with small_world.store.transaction() as session:
        session.execute(
            update(Delivery)
            .where(Delivery.id % 2 == 0)
            .values(address="m" + func.cast(Delivery.id, Delivery.address.type) + "@orange.example")
        )
    server = paced(small_world, per_domain_per_minute=1)
    assert small_world.send(number, server, patience=small_world.patience()).sent == 7
    orange = [moment - World.now for moment, to in server.took if to.endswith("@orange.example")]
    assert orange == [n * MINUTE for n in range(len(orange))]
    assert [m for m, to in server.took if "bourg" in to] == [World.now] * (7 - len(orange))
    with small_world.store.reading() as session:  # each waited in the queue once
        moved = select(func.count()).where(Event.reason == "pace")
        assert session.scalar(moved) == len(orange) - 1


def test_letters_arrive_when_people_are_at_work_there(world: World) -> None:
    number = world.signed()  # at ten in Paris it is three in the morning in Bogotá
    server = paced(world, Sending(hours="08:00-18:00"))
    tally = world.send(number, server)
    assert tally.sent == 2
    assert tally.waiting is not None
    assert tally.waiting.cause is Cause.HOURS
    assert tally.waiting.until.astimezone(ZoneInfo("America/Bogota")).hour == 8
    assert world.send(number, server, patience=world.patience()).sent == 1
    assert server.took[-1] == (tally.waiting.until, "despacho@ibague.example")


def test_a_person_may_let_one_batch_arrive_at_any_hour(small_world: World) -> None:
    number = small_world.signed()
    server = paced(small_world, Sending(hours="08:00-18:00"))
    assert small_world.send(number, server, any_hour=True).sent == 3


def test_a_pause_ends_a_wait_within_a_second(world: World) -> None:
    number = world.signed(many=3)
    server = paced(world, Sending(grace_minutes=10))

    def sleep(seconds: float) -> None:
        world.now += timedelta(seconds=seconds)
        if world.now == World.now + 2 * MINUTE:
            with world.store.transaction() as session:
                settling.pause(session, batches.find(session, number), None, world.act(MANAGER))

    tally = world.send(number, server, patience=Patience(timedelta(hours=1), sleep))
    assert tally.sent == 0
    assert world.now <= World.now + 2 * MINUTE + timedelta(seconds=1)
    with world.store.transaction() as session:
        settling.resume(session, batches.find(session, number), world.act(MANAGER))
    world.now = World.now + 10 * MINUTE
    assert world.send(number, server).sent == 3


def test_a_machine_that_slept_through_the_wait_does_not_go_on_by_itself(
    small_world: World,
) -> None:
    number = small_world.signed(many=3)
    server = paced(small_world, Sending(grace_minutes=10))

    def sleep(_seconds: float) -> None:
        small_world.now += timedelta(days=7)

    assert small_world.send(number, server, patience=Patience(timedelta(hours=1), sleep)).sent == 0
    with pytest.raises(schedules.StaleError), small_world.store.reading() as session:
        schedules.require_fresh(session, number, small_world.now, timedelta(hours=6))
    assert small_world.send(number, server).sent == 3  # a person sends it: it is fresh again
    with small_world.store.reading() as session:
        schedules.require_fresh(session, number, small_world.now, timedelta(hours=6))


def test_what_waits_for_tomorrow_is_not_stale_then(small_world: World) -> None:
    number = small_world.signed()
    server = paced(small_world, Sending(hours="08:00-18:00"))
    waiting = small_world.send(number, server).waiting
    assert waiting is not None
    with small_world.store.reading() as session:
        later = waiting.until + timedelta(hours=5)
        schedules.require_fresh(session, number, later, timedelta(hours=6))
        later += timedelta(hours=2)
        with pytest.raises(schedules.StaleError):
            schedules.require_fresh(session, number, later, timedelta(hours=6))


def test_a_second_press_is_told_who_sends_already(world: World) -> None:
    number = world.signed(many=3)
    server = paced(world)

    class Pressed(Server):
        def send(self, letters: Sequence[Addressed]) -> list[Receipt]:
            if not self.took:
                with pytest.raises(runs.AlreadySendingError) as refused:
                    world.send(number, server, alone=True)
                assert refused.value.values["actor"] == "Maria"
            return super().send(letters)

    assert world.send(number, Pressed(world), alone=True).sent == 3
    assert server.took == []
    with world.store.reading() as session:
        assert session.scalars(select(Run)).all() == []


def test_of_two_presses_at_once_one_sends(world: World) -> None:
    number = world.signed(many=5)
    paced(world)

    def press(_person: int) -> int | str:
        try:
            return world.send(number, Server(world), alone=True).sent
        except runs.AlreadySendingError as refused:
            return refused.id

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(press, range(4)))
    assert sum(one for one in told if isinstance(one, int)) == 5
    assert {one for one in told if isinstance(one, str)} <= {runs.AlreadySendingError.__name__}
    assert state(world) == "done"


def test_runs_share_the_connections_that_the_server_takes(world: World) -> None:
    number = world.signed(many=3)
    server = paced(world, connections=1)
    with world.store.transaction() as session:
        busy = runs.of("elsewhere/1/1/abc", number, "Jean", world.now)
        assert runs.join(session, busy, 1)
    tally = world.send(number, server)
    assert tally.waiting is not None
    assert tally.waiting.cause is Cause.CONNECTIONS
    # Nothing is heard of the other machine: its lease ends, and this run goes on.
    assert world.send(number, server, patience=world.patience()).sent == 3
    assert world.now > World.now + runs.LEASE - MINUTE


def test_a_run_that_waits_long_leaves_its_connection_to_others(world: World) -> None:
    number = world.signed(many=2)
    server = paced(world, Sending(grace_minutes=10), connections=1)
    other = "elsewhere/1/1/abc"
    joined: list[bool] = []

    def sleep(seconds: float) -> None:
        world.now += timedelta(seconds=60 * seconds)
        with world.store.transaction() as session:
            if not joined:
                joined.append(runs.join(session, runs.of(other, number, "Jean", world.now), 1))
            elif world.now < World.now + 12 * MINUTE:
                runs.renew(session, other, world.now)
            else:
                runs.leave(session, other)

    patience = Patience(timedelta(hours=1), sleep)
    assert world.send(number, server, patience=patience).sent == 2
    assert joined == [True]
    assert server.moments == [12 * MINUTE] * 2


def test_workers_that_send_at_once_keep_to_one_limit_together(world: World) -> None:
    number = world.signed(many=24)
    server = paced(world, per_minute=10, per_domain_per_minute=20)

    def work(_worker: int) -> int:
        return world.send(number, Server(world)).sent

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(work, range(3))) == 10
        world.now += MINUTE
        assert sum(pool.map(work, range(3))) == 10
        world.now += MINUTE
        assert sum(pool.map(work, range(3))) == 4
    assert server.took == []
    assert state(world) == "done"
    with world.store.reading() as session:
        sent = session.scalars(select(Delivery.state).where(Delivery.attempts == 1)).all()
        assert sent == ["sent"] * 24
        assert session.scalars(select(Run)).all() == []


def test_without_limits_nothing_is_counted(small_world: World) -> None:
    number = small_world.signed(many=3)
    assert small_world.send(number, paced(small_world)).sent == 3
    with small_world.store.reading() as session:
        assert session.scalars(select(Departure)).all() == []
        assert session.scalars(select(Schedule.asked_by)).all() == ["Maria"]
