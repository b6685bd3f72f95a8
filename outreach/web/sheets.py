"""What a page lists, as a table for Excel or LibreOffice: text stays text, nothing in it runs."""

from collections.abc import Iterable, Sequence
from io import BytesIO

import xlsxwriter
from litestar import Response
from litestar.params import FromPath

from outreach.campaigns import definition as definitions
from outreach.campaigns import enrolments
from outreach.errors import N_
from outreach.reports import agenda, book, lines
from outreach.reports import promises as promised
from outreach.reports.book import View
from outreach.web import campaigns, files
from outreach.web import visit as visits
from outreach.web.handlers import get
from outreach.web.visit import CHANNELS, ONE, Asked, Visit

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST = 1_000_000
"""Lines of a sheet."""


@get("/campaigns/{name:str}/who/sheet")
def who(request: Asked, name: FromPath[str]) -> Response[bytes]:
    """Return who got what, narrowed as the page was."""
    visit = visits.of(request)
    definition = definitions.load(visit.app.folder, name)
    asked = campaigns.asked(request, definition)
    with visit.app.store.reading() as session:
        row = enrolments.require_started(session, name)
        found = [
            [
                line.organisation,
                line.contact,
                agenda.title(definition, line.step, visit.language),
                visit.text(ONE[line.fate.value]),
                visit.word(line.reason) if line.reason else "",
                visit.text(CHANNELS[line.channel]) if line.channel in CHANNELS else "",
                line.reference or "",
                str(visit.shown(line.when)) if line.when else "",
            ]
            for line in lines.who(
                session, row, step=asked.step or None, fate=asked.fate, narrow=asked.narrow
            )
        ]
    titles = (
        *(N_("Organisation"), N_("Contact"), N_("Step"), N_("Letter")),
        *(N_("Why"), N_("How"), N_("Number"), N_("When")),
    )
    return _sheet(visit, titles, found, f"{name}.xlsx")


@get("/register/sheet")
def register(request: Asked) -> Response[bytes]:
    """Return the register, of one year or all: our own numbers, then those of an older book."""
    visit = visits.of(request)
    year = request.query_params.get("year", "")
    wanted = campaigns.number_of(year) if year else None
    with visit.app.store.reading() as session:
        found = [
            [
                line.reference,
                str(visit.shown(line.issued_on)) if line.issued_on else "",
                visit.word(line.addressee),
                line.organisation or "",
                line.subject,
                line.signatory,
                line.annulled or "",
            ]
            for view in (View.ALL, View.FORMER)
            for line in book.page(session, "", 1, view=view, year=wanted, size=MOST).lines
        ]
    titles = (
        *(N_("Number"), N_("Date"), N_("Addressee"), N_("Organisation"), N_("Subject")),
        *(N_("Signatory"), N_("Annulled because")),
    )
    return _sheet(visit, titles, found, "registre.xlsx")


@get("/promises/sheet")
def promises(request: Asked) -> Response[bytes]:
    """Return every promise with its figures."""
    visit = visits.of(request)
    with visit.app.store.reading() as session:
        found = [
            [
                line.text.get(visit.language, ""),
                line.organisation or visit.count("{n} contact", "{n} contacts", line.made),
                str(visit.shown(line.due_on)),
                visit.text(N_("Overdue")) if line.overdue else visit.word(line.state),
                str(line.kept),
                str(line.open),
                line.owner or "",
            ]
            for line in promised.lines(session, visit.today)
        ]
    titles = (
        *(N_("What was promised"), N_("Made to"), N_("Due"), N_("State"), N_("Kept")),
        *(N_("Still owed"), N_("Sees to it")),
    )
    return _sheet(visit, titles, found, "engagements.xlsx")


def _sheet(
    visit: Visit, titles: Sequence[str], rows: Iterable[Sequence[str]], name: str
) -> Response[bytes]:
    data = BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        bold = workbook.add_format({"bold": True})
        for column, title in enumerate(titles):
            sheet.write_string(0, column, visit.text(title), bold)
            sheet.set_column(column, column, 24)
        last = 0
        for last, row in enumerate(rows, 1):
            for column, text in enumerate(row):
                sheet.write_string(last, column, text)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(last, 1), len(titles) - 1)
    return files.download(data.getvalue(), XLSX, name)
