"""``outreach report register|promises|activity|cooperation|retention|weekly``, and a campaign's: documents to hand on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from outreach.campaigns import definition as definitions
from outreach.cli import frame, tables
from outreach.errors import N_, WrongUseError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from outreach.reports.documents import Document
    from outreach.reports.editions import Form
    from outreach.words import Words

FORMATS = ("html", "pdf", "docx", "xlsx", "csv", "json")


class WholeCampaignError(WrongUseError):
    """A document was asked for, and a part of its figures."""

    message = N_(
        "A document shows the whole campaign: leave out {option}, or leave out --format to see the "
        "figures here."
    )


TO = frame.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help=N_("The folder to write into."),
)
LANG = frame.option(
    "--lang",
    type=click.Choice(["fr", "es"]),
    help=N_("The language of the document; else that of these messages."),
)
FORMAT = frame.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="pdf",
    show_default=True,
    help=N_("Which kind of file; json is printed."),
)


AS_OF = frame.option(
    "--as-of",
    "day",
    type=frame.Day(),
    help=N_("As it stood at the end of this past day; else as it stands now."),
)


@dataclass(frozen=True, slots=True)
class Look:
    """The office at one moment: now, or at the end of a past day."""

    session: "Session"
    today: date
    moment: datetime


@contextmanager
def looking(
    context: frame.Context, day: date | None = None, campaign: str | None = None
) -> Iterator[Look]:
    """Read the office, or one campaign, at one moment, while letters leave and answers come in."""
    from outreach.clock import local_date
    from outreach.reports import past, snapshots

    zone = context.settings.zone
    today = local_date(context.clock(), zone)
    if day is not None:
        with past.reading(context.store, day, zone=zone, today=today, campaign=campaign) as session:
            yield Look(session, day, past.end_of(day, zone))
        return
    with context.reading() as session:
        snapshots.hold(session)
        yield Look(session, today, context.clock())


def handed_on(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of every document: in which form, in which language, where to."""
    return FORMAT(LANG(TO(command)))


def standing(
    context: frame.Context,
    campaign: str,
    form: 'Form | Literal["json"]',
    lang: str | None,
    folder: Path,
    day: date | None,
) -> None:
    """Write where one campaign stands, or stood, as two pages to hand on."""
    from outreach.campaigns import enrolments
    from outreach.reports import standing

    definition = definitions.load(context.app.folder, campaign)
    words = _words(context, lang)
    with looking(context, day, campaign) as look:
        found = standing.document(
            look.session,
            enrolments.require_started(look.session, campaign),
            definition,
            words,
            office=context.settings.office.name.in_(words.written),
            folder=context.app.folder,
            today=look.today,
            zone=context.settings.zone,
            is_past=day is not None,
        )
    write(context, found, words, form, folder, moment=look.moment)


@frame.command(
    "register",
    help=N_(
        "Write the book of outgoing letters of a period (chrono départ): every number with its "
        "date, addressee, subject and signatory.\n\nExample: outreach report register --from "
        "2025-09-01 --until 2025-09-30 --format pdf"
    ),
)
@frame.option("--from", "first", type=frame.Day(), help=N_("The first day; else the first of all."))
@frame.option("--until", "last", type=frame.Day(), help=N_("The last day; else today."))
@AS_OF
@handed_on
@frame.json_option
@frame.pass_office
def register(  # the options of one command
    context: frame.Context,
    first: date | None,
    last: date | None,
    day: date | None,
    form: 'Form | Literal["json"]',
    lang: str | None,
    folder: Path,
) -> None:
    """Write the register of a period."""
    from outreach.reports import records

    words = _words(context, lang)
    with looking(context, day) as look:
        found = records.register(
            look.session,
            words,
            office=context.settings.office.name.in_(words.written),
            first=first,
            last=last or look.today,
        )
    write(context, found, words, form, folder, moment=look.moment)


@frame.command(
    "promises",
    help=N_(
        "Write every promise with its day, its state and to how many it is still owed.\n\n"
        "Example: outreach report promises --format xlsx"
    ),
)
@AS_OF
@handed_on
@frame.json_option
@frame.pass_office
def promises(
    context: frame.Context,
    day: date | None,
    form: 'Form | Literal["json"]',
    lang: str | None,
    folder: Path,
) -> None:
    """Write the promises."""
    from outreach.reports import records

    words = _words(context, lang)
    with looking(context, day) as look:
        found = records.promises(
            look.session,
            words,
            office=context.settings.office.name.in_(words.written),
            today=look.today,
        )
    write(context, found, words, form, folder, moment=look.moment)


@frame.command(
    "activity",
    help=N_(
        "Write who did what in a campaign, in words, the newest first.\n\nExample: outreach "
        "report activity asointermedias-2025 --format pdf"
    ),
)
@frame.argument("campaign", metavar=N_("CAMPAIGN"))
@AS_OF
@handed_on
@frame.json_option
@frame.pass_office
def activity(
    context: frame.Context,
    campaign: str,
    day: date | None,
    form: 'Form | Literal["json"]',
    lang: str | None,
    folder: Path,
) -> None:
    """Write the acts of people in a campaign."""
    from outreach.campaigns import enrolments
    from outreach.reports import records

    definition = definitions.load(context.app.folder, campaign)
    words = _words(context, lang)
    zone = context.settings.zone
    with looking(context, day) as look:
        row = enrolments.require_started(look.session, campaign)
        found = records.activity(
            look.session,
            row,
            definition.file.title.in_(words.written),
            words,
            office=context.settings.office.name.in_(words.written),
            today=look.today,
            zone=zone,
        )
    write(context, found, words, form, folder, moment=look.moment)


@frame.command(
    "cooperation",
    help=N_(
        "Write which cities talk to whom: every pair with how far it has come, by Colombian city "
        "and by French authority, with what was written down of favourable answers. In French for "
        "partners, in Spanish for Bogotá; as docx it can be edited.\n\nExample: outreach report "
        "cooperation --lang es --format docx"
    ),
)
@handed_on
@frame.json_option
@frame.pass_office
def cooperation(
    context: frame.Context, form: 'Form | Literal["json"]', lang: str | None, folder: Path
) -> None:
    """Write who talks to whom."""
    from outreach.reports import cooperation as talks

    words = _words(context, lang)
    with looking(context) as look:
        found = talks.document(
            look.session,
            words,
            office=context.settings.office.name.in_(words.written),
            today=look.today,
        )
    write(context, found, words, form, folder, moment=look.moment)


@frame.command(
    "retention",
    help=N_(
        "Write what is kept longer than the office decided, and whose card is to be looked at.\n\n"
        "Example: outreach report retention --format xlsx"
    ),
)
@handed_on
@frame.json_option
@frame.pass_office
def retention(
    context: frame.Context, form: 'Form | Literal["json"]', lang: str | None, folder: Path
) -> None:
    """Write what is kept how long."""
    from outreach.reports import records

    words = _words(context, lang)
    with looking(context) as look:
        found = records.retention(
            look.session,
            words,
            context.settings.privacy.retention,
            office=context.settings.office.name.in_(words.written),
            today=look.today,
        )
    write(context, found, words, form, folder, moment=look.moment)


@frame.command(
    "weekly",
    help=N_(
        "Write the week of the office: what went out, what came back, what waits for you and what "
        "is overdue. Those who decide get it each week by e-mail.\n\nExample: outreach report "
        "weekly --until 2025-09-07"
    ),
)
@frame.option(
    "--until", "last", type=frame.Day(), help=N_("The last of the seven days; else yesterday.")
)
@handed_on
@frame.json_option
@frame.pass_office
def weekly(
    context: frame.Context,
    last: date | None,
    form: 'Form | Literal["json"]',
    lang: str | None,
    folder: Path,
) -> None:
    """Write the week."""
    from outreach.accounts import users
    from outreach.reports import waiting
    from outreach.reports import weekly as week_of

    words = _words(context, lang)
    settings = context.settings
    with looking(context) as look:
        person = users.find(look.session, context.actor)
        mine = waiting.of(look.session, person, look.today, settings)
        last = last or look.today - timedelta(days=1)
        week = week_of.of(look.session, last, settings.zone, mine)
    named = week_of.titled(week, context.app.folder, words.written)
    found = week_of.document(named, words, office=settings.office.name.in_(words.written))
    write(context, found, words, form, folder, moment=look.moment)


@frame.command(
    "bordereau",
    help=N_(
        "Write the dispatch list of a printed lot, for the post: every letter with its number, "
        "addressee and address, in the order of printing.\n\nExample: outreach report bordereau 3 "
        "--lot 1 --format pdf"
    ),
)
@frame.argument("number", metavar=N_("BATCH"), type=int)
@frame.option("--lot", type=int, required=True, metavar=N_("LOT"), help=N_("The lot’s number."))
@handed_on
@frame.json_option
@frame.pass_office
def bordereau(  # the options of one command
    context: frame.Context,
    number: int,
    lot: int,
    form: 'Form | Literal["json"]',
    lang: str | None,
    folder: Path,
) -> None:
    """Write the dispatch list of a lot."""
    from outreach.dispatch import batches, lots
    from outreach.reports import records

    words = _words(context, lang)
    with looking(context) as look:
        found = records.bordereau(
            look.session,
            lots.find(look.session, batches.find(look.session, number), lot),
            words,
            office=context.settings.office.name.in_(words.written),
            zone=context.settings.zone,
        )
    write(context, found, words, form, folder, moment=look.moment)


def write(
    context: frame.Context,
    document: "Document",
    words: "Words",
    form: 'Form | Literal["json"]',
    folder: Path,
    *,
    moment: datetime,
) -> None:
    """Write a document of ``moment`` into a folder, in one form; as JSON it is printed."""
    from outreach.reports import editions

    if context.as_json or form == "json":
        tables.print_json(
            {
                "title": document.title,
                "as_of": document.subtitle,
                "figures": [
                    {"label": each.label, "value": each.value} for each in document.figures
                ],
                "tables": [
                    {
                        "title": table.title,
                        "columns": [column.title for column in table.columns],
                        "rows": table.rows,
                    }
                    for table in document.tables
                ],
            }
        )
        return
    data = editions.edition(document, words, form, office=context.app.folder, moment=moment)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{document.name}.{form}"
    path.write_bytes(data)
    context.say(N_("Written: {path}"), path=path)


def _words(context: frame.Context, lang: str | None) -> "Words":
    from outreach.words import translator

    match lang:
        case "fr" | "es":
            return translator(lang)
    return context.words
