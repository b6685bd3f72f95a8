"""``outreach doctor``: everything that letters depend on, looked at, with what to do."""

from outreach.cli import frame, tables
from outreach.errors import N_


@frame.command(
    "doctor",
    help=N_(
        "Look whether all is in order: the place of the database, disk, clock, PDFs, what waits, "
        "backups, the mailbox, the mail server and what the sender’s domain publishes. Each finding "
        "says what to do. Nothing is sent and nothing is changed.\n\n"
        "Example: outreach doctor"
    ),
)
@frame.option("--offline", is_flag=True, help=N_("Ask neither the mail server nor name servers."))
@frame.json_option
@frame.pass_office
def doctor(context: frame.Context, offline: bool) -> None:
    """Print the findings; exit 1 where one is to be mended."""
    from outreach.keeping import examining
    from outreach.keeping.findings import LEVELS, Level

    app = context.app
    found = list(
        examining.everything(app.store, app.folder, app.settings, app.place(), app.clock())
    )
    if not offline:
        found += app.examine_mail()
    order = list(Level)
    found.sort(key=lambda one: -order.index(one.level))
    if context.as_json:
        tables.print_json(
            [
                {
                    "about": one.about,
                    "level": one.level.value,
                    "what": str(one.what),
                    "todo": str(one.todo) if one.todo else None,
                }
                for one in found
            ]
        )
    else:
        for one in found:
            context.say(N_("{level}: {what}"), level=context.text(LEVELS[one.level]), what=one.what)
            if one.todo is not None:
                context.say("   → {todo}", todo=one.todo)
    if any(one.level is Level.MEND for one in found):
        raise SystemExit(1)
