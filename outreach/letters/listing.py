"""A list as a PDF: a title, some lines, a table that goes on from page to page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from outreach.letters.fonts import missing_glyphs
from outreach.letters.typesetting import compiled
from outreach.settings import Language

_MAIN = b"""#let data = json("list.json")
#set document(title: data.title)
#set text(font: ("Noto Sans",), size: 9pt, lang: data.language, hyphenate: false)
#set page(paper: "a4", margin: (x: 18mm, y: 18mm), footer: context align(
  right, text(size: 8pt, counter(page).display("1 / 1", both: true))))
#set par(justify: false)
#text(size: 13pt, weight: 600, data.title)
#v(1mm)
#for line in data.lines { block(spacing: 1.6mm, line) }
#v(3mm)
#table(
  columns: data.columns.map(column => column.share * 1fr),
  align: data.columns.map(column => if column.right { right } else { left }),
  stroke: (x, y) => (bottom: if y == 0 { 0.7pt } else { 0.3pt + luma(70%) }),
  inset: (x: 1.2mm, y: 1.1mm),
  table.header(..data.columns.map(column => text(weight: 600, column.title))),
  ..data.rows.flatten(),
)
"""


@dataclass(frozen=True, slots=True)
class ListColumn:
    """One column: its title, how wide it is beside the others, and to which side it leans."""

    title: str
    share: int = 1
    right: bool = False


def listing(
    title: str,
    lines: Sequence[str],
    columns: Sequence[ListColumn],
    rows: Sequence[Sequence[str]],
    *,
    language: Language,
    moment: datetime,
) -> bytes:
    """Return the list as a PDF (UA-1: tagged, with a title); the same list gives the same bytes.

    A character that no font has is printed as U+25A1, an empty square: a list is no letter.
    """
    words = "".join([title, *lines, *(cell for row in rows for cell in row)])
    squares = str.maketrans(dict.fromkeys(missing_glyphs(words), "\u25a1"))
    data = {
        "title": title.translate(squares),
        "language": language,
        "lines": [line.translate(squares) for line in lines],
        "columns": [
            {"title": each.title, "share": each.share, "right": each.right} for each in columns
        ],
        "rows": [[cell.translate(squares) for cell in row] for row in rows],
    }
    return compiled(
        {"main.typ": _MAIN, "list.json": msgspec.json.encode(data)},
        tagged=True,
        moment=moment.astimezone(UTC).replace(microsecond=0),
    )
