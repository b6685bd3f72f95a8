"""The estimate of a batch's end."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from outreach.dispatch import batches, pacing
from outreach.dispatch.pace import forecast
from outreach.dispatch.pace.forecast import Forecast, Work
from outreach.dispatch.pacing import DAY, HOUR, MINUTE, Hours, Limit, Rules
from outreach.settings import Sending
from tests.dispatch.pace.test_pacer import paced
from tests.dispatch.world import World

NOW = datetime(2025, 9, 1, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
WORK = Hours(time(8), time(18), working_days=True)


def ends(rules: Rules, *, france: int = 0, colombia: int = 0, **more: object) -> timedelta | None:
    """In how long the last letter leaves, one a second."""
    work = Work({"FR": france, "CO": colombia}, NOW, gap=SECOND)
    found = forecast.ends_at(replace(work, **more), rules)  # type: ignore[arg-type]  # fields of Work
    return None if found is None else found - NOW


def test_without_rules_only_the_speed_counts() -> None:
    assert ends(Rules(), france=90, colombia=30) == 2 * MINUTE
    assert ends(Rules()) == timedelta()


def test_the_first_letters_are_waited_for_once() -> None:
    rules = Rules(first=10, first_wait=15 * MINUTE)
    assert ends(rules, france=70) == 16 * MINUTE
    assert ends(rules, france=10) == 10 * SECOND
    assert ends(rules, france=60, gone=10) == MINUTE


@pytest.mark.parametrize(
    ("limits", "letters", "wanted"),
    [
        ((Limit(30, MINUTE),), 3000, 99 * MINUTE + 30 * SECOND),
        ((Limit(30, MINUTE), Limit(600, HOUR)), 1200, HOUR + 19 * MINUTE + 30 * SECOND),
        ((Limit(50, DAY),), 120, 2 * DAY + 20 * SECOND),
    ],
)
def test_limits_spread_the_letters(
    limits: tuple[Limit, ...], letters: int, wanted: timedelta
) -> None:
    assert ends(Rules(limits=limits), france=letters) == wanted


def test_what_left_before_counts_against_the_limits() -> None:
    rules = Rules(limits=(Limit(30, HOUR),))
    earlier = [NOW - 50 * MINUTE] * 30
    assert ends(rules, france=5, earlier=earlier) == 10 * MINUTE + 5 * SECOND


def test_the_largest_domain_may_take_longest() -> None:
    rules = Rules(per_domain=Limit(2, MINUTE))
    assert ends(rules, france=40, domains={"orange.fr": 20, "a.example": 1}) == (
        9 * MINUTE + 2 * SECOND
    )


def test_letters_wait_for_the_hours_of_their_readers() -> None:
    rules = Rules(hours=WORK)
    assert ends(rules, france=60) == MINUTE
    assert ends(rules, france=60, colombia=60) == 5 * HOUR + MINUTE  # eight o'clock in Bogotá
    slow = replace(rules, limits=(Limit(1, MINUTE),))
    assert ends(slow, france=60 * 8 + 1) == 22 * HOUR + SECOND  # the last one the next morning


def test_a_batch_without_end_in_sight_has_none() -> None:
    assert ends(Rules(limits=(Limit(1, DAY),)), france=1000) is None


def test_the_forecast_is_what_then_happens(world: World) -> None:
    number = world.signed(many=9)
    sending = Sending(grace_minutes=10, first_letters=3, first_wait_minutes=15)
    server = paced(world, sending, per_minute=4)
    rules = pacing.rules(world.settings)
    with world.store.reading() as session:
        before = forecast.of(session, batches.find(session, number), rules, world.now)
    assert before == Forecast(9, NOW + 10 * MINUTE, NOW + 26 * MINUTE + 2 * forecast.USUAL)
    world.send(number, server, patience=world.patience())
    assert server.moments[-1] == 26 * MINUTE
    with world.store.reading() as session:
        assert forecast.of(session, batches.find(session, number), rules, world.now) is None


def test_halfway_the_forecast_knows_what_left(world: World) -> None:
    number = world.signed(many=9)
    server = paced(world, per_minute=4)
    world.send(number, server)
    with world.store.reading() as session:
        batch = batches.find(session, number)
        found = forecast.of(session, batch, pacing.rules(world.settings), world.now)
    assert found is not None
    assert found.letters == 5
    assert found.ends == NOW + 2 * MINUTE + forecast.USUAL
