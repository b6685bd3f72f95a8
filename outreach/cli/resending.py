"""``outreach batch resend``: a letter once more, to another address."""

from outreach.cli import frame, tables
from outreach.errors import N_

WORDS = (
    N_("supplement"),
    N_("resend"),
    N_("correction"),
    N_("via"),
    N_("through"),
    N_("not-passed-on"),
)
"""Kinds, states and reasons of letters that reports show."""


@frame.command(
    "resend",
    help=N_(
        "Send a letter again, byte for byte as it left, to another address of its contact. The "
        "number stays; the first letter keeps its state.\n\nExample: outreach batch resend "
        'FR:76351 --batch 3 --to cabinet@havre.example --reason "The town hall’s mailbox is full"'
    ),
)
@frame.argument("contact", metavar=N_("CONTACT"))
@frame.option(
    "--batch",
    "number",
    type=int,
    required=True,
    metavar=N_("BATCH"),
    help=N_("The batch it left with."),
)
@frame.option("--to", required=True, metavar=N_("ADDRESS"), help=N_("The other e-mail address."))
@frame.option(
    "--reason", required=True, metavar=N_("REASON"), help=N_("Why; kept with the letter.")
)
@frame.json_option
@frame.pass_office
def resend(context: frame.Context, contact: str, number: int, to: str, reason: str) -> None:
    """Queue the letter once more."""
    from outreach.dispatch import batches, resending

    with context.transaction() as session:
        done = resending.resend(
            session,
            batches.find(session, number),
            contact,
            to,
            reason=reason,
            settings=context.settings,
            key=context.app.key(),
            act=context.act(),
        )
    if context.as_json:
        tables.print_json(done)
        return
    context.say(
        N_("The letter {reference} to {contact} waits to leave again, to {address}."),
        reference=done.reference or "-",
        contact=done.contact,
        address=to,
    )
    context.say(N_("Next: “outreach batch send {batch}”."), batch=number)
