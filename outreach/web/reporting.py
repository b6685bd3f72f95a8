"""The reports, each in every form and both languages: read here, or taken along."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from http import HTTPStatus

from litestar import Response
from litestar.params import FromPath
from sqlalchemy.orm import Session

from outreach.accounts import users
from outreach.accounts.users import RANK, Role
from outreach.campaigns import definition as definitions
from outreach.campaigns import enrolments
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.reports import (
    cooperation,
    editions,
    past,
    records,
    snapshots,
    standing,
    waiting,
    weekly,
)
from outreach.reports.documents import Document, shown
from outreach.reports.editions import Form
from outreach.settings import Language
from outreach.web import files
from outreach.web import visit as visits
from outreach.web.handlers import get
from outreach.web.visit import Asked, Visit
from outreach.words import Words, translator

FORM_NAMES: dict[Form, str] = {
    "pdf": "PDF",
    "docx": "Word",
    "xlsx": "Excel",
    "csv": "CSV",
}
KEPT = ("campaign", "from", "until", "as-of", "language")
"""What a report was asked for with, so that it can be taken along as it is read."""
FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Days beyond are slips of the hand; with the very first and last no calendar counts on."""
LANGUAGES: dict[Language, str] = {"fr": "Français", "es": "Español"}


class UnknownReportError(WrongUseError):
    """The address of a page was made up."""

    message = N_("There is no report called “{name}”. Choose one from the page of reports.")


class UnreadableDayError(OutreachError):
    """A day was typed by hand."""

    message = N_("“{day}” is no day. Write it as 2025-09-01.")


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for beside the report itself."""

    visit: Visit
    words: Words
    campaign: str
    first: date | None
    last: date | None
    day: date | None
    """The past day at whose end the office is looked at; None: now."""

    @property
    def today(self) -> date:
        """The day that the report is of."""
        return self.day or self.visit.today

    @property
    def office(self) -> str:
        """The office's name in the language of the document."""
        return self.visit.app.settings.office.name.in_(self.words.written)


@dataclass(frozen=True, slots=True)
class Report:
    """One kind of report."""

    title: str
    about: str
    make: Callable[[Session, Wish], Document]
    of_campaign: bool = False
    of_period: bool = False
    of_week: bool = False
    of_past: bool = False
    """Whether it can be told of a past day."""
    least: Role = field(default=Role.SECRETARY)
    """Who may have it."""


def _standing(session: Session, wish: Wish) -> Document:
    visit = wish.visit
    definition = definitions.load(visit.app.folder, wish.campaign)
    return standing.document(
        session,
        enrolments.require_started(session, wish.campaign),
        definition,
        wish.words,
        office=wish.office,
        folder=visit.app.folder,
        today=wish.today,
        zone=visit.app.settings.zone,
        is_past=wish.day is not None,
    )


def _activity(session: Session, wish: Wish) -> Document:
    visit = wish.visit
    definition = definitions.load(visit.app.folder, wish.campaign)
    return records.activity(
        session,
        enrolments.require_started(session, wish.campaign),
        definition.file.title.in_(wish.words.written),
        wish.words,
        office=wish.office,
        today=wish.today,
        zone=visit.app.settings.zone,
    )


def _register(session: Session, wish: Wish) -> Document:
    last = wish.last or wish.today
    return records.register(session, wish.words, office=wish.office, first=wish.first, last=last)


def _promises(session: Session, wish: Wish) -> Document:
    return records.promises(session, wish.words, office=wish.office, today=wish.today)


def _cooperation(session: Session, wish: Wish) -> Document:
    return cooperation.document(session, wish.words, office=wish.office, today=wish.visit.today)


def _weekly(session: Session, wish: Wish) -> Document:
    visit = wish.visit
    last = wish.last or visit.today - timedelta(days=1)
    mine = waiting.of(session, users.present(session, visit.actor), visit.today, visit.app.settings)
    week = weekly.of(session, last, visit.app.settings.zone, mine)
    named = weekly.titled(week, visit.app.folder, wish.words.written)
    return weekly.document(named, wish.words, office=wish.office)


def _retention(session: Session, wish: Wish) -> Document:
    kept = wish.visit.app.settings.privacy.retention
    return records.retention(session, wish.words, kept, office=wish.office, today=wish.visit.today)


REPORTS: dict[str, Report] = {
    "weekly": Report(
        N_("The week of the office"),
        N_("What went out, what came back, what waits for you and what is overdue, in seven days."),
        _weekly,
        of_week=True,
    ),
    "campaign": Report(
        N_("Where a campaign stands"),
        N_("Two pages to put before the ambassador: what left, what came back, what is owed."),
        _standing,
        of_campaign=True,
        of_past=True,
    ),
    "cooperation": Report(
        N_("Which cities talk to whom"),
        N_(
            "Every pair with how far it has come. In French for partners, in Spanish for Bogotá; "
            "as Word it can be edited."
        ),
        _cooperation,
    ),
    "promises": Report(
        N_("Promises"),
        N_("Every promise with its day, and to how many it is still owed."),
        _promises,
        of_past=True,
    ),
    "register": Report(
        N_("Register of outgoing letters"),
        N_("Every number of a period with its date, addressee, subject and signatory."),
        _register,
        of_period=True,
        of_past=True,
    ),
    "activity": Report(
        N_("Who did what"),
        N_("The acts of people in a campaign, in words, the newest first."),
        _activity,
        of_campaign=True,
        of_past=True,
    ),
    "retention": Report(
        N_("What is kept how long"),
        N_("What is kept longer than the office decided, and whose card is to be looked at."),
        _retention,
        least=Role.MANAGER,
    ),
}
"""By the last part of its address."""


@get("/reports")
def all_(request: Asked) -> Response[str]:
    """Show what can be reported, with what each report wants to know."""
    visit = visits.of(request)
    return _shown(visit)


@get("/reports/{name:str}")
def one(request: Asked, name: FromPath[str]) -> Response[str] | Response[bytes]:
    """Show a report, or give it as a file where a form is asked for."""
    visit = visits.of(request)
    report = REPORTS.get(name)
    if report is None or not _may(visit, report):
        raise UnknownReportError(name=name)
    asked = request.query_params
    language: Language = "es" if asked.get("language", visit.words.written) == "es" else "fr"
    words = translator(language)
    form = next((each for each in FORM_NAMES if each == asked.get("form")), None)
    try:
        wish = Wish(visit, words, asked.get("campaign", ""), *_days(asked, report))
        with _looking(wish) as (session, moment):
            document = report.make(session, wish)
        if form is None:
            return _read(visit, name, asked, words, document)
        data = editions.edition(document, words, form, office=visit.app.folder, moment=moment)
    except OutreachError as error:
        return _shown(visit, trouble=visit.told(error), at=name)
    return files.download(data, editions.MEDIA[form], f"{document.name}.{form}")


@contextmanager
def _looking(wish: Wish) -> Iterator[tuple[Session, datetime]]:
    """Open a session that sees one moment of the office, and say which."""
    visit = wish.visit
    zone = visit.app.settings.zone
    if wish.day is not None:
        with past.reading(
            visit.app.store,
            wish.day,
            zone=zone,
            today=visit.today,
            campaign=wish.campaign or None,
        ) as session:
            yield session, past.end_of(wish.day, zone)
        return
    with visit.app.store.reading() as session:
        snapshots.hold(session)
        yield session, visit.app.clock()


def _read(
    visit: Visit, name: str, asked: Mapping[str, str], words: Words, document: Document
) -> Response[str]:
    return visit.page(
        "report.html",
        name=name,
        document=document,
        forms=FORM_NAMES,
        written=words.language,
        cell=lambda value: shown(value, words),
        number=words.number,
        word_in=words.gettext,
        kept={key: value for key, value in asked.items() if key in KEPT and value},
    )


def _shown(visit: Visit, trouble: str = "", at: str = "") -> Response[str]:
    with visit.app.store.reading() as session:
        campaigns = {name: _title(visit, name) for name in enrolments.started(session)}
    return visit.page(
        "reports.html",
        HTTPStatus.CONFLICT if trouble else HTTPStatus.OK,
        reports={name: each for name, each in REPORTS.items() if _may(visit, each)},
        campaigns=campaigns,
        forms=FORM_NAMES,
        languages_of_reports=LANGUAGES,
        trouble=trouble,
        at=at,
    )


def _may(visit: Visit, report: Report) -> bool:
    return visit.role is not None and RANK[visit.role] >= RANK[report.least]


def _title(visit: Visit, name: str) -> str:
    try:
        return definitions.load(visit.app.folder, name).file.title.in_(visit.language)
    except OutreachError:  # its file is gone or broken: other pages say so
        return name


def _days(asked: Mapping[str, str], report: Report) -> tuple[date | None, date | None, date | None]:
    """Return the first and last day of a period, and the past day: what was asked for of them."""
    day = _day(asked.get("as-of", "")) if report.of_past else None
    return _day(asked.get("from", "")), _day(asked.get("until", "")), day


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UnreadableDayError(day=text[:40]) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise UnreadableDayError(day=text[:40])
    return day
