"""``outreach batch lots|bordereau``: what was printed together, and the list that goes with it."""

from pathlib import Path

import click

from outreach.cli import frame, tables
from outreach.cli.opened import number_argument
from outreach.errors import N_


@frame.command(
    "lots",
    help=N_(
        "List the lots in which the postal letters of a batch were printed, and how they stand."
    ),
)
@number_argument
@frame.json_option
@frame.pass_office
def lots(context: frame.Context, number: int) -> None:
    """Print one line per lot."""
    from outreach.dispatch import batches
    from outreach.dispatch import lots as printed

    with context.reading() as session:
        rows = printed.of_batch(session, batches.find(session, number))
    tables.show(
        context,
        rows,
        [
            tables.Column("lot", N_("Lot"), right=True),
            tables.Column("printed_at", N_("Printed")),
            tables.Column("printed_by", N_("By")),
            tables.Column("letters", N_("Letters"), right=True),
            tables.Column("waiting", N_("Not posted"), right=True),
            tables.Column("posted", N_("Posted"), right=True),
            tables.Column("returned", N_("Came back"), right=True),
            tables.Column("posted_on", N_("Posted on")),
        ],
        empty=N_("Nothing was printed yet; “outreach batch print” makes the first lot."),
    )


@frame.command(
    "bordereau",
    help=N_(
        "Write the list of a lot, as PDF for the post’s stamp and as CSV for Excel.\n\n"
        "Example: outreach batch bordereau 3 --lot 1 --to ."
    ),
)
@number_argument
@frame.option("--lot", type=int, required=True, metavar=N_("LOT"), help=N_("The lot’s number."))
@frame.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help=N_("The folder to write into; else where the letters are printed to."),
)
@frame.pass_office
def bordereau(context: frame.Context, number: int, lot: int, folder: Path | None) -> None:
    """Write both files."""
    from outreach.dispatch import batches
    from outreach.dispatch import lots as printed

    with context.reading() as session:
        found = printed.find(session, batches.find(session, number), lot)
        files = printed.write_bordereau(
            session,
            found,
            folder or context.app.print_folder(number),
            language="es" if context.settings.office.country == "CO" else "fr",
            moment=context.clock(),
        )
    for path in files:
        context.say(N_("Written: {path}"), path=path)
