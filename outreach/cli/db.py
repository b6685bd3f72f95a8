"""``outreach db``: where the office's data is at home, its backups and what follows them."""

from outreach.cli import frame, keeping, tables
from outreach.errors import N_


@frame.group(help=N_("The office’s database: backups, restoring, where it is at home."))
def db() -> None:
    """Group the commands on the database."""


@db.command(
    "home",
    help=N_(
        "Show on which machine and in which folder the database is used, and whether that is here."
    ),
)
@frame.json_option
@frame.pass_office
def home(context: frame.Context) -> None:
    """Print the homes."""
    from outreach.dispatch import homes

    place = context.app.place()
    with context.reading() as session:
        rows = [
            {
                "machine": one.machine,
                "folder": one.folder,
                "here": one.fingerprint == place.fingerprint,
                "adopted_by": one.adopted_by,
                "adopted_at": one.adopted_at,
            }
            for one in homes.everywhere(session)
        ]
    tables.show(
        context,
        rows,
        [
            tables.Column("machine", N_("Machine")),
            tables.Column("folder", N_("Folder")),
            tables.Column("here", N_("Here")),
            tables.Column("adopted_by", N_("Adopted by")),
            tables.Column("adopted_at", N_("Since")),
        ],
        empty=N_("The database has no home yet."),
    )


@db.command(
    "adopt",
    help=N_(
        "Say that this is the office from now on: after a move to another computer or folder, or "
        "after a backup was restored. Until then a copy sends nothing and gives no numbers. See to "
        "it that the other one sends no more.\n\n"
        'Example: outreach db adopt --because "New computer since Monday"'
    ),
)
@frame.option("--because", required=True, metavar=N_("REASON"), help=N_("Why; it is kept."))
@frame.pass_office
def adopt(context: frame.Context, because: str) -> None:
    """Make this machine and folder the database's home."""
    from outreach.dispatch import homes

    with context.transaction() as session:
        homes.adopt(
            session,
            context.app.place(),
            because,
            context.act(),
            shared=context.store.is_shared,
        )
    context.say(N_("This is the office from now on."))


for _command in keeping.COMMANDS:
    db.add_command(_command)
