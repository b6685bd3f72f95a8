"""``outreach round``: one pass over everything that is due."""

import time
from datetime import timedelta

from outreach.cli import frame, progress, tables, waiting
from outreach.errors import N_

BETWEEN_LETTERS = timedelta(minutes=2)
"""What a limit asks to wait for within a round; longer waits are for a later one."""


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
    from outreach.dispatch.pace.pacer import Patience

    with progress.shown(context, N_("Sending")) as report:
        done = rounds.run(context.app, context.actor, report, Patience(BETWEEN_LETTERS, time.sleep))
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
    for number, wait in done.waiting:
        context.say(N_("Batch {batch}: the rest waits."), batch=number)
        context.say(waiting.UNTIL[wait.cause], until=wait.until)
    for late in done.stale:
        context.note(late.message, **late.values)
    if not (done.prepared or done.sent or done.waiting or done.stale):
        context.say(N_("Nothing was due."))
