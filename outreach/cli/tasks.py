"""``outreach tasks``: what a person is to do, by whom and by when."""

from outreach.cli import frame, tables
from outreach.errors import N_


@frame.group(help=N_("What is to be done, by whom and by when."))
def tasks() -> None:
    """Group the commands on tasks."""


@tasks.command(
    "list",
    help=N_("List what is to be done, the first due first.\n\nExample: outreach tasks list --mine"),
)
@frame.option("--mine", is_flag=True, help=N_("Only yours."))
@frame.option("--unassigned", is_flag=True, help=N_("Only what nobody sees to yet."))
@frame.option("--late", is_flag=True, help=N_("Only what should have been done."))
@frame.json_option
@frame.pass_office
def list_tasks(context: frame.Context, mine: bool, unassigned: bool, late: bool) -> None:
    """Print open tasks."""
    from outreach.clock import local_date
    from outreach.inbox import nextactions

    with context.reading() as session:
        rows = nextactions.open_tasks(
            session,
            local_date(context.clock(), context.settings.zone),
            owner=context.actor if mine else None,
            unassigned=unassigned,
            late=late,
        )
    columns = [
        tables.Column("number", N_("No.")),
        tables.Column("due_on", N_("Due")),
        tables.Column("late", N_("Late")),
        tables.Column("owner", N_("Sees to it")),
        tables.Column("what", N_("What is to be done")),
        tables.Column("organisation", N_("Organisation")),
        tables.Column("arrival", N_("Reply")),
    ]
    if context.as_json:
        columns += [tables.Column("kind", "kind"), tables.Column("contact", "contact")]
    tables.show(context, rows, columns, empty=N_("Nothing is to be done."))


@tasks.command("done", help=N_("Say that something is done.\n\nExample: outreach tasks done 4"))
@frame.argument("number", metavar=N_("NUMBER"), type=int, help=N_("As “tasks list” shows it."))
@frame.option("--dropped", is_flag=True, help=N_("Nobody has to do it after all."))
@frame.pass_office
def done(context: frame.Context, number: int, dropped: bool) -> None:
    """End a task."""
    from outreach.inbox import nextactions

    with context.transaction() as session:
        nextactions.finish(session, number, context.act(), dropped=dropped)
    context.say(N_("{number} is done."), number=number)


@tasks.command(
    "assign",
    help=N_(
        "Give something to a colleague; without a name, to nobody.\n\nExample: outreach tasks assign "
        "4 Maria"
    ),
)
@frame.argument("number", metavar=N_("NUMBER"), type=int, help=N_("As “tasks list” shows it."))
@frame.argument("owner", metavar=N_("NAME"), required=False, help=N_("Who sees to it."))
@frame.pass_office
def assign(context: frame.Context, number: int, owner: str | None) -> None:
    """Assign a task."""
    from outreach.inbox import nextactions

    with context.transaction() as session:
        task = nextactions.assign(session, number, owner, context.act())
    context.say(
        N_("{owner} sees to {number}.") if owner else N_("Nobody sees to {number} now."),
        owner=task.owner,
        number=number,
    )
