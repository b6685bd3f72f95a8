"""``outreach register``: the book of outgoing letters."""

from outreach.cli import formerbook, frame, tables
from outreach.errors import N_, OutreachError


class RegisterGapError(OutreachError):
    """The tool's own book lacks a number."""

    message = N_(
        "The register lacks {count} numbers: {numbers}. A number is never deleted; restore a "
        "backup and tell an administrator."
    )


class RegisterChangedError(OutreachError):
    """A row is no longer what was sealed."""

    message = N_(
        "The register was changed at {reference} after it was sealed. A number is never changed; "
        "restore a backup and tell an administrator."
    )


@frame.group(help=N_("The book of outgoing letters: official numbers, never reused or changed."))
def register() -> None:
    """Group the commands on the register."""


register.add_command(formerbook.import_)


@register.command("list", help=N_("List the numbers that letters bear, in order."))
@frame.option("--year", type=int, metavar=N_("YEAR"), help=N_("Only of this year."))
@frame.json_option
@frame.pass_office
def list_entries(context: frame.Context, year: int | None) -> None:
    """Print the book."""
    from outreach.dispatch import annulments, formerbook
    from outreach.dispatch import register as book

    with context.reading() as session:
        given_up = annulments.annulled(session)
        corrected = book.corrected(session)
        rows = [
            {
                "reference": row.reference,
                "issued_on": row.issued_on,
                "addressee": row.addressee,
                "subject": row.subject,
                "signatory": row.signatory,
                "batch_id": row.batch_id,
                "corrects": corrected.get(row.id),
                "annulled": given_up[row.id].reason if row.id in given_up else None,
                "taken_over_from": None,
            }
            for row in book.entries(session, year)
        ]
        rows += [
            {
                "reference": row.reference,
                "issued_on": row.issued_on,
                "addressee": row.addressee,
                "subject": row.subject,
                "signatory": row.signatory,
                "batch_id": None,
                "corrects": None,
                "annulled": row.annulled,
                "taken_over_from": row.source,
            }
            for row in formerbook.entries(session, year)
        ]
        places = {row.reference: (row.year, row.number) for row in book.entries(session, year)}
        places |= {
            row.reference: (row.year, row.number) for row in formerbook.entries(session, year)
        }
        rows.sort(key=lambda row: places[str(row["reference"])])
    tables.show(
        context,
        rows,
        [
            tables.Column("reference", N_("Number")),
            tables.Column("issued_on", N_("Date")),
            tables.Column("addressee", N_("Addressee"), word=True),
            tables.Column("subject", N_("Subject")),
            tables.Column("signatory", N_("Signatory")),
            tables.Column("batch_id", N_("Batch"), right=True),
            tables.Column("corrects", N_("Corrects")),
            tables.Column("annulled", N_("Annulled because")),
            tables.Column("taken_over_from", N_("From an older book")),
        ],
        empty=N_("No number was issued yet; signing a batch issues them."),
    )


@register.command(
    "owed",
    help=N_("List the numbers whose letter did not leave: to be annulled, or sent after all."),
)
@frame.json_option
@frame.pass_office
def owed(context: frame.Context) -> None:
    """Print the annulment tasks."""
    from outreach.dispatch import annulments

    with context.reading() as session:
        tables.show(
            context,
            annulments.owed(session),
            [
                tables.Column("reference", N_("Number")),
                tables.Column("issued_on", N_("Date")),
                tables.Column("batch", N_("Batch"), right=True),
                tables.Column("addressee", N_("Addressee"), word=True),
                tables.Column("proposed_by", N_("Annulment proposed by")),
            ],
            empty=N_("Every number stands on a letter that left or will leave."),
        )


@register.command(
    "annul",
    help=N_(
        "Give up a number whose letter did not leave. One person proposes it with the reason, a "
        "manager other than that person confirms it; letters with it that still wait are "
        "cancelled, and the number is never used again.\n\n"
        'Example: outreach register annul S-EFRPR-25-265 --because "The mayor resigned"'
    ),
)
@frame.argument("reference", metavar=N_("NUMBER"))
@frame.option("--because", metavar=N_("REASON"), default="", help=N_("The written reason."))
@frame.option("--confirm", is_flag=True, help=N_("Confirm what another person proposed."))
@frame.pass_office
def annul(context: frame.Context, reference: str, because: str, confirm: bool) -> None:
    """Propose or confirm an annulment."""
    from outreach.dispatch import annulments

    with context.transaction() as session:
        if confirm:
            annulments.confirm(session, reference, context.act())
        else:
            annulments.propose(session, reference, because, context.act())
    if confirm:
        context.say(
            N_("{reference} is annulled. The number is not used again."), reference=reference
        )
    else:
        context.say(
            N_(
                "Proposed. A manager, another person than you, now says “outreach register annul "
                "{reference} --confirm”."
            ),
            reference=reference,
        )


@register.command(
    "verify",
    help=N_(
        "Prove that no number was changed since it was issued and, where the tool keeps the book "
        "itself, that none is missing."
    ),
)
@frame.json_option
@frame.pass_office
def verify(context: frame.Context) -> None:
    """Check the seals, and look for missing numbers."""
    from outreach.dispatch import formerbook as former
    from outreach.dispatch import register as book
    from outreach.dispatch import registerchain

    with context.reading() as session:
        missing = book.gaps(session)
        verdict = registerchain.verify(session)
        entries = len(book.entries(session))
        taken_over, older = len(former.entries(session)), former.gaps(session)
    if verdict.broken is not None:
        raise RegisterChangedError(reference=verdict.broken)
    if missing:
        shown = [f"{year}-{number}" for year, number in missing[:10]]
        raise RegisterGapError(count=len(missing), numbers=shown)
    if context.as_json:
        tables.print_json(
            {
                "numbers": entries,
                "taken_over": taken_over,
                "gaps_taken_over": older,
                "sealed": verdict.sealed,
                "unsealed": verdict.unsealed,
                "last_seal": verdict.last,
            }
        )
        return
    if context.settings.register.source == "own":
        context.say(N_("The register holds {count} numbers, without a gap."), count=entries)
    else:
        context.say(
            N_(
                "The register holds {count} numbers copied from the official book, whose other "
                "numbers stand on other mail."
            ),
            count=entries,
        )
    if taken_over:
        context.say(N_("Taken over from an older book: {count} numbers."), count=taken_over)
    if older:
        context.say(
            N_("The older book lacked: {gaps}"), gaps=[formerbook.said(gap) for gap in older]
        )
    if verdict.unsealed:
        context.say(
            N_("Not sealed yet: {count}. The next signature seals them."), count=verdict.unsealed
        )
    context.say(
        N_("Nothing was changed since it was sealed. Last seal: {seal}"), seal=verdict.last[:16]
    )
