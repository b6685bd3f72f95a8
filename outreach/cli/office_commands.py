"""``outreach start``: from an empty folder to an office that is ready to write."""

import sys
from typing import TYPE_CHECKING

import click

from outreach import officefolder
from outreach.accounts import users
from outreach.cli import frame, progress, tables
from outreach.errors import N_, WrongUseError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NEXT = (
    N_("What to do next:"),
    N_("  1. Open {folder}/outreach.toml: the office’s name, the sender’s address, who signs."),
    N_(
        "  2. “outreach contacts list” shows whom you may write to; “outreach users add” adds people."
    ),
    N_("  3. “outreach letters list” shows the letters, “outreach campaign list” the campaigns."),
    N_("To see a whole campaign without sending anything: “outreach demo”."),
)


class RegisterChosenError(WrongUseError):
    """The office has its book already."""

    message = N_(
        "This office’s numbers come from its register as outreach.toml says (source = {source}). "
        "Change it there, under [register], before the first letter is signed."
    )


@frame.command(
    help=N_(
        "First run: lay out the office folder where it is empty, make the database, load the open "
        "data on local authorities. Run it again whenever you like: it only does what is missing.\n\n"
        "Example: outreach --office embassy start"
    )
)
@frame.option(
    "--register",
    "book",
    type=click.Choice(["own", "external"]),
    help=N_(
        "Where the letters’ numbers come from: “external”, a person copies them from the official "
        "book; “own”, the program keeps the book. Asked where it is not said."
    ),
)
@frame.pass_office
def start(context: frame.Context, book: str | None) -> None:
    """Prepare the office and say what to do next."""
    from outreach.contacts import loading, officekey

    fresh = not officefolder.is_laid_out(context.folder)
    if fresh and book is None and sys.stdin.isatty():
        book = _ask(context)
    written = officefolder.lay_out(context.folder, register=book or "external")
    folder = context.app.folder
    source = context.settings.register.source
    if book is not None and source != book:
        raise RegisterChosenError(source=source)
    if fresh:
        context.say(BOOKS[source])
    if written:
        context.say(N_("{folder} is an office folder now: {files}."), folder=folder, files=written)
    officekey.read(folder)
    with progress.stages(context) as report, context.transaction() as session:
        administrator = _first_administrator(context, session)
        loaded = loading.load(session, folder, context.act(), report)
        counts = loading.counts(session)
    if administrator:
        context.say(N_("{name} is the administrator of this office."), name=administrator)
    for line in loaded.lines():
        context.say(line.message, **line.values)
    rows = [{"kind": kind, "count": count} for kind, count in sorted(counts.items())]
    columns = [
        tables.Column("kind", N_("Organisations"), word=True),
        tables.Column("count", N_("Count"), right=True),
    ]
    tables.show(context, rows, columns)
    for sentence in NEXT:
        context.say(sentence, folder=folder)


BOOKS = {
    "external": N_(
        "Numbers: copied from the official book at each signature (register.source = external)."
    ),
    "own": N_("Numbers: this program keeps the book and issues them (register.source = own)."),
}


def _ask(context: frame.Context) -> str:
    """Ask the one question that cannot be taken back once letters are signed."""
    context.say(
        N_(
            "Where do the letters’ numbers come from? “external”: the office has an official book "
            "for all its mail, and a person copies the numbers. “own”: this program keeps the book."
        )
    )
    answer: str = click.prompt(
        context.text(N_("Register")), type=click.Choice(["external", "own"]), default="external"
    )
    return answer


def _first_administrator(context: frame.Context, session: "Session") -> str | None:
    """Make the acting person administrator of an office where nobody works yet."""
    if users.everyone(session):
        return None
    return users.add(session, context.actor, users.Role.ADMINISTRATOR, context.act()).name
