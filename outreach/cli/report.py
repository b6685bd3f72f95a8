"""``outreach report``: who got what."""

from datetime import date
from pathlib import Path

import click

from outreach.campaigns import definition as definitions
from outreach.cli import documents, figuring, frame, tables
from outreach.errors import N_

FATES = ("sent", "waiting", "left-out", "failed", "perhaps", "through")


@frame.group(help=N_("How it stands: who got what."))
def report() -> None:
    """Group the reports."""


for each in (
    *(documents.register, documents.promises, documents.activity),
    *(documents.cooperation, documents.retention, documents.weekly, documents.bordereau),
):
    report.add_command(each)


@report.command(
    "who",
    help=N_(
        "Show who got what: for every contact of a campaign, whether each letter left, waits, was "
        "left out and why, or perhaps left.\n\nExample: outreach report who asointermedias-2025 "
        "--only left-out"
    ),
)
@frame.argument("campaign", metavar=N_("CAMPAIGN"))
@frame.option("--step", metavar=N_("STEP"), help=N_("Only of this step."))
@frame.option("--only", type=click.Choice(FATES), help=N_("Only these."))
@frame.option(
    "--uncertain",
    "only",
    flag_value="perhaps",
    help=N_("Only those that perhaps left: the connection broke before the server answered."),
)
@documents.AS_OF
@frame.json_option
@frame.pass_office
def who(
    context: frame.Context, campaign: str, step: str | None, only: str | None, day: date | None
) -> None:
    """Print one line per contact and step."""
    from outreach.campaigns import enrolments
    from outreach.dispatch import audience as audiences
    from outreach.reports import lines as who_got

    definition = definitions.load(context.app.folder, campaign)
    if step is not None:
        definition.step(step)
    with documents.looking(context, day, campaign) as look:
        row = enrolments.require_started(look.session, campaign)
        fate = who_got.Fate(only) if only else None
        lines = list(who_got.who(look.session, row, step=step, fate=fate))
        nobody = (
            audiences.of(look.session, context.app.folder, definition.file.audience).without_contact
            if fate in {None, who_got.Fate.LEFT_OUT}
            else ()
        )
    if context.as_json:
        tables.print_json({"letters": lines, "without_contact": nobody})
        return
    tables.show(
        context,
        lines,
        [
            tables.Column("step", N_("Step")),
            tables.Column("contact", N_("Contact")),
            tables.Column("organisation", N_("Organisation")),
            tables.Column("fate", N_("Letter"), word=True),
            tables.Column("form", N_("Kind"), word=True),
            tables.Column("reason", N_("Why"), word=True),
            tables.Column("channel", N_("By"), word=True),
            tables.Column("through", N_("Through (receipt unknown)")),
            tables.Column("reference", N_("Number")),
            tables.Column("when", N_("When")),
        ],
    )
    if nobody:
        context.say(
            N_("Organisations of the audience without a contact: {count}: {names}"),
            count=len(nobody),
            names=frame.names(nobody),
        )


@report.command(
    "letter",
    help=N_(
        "Write the exact letter that a contact got, as it left, into a file (.eml or .pdf).\n\n"
        "Example: outreach report letter asointermedias-2025 --step suivi-septembre --contact "
        "FR:76351 --to ."
    ),
)
@frame.argument("campaign", metavar=N_("CAMPAIGN"))
@frame.option("--step", required=True, metavar=N_("STEP"), help=N_("Which letter."))
@frame.option("--contact", required=True, metavar=N_("CODE"), help=N_("To whom."))
@frame.option(
    "--batch",
    type=int,
    metavar=N_("BATCH"),
    help=N_("What left with this batch: a correction, a supplement, a copy."),
)
@frame.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help=N_("The folder to write into."),
)
@frame.pass_office
def letter(  # the options of one command
    context: frame.Context, campaign: str, step: str, contact: str, batch: int | None, folder: Path
) -> None:
    """Read the archive, verify the hash, write the bytes."""
    from outreach.contacts.privacy import rights
    from outreach.reports import letters

    with context.reading() as session:
        rights.require_may_read(
            session,
            contact,
            context.actor,
            context.settings.privacy.restricted_role,
        )
        found = letters.exact(session, campaign, step, contact, batch=batch)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / found.name
    path.write_bytes(found.data)
    context.say(N_("Written, as it left and unchanged since: {path}"), path=path)


report.add_command(figuring.campaign)
