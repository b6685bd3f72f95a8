"""A stacked bar as SVG: plain figures in, text out.

Colours stand as attributes, so that the picture is whole by itself; on a page, a style sheet wins
over them by the classes ``part-<key>`` and ``figure-<key>`` (no inline style: a strict content
security policy forbids it). Who cannot see it hears the title and the description; the figures
stand in a table beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

HEIGHT = 36
LEAST = 0.8
"""Per cent of the bar that even one letter among thousands gets: what is there can be seen."""
ROOM, ROOM_PER_SIGN = 2.0, 2.7
"""Per cent that a figure needs inside its part, on a bar as narrow as a telephone."""

COLOURS = {
    "sent": ("#003893", "#ffffff"),
    "waiting": ("#fcd116", "#1c1c1e"),
    "due": ("#d5dcea", "#1c1c1e"),
    "perhaps": ("#7a4fb5", "#ffffff"),
    "through": ("#00707a", "#ffffff"),
    "failed": ("#ce1126", "#ffffff"),
    "left-out": ("#6b717b", "#ffffff"),
}
"""By key: the part's colour and its figure's (contrast at least 4.5 : 1, WCAG 2.2, 1.4.3)."""
OTHER = ("#6b717b", "#ffffff")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the bar."""

    key: str
    """Its class and its colour; letters, digits and hyphens."""
    label: str
    value: int
    shown: str
    """The value as the reader's language writes it."""


def widths(values: Sequence[int], whole: int) -> list[float]:
    """Return each value's share of a bar that stands for ``whole``, in per cent.

    Nothing is 0; anything else is at least LEAST, at the expense of the widest, so that together
    they never pass the bar's end. ``whole`` is taken as the sum where it is less.
    """
    whole = max(whole, sum(values), 1)
    found = [max(LEAST, 100 * value / whole) if value > 0 else 0.0 for value in values]
    over = sum(found) - 100
    if over > 0:
        widest = max(range(len(found)), key=found.__getitem__)
        found[widest] -= over
    return found


def stacked(
    parts: Sequence[Part], *, whole: int, name: str, title: str, description: str
) -> Markup:
    """Return the bar. ``name`` is its id on the page; ``whole`` is what its full width stands for."""
    pieces = []
    start = 0.0
    for part, width in zip(parts, widths([part.value for part in parts], whole), strict=True):
        if width:
            pieces.append(_piece(part, start, width))
        start += width
    return Markup(
        '<svg class="bar" xmlns="http://www.w3.org/2000/svg" width="100%" height="{height}"'
        ' role="img" aria-labelledby="{name}-title {name}-text">'
        '<title id="{name}-title">{title}</title><desc id="{name}-text">{description}</desc>'
        '<rect class="track" width="100%" height="{height}" fill="#eef0f3"/>{pieces}</svg>'
    ).format(
        height=HEIGHT,
        name=name,
        title=title,
        description=description,
        pieces=Markup("").join(pieces),
    )


def _piece(part: Part, start: float, width: float) -> Markup:
    colour, ink = COLOURS.get(part.key, OTHER)
    piece = Markup(
        '<rect class="part-{key}" x="{x}%" width="{width}%" height="{height}" fill="{colour}"'
        ' stroke="#ffffff" stroke-width="1"><title>{label}: {shown}</title></rect>'
    ).format(
        key=part.key,
        x=_figure(start),
        width=_figure(width),
        height=HEIGHT,
        colour=colour,
        label=part.label,
        shown=part.shown,
    )
    if width < ROOM + ROOM_PER_SIGN * len(part.shown):
        return piece
    return piece + Markup(
        '<text class="figure-{key}" x="{x}%" y="{y}" text-anchor="middle" font-size="14"'
        ' font-family="sans-serif" fill="{ink}" aria-hidden="true">{shown}</text>'
    ).format(
        key=part.key, x=_figure(start + width / 2), y=HEIGHT // 2 + 5, ink=ink, shown=part.shown
    )


def _figure(value: float) -> str:
    """Return a number as SVG writes it, whatever the language."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
