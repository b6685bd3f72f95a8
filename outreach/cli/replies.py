"""``outreach replies``: what came back, written down, listed, read and decided."""

from datetime import date

import click

from outreach.campaigns import definition as definitions
from outreach.cli import (
    answering,
    classified,
    deciding,
    fetching,
    frame,
    learning,
    reading,
    tables,
)
from outreach.errors import N_

WAYS = ("email", "phone", "paper", "meeting")
OUTCOMES = ("interested", "wants-details", "meeting", "later", "declined", "wrong-person")
KINDS = (
    *("reply", "opt-out", "complaint", "challenge", "bounce", "delay"),
    *("auto-reply", "acknowledgement", "notice", "unreadable"),
)


@frame.group(help=N_("What came back: replies, and what follows from them."))
def replies() -> None:
    """Group the commands on replies."""


@replies.command(
    "add",
    help=N_(
        "Record an answer by telephone, on paper or in a meeting. Reminders to that organisation "
        "stop; a promised letter is held until someone decides.\n\nExample: outreach replies add "
        "asointermedias-2025 FR:76351 --by phone --outcome interested --on 2025-09-08 --next "
        "“Call the mayor’s office” --due 2025-09-15"
    ),
)
@frame.argument("campaign", metavar=N_("CAMPAIGN"), help=N_("The campaign it answers."))
@frame.argument("contact", metavar=N_("CODE"), help=N_("Who answered: the contact’s code."))
@frame.option("--by", "way", type=click.Choice(WAYS), required=True, help=N_("How it came."))
@frame.option(
    "--outcome", type=click.Choice(OUTCOMES), required=True, help=N_("What the reply means.")
)
@frame.option("--on", type=frame.Day(), help=N_("The day it came; today if left out."))
@frame.option("--note", default="", metavar=N_("TEXT"), help=N_("What they said, in a sentence."))
@frame.option("--next", "action", default="", metavar=N_("TEXT"), help=N_("What is to be done."))
@frame.option("--promise", default="", metavar=N_("TEXT"), help=N_("What you promised them."))
@frame.option("--due", type=frame.Day(), help=N_("By when; in a week if left out."))
@frame.option("--owner", metavar=N_("NAME"), help=N_("Who does it; you if left out."))
@frame.pass_office
def add(
    context: frame.Context,
    campaign: str,
    contact: str,
    way: str,
    outcome: str,
    on: date | None,
    note: str,
    action: str,
    promise: str,
    due: date | None,
    owner: str | None,
) -> None:
    """Write one reply down, and what follows from it."""
    from outreach.clock import local_date
    from outreach.contacts import directory
    from outreach.inbox import recording
    from outreach.inbox.following import Planned
    from outreach.inbox.models import Outcome, Way

    definition = definitions.load(context.app.folder, campaign)
    today = local_date(context.clock(), context.settings.zone)
    with context.transaction() as session:
        who = directory.find(session, contact)
        done = recording.record(
            session,
            definition,
            who,
            way=Way(way),
            outcome=Outcome(outcome),
            received_on=on or today,
            today=today,
            settings=context.settings,
            act=context.act(),
            note=note,
        )
        answering.plan(
            context,
            session,
            done.number,
            Planned(action=action, promise=promise, due=due, owner=owner),
        )
    context.say(
        N_(
            "Recorded as reply {number}. Reminders stopped: {stopped}; promised letters held for "
            "you: {held}."
        ),
        number=done.number,
        stopped=done.stopped,
        held=done.held,
    )
    if done.held:
        context.say(
            N_("Say what becomes of them: “outreach replies decide {number} --as planned”."),
            number=done.number,
        )


@replies.command("release", help=N_("Let a promised letter go as planned, though they replied."))
@frame.argument("campaign", metavar=N_("CAMPAIGN"), help=N_("The campaign."))
@frame.argument("contact", metavar=N_("CODE"), help=N_("The contact’s code."))
@frame.option("--reason", required=True, metavar=N_("REASON"), help=N_("Why."))
@frame.pass_office
def release(context: frame.Context, campaign: str, contact: str, reason: str) -> None:
    """Resume a held enrolment."""
    from outreach.contacts import directory
    from outreach.inbox import recording

    definition = definitions.load(context.app.folder, campaign)
    with context.transaction() as session:
        recording.release(
            session, definition, directory.find(session, contact), reason, context.act()
        )
    context.say(N_("The promised letter to {contact} goes as planned."), contact=contact)


@replies.command(
    "list",
    help=N_(
        "List what came back: first what nobody could place, then what waits for an answer, then "
        "the newest. Machines’ messages are left out; --all shows them.\n\nExample: outreach "
        "replies list --mine --late"
    ),
)
@frame.argument("campaign", metavar=N_("CAMPAIGN"), required=False, help=N_("Only this campaign."))
@frame.option("--mine", is_flag=True, help=N_("Only what was given to you."))
@frame.option("--unassigned", is_flag=True, help=N_("Only what nobody sees to yet."))
@frame.option("--late", is_flag=True, help=N_("Only what waits for longer than it should."))
@frame.option("--unsure", is_flag=True, help=N_("Only what a person must place."))
@frame.option(
    "--unmatched",
    is_flag=True,
    help=N_("What is about none of your letters: sender, subject and date, for thirty days."),
)
@frame.option("--all", "machines", is_flag=True, help=N_("Bounces, absences and notices too."))
@frame.option("--kind", type=click.Choice(KINDS), help=N_("Only messages of this kind."))
@frame.json_option
@frame.pass_office
def list_replies(
    context: frame.Context,
    campaign: str | None,
    mine: bool,
    unassigned: bool,
    late: bool,
    unsure: bool,
    unmatched: bool,
    machines: bool,
    kind: str | None,
) -> None:
    """Print what came back."""
    if unmatched:
        fetching.show_passing(context)
        return
    from outreach.clock import local_date
    from outreach.inbox import listing

    if campaign is not None:
        definitions.load(context.app.folder, campaign)
    wanted = listing.Wanted(
        campaign=campaign,
        owner=context.actor if mine else None,
        unassigned=unassigned,
        late=late,
        machines=machines,
        kind=kind,
        unsure=unsure,
    )
    with context.reading() as session:
        rows = listing.lines(
            session,
            wanted,
            today=local_date(context.clock(), context.settings.zone),
            settings=context.settings,
        )
    columns = [
        tables.Column("number", N_("No.")),
        tables.Column("received_on", N_("Received")),
        tables.Column("state", N_("State"), word=True),
        tables.Column("kind", N_("What it is"), word=True),
        tables.Column("contact", N_("Contact")),
        tables.Column("organisation", N_("Organisation")),
        tables.Column("way", N_("By"), word=True),
        tables.Column("outcome", N_("Outcome"), word=True),
        tables.Column("to_answer", N_("To answer")),
        tables.Column("late", N_("Late")),
        tables.Column("owner", N_("Sees to it")),
        tables.Column("subject", N_("Subject")),
    ]
    if context.as_json:
        columns += [tables.Column("sender", "sender"), tables.Column("campaign", "campaign")]
    tables.show(context, rows, columns, empty=N_("Nothing came back yet."))


replies.add_command(fetching.fetch)
replies.add_command(fetching.import_)
replies.add_command(reading.show)
replies.add_command(reading.attachment)
replies.add_command(deciding.match)
replies.add_command(deciding.set_aside)
replies.add_command(deciding.decide)
replies.add_command(deciding.outcome)
replies.add_command(deciding.assign)
replies.add_command(deciding.undo)
replies.add_command(deciding.forget)
replies.add_command(answering.next_)
replies.add_command(answering.answered)
replies.add_command(answering.draft)
replies.add_command(learning.person)
replies.add_command(learning.stage)
replies.add_command(classified.classify)
