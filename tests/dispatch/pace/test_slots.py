"""Slots: within any stretch of time no more letters leave than the limits say."""

from bisect import bisect_right
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

import outreach.app  # noqa: F401  # every room's tables
from outreach.db import Store
from outreach.dispatch.pace import slots
from outreach.dispatch.pace.models import Departure
from outreach.dispatch.pacing import DAY, HOUR, MINUTE, Limit, Rules

NOW = datetime(2025, 9, 1, 8, 0, tzinfo=UTC)


def take(store: Store, domains: list[str], rules: Rules, now: datetime) -> list[datetime | None]:
    with store.transaction() as session:
        return slots.take(session, domains, rules, now)


def test_what_is_too_much_waits_until_the_earliest_is_long_enough_ago(any_store: Store) -> None:
    rules = Rules(limits=(Limit(3, MINUTE),))
    assert take(any_store, ["a"] * 2, rules, NOW) == [None, None]
    later = NOW + timedelta(seconds=20)
    assert take(any_store, ["a"] * 3, rules, later) == [None, NOW + MINUTE, NOW + MINUTE]
    with any_store.reading() as session:
        assert slots.free(session, rules, later) == (0, NOW + MINUTE)
        assert slots.free(session, rules, NOW + MINUTE) == (2, None)
    assert take(any_store, ["a"] * 2, rules, NOW + MINUTE) == [None, None]


def test_the_narrowest_limit_holds(any_store: Store) -> None:
    rules = Rules(limits=(Limit(10, MINUTE), Limit(12, HOUR), Limit(100, DAY)))
    assert take(any_store, ["a"] * 10, rules, NOW) == [None] * 10
    later = NOW + 2 * MINUTE
    assert take(any_store, ["a"] * 4, rules, later) == [None, None, NOW + HOUR, NOW + HOUR]


def test_a_slow_domain_holds_up_no_other(any_store: Store) -> None:
    rules = Rules(limits=(Limit(100, MINUTE),), per_domain=Limit(1, MINUTE))
    answers = take(any_store, ["orange", "lyon", "orange", "nice", "orange"], rules, NOW)
    assert answers == [None, None, NOW + MINUTE, None, NOW + 2 * MINUTE]
    with any_store.reading() as session:
        assert session.scalar(select(func.count()).where(Departure.key == slots.ALL)) == 3


def test_what_waits_for_a_domain_is_spread_over_the_calls(any_store: Store) -> None:
    rules = Rules(per_domain=Limit(2, MINUTE))
    behind: Counter[str] = Counter()
    answers = []
    for _ in range(6):
        with any_store.transaction() as session:
            answers += slots.take(session, ["orange"], rules, NOW, behind)
    assert answers == [None, None, *[NOW + MINUTE] * 2, *[NOW + 2 * MINUTE] * 2]


def test_two_workers_never_take_the_same_slot(any_store: Store) -> None:
    rules = Rules(limits=(Limit(20, MINUTE),), per_domain=Limit(15, MINUTE))

    def work(_worker: int) -> int:
        return sum(take(any_store, ["orange"], rules, NOW)[0] is None for _ in range(10))

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 15
    with any_store.reading() as session:
        places = session.scalars(select(Departure.place).where(Departure.key == "orange"))
        assert sorted(places) == list(range(1, 16))


def test_old_departures_are_forgotten_and_limit_nothing(any_store: Store) -> None:
    rules = Rules(limits=(Limit(2, DAY),))
    assert take(any_store, ["a", "a"], rules, NOW) == [None, None]
    later = NOW + 3 * DAY
    with any_store.transaction() as session:
        slots.forget(session, later)
        assert session.scalar(select(func.count(Departure.place))) == 0
    assert take(any_store, ["a", "a", "a"], rules, later) == [None, None, later + DAY]


@given(
    most=st.integers(1, 6),
    per_hour=st.integers(1, 20),
    asks=st.lists(st.tuples(st.integers(0, 90), st.integers(1, 8)), max_size=25),
)
@settings(max_examples=25, deadline=None)
def test_no_stretch_of_time_ever_has_too_many(
    most: int, per_hour: int, asks: list[tuple[int, int]]
) -> None:
    rules = Rules(limits=(Limit(most, MINUTE), Limit(per_hour, HOUR)))
    left: list[datetime] = []
    with TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder, 'outreach.db').as_posix()}")
        store.upgrade()
        now = NOW
        for seconds, letters in asks:
            now += timedelta(seconds=seconds)
            answers = take(store, ["a"] * letters, rules, now)
            assert all(until is None or until > now for until in answers)
            left += [now] * answers.count(None)
        store.close()
    for limit in rules.limits:
        for index, moment in enumerate(left):
            inside = index + 1 - bisect_right(left, moment - limit.window)
            assert inside <= limit.most
