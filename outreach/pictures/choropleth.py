"""Maps as SVG: each part of a country shaded by a figure, a numbered dot for a second one.

Shades only darken, so that a grey print and an eye without colours tell them apart; the dots bear
their figures. Degrees in, drawn equirectangular with the middle latitude true to scale.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians, sqrt

from markupsafe import Markup

Point = tuple[float, float]
Rings = Sequence[Sequence[Point]]
NOTHING, BORDER, FRAME, INK = "#ffffff", "#8a8f98", "#c9ced6", "#1c1c1e"
SHADES = ("#dbe5f5", "#9db9e4", "#4f7cc4", "#003893")
DOT, DOT_INK = "#fcd116", "#1c1c1e"
FONT = "Noto Sans, sans-serif"
LEAST_DOT, MOST_DOT = 5.5, 9.5
FINEST = 1.4
"""Distance of two points below which the second is left out."""
LEGEND = 46.0
"""Height below the maps."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One map in its own scale: a country, or a part far from it in a frame."""

    shapes: Mapping[str, Rings]
    """Rings of (longitude, latitude) by code."""
    box: tuple[float, float, float, float]
    """Left, top, width and height."""
    caption: str = ""
    """What the frame shows; a panel with a caption is framed."""


@dataclass(frozen=True, slots=True)
class Legend:
    """The words beside the shades: what they count, what the dots count, what white means."""

    shades: str
    dots: str
    nothing: str


def steps(values: Sequence[int]) -> list[int]:
    """Return the least value of each shade: quarters of the values that are not 0, told apart."""
    there = sorted(value for value in values if value > 0)
    if not there:
        return []
    cuts = [there[len(there) * part // len(SHADES)] for part in range(len(SHADES))]
    return sorted({there[0], *cuts})


def drawn(
    panels: Sequence[Panel],
    shaded: Mapping[str, int],
    dotted: Mapping[str, int],
    legend: Legend,
    *,
    size: tuple[float, float],
    name: str,
    title: str,
    description: str,
) -> Markup:
    """Return the maps; ``shaded`` and ``dotted`` are figures by code, ``name`` is its id on the page.

    ``size`` is the room of the panels; the legend stands below it.
    """
    lows = steps(list(shaded.values()))
    land: list[Markup] = []
    dots: dict[str, Markup] = {}
    most = max(dotted.values(), default=0)
    for panel in panels:
        place = _placing(panel)
        if panel.caption:
            land.append(_framed(panel))
        for code, rings in sorted(panel.shapes.items()):
            land.append(_path(rings, place, _shade(shaded.get(code, 0), lows)))
            if answers := dotted.get(code, 0):
                # What a later panel shows larger has its dot there.
                dots[code] = _dot(place(_middle(rings)), answers, most)
    width, height = size
    return Markup(
        '<svg class="maps" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}"'
        ' role="img" aria-labelledby="{name}-title {name}-text" font-size="11"'
        ' font-family="{font}"><title id="{name}-title">{title}</title>'
        '<desc id="{name}-text">{description}</desc>{land}{dots}{legend}</svg>'
    ).format(
        width=width,
        height=height + LEGEND,
        name=name,
        font=FONT,
        title=title,
        description=description,
        land=Markup("").join(land),
        dots=Markup("").join(dots.values()),
        legend=_legend(lows, max(shaded.values(), default=0), legend, height, dots=most > 0),
    )


def _placing(panel: Panel) -> Callable[[Point], Point]:
    """Return what puts degrees into the panel's box, in the middle, as large as fits."""
    points = [point for rings in panel.shapes.values() for ring in rings for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    narrow = cos(radians((south + north) / 2))
    left, top, width, height = panel.box
    scale = min(width / ((east - west) * narrow or 1), height / (north - south or 1))
    left += (width - (east - west) * narrow * scale) / 2
    top += (height - (north - south) * scale) / 2

    def place(point: Point) -> Point:
        return left + (point[0] - west) * narrow * scale, top + (north - point[1]) * scale

    return place


def _shade(value: int, lows: Sequence[int]) -> str:
    if value <= 0 or not lows:
        return NOTHING
    shades = SHADES[len(SHADES) - len(lows) :]
    return shades[max(0, bisect_right(lows, value) - 1)]


def _path(rings: Rings, place: Callable[[Point], Point], colour: str) -> Markup:
    lines = "".join("M" + "L".join(_seen(ring, place)) + "Z" for ring in rings)
    return Markup('<path d="{}" fill="{}" stroke="{}" stroke-width="0.5"/>').format(
        lines, colour, BORDER
    )


def _seen(ring: Sequence[Point], place: Callable[[Point], Point]) -> list[str]:
    """Return the points of a ring that an eye tells apart."""
    kept: list[str] = []
    last: Point | None = None
    for point in ring:
        x, y = place(point)
        if last is None or abs(x - last[0]) + abs(y - last[1]) >= FINEST:
            kept.append(f"{x:.1f} {y:.1f}")
            last = x, y
    return kept


def _framed(panel: Panel) -> Markup:
    left, top, width, height = panel.box
    return Markup(
        '<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" fill="none" stroke="{frame}"/>'
        '<text x="{middle:.1f}" y="{under:.1f}" text-anchor="middle" font-size="9" fill="{ink}">{caption}</text>'
    ).format(
        x=left - 3,
        y=top - 3,
        w=width + 6,
        h=height + 6,
        frame=FRAME,
        middle=left + width / 2,
        under=top + height + 13,
        ink=INK,
        caption=panel.caption,
    )


def _middle(rings: Rings) -> Point:
    """Return the middle of the largest ring's surroundings."""
    ring = max(rings, key=len)
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def _dot(at: Point, value: int, most: int) -> Markup:
    radius = max(LEAST_DOT, MOST_DOT * sqrt(value / most)) if most else LEAST_DOT
    return Markup(
        '<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="{fill}" stroke="{ink}" stroke-width="0.8"/>'
        '<text x="{x:.1f}" y="{text:.1f}" text-anchor="middle" font-size="{size}" font-weight="600"'
        ' fill="{ink}">{value}</text>'
    ).format(
        x=at[0],
        y=at[1],
        r=radius,
        fill=DOT,
        ink=DOT_INK,
        text=at[1] + 2.9,
        size=8 if value < 100 else 7,  # noqa: PLR2004  # three digits
        value=value,
    )


def _legend(lows: Sequence[int], most: int, legend: Legend, top: float, *, dots: bool) -> Markup:
    """Return the squares with their ranges, white first, and a dot with its word."""
    shades = SHADES[len(SHADES) - len(lows) :]
    highs = [low - 1 for low in lows[1:]] + [most]
    shown = [(NOTHING, legend.nothing)]
    shown += [
        (shade, f"{low}" if low >= high else f"{low}–{high}")
        for shade, low, high in zip(shades, lows, highs, strict=True)
    ]
    y = top + 18
    pieces = [
        Markup('<text x="6" y="{:.0f}" font-weight="600" fill="{}">{}</text>').format(
            y, INK, legend.shades
        )
    ]
    x = 6.0
    for colour, words in shown:
        pieces.append(
            Markup(
                '<rect x="{x:.0f}" y="{y:.0f}" width="14" height="14" fill="{colour}" stroke="{border}"/>'
                '<text x="{after:.0f}" y="{base:.0f}" fill="{ink}">{words}</text>'
            ).format(
                x=x,
                y=y + 7,
                colour=colour,
                border=BORDER,
                after=x + 19,
                base=y + 18,
                ink=INK,
                words=words,
            )
        )
        x += 34 + 6.4 * len(words)
    if dots:
        pieces.append(
            Markup(
                '<circle cx="{x:.0f}" cy="{y:.0f}" r="7" fill="{fill}" stroke="{ink}" stroke-width="0.8"/>'
                '<text x="{after:.0f}" y="{base:.0f}" fill="{ink}">{words}</text>'
            ).format(
                x=x + 10,
                y=y + 14,
                fill=DOT,
                ink=DOT_INK,
                after=x + 22,
                base=y + 18,
                words=legend.dots,
            )
        )
    return Markup("").join(pieces)
