"""Each authority its best cities, each city its fair share."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.partners import assignment
from outreach.partners.assignment import NoCandidatesError, Wanted


def codes(country: str, count: int) -> list[str]:
    return [f"{country}:{number:05d}" for number in range(count)]


def assigned(
    scores: "np.typing.NDArray[np.int32]", each: int = 3, wanted: Wanted | None = None
) -> list[list[int]]:
    rows, columns = scores.shape
    return assignment.assign(
        scores, codes("FR", rows), codes("CO", columns), each=each, balance=10, wanted=wanted
    )


def drawn(rows: int, columns: int, seed: int = 1) -> "np.typing.NDArray[np.int32]":
    return np.random.default_rng(seed).integers(0, 90, (rows, columns)).astype(np.int32)


def test_an_authority_gets_the_cities_that_fit_it_best() -> None:
    scores = np.array([[90, 10, 0], [0, 90, 10], [10, 0, 90]], dtype=np.int32)
    assert assigned(scores, each=1) == [[0], [1], [2]]


def test_everyone_gets_as_many_as_were_asked_for_and_none_twice() -> None:
    found = assigned(drawn(300, 38))
    assert {len(cities) for cities in found} == {3}
    assert all(len(set(cities)) == 3 for cities in found)


def test_a_city_that_fits_everybody_does_not_get_everybody() -> None:
    scores = drawn(380, 38)
    scores[:, 7] = 95
    counts = Counter(city for cities in assigned(scores) for city in cities)
    fair = 380 * 3 / 38
    assert max(counts.values()) <= fair * 1.5


def test_a_city_of_which_nothing_is_known_has_its_share() -> None:
    scores = drawn(1_000, 60)
    scores[:, 11] = 0
    counts = Counter(city for cities in assigned(scores) for city in cities)
    assert counts[11] >= 0.5 * 1_000 * 3 / 60


def test_pins_come_first_and_exclusions_never() -> None:
    scores = drawn(50, 20)
    pinned, excluded = [(4, 9), (5, 9)], [(0, int(scores[0].argmax())), (1, 3)]
    found = assigned(scores, wanted=Wanted(pinned=pinned, excluded=excluded))
    assert all(found[row][0] == column for row, column in pinned)
    assert all(column not in found[row] for row, column in excluded)


def test_with_fewer_cities_than_asked_for_everyone_gets_all() -> None:
    assert {len(cities) for cities in assigned(drawn(4, 2))} == {2}


def test_the_order_of_rows_and_columns_changes_nothing() -> None:
    scores, french, cities = drawn(120, 30), codes("FR", 120), codes("CO", 30)
    plain = assignment.assign(scores, french, cities, each=3, balance=10)
    dice = np.random.default_rng(5)
    rows, columns = dice.permutation(120).tolist(), dice.permutation(30).tolist()
    shuffled = assignment.assign(
        scores[rows][:, columns],
        [french[row] for row in rows],
        [cities[column] for column in columns],
        each=3,
        balance=10,
    )
    for place, row in enumerate(rows):
        assert {cities[columns[c]] for c in shuffled[place]} == {cities[c] for c in plain[row]}


def test_a_small_change_of_data_moves_few_pairs() -> None:
    scores = drawn(500, 38)
    before = assigned(scores)
    scores[17] = drawn(1, 38, seed=9)[0]
    kept = [(row, column) for row, cities in enumerate(before) for column in cities]
    after = assigned(scores, wanted=Wanted(kept=kept))
    moved = sum(len(set(a) - set(b)) for a, b in zip(after, before, strict=True))
    assert moved <= 0.01 * 1_500 + 3


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 40), st.integers(1, 25), st.integers(1, 5), st.integers(0, 10_000))
def test_there_is_always_a_solution(rows: int, columns: int, each: int, seed: int) -> None:
    found = assigned(drawn(rows, columns, seed), each)
    assert all(len(cities) == min(each, columns) for cities in found)
    assert len(found) == rows


def test_without_cities_it_says_so() -> None:
    with pytest.raises(NoCandidatesError):
        assigned(np.zeros((3, 0), dtype=np.int32))
