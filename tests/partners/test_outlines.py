"""The outlines of the departamentos: all of them, closed, each around its own town."""

from itertools import pairwise
from pathlib import Path

from outreach.partners import outlines
from outreach.partners.outlines import Ring

PEREIRA, BOGOTA = (-75.69, 4.81), (-74.08, 4.65)


def is_inside(point: tuple[float, float], ring: Ring) -> bool:
    """Ray casting: an odd number of borders lies to the east."""
    x, y = point
    crossings = 0
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            crossings += 1
    return crossings % 2 == 1


def test_every_departamento_has_a_closed_outline(office: Path) -> None:
    found = outlines.read(office, "CO")
    assert len(found) == 33
    assert all(ring[0] == ring[-1] for rings in found.values() for ring in rings)


def test_a_town_lies_in_its_departamento_and_in_no_other(office: Path) -> None:
    found = outlines.read(office, "CO")
    for town, code in ((PEREIRA, "66"), (BOGOTA, "11")):
        around = {key for key, rings in found.items() if any(is_inside(town, r) for r in rings)}
        assert around == {code}


def test_an_office_without_the_file_has_no_outlines(tmp_path: Path) -> None:
    assert outlines.read(tmp_path, "CO") == {}
