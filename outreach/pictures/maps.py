"""A locator map as SVG: a country's parts in outline, one of them in colour, a place as a dot.

Plain figures in, text out. Degrees are drawn as they are (equirectangular): near the equator, where
Colombia lies, a degree of longitude and one of latitude are as long.
"""

from collections.abc import Mapping, Sequence

Point = tuple[float, float]
WIDTH = 300.0
MARGIN = 6.0
LAND, HERE, BORDER, DOT = "#e6eaf1", "#b9cbe8", "#ffffff", "#ce1126"


def locator(
    parts: Mapping[str, Sequence[Sequence[Point]]], part: str | None, place: Point | None
) -> str:
    """Return the map: ``parts`` are rings of (longitude, latitude) by code, ``part`` is in colour.

    ``place`` (longitude, latitude) is the dot. An empty map where there is no outline.
    """
    points = [point for rings in parts.values() for ring in rings for point in ring]
    if not points:
        return ""
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    bottom, top = min(y for _, y in points), max(y for _, y in points)
    scale = (WIDTH - 2 * MARGIN) / (right - left)
    height = (top - bottom) * scale + 2 * MARGIN

    def at(point: Point) -> tuple[str, str]:
        x = (point[0] - left) * scale + MARGIN
        y = (top - point[1]) * scale + MARGIN
        return f"{x:.1f}", f"{y:.1f}"

    def path(rings: Sequence[Sequence[Point]], colour: str) -> str:
        lines = "".join("M" + "L".join(" ".join(at(p)) for p in ring) + "Z" for ring in rings)
        return f'<path d="{lines}" fill="{colour}" stroke="{BORDER}" stroke-width="0.8"/>'

    drawn = [
        path(rings, HERE if code == part else LAND)
        for code, rings in sorted(parts.items(), key=lambda it: it[0] == part)
    ]
    if place is not None:
        x, y = at(place)
        drawn += [
            f'<circle cx="{x}" cy="{y}" r="9" fill="{DOT}" fill-opacity="0.18"/>',
            f'<circle cx="{x}" cy="{y}" r="4" fill="{DOT}" stroke="#ffffff" stroke-width="1.2"/>',
        ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height:.1f}">'
        f"{''.join(drawn)}</svg>"
    )
