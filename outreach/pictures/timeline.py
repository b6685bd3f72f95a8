"""A campaign as a picture: one lane per step, its letters on their days. Plain figures in, SVG out.

The picture is whole by itself: colours stand as attributes (no inline style, which a strict content
security policy forbids), and what it shows is told in its description. Letters that left are filled,
those to come are outlined; days that lie too close together to be told apart are drawn as one bar
from the first to the last, with the sum. Whoever shows it says the same figures in a table beside.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from markupsafe import Markup

WIDTH = 960
LABEL, RIGHT = 250, 36
"""Units kept for the steps' names on the left, and beyond the last day on the right."""
HEAD, LANE, FOOT = 46, 58, 14
LEAST, MOST = 9.0, 17.0
"""Radii of the smallest and the largest disc; the area stands for the number of letters."""
GAP = 4.0
SIGNS, LINES = 34, 2
"""Signs in a line of a step's name, and lines; what is longer ends in an ellipsis."""
MONTH_ROOM = 72
"""Units that a month's name needs; one that lacks them at the edge is not named."""

KINDS = {
    "plain": ("#003893", "#e3eaf6"),
    "chaser": ("#8a6d00", "#fdf3c4"),
    "promised": ("#ce1126", "#fbe3e6"),
    "answer": ("#7a4fb5", "#efe8f8"),
}
"""By kind: the line and filling of its marks; white on the first and the first on the second have a
contrast of at least 4.5 : 1 (WCAG 2.2, 1.4.3)."""
INK, SOFT, RULE = "#1c1c1e", "#5b616b", "#d9dde3"


@dataclass(frozen=True, slots=True)
class Lane:
    """One step."""

    label: str
    kind: str
    """One of KINDS; another is drawn like ``plain``."""
    note: str = ""
    """A few words under the name: what kind of step, what is missing."""
    left: Mapping[date, int] = field(default_factory=dict)
    """Letters that left, by day."""
    coming: Mapping[date, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Words:
    """How the reader's language writes what is drawn."""

    title: str
    description: str
    today: str
    number: Callable[[int], str]
    month: Callable[[date], str]
    """A short name: "sept. 2025"."""
    span: Callable[[date, date, int], str]
    """What a mark says when it is pointed at: its days and letters."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Letters of a lane on a day, or on days too close to be drawn apart."""

    first: date
    last: date
    count: int


class Scale:
    """From days to units."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.last = first, max(last, first + timedelta(days=27))
        self._unit = (WIDTH - LABEL - RIGHT) / (self.last - self.first).days

    def x(self, day: date) -> float:
        """Return where a day stands."""
        return LABEL + (day - self.first).days * self._unit

    def months(self) -> list[date]:
        """Return the first days of months within the picture, so many as have room for a name."""
        found: list[date] = []
        day = self.first.replace(day=1)
        while day <= self.last:
            if day >= self.first and self.x(day) + MONTH_ROOM + 4 <= WIDTH:
                found.append(day)
            day = (day + timedelta(days=32)).replace(day=1)
        apart = self._unit * 30.4
        every = next((n for n in (1, 2, 3, 6, 12) if n * apart >= MONTH_ROOM), 12)
        return [day for day in found if (day.month - 1) % every == 0]


def marks(days: Mapping[date, int], scale: Scale, largest: int) -> list[Mark]:
    """Return the marks of a lane: days whose discs would touch become one."""
    found: list[Mark] = []
    for day, count in sorted(days.items()):
        if count <= 0:
            continue
        if found:
            before = found[-1]
            room = half(before.count, largest) + half(count, largest) + GAP
            if scale.x(day) - scale.x(before.last) < room:
                found[-1] = Mark(before.first, day, before.count + count)
                continue
        found.append(Mark(day, day, count))
    return found


def half(count: int, largest: int) -> float:
    """Return half the width of a mark: its disc, or its figure where that is wider."""
    return max(radius(count, largest), 4 * len(str(count)) + 2)


def radius(count: int, largest: int) -> float:
    """Return the disc of so many letters: its area grows with them, within bounds."""
    share = math.sqrt(min(1.0, count / max(largest, 1)))
    return LEAST + (MOST - LEAST) * share


def draw(lanes: Sequence[Lane], *, today: date, name: str, words: Words) -> Markup:
    """Return the picture. ``name`` is its id on the page."""
    days = [day for lane in lanes for day in (*lane.left, *lane.coming)]
    scale = Scale(min([today, *days]) - timedelta(days=6), max([today, *days]) + timedelta(days=6))
    largest = max([0, *(n for lane in lanes for n in (*lane.left.values(), *lane.coming.values()))])
    height = HEAD + LANE * len(lanes) + FOOT
    pieces = [*_axis(scale, height, today, words)]
    for number, lane in enumerate(lanes):
        pieces.append(_lane(lane, HEAD + LANE * number, scale, largest, words))
    return Markup(
        '<svg class="timeline" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        ' width="100%" role="img" font-family="sans-serif"'
        ' aria-labelledby="{name}-title {name}-text"><title id="{name}-title">{title}</title>'
        '<desc id="{name}-text">{description}</desc>'
        '<rect width="{width}" height="{height}" fill="#ffffff"/>{pieces}</svg>'
    ).format(
        name=name,
        width=WIDTH,
        height=height,
        title=words.title,
        description=words.description,
        pieces=Markup("").join(pieces),
    )


def wrapped(text: str) -> list[str]:
    """Return a name in lines; what does not fit ends in an ellipsis."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= SIGNS or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    shown = lines[:LINES]
    cut = len(lines) > LINES
    return [
        f"{line[: SIGNS - 1].rstrip()}…"
        if len(line) > SIGNS or (cut and place == LINES - 1)
        else line
        for place, line in enumerate(shown)
    ]


def _axis(scale: Scale, height: int, today: date, words: Words) -> list[Markup]:
    found = [
        Markup(
            '<line class="month" x1="{x}" x2="{x}" y1="{top}" y2="{height}" stroke="{rule}"/>'
            '<text class="month" x="{text}" y="{top}" font-size="12" fill="{soft}"'
            ' aria-hidden="true">{name}</text>'
        ).format(
            x=_figure(scale.x(day)),
            text=_figure(scale.x(day) + 4),
            top=20,
            height=height - FOOT,
            rule=RULE,
            soft=SOFT,
            name=words.month(day),
        )
        for day in scale.months()
    ]
    x = scale.x(today)
    # Towards the middle, so that the word is never cut at an edge.
    anchor = "end" if x > (LABEL + WIDTH) / 2 else "start"
    found.append(
        Markup(
            '<line class="today" x1="{x}" x2="{x}" y1="28" y2="{height}" stroke="{ink}"'
            ' stroke-width="1.5" stroke-dasharray="4 3"/><text class="today" x="{text}" y="38"'
            ' font-size="12" font-weight="bold" text-anchor="{anchor}" fill="{ink}"'
            ' aria-hidden="true">{word}</text>'
        ).format(
            x=_figure(x),
            text=_figure(x + (-4 if anchor == "end" else 4)),
            anchor=anchor,
            height=height - FOOT,
            ink=INK,
            word=words.today,
        )
    )
    return found


def _lane(lane: Lane, top: int, scale: Scale, largest: int, words: Words) -> Markup:
    line, filling = KINDS.get(lane.kind, KINDS["plain"])
    pieces = [
        Markup('<line x1="0" x2="{width}" y1="{y}" y2="{y}" stroke="{rule}"/>').format(
            width=WIDTH, y=top, rule=RULE
        ),
        Markup('<rect x="0" y="{y}" width="4" height="{height}" fill="{line}"/>').format(
            y=top + 8, height=LANE - 16, line=line
        ),
        _label(lane, top),
    ]
    for days, ink, paper in ((lane.left, "#ffffff", line), (lane.coming, line, filling)):
        for mark in marks(days, scale, largest):
            wide = half(mark.count, largest)
            box = Box(
                left=scale.x(mark.first) - wide,
                right=scale.x(mark.last) + wide,
                middle=top + LANE // 2,
                radius=radius(mark.count, largest),
            )
            pieces.append(_mark(mark, box, words, (line, ink, paper)))
    return Markup("").join(pieces)


def _label(lane: Lane, top: int) -> Markup:
    lines = wrapped(lane.label)
    y = top + (22 if lane.note else 28) + (0 if len(lines) > 1 else 4)
    found = [
        Markup('<text x="14" y="{y}" font-size="13" fill="{ink}">{line}</text>').format(
            y=y + 15 * place, ink=INK, line=line
        )
        for place, line in enumerate(lines)
    ]
    if lane.note:
        found.append(
            Markup('<text x="14" y="{y}" font-size="11" fill="{soft}">{note}</text>').format(
                y=y + 15 * len(lines), soft=SOFT, note=lane.note
            )
        )
    return Markup("").join(found)


@dataclass(frozen=True, slots=True)
class Box:
    """Where a mark is drawn."""

    left: float
    right: float
    middle: int
    radius: float


def _mark(mark: Mark, box: Box, words: Words, colours: tuple[str, str, str]) -> Markup:
    line, ink, paper = colours
    return Markup(
        '<g><title>{told}</title><rect class="mark" x="{x}" y="{y}" width="{width}"'
        ' height="{height}" rx="{r}" fill="{paper}" stroke="{line}" stroke-width="1.5"/>'
        '<text x="{middle}" y="{base}" font-size="12" text-anchor="middle" fill="{ink}"'
        ' aria-hidden="true">{shown}</text></g>'
    ).format(
        told=words.span(mark.first, mark.last, mark.count),
        x=_figure(box.left),
        y=_figure(box.middle - box.radius),
        width=_figure(box.right - box.left),
        height=_figure(2 * box.radius),
        r=_figure(box.radius),
        paper=paper,
        line=line,
        middle=_figure((box.left + box.right) / 2),
        base=box.middle + 4,
        ink=ink,
        shown=words.number(mark.count),
    )


def _figure(value: float) -> str:
    """Return a number as SVG writes it, whatever the language."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
