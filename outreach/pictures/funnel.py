"""A funnel as SVG: from everyone meant to those who answered, one bar under the other.

Every bar bears its name and its figure in words, so that neither colour nor grey matters; colours
only darken from the many to the few.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH, LEFT, RIGHT = 640, 190, 110
BAR, GAP = 30, 10
SHADES = ("#c3d0e8", "#8fa8d3", "#4f74b8", "#003893", "#001f52")
FONT = "Noto Sans, sans-serif"
LEAST = 2.0
"""Width of a bar that stands for few among many: what is there can be seen."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One bar."""

    label: str
    value: int
    shown: str
    """The figure as the reader's language writes it, with its share where that says something."""


def drawn(stages: Sequence[Stage], *, name: str, title: str, description: str) -> Markup:
    """Return the funnel; ``name`` is its id on the page. The widest bar is the largest value."""
    whole = max((stage.value for stage in stages), default=0) or 1
    room = WIDTH - LEFT - RIGHT
    pieces = []
    for place, stage in enumerate(stages):
        y = place * (BAR + GAP)
        width = max(LEAST, room * stage.value / whole) if stage.value > 0 else 0.0
        shade = SHADES[min(place, len(SHADES) - 1)]
        pieces.append(
            Markup(
                '<text x="{left}" y="{middle}" text-anchor="end" fill="#1c1c1e">{label}</text>'
                '<rect x="{start}" y="{y}" width="{width:.1f}" height="{bar}" fill="{shade}"/>'
                '<text x="{end:.1f}" y="{middle}" font-weight="600" fill="#1c1c1e">{shown}</text>'
            ).format(
                left=LEFT - 12,
                start=LEFT,
                middle=y + BAR // 2 + 5,
                y=y,
                width=width,
                bar=BAR,
                shade=shade,
                end=LEFT + width + 8,
                label=stage.label,
                shown=stage.shown,
            )
        )
    return Markup(
        '<svg class="funnel" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        ' role="img" aria-labelledby="{name}-title {name}-text" font-size="14"'
        ' font-family="{font}"><title id="{name}-title">{title}</title>'
        '<desc id="{name}-text">{description}</desc>{pieces}</svg>'
    ).format(
        width=WIDTH,
        height=max(1, len(stages) * (BAR + GAP) - GAP),
        name=name,
        font=FONT,
        title=title,
        description=description,
        pieces=Markup("").join(pieces),
    )
