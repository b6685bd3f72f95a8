"""``outreach round``: one pass over everything that is due."""

from outreach.cli import frame, progress, tables
from outreach.errors import N_


@frame.command(
    "round",
    help=N_(
        "Go through everything once: letters that fell due become drafts for you to check, signed "
        "letters go on being sent. Nothing is approved by itself."
    ),
)
@frame.json_option
@frame.pass_office
def round_(context: frame.Context) -> None:
    """Run one round and tell what it did."""
    from outreach import rounds

    with progress.shown(context, N_("Sending")) as report:
        done = rounds.run(context.app, context.actor, report)
    if context.as_json:
        tables.print_json(done)
        return
    for campaign, step, batch, letters in done.prepared:
        context.say(
            N_("Prepared: batch {batch}, {letters} letters of {step} ({campaign})."),
            batch=batch,
            letters=letters,
            step=step,
            campaign=campaign,
        )
    for batch, letters in done.sent:
        context.say(N_("Sent: {letters} letters of batch {batch}."), letters=letters, batch=batch)
    if not done.prepared and not done.sent:
        context.say(N_("Nothing was due."))
