"""One stacked bar: how a whole falls into parts. Plain data in, SVG out; the same everywhere.

Parts are told by their pattern as well as their colour, so that a grey print says the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 640, 22


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the whole: its words, its figure, and the style's class that draws it."""

    words: str
    figure: int
    style: str


def stacked(parts: Sequence[Part], title: str) -> str:
    """Return a bar of the parts in their order, widths in proportion; parts of nothing are left out.

    A screen reader is told the title and every figure. Colours come from the page's style sheet:
    each rectangle bears its part's class.
    """
    total = sum(part.figure for part in parts)
    told = ", ".join(f"{part.words} {part.figure}" for part in parts if part.figure)
    rectangles = []
    left = 0.0
    for part in parts:
        if part.figure <= 0:
            continue
        width = WIDTH * part.figure / total
        rectangles.append(
            f'<rect class="{escape(part.style)}" x="{left:.2f}" y="0" width="{width:.2f}" '
            f'height="{HEIGHT}"><title>{escape(part.words)} {part.figure}</title></rect>'
        )
        left += width
    return (
        f'<svg class="bar" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(title, quote=True)}: {escape(told, quote=True)}">'
        f'<rect class="ground" x="0" y="0" width="{WIDTH}" height="{HEIGHT}"></rect>'
        f"{''.join(rectangles)}</svg>"
    )
