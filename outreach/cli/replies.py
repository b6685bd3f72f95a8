"""``outreach replies``: what came back, recorded by hand."""

from datetime import date

import click

from outreach.campaigns import definition as definitions
from outreach.cli import classified, frame, tables
from outreach.errors import N_

WAYS = ("email", "phone", "paper", "meeting")
OUTCOMES = ("interested", "wants-details", "later", "declined", "wrong-person")


@frame.group(help=N_("What came back: replies, and what follows from them."))
def replies() -> None:
    """Group the commands on replies."""


@replies.command(
    "add",
    help=N_(
        "Record a reply. Reminders to that organisation stop; a promised letter is held until "
        "someone decides.\n\nExample: outreach replies add asointermedias-2025 FR:76351 --by phone "
        "--outcome interested --on 2025-09-08"
    ),
)
@frame.argument("campaign", metavar=N_("CAMPAIGN"), help=N_("The campaign it answers."))
@frame.argument("contact", metavar=N_("CODE"), help=N_("Who answered: the contact’s code."))
@frame.option("--by", "way", type=click.Choice(WAYS), required=True, help=N_("How it came."))
@frame.option(
    "--outcome", type=click.Choice(OUTCOMES), required=True, help=N_("What the reply means.")
)
@frame.option("--on", type=frame.Day(), help=N_("The day it came; today if left out."))
@frame.pass_office
def add(
    context: frame.Context, campaign: str, contact: str, way: str, outcome: str, on: date | None
) -> None:
    """Write one reply down."""
    from outreach.clock import local_date
    from outreach.contacts import directory
    from outreach.inbox import recording
    from outreach.inbox.models import Outcome, Way

    definition = definitions.load(context.app.folder, campaign)
    today = local_date(context.clock(), context.settings.zone)
    with context.transaction() as session:
        done = recording.record(
            session,
            definition,
            directory.find(session, contact),
            way=Way(way),
            outcome=Outcome(outcome),
            received_on=on or today,
            today=today,
            settings=context.settings,
            act=context.act(),
        )
    context.say(
        N_("Recorded. Reminders stopped: {stopped}; promised letters held for you: {held}."),
        stopped=done.stopped,
        held=done.held,
    )
    if done.held:
        context.say(
            N_(
                "To send it as planned: “outreach replies release {campaign} {contact} --reason …”."
            ),
            campaign=campaign,
            contact=contact,
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


@replies.command("list", help=N_("List the replies of a campaign, the newest first."))
@frame.argument("campaign", metavar=N_("CAMPAIGN"), help=N_("The campaign."))
@frame.json_option
@frame.pass_office
def list_replies(context: frame.Context, campaign: str) -> None:
    """Print replies."""
    from outreach.campaigns import enrolments
    from outreach.inbox import recording

    definitions.load(context.app.folder, campaign)
    with context.reading() as session:
        rows = recording.replies(session, enrolments.require_started(session, campaign))
    tables.show(
        context,
        rows,
        [
            tables.Column("received_on", N_("Received")),
            tables.Column("contact", N_("Contact")),
            tables.Column("organisation", N_("Organisation")),
            tables.Column("way", N_("By"), word=True),
            tables.Column("outcome", N_("Outcome"), word=True),
            tables.Column("recorded_by", N_("Recorded by")),
        ],
        empty=N_("No reply was recorded yet."),
    )


replies.add_command(classified.classify)
