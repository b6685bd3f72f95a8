"""A report as a PDF: A4, the office's name and emblem, tagged for screen readers (PDF/UA-1).

Everything that varies is data; no word of a report is ever Typst source.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from outreach.errors import N_
from outreach.letters.fonts import missing_glyphs
from outreach.letters.typesetting import compiled
from outreach.reports.documents import Document, Picture, Table, Tongue, shown

LOGO = "templates/letterhead/logo.svg"
WIDE = 6
"""A document with more columns in one table stands in landscape."""
SQUARE = "\u25a1"
"""In place of a character that no font has: a report is no letter."""

_MAIN = b"""#let d = json("report.json")
#let ink = rgb("#003893")
#set document(title: d.title, author: d.office)
#set text(font: ("Noto Sans",), size: 9pt, lang: d.language, hyphenate: false)
#set page(paper: "a4", flipped: d.wide, margin: (x: 18mm, top: 16mm, bottom: 16mm),
  footer: text(size: 7.5pt, fill: luma(35%))[#d.office #h(1fr) #d.subtitle #h(1fr)
    #context counter(page).display("1 / 1", both: true)])
#set par(justify: false)
#show heading.where(level: 1): it => text(size: 17pt, weight: 600, fill: ink, it.body)
#show heading.where(level: 2): it => block(above: 5mm, below: 2.4mm,
  text(size: 11pt, weight: 600, fill: ink, it.body))
#grid(columns: (auto, 1fr), column-gutter: 4mm, align: horizon,
  if d.logo != none { image(bytes(d.logo), format: "svg", height: 12mm, alt: d.emblem) },
  text(size: 9.5pt, weight: 600, d.office))
#v(1mm)
#line(length: 100%, stroke: 0.8pt + ink)
#v(1mm)
#heading(level: 1, d.title)
#v(-1.5mm)
#text(fill: luma(30%), d.subtitle)
#for line in d.lines { block(spacing: 2.2mm, line) }
#if d.figures.len() > 0 {
  v(1mm)
  grid(columns: d.figures.map(_ => 1fr), column-gutter: 3mm, ..d.figures.map(each => block(
    width: 100%, height: 19mm, inset: 2.4mm, stroke: (left: 2pt + ink), fill: luma(96%),
    [#text(size: 16pt, weight: 600, each.value) \\
     #text(size: 8pt, each.label)
     #if each.note != "" [ \\ #text(size: 7.5pt, fill: luma(30%), each.note)]])))
}
#let rows(part) = table(
  columns: part.columns.map(column => column.share * 1fr),
  align: part.columns.map(column => if column.figures { right } else { left }),
  stroke: (x, y) => (bottom: if y == 0 { 0.8pt + ink } else { 0.3pt + luma(75%) }),
  inset: (x: 1.2mm, y: 1.1mm),
  table.header(..part.columns.map(column => text(size: 8pt, weight: 600, column.title))),
  ..part.rows.flatten().map(cell => text(size: 8.5pt, cell)),
)
#let drawing(part) = block(breakable: false, {
  heading(level: 2, part.title)
  image(bytes(part.svg), format: "svg", width: if part.half { 100% } else { 88% }, alt: part.text)
})
#for part in d.parts {
  if part.kind == "pictures" {
    grid(columns: part.shown.map(_ => 1fr), column-gutter: 6mm, ..part.shown.map(drawing))
  } else if part.rows.len() == 0 {
    heading(level: 2, part.title)
    text(part.empty)
  } else if part.rows.len() <= 12 {
    block(breakable: false, { heading(level: 2, part.title); rows(part) })
  } else {
    heading(level: 2, part.title)
    rows(part)
  }
}
"""


def pdf(document: Document, tongue: Tongue, *, office: Path, moment: datetime) -> bytes:
    """Return the PDF; the same document and moment give the same bytes.

    ``office`` is the office folder, for the emblem; without one there the name stands alone.
    """
    logo = office / LOGO
    squares = str.maketrans(dict.fromkeys(missing_glyphs("".join(_words(document))), SQUARE))

    def said(text: str) -> str:
        return text.translate(squares)

    def drawn(picture: Picture) -> dict[str, object]:
        return {
            "title": said(picture.title),
            "svg": said(str(picture.svg)),
            "text": said(picture.text),
            "half": picture.half,
        }

    data = {
        "title": said(document.title),
        "office": said(document.office),
        "subtitle": said(document.subtitle),
        "language": tongue.language,
        "logo": logo.read_text(encoding="utf-8") if logo.is_file() else None,
        "emblem": tongue.gettext(N_("Emblem of the office")),
        "wide": any(
            len(part.columns) > WIDE and len(document.parts) == 1
            for part in document.parts
            if isinstance(part, Table)
        ),
        "lines": [said(line) for line in document.lines],
        "figures": [
            {"label": said(each.label), "value": tongue.number(each.value), "note": said(each.note)}
            for each in document.figures
        ],
        "parts": [
            {"kind": "pictures", "shown": [drawn(each) for each in part]}
            if isinstance(part, list)
            else {
                "kind": "table",
                "title": said(part.title),
                "empty": said(part.empty),
                "columns": [
                    {"title": said(each.title), "share": each.share, "figures": each.figures}
                    for each in part.columns
                ],
                "rows": [[said(shown(cell, tongue)) for cell in row] for row in part.rows],
            }
            for part in _side_by_side(document.parts)
        ],
    }
    return compiled(
        {"main.typ": _MAIN, "report.json": msgspec.json.encode(data)},
        tagged=True,
        moment=moment.astimezone(UTC).replace(microsecond=0),
    )


def _side_by_side(parts: Sequence[Picture | Table]) -> list[list[Picture] | Table]:
    """Return the parts, pictures in lists: two halves that follow each other in one."""
    found: list[list[Picture] | Table] = []
    for part in parts:
        before = found[-1] if found else None
        if isinstance(part, Table):
            found.append(part)
        elif part.half and isinstance(before, list) and len(before) == 1 and before[0].half:
            before.append(part)
        else:
            found.append([part])
    return found


def _words(document: Document) -> Iterator[str]:
    """Yield every text of a document, for the look at the fonts."""
    yield from (document.title, document.office, document.subtitle, *document.lines)
    for figure in document.figures:
        yield from (figure.label, figure.note)
    for part in document.parts:
        yield part.title
        if isinstance(part, Picture):
            yield from (part.text, part.svg)
        else:
            yield part.empty
            yield from (column.title for column in part.columns)
            yield from (cell for row in part.rows for cell in row if isinstance(cell, str))
