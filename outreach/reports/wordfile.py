"""A report as a Word file that a counsellor goes on writing: real headings, real tables."""

from datetime import date
from io import BytesIO

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from outreach.reports.documents import Document, Table, Tongue, shown

FONT = "Noto Sans"
CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])
"""Characters that no XML holds."""


def docx_file(document: Document, tongue: Tongue) -> bytes:
    """Return the report as DOCX. Pictures stand as the tables of what they show."""
    made = docx.Document()
    made.styles["Normal"].font.name = FONT
    made.styles["Normal"].font.size = Pt(10)
    made.core_properties.title = _plain(document.title)
    made.core_properties.author = _plain(document.office)
    made.core_properties.language = tongue.language
    made.add_paragraph(_plain(document.office))
    made.add_heading(_plain(document.title), level=1)
    made.add_paragraph(_plain(document.subtitle))
    for line in document.lines:
        made.add_paragraph(_plain(line))
    for figure in document.figures:
        told = f"{figure.label}: {tongue.number(figure.value)}"
        made.add_paragraph(_plain(told), style="List Bullet")
    for table in document.tables:
        made.add_heading(_plain(table.title), level=2)
        _add(made, table, tongue)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def _add(made: "docx.document.Document", table: Table, tongue: Tongue) -> None:
    if not table.rows:
        made.add_paragraph(_plain(table.empty))
        return
    grid = made.add_table(rows=1, cols=len(table.columns))
    grid.style = "Light Grid Accent 1"
    for cell, column in zip(grid.rows[0].cells, table.columns, strict=True):
        cell.text = _plain(column.title)
    for row in table.rows:
        cells = grid.add_row().cells
        for cell, column, value in zip(cells, table.columns, row, strict=True):
            cell.text = _plain(shown(value, tongue))
            if column.figures and not isinstance(value, str | date):
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _plain(text: str) -> str:
    return text.translate(CONTROLS)
