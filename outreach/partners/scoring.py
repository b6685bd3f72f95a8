"""How well a French authority and a Colombian city fit: a sum of reasons, each of them known.

Pure. What is not known adds nothing, so that no score rests on a guess; every point has a reason
that can be printed in both languages.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from outreach.partners.cities import Size, size_of
from outreach.partners.themes import THEMES
from outreach.settings import Bilingual, PartnerWeights

Scores = NDArray[np.int32]


class Ground(StrEnum):
    """What two places have in common."""

    SIZE = "same-size"
    NEAR_SIZE = "near-size"
    COAST = "coast"
    MOUNTAIN = "mountain"
    ISLAND = "island"
    CAPITAL = "capital"
    THEME = "theme"


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of one authority or city."""

    code: str
    country: str
    name: str
    population: int | None = None
    """None where it is unknown, or says nothing about size: a département is no town."""
    coast: bool | None = None
    """Of its département or departamento, as the next two."""
    mountain: bool | None = None
    island: bool | None = None
    capital: bool | None = None
    themes: frozenset[str] = frozenset()
    """Each with a source, in ``sources``."""
    sources: tuple[tuple[str, str], ...] = field(default=())
    """(theme, where it is attested)."""

    @property
    def size(self) -> Size | None:
        """The size class, where the population is known."""
        return size_of(self.population)


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing in common, what it counts, and how a letter says it."""

    ground: Ground
    points: int
    words: Bilingual
    theme: str | None = None


_WORDS = {
    Ground.SIZE: Bilingual(fr="une population du même ordre", es="una población del mismo orden"),
    Ground.NEAR_SIZE: Bilingual(
        fr="des populations de taille voisine", es="poblaciones de tamaño cercano"
    ),
    Ground.COAST: Bilingual(
        fr="un département et un departamento ouverts sur la mer",
        es="un departamento francés y uno colombiano con costa",
    ),
    Ground.MOUNTAIN: Bilingual(
        fr="un département et un departamento de montagne",
        es="un departamento francés y uno colombiano de montaña",
    ),
    Ground.ISLAND: Bilingual(fr="la vie d’une île", es="la vida en una isla"),
    Ground.CAPITAL: Bilingual(
        fr="deux chefs-lieux, de département et de departamento",
        es="dos capitales, de departamento francés y colombiano",
    ),
}
_SIZES = tuple(Size)


def reasons(french: Place, city: Place, weights: PartnerWeights) -> tuple[Reason, ...]:
    """Return what the two have in common, the weightiest first."""
    found: list[Reason] = []

    def common(ground: Ground, points: int) -> None:
        found.append(Reason(ground, points, _WORDS[ground]))

    if french.size is not None and city.size is not None:
        distance = abs(_SIZES.index(french.size) - _SIZES.index(city.size))
        if distance == 0:
            common(Ground.SIZE, weights.size)
        elif distance == 1:
            common(Ground.NEAR_SIZE, weights.size // 2)
    for ground, ours, theirs, points in (
        (Ground.COAST, french.coast, city.coast, weights.coast),
        (Ground.MOUNTAIN, french.mountain, city.mountain, weights.mountain),
        (Ground.ISLAND, french.island, city.island, weights.island),
        (Ground.CAPITAL, french.capital, city.capital, weights.capital),
    ):
        if ours and theirs:
            common(ground, points)
    shared = sorted(french.themes & city.themes)[: weights.most_themes]
    found += [Reason(Ground.THEME, weights.theme, THEMES[theme], theme) for theme in shared]
    return tuple(sorted(found, key=lambda each: (-each.points, each.ground, each.theme or "")))


def scores(french: Sequence[Place], cities: Sequence[Place], weights: PartnerWeights) -> Scores:
    """Return the points of every pair, a row per French place: the sums of :func:`reasons`."""
    ours, theirs = _sizes(french), _sizes(cities)
    known = (ours >= 0)[:, None] & (theirs >= 0)[None, :]
    distance = np.abs(ours[:, None] - theirs[None, :])
    total = np.where(known & (distance == 0), weights.size, 0).astype(np.int32)
    total += np.where(known & (distance == 1), weights.size // 2, 0).astype(np.int32)
    for trait in ("coast", "mountain", "island", "capital"):
        both = _having(french, trait)[:, None] & _having(cities, trait)[None, :]
        total += both.astype(np.int32) * int(getattr(weights, trait))
    shared = _themes(french) @ _themes(cities).T
    total += np.minimum(shared, weights.most_themes).astype(np.int32) * weights.theme
    return total


def _sizes(places: Sequence[Place]) -> NDArray[np.int32]:
    return np.array(
        [-1 if place.size is None else _SIZES.index(place.size) for place in places], dtype=np.int32
    )


def _having(places: Sequence[Place], trait: str) -> NDArray[np.bool_]:
    return np.array([bool(getattr(place, trait)) for place in places], dtype=bool)


def _themes(places: Sequence[Place]) -> NDArray[Any]:
    rows = np.zeros((len(places), len(THEMES)), dtype=np.int32)
    columns = {theme: column for column, theme in enumerate(THEMES)}
    for row, place in enumerate(places):
        for theme in place.themes:
            rows[row, columns[theme]] = 1
    return rows
