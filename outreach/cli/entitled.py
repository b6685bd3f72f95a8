"""``outreach contacts privacy request`` and others: what persons ask, and who is to be told."""

from datetime import date

import click

from outreach.cli import frame, tables
from outreach.errors import N_

KINDS = ("access", "rectification", "erasure", "objection", "consulta", "reclamo")


@frame.command(
    "request",
    help=N_(
        "Write down what a person asks about their data; the last day for the answer follows from "
        "the law: one month, in Colombia 10 working days for a consulta and 15 for a reclamo.\n\n"
        "Example: outreach contacts privacy request FR:76351 --kind access --on 2025-09-01"
    ),
)
@frame.argument("code", metavar=N_("CODE"), help=N_("The contact’s code, such as FR:76351."))
@frame.option("--kind", type=click.Choice(KINDS), required=True, help=N_("What is asked for."))
@frame.option("--on", "day", type=frame.Day(), help=N_("When they told us; else today."))
@frame.option("--note", metavar=N_("TEXT"), help=N_("In their words."))
@frame.pass_office
def request(
    context: frame.Context, code: str, kind: str, day: date | None, note: str | None
) -> None:
    """Record it and say by when to answer."""
    from outreach.campaigns import calendar
    from outreach.clock import local_date
    from outreach.contacts import directory
    from outreach.contacts.privacy import requests

    today = local_date(context.clock(), context.settings.zone)
    with context.transaction() as session:
        contact = directory.find(session, code)
        places = [contact.organisation.country]
        row = requests.take(
            session,
            contact,
            requests.Kind(kind),
            received_on=day or today,
            today=today,
            working=lambda start, count: calendar.plus_working_days(start, count, places),
            note=note,
            act=context.act(),
        )
        number, due = row.id, row.due_on
    context.say(
        N_(
            "Noted as request {number}. Answer by {due}, then: outreach contacts privacy answered "
            "{number}"
        ),
        number=number,
        due=due,
    )


@frame.command(
    "requests",
    help=N_(
        "List what persons asked about their data and is not answered, the most urgent first.\n\n"
        "Example: outreach contacts privacy requests"
    ),
)
@frame.option("--all", "settled", is_flag=True, help=N_("Those that were answered too."))
@frame.json_option
@frame.pass_office
def requests_(context: frame.Context, settled: bool) -> None:
    """Print them with the days that are left."""
    from outreach.clock import local_date
    from outreach.contacts.privacy import requests

    today = local_date(context.clock(), context.settings.zone)
    with context.reading() as session:
        rows = requests.listed(session, today, settled=settled)
    tables.show(
        context,
        rows,
        [
            tables.Column("number", N_("Number")),
            tables.Column("contact", N_("Contact")),
            tables.Column("kind", N_("What is asked for"), word=True),
            tables.Column("received_on", N_("Received")),
            tables.Column("due_on", N_("Answer by")),
            tables.Column("days_left", N_("Days left"), right=True),
            tables.Column("settled_on", N_("Answered on")),
            tables.Column("note", N_("In their words")),
        ],
        empty=N_("No request about personal data waits for an answer."),
    )


@frame.command(
    "answered",
    help=N_(
        "Note that a request about personal data was answered.\n\nExample: outreach contacts "
        "privacy answered 3"
    ),
)
@frame.argument("number", metavar=N_("NUMBER"), type=int, help=N_("As “requests” lists it."))
@frame.pass_office
def answered(context: frame.Context, number: int) -> None:
    """Take it off the list."""
    from outreach.clock import local_date
    from outreach.contacts.privacy import requests

    today = local_date(context.clock(), context.settings.zone)
    with context.transaction() as session:
        row = requests.settle(session, number, today, context.act())
        late = row.due_on < today
    context.say(
        N_("Request {number} is answered, after its last day.")
        if late
        else N_("Request {number} is answered in time."),
        number=number,
    )


@frame.command(
    "uninformed",
    help=N_(
        "List the persons who were not told yet that you hold their data: no letter of yours has "
        "left for them, whose first one tells it. The law gives a month (GDPR art. 14).\n\n"
        'Example: outreach contacts privacy uninformed --except "by hand"'
    ),
)
@frame.option(
    "--except",
    "told",
    multiple=True,
    metavar=N_("SOURCE"),
    help=N_("Not cards of this source: those persons gave their data themselves."),
)
@frame.json_option
@frame.pass_office
def uninformed(context: frame.Context, told: tuple[str, ...]) -> None:
    """Print whom to tell, and by when."""
    from outreach.clock import local_date
    from outreach.contacts.privacy import notice

    zone = context.settings.zone
    with context.reading() as session:
        today = local_date(context.clock(), zone)
        rows = notice.uninformed(session, today=today, zone=zone, told=told)
    tables.show(
        context,
        rows,
        [
            tables.Column("code", N_("Code")),
            tables.Column("organisation", N_("Organisation")),
            tables.Column("name", N_("Name")),
            tables.Column("source", N_("Source")),
            tables.Column("collected_on", N_("Known since")),
            tables.Column("due_on", N_("To be told by")),
            tables.Column("late", N_("Late")),
        ],
        empty=N_("Every person on a card was told."),
    )
    late = sum(row.late for row in rows)
    if late and not context.as_json:
        context.say(N_("For longer than a month: {count}."), count=late)


COMMANDS = [request, requests_, answered, uninformed]
