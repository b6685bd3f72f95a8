"""The outlines of départements and departamentos, as rings of longitude and latitude.

``contacts/reference/*.topojson``: TopoJSON (github.com/topojson,
specification 1.0): arcs of whole numbers, each point a step from the one before, shared by the two
shapes that border on each other.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

Point = tuple[float, float]
Ring = tuple[Point, ...]
FILES = {
    "CO": "contacts/reference/colombia_departamentos.topojson",
    "FR": "contacts/reference/france_departements.topojson",
}
"""By country."""


def read(office: Path, country: str) -> Mapping[str, tuple[Ring, ...]]:
    """Return the rings of each part of a country by its code (``05``, ``2A``).

    Empty without the file.
    """
    path = office / FILES[country]
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else {}


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> Mapping[str, tuple[Ring, ...]]:  # noqa: ARG001  # read again after a change
    topology: dict[str, Any] = msgspec.json.decode(path.read_bytes())
    arcs = _arcs(topology)
    (shapes,) = topology["objects"].values()
    return {
        shape["properties"]["code"]: tuple(_rings(shape, arcs)) for shape in shapes["geometries"]
    }


def _arcs(topology: Mapping[str, Any]) -> list[list[Point]]:
    (scale_x, scale_y), (left, bottom) = (
        topology["transform"]["scale"],
        topology["transform"]["translate"],
    )
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            line.append((x * scale_x + left, y * scale_y + bottom))
        found.append(line)
    return found


def _rings(shape: Mapping[str, Any], arcs: Sequence[Sequence[Point]]) -> list[Ring]:
    polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
    rings = []
    for polygon in polygons:
        for numbers in polygon:
            ring: list[Point] = []
            for number in numbers:
                # A negative number is the complement: the same arc walked backwards.
                line = arcs[number] if number >= 0 else list(reversed(arcs[~number]))
                ring += line[1:] if ring else line
            rings.append(tuple(ring))
    return rings
