"""``outreach campaign pause|resume|stop``: a whole campaign rests, goes on or ends."""

import click

from outreach.cli import frame
from outreach.errors import N_

name_argument = frame.argument("name", metavar=N_("CAMPAIGN"))


@frame.command(
    "pause",
    help=N_(
        "Let a campaign rest: nothing is prepared or sent for it until it is resumed; batches on "
        "their way stop before their next letter.\n\n"
        "Example: outreach campaign pause asointermedias-2025"
    ),
)
@name_argument
@frame.pass_office
def pause(context: frame.Context, name: str) -> None:
    """Pause the campaign and its batches."""
    from outreach.campaigns import enrolments
    from outreach.dispatch import halting

    with context.transaction() as session:
        campaign = enrolments.require_started(session, name)
        batches = halting.pause(session, campaign, context.act())
    context.say(
        N_("{name} rests. Nothing leaves until “outreach campaign resume {name}”."), name=name
    )
    if batches:
        context.say(N_("Batches that rest with it: {batches}."), batches=frame.names(batches))


@frame.command(
    "resume",
    help=N_(
        "Let a paused campaign go on, with the batches that rested with it.\n\n"
        "Example: outreach campaign resume asointermedias-2025"
    ),
)
@name_argument
@frame.pass_office
def resume(context: frame.Context, name: str) -> None:
    """Let it go on."""
    from outreach.campaigns import enrolments
    from outreach.dispatch import halting

    with context.transaction() as session:
        campaign = enrolments.require_started(session, name)
        batches = halting.resume(session, campaign, context.act())
    context.say(N_("{name} goes on."), name=name)
    if batches:
        context.say(
            N_("Batches that go on with it: {batches}. “outreach batch send” sends them."),
            batches=frame.names(batches),
        )


@frame.command(
    "stop",
    help=N_(
        "End a campaign for good, by a manager: its contacts get nothing more, batches that are not "
        "signed are cancelled. What it promised must be kept or withdrawn before.\n\n"
        "Example: outreach campaign stop asointermedias-2025 --reason “The visit was called off”"
    ),
)
@name_argument
@frame.option("--reason", metavar=N_("TEXT"), required=True, help=N_("Why it ends; kept for good."))
@frame.option("--yes", is_flag=True, help=N_("Do not ask."))
@frame.pass_office
def stop(context: frame.Context, name: str, reason: str, yes: bool) -> None:  # a flag of Click's
    """Ask, then end it."""
    from outreach.campaigns import enrolments
    from outreach.dispatch import halting

    with context.reading() as session:
        enrolments.require_started(session, name)
    if not yes:
        question = N_("{name} ends for good; it cannot be resumed. Go on?")
        click.confirm(context.text(question, name=name), abort=True, err=True)
    with context.transaction() as session:
        campaign = enrolments.require_started(session, name)
        ended = halting.stop(session, campaign, reason, context.act())
    context.say(
        N_("{name} is {state}. Contacts that get nothing more: {contacts}."),
        name=name,
        state=context.text(ended.state.value),
        contacts=ended.contacts,
    )
    if ended.batches:
        context.say(N_("Cancelled batches: {batches}."), batches=frame.names(ended.batches))
