"""``outreach register``: the book of outgoing letters."""

from outreach.cli import frame, tables
from outreach.errors import N_, OutreachError


class RegisterGapError(OutreachError):
    """The tool's own book lacks a number."""

    message = N_(
        "The register lacks {count} numbers: {numbers}. A number is never deleted; restore a "
        "backup and tell an administrator."
    )


@frame.group(help=N_("The book of outgoing letters: official numbers, never reused or changed."))
def register() -> None:
    """Group the commands on the register."""


@register.command("list", help=N_("List the numbers that letters bear, in order."))
@frame.option("--year", type=int, metavar=N_("YEAR"), help=N_("Only of this year."))
@frame.json_option
@frame.pass_office
def list_entries(context: frame.Context, year: int | None) -> None:
    """Print the book."""
    from outreach.dispatch import register as book

    with context.reading() as session:
        tables.show(
            context,
            book.entries(session, year),
            [
                tables.Column("reference", N_("Number")),
                tables.Column("issued_on", N_("Date")),
                tables.Column("addressee", N_("Addressee"), word=True),
                tables.Column("subject", N_("Subject")),
                tables.Column("signatory", N_("Signatory")),
                tables.Column("batch_id", N_("Batch"), right=True),
            ],
            empty=N_("No number was issued yet; signing a batch issues them."),
        )


@register.command("verify", help=N_("Prove that the tool’s own book has no gap."))
@frame.pass_office
def verify(context: frame.Context) -> None:
    """Look for missing numbers."""
    from outreach.dispatch import register as book

    with context.reading() as session:
        missing = book.gaps(session)
        entries = len(book.entries(session))
    if missing:
        shown = [f"{year}-{number}" for year, number in missing[:10]]
        raise RegisterGapError(count=len(missing), numbers=shown)
    context.say(N_("The register holds {count} numbers, without a gap."), count=entries)
