"""``outreach batch through``: letters that an association passes on to its members."""

import click

from outreach.cli import frame, tables
from outreach.cli.opened import number_argument
from outreach.errors import N_


@frame.command(
    "through",
    help=N_(
        "Note that an association, which got the letter, passes it on to its members. They are "
        "shown as “through”, receipt unknown: never counted as sent, and they can be written to "
        "directly later. --not-passed-on takes it back.\n\n"
        "Example: outreach batch through 3 --contact FR:ASSOC-CUF"
    ),
)
@number_argument
@frame.option(
    "--contact",
    required=True,
    metavar=N_("CODE"),
    help=N_("The association’s contact, who got the letter."),
)
@frame.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice(["member", "partner"]),
    help=N_("Its members (as a rule), its partners, or both; may be repeated."),
)
@frame.option(
    "--not-passed-on",
    "reason",
    metavar=N_("REASON"),
    help=N_("The association did not pass it on after all, and why."),
)
@frame.json_option
@frame.pass_office
def through(
    context: frame.Context, number: int, contact: str, roles: tuple[str, ...], reason: str | None
) -> None:
    """Note it, or take it back."""
    from outreach.dispatch import batches
    from outreach.dispatch import through as passing

    with context.transaction() as session:
        found = batches.find(session, number)
        if reason is not None:
            count = passing.take_back(session, found, contact, reason, context.act())
            done = None
        else:
            done = passing.note(
                session,
                found,
                contact,
                roles=roles or ("member",),
                settings=context.settings,
                act=context.act(),
            )
            count = len(done.members)
    if context.as_json:
        tables.print_json(done if done is not None else {"taken_back": count})
    elif done is None:
        context.say(N_("Taken back for {count} members."), count=count)
    else:
        context.say(
            N_(
                "Through {association}, receipt unknown: {count} contacts. Members with a letter of "
                "their own: {direct}."
            ),
            association=done.association,
            count=count,
            direct=len(done.direct),
        )
