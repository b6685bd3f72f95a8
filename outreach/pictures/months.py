"""Days of several months as SVG: a line a month, a square a day, marked days told apart by form.

A day is marked by shade, frame and hatching, never by colour alone: done is a frame, ahead is full,
late is hatched under its number. Today has a ring.
"""

import calendar
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from markupsafe import Markup

Mark = Literal["done", "ahead", "late"]
MARKS: tuple[Mark, ...] = ("late", "ahead", "done")
"""The first counts where several fall on one day."""
LEFT, CELL, LINE, TOP = 112, 17, 24, 30
WIDTH = LEFT + 31 * CELL + 6
FULL, HATCH, QUIET, INK = "#003893", "#b35900", "#6b717b", "#1c1c1e"
FONT = "Noto Sans, sans-serif"


def months(days: Sequence[date], today: date, most: int) -> list[tuple[int, int]]:
    """Return (year, month) from the first to the last day, at most so many, today's among them."""
    if not days:
        return []
    numbers = [day.year * 12 + day.month - 1 for day in days]
    now = today.year * 12 + today.month - 1
    first, last = min(*numbers, now), max(*numbers, now)
    if last - first >= most:  # what is ahead says more than what was
        first = max(first, min(now - 1, last - most + 1))
        last = min(last, first + most - 1)
    return [divmod(number, 12) for number in range(first, last + 1)]


def drawn(
    marked: Mapping[date, Mark],
    shown: Sequence[tuple[int, int]],
    labels: Sequence[str],
    names: Mapping[Mark, str],
    *,
    today: date,
    name: str,
    title: str,
    description: str,
) -> Markup:
    """Return the picture; ``shown`` are pairs of a year and a month from 0, ``labels`` their names."""
    pieces = [_key(names, name)]
    for line, ((year, month), label) in enumerate(zip(shown, labels, strict=True)):
        top = TOP + line * LINE
        pieces.append(
            Markup('<text x="{}" y="{}" text-anchor="end" fill="{}">{}</text>').format(
                LEFT - 8, top + 13, INK, label
            )
        )
        for number in range(1, calendar.monthrange(year, month + 1)[1] + 1):
            day = date(year, month + 1, number)
            pieces.append(_day(day, marked.get(day), top, name, is_today=day == today))
    return Markup(
        '<svg class="months" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        ' role="img" aria-labelledby="{name}-title {name}-text" font-size="12"'
        ' font-family="{font}"><title id="{name}-title">{title}</title>'
        '<desc id="{name}-text">{description}</desc>'
        '<defs><pattern id="{name}-hatch" width="4" height="4" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><rect width="4" height="4" fill="#ffffff"/>'
        '<rect width="1.4" height="4" fill="{hatch}"/></pattern></defs>{pieces}</svg>'
    ).format(
        width=WIDTH,
        height=TOP + LINE * len(shown) + 2,
        name=name,
        font=FONT,
        title=title,
        description=description,
        hatch=HATCH,
        pieces=Markup("").join(pieces),
    )


def _square(x: float, y: float, mark: Mark, name: str) -> Markup:
    fill, stroke = {
        "done": ("#ffffff", FULL),
        "ahead": (FULL, FULL),
        "late": (f"url(#{name}-hatch)", HATCH),
    }[mark]
    return Markup(
        '<rect x="{}" y="{}" width="16" height="16" rx="2" fill="{}" stroke="{}" stroke-width="1.4"/>'
    ).format(x, y, fill, stroke)


def _day(day: date, mark: Mark | None, top: int, name: str, *, is_today: bool) -> Markup:
    x = LEFT + (day.day - 1) * CELL
    colour = QUIET if mark is None else "#ffffff" if mark == "ahead" else INK
    number = Markup(
        '<text x="{}" y="{}" text-anchor="middle" font-size="9"{} fill="{}">{}</text>'
    ).format(
        x + 8,
        top + 12,
        Markup("") if mark is None else Markup(' font-weight="700"'),
        colour,
        day.day,
    )
    if mark == "late":  # the number has to stand out from the hatching
        number = (
            Markup('<rect x="{}" y="{}" width="12" height="10" fill="#ffffff"/>').format(
                x + 2, top + 3
            )
            + number
        )
    ring = (
        Markup(
            '<rect x="{}" y="{}" width="19" height="19" rx="4" fill="none" stroke="{}"'
            ' stroke-width="1.2" stroke-dasharray="3 2"/>'
        ).format(x - 1.5, top - 1.5, INK)
        if is_today
        else Markup("")
    )
    return (_square(x, top, mark, name) if mark else Markup("")) + number + ring


def _key(names: Mapping[Mark, str], name: str) -> Markup:
    x = float(LEFT)
    pieces = []
    for mark in MARKS:
        pieces.append(_square(x, 3, mark, name))
        pieces.append(
            Markup('<text x="{:.0f}" y="16" fill="{}">{}</text>').format(x + 22, INK, names[mark])
        )
        x += 44 + 6.6 * len(names[mark])
    return Markup("").join(pieces)
