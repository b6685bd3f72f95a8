"""Figures are counted once, and again after the next change."""

from datetime import UTC, datetime

from outreach import journal
from outreach.db import Store
from outreach.journal import Act
from outreach.web.memory import KEPT, Memory

ACT = Act("Maria", datetime(2025, 9, 1, tzinfo=UTC))


def test_a_figure_holds_until_something_happens(any_store: Store) -> None:
    memory, counted = Memory(seconds=600), iter(range(9))

    def figure() -> int:
        with any_store.reading() as session:
            return memory.of(session, "key", lambda: next(counted))

    assert [figure(), figure()] == [0, 0]
    with any_store.transaction() as session:
        journal.record(session, ACT, "contact", 1, "changed")
    assert [figure(), figure()] == [1, 1]


def test_nothing_is_remembered_for_long(any_store: Store) -> None:
    memory, counted = Memory(seconds=0), iter(range(9))
    with any_store.reading() as session:
        assert [memory.of(session, "key", lambda: next(counted)) for _ in range(2)] == [0, 1]


def test_the_oldest_figures_make_room(any_store: Store) -> None:
    memory = Memory(seconds=600)
    with any_store.reading() as session:
        for key in range(KEPT + 1):
            memory.of(session, key, lambda: 0)
        assert memory.of(session, 0, lambda: 1) == 1
        assert memory.of(session, KEPT, lambda: 1) == 0
