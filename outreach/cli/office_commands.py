"""``outreach start``: from an empty folder to an office that is ready to write."""

from typing import TYPE_CHECKING

from outreach import officefolder
from outreach.accounts import users
from outreach.cli import frame, progress, tables
from outreach.errors import N_

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


@frame.command(
    help=N_(
        "First run: lay out the office folder where it is empty, make the database, load the open "
        "data on local authorities. Run it again whenever you like: it only does what is missing.\n\n"
        "Example: outreach --office embassy start"
    )
)
@frame.pass_office
def start(context: frame.Context) -> None:
    """Prepare the office and say what to do next."""
    from outreach.contacts import loading, officekey

    written = officefolder.lay_out(context.folder)
    folder = context.app.folder
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


def _first_administrator(context: frame.Context, session: "Session") -> str | None:
    """Make the acting person administrator of an office where nobody works yet."""
    if users.everyone(session):
        return None
    return users.add(session, context.actor, users.Role.ADMINISTRATOR, context.act()).name
