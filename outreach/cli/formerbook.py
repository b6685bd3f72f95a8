"""``outreach register import``: an older book of outgoing letters, taken over."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from outreach.cli import frame, tables
from outreach.errors import N_, WrongUseError

if TYPE_CHECKING:
    from outreach.dispatch.formerbook import Gap, Taken


class ColumnOptionError(WrongUseError):
    """Not ``title=field``."""

    message = N_("“{text}” is not of the form title=field, such as --column “N° d’ordre=number”.")


@frame.command(
    "import",
    help=N_(
        "Take over an older book of outgoing letters (CSV, XLSX, XLS, ODS): its numbers stay known "
        "and are never used again. Lines that cannot be read are refused with the reason, and the "
        "numbers that are missing are listed. --dry-run only looks. What is taken over is sealed "
        "and never changed.\n\nExample: outreach register import registre-2024.xlsx --dry-run"
    ),
)
@frame.argument(
    "path",
    metavar=N_("FILE"),
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@frame.option(
    "--format",
    "format_",
    metavar=N_("FORMAT"),
    help=N_("How its numbers are printed, where it differs from this office’s: S-{yy}-{n}."),
)
@frame.option(
    "--column",
    "columns",
    multiple=True,
    metavar=N_("TITLE=FIELD"),
    help=N_(
        "Which column is which, where the title does not say it: number, date, subject, "
        "addressee, signatory, annulled."
    ),
)
@frame.option("--dry-run", is_flag=True, help=N_("Only show what would happen."))
@frame.option(
    "--leave-out-refused", is_flag=True, help=N_("Take over the rest, without the refused lines.")
)
@frame.json_option
@frame.pass_office
def import_(
    context: frame.Context,
    path: Path,
    format_: str | None,
    columns: tuple[str, ...],
    dry_run: bool,
    leave_out_refused: bool,
) -> None:
    """Read the file, show what it holds, take it over as one unit."""
    from outreach.contacts.importing import files
    from outreach.dispatch import formerbook

    by_hand = dict(_pair(text) for text in columns)
    wanted = format_ or context.settings.register.format
    with context.reading() as session:
        found = formerbook.plan(session, files.read(path), path.name, wanted, by_hand)
    if context.as_json:
        tables.print_json(found)
    else:
        _show(context, found)
    if dry_run:
        return
    with context.transaction() as session:
        done = formerbook.take_over(
            session,
            files.read(path),
            path.name,
            wanted,
            by_hand,
            settings=context.settings.register,
            leave_out=leave_out_refused,
            act=context.act(),
        )
    if not context.as_json:
        context.say(N_("Taken over: {count} numbers."), count=len(done.entries))


def _pair(text: str) -> tuple[str, str]:
    title, sign, field = text.rpartition("=")
    if not sign or not title.strip():
        raise ColumnOptionError(text=text)
    return title.strip(), field.strip()


def _show(context: frame.Context, found: "Taken") -> None:
    context.say(
        N_("Numbers to take over: {new}; known already: {known}; refused: {refused}."),
        new=len(found.entries),
        known=found.known,
        refused=len(found.refused),
    )
    if found.refused:
        tables.show(
            context,
            found.refused,
            [
                tables.Column("line", N_("Line"), right=True),
                tables.Column("reference", N_("Number")),
                tables.Column("why", N_("Refused because")),
            ],
        )
    if found.gaps:
        context.say(
            N_("Numbers that the book lacks: {gaps}"), gaps=[said(gap) for gap in found.gaps]
        )


def said(gap: "Gap") -> str:
    """Return a gap as a person writes it: ``2024: 7–9``."""
    numbers = str(gap.first) if gap.first == gap.last else f"{gap.first}–{gap.last}"
    return f"{gap.year}: {numbers}"
