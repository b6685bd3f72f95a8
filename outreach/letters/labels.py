"""Address labels and envelopes as a PDF to print: sheets of known makers, the first place free.

    labels([("MAIRIE DU HAVRE", "76600 LE HAVRE")], STATIONERY["L7163"], start=5)

Millimetres from the top left corner throughout.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import msgspec

from outreach.errors import N_, OutreachError, WrongUseError
from outreach.letters import fonts
from outreach.letters.fonts import missing_glyphs
from outreach.letters.typesetting import compiled

Lines = Sequence[str]

SMALLEST, LEAST = 8.0, 7.0
"""Points: the smallest size before lines are broken, and the smallest of all."""
SENDER = 9.0
"""Points of an envelope's sender, at most."""
STEP = 0.5
LEADING = 1.22
"""From one line to the next, in ems."""

_MAIN = b"""#let data = json("labels.json")
#set page(width: data.page.at(0) * 1mm, height: data.page.at(1) * 1mm, margin: 0mm)
#set text(font: "Noto Sans", hyphenate: false, top-edge: 0.8em, bottom-edge: -0.2em)
#set par(leading: data.leading * 1em - 1em, justify: false)
#for (index, sheet) in data.sheets.enumerate() {
  if index > 0 { pagebreak() }
  for label in sheet {
    place(top + left, dx: label.x * 1mm, dy: label.y * 1mm, block(
      width: label.w * 1mm, height: label.h * 1mm, breakable: false,
      align(if label.middle { horizon } else { top }, text(
        size: label.size * 1pt, label.rows.map(row => [#row]).join(linebreak()),
      )),
    ))
  }
}
"""


class UnknownStationeryError(WrongUseError):
    """No sheet of that name."""

    message = N_("No labels or envelopes “{name}”. Known: {known}.")


class LabelStartError(WrongUseError):
    """The sheet has no such place."""

    message = N_("A sheet {name} has {places} labels; “{start}” is none of them.")


class LabelTooSmallError(OutreachError):
    """An address does not fit."""

    message = N_(
        "The address of “{first}” does not fit a label {name}, even in small type. Shorten it, or "
        "use larger labels."
    )


class LabelGlyphError(OutreachError):
    """An address has characters that cannot be printed."""

    message = N_(
        "The address of “{first}” has characters that no font of the letters has: {characters}. "
        "Write them in another way."
    )


@dataclass(frozen=True, slots=True)
class Box:
    """Where something stands, and how large it is."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Stationery:
    """A sheet of labels, or an envelope, whose places are filled row by row."""

    name: str
    page: tuple[float, float]
    columns: int
    rows: int
    label: tuple[float, float]
    left: float
    top: float
    gutter: float = 0.0
    """Between columns; rows touch."""
    inner: tuple[float, float] = (4.0, 3.0)
    """Kept free inside a label, left and right, above and below: printers shift the paper."""
    largest: float = 11.0
    """Points: the size to begin with."""
    sender: Box | None = None
    """Where an envelope names who writes."""

    @property
    def places(self) -> int:
        """Labels of one sheet."""
        return self.columns * self.rows

    def box(self, place: int) -> Box:
        """Return where the text of the label at ``place`` (from 0) may stand."""
        row, column = divmod(place, self.columns)
        across, down = self.inner
        return Box(
            self.left + column * (self.label[0] + self.gutter) + across,
            self.top + row * self.label[1] + down,
            self.label[0] - 2 * across,
            self.label[1] - 2 * down,
        )


A4 = (210.0, 297.0)
STATIONERY = {
    each.name: each
    for each in (
        # Avery's A4 sheets: sizes and counts as printed on their boxes; margins are what is left
        # of the page (7 x 38.1 = 266.7, (297 - 266.7) / 2 = 15.15).
        Stationery("L7160", A4, 3, 7, (63.5, 38.1), 7.25, 15.15, 2.5, (3.0, 2.5)),
        Stationery("L7163", A4, 2, 7, (99.1, 38.1), 4.65, 15.15, 2.5),
        Stationery("L7165", A4, 2, 4, (99.1, 67.7), 4.65, 13.1, 2.5, (6.0, 5.0), 14.0),
        # A DL envelope (ISO 269, 110 x 220): the address where the window of others would be,
        # the lower 15 mm left to the sorting machines.
        Stationery(
            "DL",
            (220.0, 110.0),
            1,
            1,
            (100.0, 45.0),
            105.0,
            48.0,
            inner=(5.0, 2.0),
            largest=12.0,
            sender=Box(12.0, 10.0, 80.0, 30.0),
        ),
    )
}


def stationery(name: str) -> Stationery:
    """Return the sheet called ``name``, in any case of letters. Raises UnknownStationeryError."""
    found = STATIONERY.get(name.strip().upper())
    if found is None:
        raise UnknownStationeryError(name=name, known=sorted(STATIONERY))
    return found


def labels(
    addresses: Sequence[Lines], sheet: Stationery, *, start: int = 1, sender: Lines = ()
) -> bytes:
    """Return the PDF of ``addresses``, the first at place ``start`` (from 1) of the first sheet.

    ``sender`` stands on envelopes. A print file: it claims neither PDF/A nor PDF/UA. Raises
    LabelStartError, LabelTooSmallError, LabelGlyphError.
    """
    if not 1 <= start <= sheet.places:
        raise LabelStartError(name=sheet.name, places=sheet.places, start=start)
    sheets: list[list[dict[str, Any]]] = []
    rest = iter(addresses)
    first = start - 1
    while chunk := list(islice(rest, sheet.places - first)):
        sheets.append([])
        for place, lines in enumerate(chunk, first):
            sheets[-1].append(_set(lines, sheet.box(place), sheet.name, sheet.largest))
            if sheet.sender is not None and sender:
                sheets[-1].append(_set(sender, sheet.sender, sheet.name, SENDER, middle=False))
        first = 0
    data = {"page": sheet.page, "leading": LEADING, "sheets": sheets}
    return compiled({"main.typ": _MAIN, "labels.json": msgspec.json.encode(data)})


def _set(lines: Lines, box: Box, name: str, most: float, *, middle: bool = True) -> dict[str, Any]:
    """Return one label as the page wants it: its rows, broken where they must, and their size."""
    if missing := missing_glyphs("".join(lines)):
        raise LabelGlyphError(first=lines[0], characters=sorted(missing))
    size, rows = _fitted(lines, box, name, most)
    place = {"x": box.x, "y": box.y, "w": box.width, "h": box.height}
    return place | {"size": size, "rows": rows, "middle": middle}


def _fitted(lines: Lines, box: Box, name: str, most: float) -> tuple[float, list[str]]:
    """Return the largest size at which the lines fit whole; else broken, at a smaller one."""
    size = most
    while size >= SMALLEST:
        if all(fonts.line_width(line, size) <= box.width for line in lines) and _high(
            len(lines), size, box
        ):
            return size, list(lines)
        size -= STEP
    size = SMALLEST
    while size >= LEAST:
        rows = [row for line in lines for row in fonts.broken(line, size, box.width)]
        if _high(len(rows), size, box) and all(
            fonts.line_width(row, size) <= box.width for row in rows
        ):
            return size, rows
        size -= STEP
    raise LabelTooSmallError(first=lines[0], name=name)


def _high(rows: int, size: float, box: Box) -> bool:
    return rows * LEADING * size * fonts.MM_PER_POINT <= box.height
