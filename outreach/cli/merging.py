"""``outreach contacts``: duplicates, and lists to take away."""

from pathlib import Path

import click

from outreach.cli import frame, tables
from outreach.errors import N_


@frame.command(
    "duplicates",
    help=N_("Propose contacts that may be one person, with a score and the reason."),
)
@frame.json_option
@frame.pass_office
def duplicates(context: frame.Context) -> None:
    """Print the pairs, the likeliest first."""
    from outreach.contacts import duplicates as pairs

    with context.reading() as session:
        rows = pairs.propose(session)
    tables.show(
        context,
        rows,
        [
            tables.Column("score", N_("Score"), right=True),
            tables.Column("kept", N_("Keep")),
            tables.Column("gone", N_("Merge into it")),
            tables.Column("organisation", N_("Organisation")),
            tables.Column("reason", N_("Why")),
        ],
        empty=N_("No two contacts look like one person."),
    )


@frame.command(
    "merge",
    help=N_(
        "Merge a contact into another; both histories are kept, and it can be taken back.\n\n"
        "Example: outreach contacts merge FR:76351/dgs FR:76351/martin"
    ),
)
@frame.argument("kept", metavar=N_("CODE"), help=N_("The contact that stays."))
@frame.argument("gone", metavar=N_("OTHER"), help=N_("The contact that is merged into it."))
@frame.option("--reason", default="", metavar=N_("TEXT"), help=N_("Why, for the record."))
@frame.pass_office
def merge(context: frame.Context, kept: str, gone: str, reason: str) -> None:
    """Merge two contacts."""
    from outreach.contacts import merging

    with context.transaction() as session:
        merging.merge(session, kept, gone, reason, context.act())
    context.say(
        N_("{gone} is merged into {kept}. To take it back: outreach contacts unmerge {gone}"),
        gone=gone,
        kept=kept,
    )


@frame.command(
    "unmerge",
    help=N_("Take a merge back.\n\nExample: outreach contacts unmerge FR:76351/martin"),
)
@frame.argument("gone", metavar=N_("CODE"), help=N_("The contact that was merged into another."))
@frame.pass_office
def unmerge(context: frame.Context, gone: str) -> None:
    """Take it back."""
    from outreach.contacts import merging

    with context.transaction() as session:
        kept = merging.unmerge(session, gone, context.act())
    context.say(N_("{gone} and {kept} are two contacts again."), gone=gone, kept=kept)


@frame.command(
    "export",
    help=N_(
        "Write all contacts as CSV or XLSX, as the file’s ending says; the list imports again "
        "without a change.\n\nExample: outreach contacts export contacts.csv --excel fr"
    ),
)
@frame.argument(
    "path",
    metavar=N_("FILE"),
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("The list."),
)
@frame.option(
    "--excel",
    type=click.Choice(["fr", "es"]),
    help=N_("For French or Spanish Excel: titles in that language, semicolons."),
)
@frame.pass_office
def export(context: frame.Context, path: Path, excel: str | None) -> None:
    """Write the list."""
    from outreach.contacts import exporting

    language: exporting.Excel | None = "fr" if excel == "fr" else "es" if excel == "es" else None
    with context.reading() as session:
        count = exporting.write(path, exporting.rows(session), language)
    context.say(N_("{path}: {count} contacts."), path=str(path), count=count)


COMMANDS = [duplicates, merge, unmerge, export]
