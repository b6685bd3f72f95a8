"""Which worker makes the round, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest

from outreach.db import Store
from outreach.dispatch import leases, shifts
from outreach.dispatch.shifts import RoundGoingError

NOW = datetime(2025, 9, 1, 8, tzinfo=UTC)
HERE = leases.owner()
ELSEWHERE = "another-machine/77/1756713600/a1b2c3"


def on_duty(store: Store, *owners: str, now: datetime = NOW) -> None:
    for owner in owners:
        with store.transaction() as session:
            shifts.begin(session, owner, "Maria", now)


def take(store: Store, owner: str, now: datetime = NOW) -> None:
    with store.transaction() as session:
        shifts.take_turn(session, owner, "Maria", now)


def test_one_worker_makes_the_round_and_the_other_is_told_whose_it_is(any_store: Store) -> None:
    on_duty(any_store, HERE, ELSEWHERE)
    take(any_store, ELSEWHERE)
    with pytest.raises(RoundGoingError) as refused:
        take(any_store, HERE)
    assert refused.value.values == {"actor": "Maria", "since": NOW}


def test_a_turn_given_back_is_free(any_store: Store) -> None:
    on_duty(any_store, HERE, ELSEWHERE)
    take(any_store, ELSEWHERE)
    with any_store.transaction() as session:
        shifts.give_turn_back(session, ELSEWHERE)
    take(any_store, HERE)


def test_the_turn_of_a_machine_that_is_not_heard_of_comes_back_by_its_lease(
    any_store: Store,
) -> None:
    on_duty(any_store, HERE, ELSEWHERE)
    take(any_store, ELSEWHERE)
    take(any_store, HERE, NOW + shifts.LEASE)


def test_the_turn_of_a_dead_process_of_this_machine_is_free_at_once(any_store: Store) -> None:
    node, _, _, run = HERE.rsplit("/", 3)
    dead = f"{node}/4194304/1/{run}"  # above the largest process number that Linux gives
    on_duty(any_store, dead, HERE)
    take(any_store, dead)
    take(any_store, HERE)


def test_a_worker_that_says_that_it_lives_keeps_its_turn(any_store: Store) -> None:
    on_duty(any_store, HERE, ELSEWHERE)
    take(any_store, ELSEWHERE)
    with any_store.transaction() as session:
        shifts.renew(session, ELSEWHERE, NOW + timedelta(minutes=1))
    with pytest.raises(RoundGoingError):
        take(any_store, HERE, NOW + shifts.LEASE)


def test_a_worker_that_was_forgotten_takes_its_turn_all_the_same(any_store: Store) -> None:
    on_duty(any_store, ELSEWHERE)
    on_duty(any_store, HERE, now=NOW + shifts.LEASE)
    take(any_store, ELSEWHERE, NOW + shifts.LEASE)
    with any_store.reading() as session:
        assert {one.owner for one in shifts.on_duty(session, NOW + shifts.LEASE)} == {
            HERE,
            ELSEWHERE,
        }


def test_a_worker_that_ended_is_not_on_duty(any_store: Store) -> None:
    on_duty(any_store, HERE)
    with any_store.transaction() as session:
        shifts.end(session, HERE)
    with any_store.reading() as session:
        assert shifts.on_duty(session, NOW) == []
