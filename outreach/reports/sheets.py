"""A report as a workbook or as plain rows: real figures and days, text that nothing runs."""

import csv
import re
from collections.abc import Sequence
from datetime import date
from io import BytesIO, StringIO

import xlsxwriter

from outreach.errors import N_
from outreach.reports.documents import Cell, Document, Picture, Table, Tongue

DAY = {"fr": "dd/mm/yyyy", "es": "dd/mm/yyyy", "en": "dd/mm/yyyy"}
FIGURES = "#,##0"
SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
NAME_MOST = 31
"""Signs that Excel takes for the name of a sheet."""
WIDEST = 60
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""Beginnings that a spreadsheet would run (OWASP, CSV injection)."""


def workbook(document: Document, tongue: Tongue) -> bytes:
    """Return the XLSX: a first sheet to read, then one sheet with a real table for each table.

    The tables behind pictures have a native chart beside them.
    """
    data = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(data, options) as book:
        book.set_properties({"title": document.title, "company": document.office})
        _first(book, document, tongue)
        used = {tongue.gettext(N_("Overview")).lower()}
        for number, part in enumerate(document.parts, 1):
            table = part.data if isinstance(part, Picture) else part
            sheet = book.add_worksheet(_sheet_name(table.title, used))
            _fill(book, sheet, table, number, tongue)
            counts = any(column.figures for column in table.columns)
            if isinstance(part, Picture) and table.rows and counts:
                _chart(book, sheet, part)
    return data.getvalue()


def plain_rows(document: Document, tongue: Tongue) -> bytes:
    """Return the tables as CSV (UTF-8 with a mark for Excel; semicolons, as in both countries).

    Days are ISO dates. A text that a spreadsheet would run gets an apostrophe before it. Several
    tables stand one under the other, each under its title.
    """
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    many = len(document.tables) > 1
    if document.figures:
        writer.writerow([tongue.gettext(N_("Figure")), tongue.gettext(N_("Number"))])
        writer.writerows([safe(figure.label), figure.value] for figure in document.figures)
    for table in document.tables:
        if many:
            writer.writerow([])
            writer.writerow([safe(table.title)])
        writer.writerow([safe(column.title) for column in table.columns])
        writer.writerows([safe(cell) for cell in row] for row in table.rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def safe(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet runs; figures stay figures, days become ISO dates."""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULA):
        return f"'{cell}"
    return cell


def _first(book: xlsxwriter.Workbook, document: Document, tongue: Tongue) -> None:
    sheet = book.add_worksheet(tongue.gettext(N_("Overview")))
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 1, 14)
    sheet.set_column(2, 2, 60)
    big = book.add_format({"bold": True, "font_size": 16, "font_color": "#003893"})
    grey = book.add_format({"font_color": "#55585e"})
    figure = book.add_format({"bold": True, "num_format": FIGURES})
    sheet.write_string(0, 0, document.title, big)
    sheet.write_string(1, 0, f"{document.office} · {document.subtitle}", grey)
    row = 3
    for each in document.figures:
        sheet.write_string(row, 0, each.label)
        sheet.write_number(row, 1, each.value, figure)
        sheet.write_string(row, 2, each.note, grey)
        row += 1
    for line in document.lines:
        row += 1
        sheet.write_string(row, 0, line)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _fill(
    book: xlsxwriter.Workbook,
    sheet: xlsxwriter.worksheet.Worksheet,
    table: Table,
    number: int,
    tongue: Tongue,
) -> None:
    day = book.add_format({"num_format": DAY[tongue.language], "align": "left"})
    figure = book.add_format({"num_format": FIGURES})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    rows: Sequence[Sequence[Cell]] = table.rows or [[None] * len(table.columns)]
    sheet.add_table(
        *(0, 0, len(rows), len(table.columns) - 1),
        {
            "name": f"Table{number}",
            "style": "Table Style Light 9",
            "columns": [{"header": title} for title in _headers(table)],
        },
    )
    for column, each in enumerate(table.columns):
        longest = max([len(each.title) + 4, *(len(str(row[column] or "")) + 2 for row in rows)])
        sheet.set_column(column, column, min(WIDEST, max(8, longest)))
        for line, row in enumerate(rows, 1):
            match row[column]:
                case None:
                    pass
                case str() as text:
                    sheet.write_string(line, column, text, wrapped)
                case int() | float() as value:
                    sheet.write_number(line, column, value, figure)
                case moment:
                    sheet.write_datetime(line, column, moment, day)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _headers(table: Table) -> list[str]:
    """Return the titles, each once: Excel refuses a table with two columns of one name."""
    found: list[str] = []
    for column in table.columns:
        title, number = column.title, 2
        while title.lower() in {each.lower() for each in found}:
            title, number = f"{column.title} {number}", number + 1
        found.append(title)
    return found


def _chart(
    book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet, picture: Picture
) -> None:
    table = picture.data
    figures = [place for place, column in enumerate(table.columns) if column.figures]
    chart = book.add_chart({"type": "column" if len(figures) > 1 else "bar"})
    last = len(table.rows)
    for place, column in enumerate(figures):
        chart.add_series(
            {
                "name": [sheet.get_name(), 0, column],
                "categories": [sheet.get_name(), 1, 0, last, 0],
                "values": [sheet.get_name(), 1, column, last, column],
                "fill": {"color": ("#003893", "#b35900")[place % 2]},
                "data_labels": {"value": len(figures) == 1},
            }
        )
    chart.set_title({"name": picture.title, "name_font": {"size": 12}})
    chart.set_legend({"position": "bottom"} if len(figures) > 1 else {"none": True})
    if len(figures) == 1:
        chart.set_y_axis({"reverse": True})
    sheet.insert_chart(
        1, len(table.columns) + 1, chart, {"description": picture.text, "x_scale": 1.3}
    )


def _sheet_name(title: str, used: set[str]) -> str:
    base = SHEET_NAME.sub(" ", title).strip()[:NAME_MOST] or "1"
    name, number = base, 2
    while name.lower() in used:
        name = f"{base[: NAME_MOST - 3]} {number}"
        number += 1
    used.add(name.lower())
    return name
