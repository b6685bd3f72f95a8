"""``outreach round``: one pass over everything that is due."""

from typing import TYPE_CHECKING

from outreach.cli import fetching, frame, progress, tables, waiting
from outreach.dispatch.states import BatchState
from outreach.errors import N_

if TYPE_CHECKING:
    from outreach.rounds import Round


@frame.command(
    "round",
    help=N_(
        "Go through everything once: letters that fell due become drafts for you to check, signed "
        "letters go on being sent. Nothing is approved by itself, but what a manager approved "
        "beforehand (“outreach campaign preapprove”)."
    ),
)
@frame.json_option
@frame.pass_office
def round_(context: frame.Context) -> None:
    """Run one round and tell what it did."""
    from outreach import jobs

    with progress.shown(context, N_("Sending")) as report:
        done = jobs.make_round(context.app, context.actor, report)
    if context.as_json:
        tables.print_json(done)
        return
    if not tell(context, done):
        context.say(N_("Nothing was due."))
    remind(context, done)


def remind(context: frame.Context, done: "Round") -> None:
    """Say what waits for whom now."""
    for name, items in done.reminders.items():
        context.say(N_("Waits for {name}:"), name=name)
        for item in items:
            said = context.text(item.what.message, **item.what.values)
            context.say(N_("- late: {what}") if item.late else N_("- {what}"), what=said)


UNATTENDED = {
    BatchState.APPROVED: N_(
        "Batch {batch} is approved: {name} had approved it beforehand. It waits to be signed."
    ),
    BatchState.SIGNED: N_("Batch {batch} is signed: {name} had approved it beforehand."),
    BatchState.SENDING: N_(
        "Batch {batch} is signed and leaves: {name} had approved it beforehand."
    ),
}


def tell(context: frame.Context, done: "Round") -> bool:
    """Say what a round did; return whether there was anything to say."""
    came = done.fetched is not None and fetching.tell(context, done.fetched)
    for campaign, step, batch, letters in done.prepared:
        context.say(
            N_("Prepared: batch {batch}, {letters} letters of {step} ({campaign})."),
            batch=batch,
            letters=letters,
            step=step,
            campaign=campaign,
        )
    for number, name, reached in done.unattended:
        context.say(UNATTENDED[reached], batch=number, name=name)
    for number, why in done.left_to_person:
        context.note(N_("Batch {batch} waits for a person."), batch=number)
        context.note(why.message, **why.values)
    for batch, letters in done.sent:
        context.say(N_("Sent: {letters} letters of batch {batch}."), letters=letters, batch=batch)
    for number, wait in done.waiting:
        context.say(N_("Batch {batch}: the rest waits."), batch=number)
        context.say(waiting.UNTIL[wait.cause], until=wait.until)
    for number, words, advice in done.paused:
        context.note(N_("Batch {batch} paused itself: {words}"), batch=number, words=words)
        if advice is not None:
            context.note(advice.message, **advice.values)
    for late in done.stale:
        context.note(late.message, **late.values)
    for trouble in done.troubles:
        context.note(trouble.message, **trouble.values)
    told = (done.prepared, done.sent, done.waiting, done.paused, done.stale, done.troubles)
    return came or any(told)
