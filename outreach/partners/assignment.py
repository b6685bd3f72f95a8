"""Who is proposed to whom: each authority its best cities, each city to a fair number.

A minimum-cost flow (OR-tools) over each authority's best candidates: authority -> city costs less
the better they fit; city -> sink costs less than nothing below the fair share and more and more beyond it.
Ties are broken by the two codes alone, so that the order of rows changes nothing and a small change
of data moves few pairs.
"""

import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outreach.errors import N_, OutreachError
from outreach.partners.scoring import Scores

BEST, OTHERS = 16, 16
"""Cities that are considered for one authority: its best, and others drawn by the codes, so that a
city of which little is known has its fair share too."""
SCALE = 1_000
"""What a point costs; below it stands the tie-break."""
SHARES = ((0.5, -8), (0.3, -4), (0.2, 0), (0.2, 2), (0.3, 8), (1_000.0, 40))
"""Slices of a city's fair share, and what one pair more costs there, in units of ``balance``."""

Pair = tuple[int, int]
"""Row of the authority, column of the city."""


class NoCandidatesError(OutreachError):
    """There is nothing to assign."""

    message = N_("There is no Colombian city to propose. “outreach start” loads them.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person decided beforehand."""

    pinned: Collection[Pair] = ()
    excluded: Collection[Pair] = ()
    kept: Collection[Pair] = ()
    """Pairs of the last released list: kept where little speaks against it."""


def assign(
    scores: Scores,
    french: Sequence[str],
    cities: Sequence[str],
    *,
    each: int,
    balance: int,
    wanted: Wanted | None = None,
) -> list[list[int]]:
    """Return, per authority, the columns of at most ``each`` cities, best first.

    ``french`` and ``cities`` are the codes of rows and columns; ``balance`` is how many points the
    office gives up to propose a city once less beyond its fair share. Raises NoCandidatesError.
    """
    from ortools.graph.python import min_cost_flow

    if not cities:
        raise NoCandidatesError
    wanted = wanted or Wanted()
    count, width = scores.shape
    if not count:
        return []
    ties = _ties(french, cities)
    worth = scores.astype(np.int64) * SCALE + ties
    for row, column in wanted.kept:
        worth[row, column] += balance * SCALE
    for row, column in wanted.pinned:
        worth[row, column] += 10**9
    for row, column in wanted.excluded:
        worth[row, column] = -1
    rows, columns = np.nonzero((_best(worth, BEST) | _best(ties, OTHERS)) & (worth >= 0))
    supply = np.minimum(np.bincount(rows, minlength=count), each)
    sink = count + width
    flow = min_cost_flow.SimpleMinCostFlow()
    pairs = flow.add_arcs_with_capacity_and_unit_cost(
        rows, count + columns, np.ones_like(rows), -worth[rows, columns]
    )
    fair = int(supply.sum()) / width
    for share, price in SHARES:
        flow.add_arcs_with_capacity_and_unit_cost(
            count + np.arange(width),
            np.full(width, sink),
            np.full(width, max(1, round(fair * share))),
            np.full(width, price * balance * SCALE),
        )
    flow.set_nodes_supplies(np.arange(count), supply)
    flow.set_node_supply(sink, -int(supply.sum()))
    if flow.solve() != flow.OPTIMAL:
        raise RuntimeError("the flow has no solution")  # the last slice takes everything
    used = flow.flows(pairs) > 0
    found: list[list[int]] = [[] for _ in range(count)]
    for row, column in zip(rows[used].tolist(), columns[used].tolist(), strict=True):
        found[row].append(column)
    for row, chosen in enumerate(found):
        chosen.sort(key=lambda column: -worth[row, column])
    return found


def _best(worth: NDArray[np.int64], most: int) -> NDArray[np.bool_]:
    """Return which pairs are among the ``most`` best of their row."""
    if most >= worth.shape[1]:
        return np.ones(worth.shape, dtype=bool)
    chosen = np.zeros(worth.shape, dtype=bool)
    np.put_along_axis(
        chosen, np.argpartition(-worth, most - 1, axis=1)[:, :most], values=True, axis=1
    )
    return chosen


def _ties(french: Sequence[str], cities: Sequence[str]) -> NDArray[np.int64]:
    """Return a number below SCALE for each pair, from the two codes and nothing else."""
    ours = np.array([zlib.crc32(code.encode()) for code in french], dtype=np.uint64)
    theirs = np.array([zlib.crc32(code.encode()) for code in cities], dtype=np.uint64)
    mixed = (ours[:, None] * np.uint64(2_654_435_761)) ^ (theirs[None, :] * np.uint64(40_503))
    mixed = (mixed ^ (mixed >> np.uint64(15))) * np.uint64(2_246_822_519)
    ties: NDArray[np.int64] = ((mixed >> np.uint64(16)) % np.uint64(SCALE)).astype(np.int64)
    return ties
