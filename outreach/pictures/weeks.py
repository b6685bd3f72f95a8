"""What happened week by week, as SVG: two columns a week, one full, one hatched.

The hatching keeps the two apart in grey print and for who sees few colours; a key names them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, FOOT = 52, 8, 34, 28
COLOURS = ("#003893", "#b35900")
FONT = "Noto Sans, sans-serif"
LABEL_ROOM = 58
"""Width that a week's label needs: of many weeks, not every one is named."""
LINES = 4


@dataclass(frozen=True, slots=True)
class Week:
    """One week: its label, and the two figures."""

    label: str
    first: int
    second: int


def ceiling(most: int) -> int:
    """Return the least round figure (1, 2 or 5, and noughts) times LINES that holds ``most``."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if step * factor * LINES >= most:
                return step * factor * LINES
        step *= 10


def drawn(
    weeks: Sequence[Week],
    *,
    names: tuple[str, str],
    name: str,
    title: str,
    description: str,
    told: Callable[[int], str] = str,
) -> Markup:
    """Return the columns; ``names`` are those of the two figures, ``name`` the picture's id.

    ``told`` writes a figure of the scale as the reader's language does.
    """
    top = ceiling(max((max(week.first, week.second) for week in weeks), default=0))
    floor = HEIGHT - FOOT
    high = floor - TOP
    slot = (WIDTH - LEFT - RIGHT) / max(1, len(weeks))
    wide = min(26.0, slot * 0.4)
    pieces = [_line(floor - high * n / LINES, told(top * n // LINES)) for n in range(LINES + 1)]
    every = max(1, -(-LABEL_ROOM // max(1, int(slot))))
    for place, week in enumerate(weeks):
        middle = LEFT + slot * (place + 0.5)
        for value, start, fill in (
            (week.first, middle - wide, COLOURS[0]),
            (week.second, middle, f"url(#{name}-hatch)"),
        ):
            if value > 0:
                height = max(1.5, high * value / top)
                pieces.append(
                    Markup(
                        '<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="{}"'
                        ' stroke="{}" stroke-width="0.8"/>'
                    ).format(
                        start,
                        floor - height,
                        wide,
                        height,
                        fill,
                        COLOURS[0] if fill == COLOURS[0] else COLOURS[1],
                    )
                )
        if place % every == 0:
            pieces.append(
                Markup('<text x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
                    middle, HEIGHT - 9, week.label
                )
            )
    return Markup(
        '<svg class="weeks" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        ' role="img" aria-labelledby="{name}-title {name}-text" font-size="12" fill="#1c1c1e"'
        ' font-family="{font}"><title id="{name}-title">{title}</title>'
        '<desc id="{name}-text">{description}</desc>'
        '<defs><pattern id="{name}-hatch" width="5" height="5" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><rect width="5" height="5" fill="#ffffff"/>'
        '<rect width="2.4" height="5" fill="{hatch}"/></pattern></defs>'
        '<rect x="{left}" y="4" width="14" height="14" fill="{full}"/>'
        '<text x="{first}" y="16">{one}</text>'
        '<rect x="{second}" y="4" width="14" height="14" fill="url(#{name}-hatch)"'
        ' stroke="{hatch}" stroke-width="0.8"/><text x="{third}" y="16">{two}</text>'
        "{pieces}</svg>"
    ).format(
        width=WIDTH,
        height=HEIGHT,
        name=name,
        font=FONT,
        title=title,
        description=description,
        full=COLOURS[0],
        hatch=COLOURS[1],
        left=LEFT,
        first=LEFT + 20,
        second=LEFT + 220,
        third=LEFT + 240,
        one=names[0],
        two=names[1],
        pieces=Markup("").join(pieces),
    )


def _line(y: float, value: str) -> Markup:
    return Markup(
        '<path d="M{left} {y:.1f}H{right}" stroke="#c9ced6" stroke-width="0.7"/>'
        '<text x="{x}" y="{base:.1f}" text-anchor="end">{value}</text>'
    ).format(left=LEFT, right=WIDTH - RIGHT, y=y, x=LEFT - 6, base=y + 4, value=value)
