"""``outreach promises``: what we committed ourselves to, by when, and whether it is kept."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from outreach.cli import frame, tables
from outreach.errors import N_

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from outreach.reports.promises import Line


@frame.group(help=N_("What we promised, by when, and whether it is kept."))
def promises() -> None:
    """Group the commands on promises."""


number_argument = frame.argument(
    "number", metavar=N_("NUMBER"), type=int, help=N_("As “promises list” shows it.")
)
contact_option = frame.option(
    "--contact",
    metavar=N_("CODE"),
    help=N_("Only for this contact; the promise stays open for the others."),
)
campaign_option = frame.option("--campaign", metavar=N_("CAMPAIGN"), help=N_("Of this campaign."))


def _day(context: frame.Context) -> date:
    from outreach.clock import local_date

    return local_date(context.clock(), context.settings.zone)


def _show(context: frame.Context, lines: "list[Line]", empty: str) -> None:
    language = context.words.written
    tables.show(
        context,
        [
            {
                "number": line.number,
                "due_on": line.due_on,
                "late": line.overdue,
                "text": line.text.get(language, ""),
                "to": line.contact or context.text(N_("{count} contacts"), count=line.made),
                "kept": line.kept,
                "open": line.open,
                "state": line.state,
                "owner": line.owner,
                "campaign": line.campaign,
            }
            for line in lines
        ],
        [
            tables.Column("number", N_("Number"), right=True),
            tables.Column("due_on", N_("Due")),
            tables.Column("late", N_("Overdue")),
            tables.Column("text", N_("What was promised")),
            tables.Column("to", N_("Made to")),
            tables.Column("kept", N_("Kept"), right=True),
            tables.Column("open", N_("Open"), right=True),
            tables.Column("state", N_("State"), word=True),
            tables.Column("owner", N_("Who sees to it")),
            tables.Column("campaign", N_("Campaign")),
        ],
        empty=empty,
    )


@promises.command("list", help=N_("List every promise: overdue ones first, ended ones last."))
@campaign_option
@frame.option("--owner", metavar=N_("NAME"), help=N_("Only those that this person sees to."))
@frame.json_option
@frame.pass_office
def list_promises(context: frame.Context, campaign: str | None, owner: str | None) -> None:
    """Print the promises."""
    from outreach.reports import promises as found

    with context.reading() as session:
        lines = found.lines(session, _day(context), campaign=campaign, owner=owner)
    _show(context, lines, N_("Nothing was promised yet."))


@promises.command(
    "due",
    help=N_(
        "List what is still owed: overdue first, then by day.\n\nExample: outreach promises due "
        "--until 2025-10-31"
    ),
)
@campaign_option
@frame.option("--owner", metavar=N_("NAME"), help=N_("Only those that this person sees to."))
@frame.option("--until", type=frame.Day(), help=N_("Only what is due by this day."))
@frame.json_option
@frame.pass_office
def due(
    context: frame.Context, campaign: str | None, owner: str | None, until: date | None
) -> None:
    """Print the open promises."""
    from outreach.reports import promises as found

    with context.reading() as session:
        lines = [
            line
            for line in found.lines(
                session, _day(context), campaign=campaign, owner=owner, only_open=True
            )
            if until is None or line.due_on <= until
        ]
    _show(context, lines, N_("Nothing that was promised is still owed."))


@promises.command(
    "show",
    help=N_(
        "Show one promise: its figures, how often it was put off and why; with --who, everybody "
        "it was made to, those still owed it first.\n\nExample: outreach promises show 1 --who"
    ),
)
@number_argument
@frame.option("--who", is_flag=True, help=N_("List the contacts."))
@frame.json_option
@frame.pass_office
def show(context: frame.Context, number: int, who: bool) -> None:
    """Print one promise."""
    from outreach.campaigns import promises as ours
    from outreach.dispatch import commitments
    from outreach.reports import promises as found

    with context.reading() as session:
        promise = ours.find(session, number)
        (line,) = [one for one in found.lines(session, _day(context)) if one.number == number]
        put_off = [
            {"before": row.before, "after": row.after, "reason": row.reason}
            for row in ours.history(session, promise)
        ]
        parties = commitments.parties(session, promise, context.settings.zone) if who else []
    if context.as_json:
        tables.print_json({"promise": line, "put_off": put_off, "who": parties})
        return
    context.say(
        N_("Promise {number}, due {due}: {text}"),
        number=number,
        due=line.due_on,
        text=line.text.get(context.words.written, ""),
    )
    context.say(
        N_("{made}: {kept} kept, {open} open, {withdrawn} withdrawn."),
        made=line.made,
        kept=line.kept,
        open=line.open,
        withdrawn=line.withdrawn,
    )
    if line.overdue:
        context.say(N_("It is overdue."))
    for row in put_off:
        context.say(N_("Put off from {before} to {after}: {reason}"), **row)
    if who:
        tables.show(
            context,
            parties,
            [
                tables.Column("contact", N_("Contact")),
                tables.Column("organisation", N_("Organisation")),
                tables.Column("state", N_("State"), word=True),
                tables.Column("made_on", N_("Made on")),
                tables.Column("settled_on", N_("Ended on")),
                tables.Column("reference", N_("Number")),
                tables.Column("reason", N_("Reason"), word=True),
            ],
        )


@promises.command(
    "add",
    help=N_(
        "Write down what you promised to somebody.\n\nExample: outreach promises add FR:76351 "
        '"Call back about the visit in March" --due 2025-09-15'
    ),
)
@frame.argument("contact", metavar=N_("CODE"), help=N_("To whom: the contact’s code."))
@frame.argument("text", metavar=N_("TEXT"), help=N_("What was promised."))
@frame.option("--due", "due_on", type=frame.Day(), required=True, help=N_("By when."))
@frame.option("--owner", metavar=N_("NAME"), help=N_("Who sees to it; you if left out."))
@campaign_option
@frame.pass_office
def add(
    context: frame.Context,
    contact: str,
    text: str,
    due_on: date,
    owner: str | None,
    campaign: str | None,
) -> None:
    """Write one promise down."""
    from outreach.campaigns import enrolments
    from outreach.campaigns import promises as ours
    from outreach.contacts import directory

    with context.transaction() as session:
        of_campaign = enrolments.require_started(session, campaign) if campaign else None
        made = ours.record(
            session,
            directory.find(session, contact).id,
            text,
            due_on,
            owner=owner,
            campaign_id=of_campaign.id if of_campaign else None,
            made_on=_day(context),
            act=context.act(),
        )
        number = made.id
    context.say(
        N_(
            "Noted as promise {number}, due {due}. When it is done: “outreach promises done {number}”."
        ),
        number=number,
        due=due_on,
    )


@promises.command(
    "done",
    help=N_(
        "Say that a promise is kept, and how. A letter that keeps it needs no such word.\n\n"
        'Example: outreach promises done 4 --how "Told the mayor by telephone"'
    ),
)
@number_argument
@frame.option("--how", required=True, metavar=N_("TEXT"), help=N_("How it was kept."))
@contact_option
@frame.pass_office
def done(context: frame.Context, number: int, how: str, contact: str | None) -> None:
    """Keep one."""
    from outreach.campaigns import promises as ours
    from outreach.campaigns.models import PromiseState

    with context.transaction() as session:
        if contact is None:
            ours.keep(session, ours.find(session, number), how, context.act())
        else:
            _settle(context, session, number, contact, PromiseState.KEPT, how)
    context.say(N_("Promise {number} is kept."), number=number)


@promises.command(
    "withdraw",
    help=N_(
        "Withdraw a promise, with the reason: for everybody still owed it, or for one contact.\n\n"
        'Example: outreach promises withdraw 4 --because "They declined the cooperation"'
    ),
)
@number_argument
@frame.option("--because", required=True, metavar=N_("REASON"), help=N_("Why; kept with it."))
@contact_option
@frame.pass_office
def withdraw(context: frame.Context, number: int, because: str, contact: str | None) -> None:
    """Withdraw one."""
    from outreach.campaigns import promises as ours
    from outreach.campaigns.models import PromiseState

    with context.transaction() as session:
        if contact is None:
            ours.withdraw(session, ours.find(session, number), because, context.act())
        else:
            _settle(context, session, number, contact, PromiseState.WITHDRAWN, because)
    context.say(
        N_("Promise {number} is withdrawn. “outreach promises reopen {number}” takes that back."),
        number=number,
    )


@promises.command("reopen", help=N_("Open a promise again that was ended by mistake."))
@number_argument
@frame.option("--because", required=True, metavar=N_("REASON"), help=N_("Why."))
@frame.pass_office
def reopen(context: frame.Context, number: int, because: str) -> None:
    """Open one again."""
    from outreach.campaigns import promises as ours

    with context.transaction() as session:
        ours.reopen(session, ours.find(session, number), because, context.act())
    context.say(N_("Promise {number} is open again."), number=number)


@promises.command(
    "postpone",
    help=N_(
        "Put a promise off that is not ready: the letters that keep it wait until then, and the "
        "day it had stays on record. With --letter, whoever is still owed it is due the campaign’s "
        "holding letter, which says when it will come.\n\nExample: outreach promises postpone 1 "
        '--to 2025-11-03 --because "Two cities have not answered yet" --letter'
    ),
)
@number_argument
@frame.option("--to", "to", type=frame.Day(), required=True, help=N_("The new day."))
@frame.option("--because", required=True, metavar=N_("REASON"), help=N_("Why; kept with it."))
@frame.option("--letter/--no-letter", default=False, help=N_("Tell them by a holding letter."))
@frame.pass_office
def postpone(context: frame.Context, number: int, to: date, because: str, letter: bool) -> None:
    """Put one off."""
    from outreach.campaigns import promises as ours
    from outreach.dispatch import commitments

    with context.transaction() as session:
        promise = ours.find(session, number)
        ours.postpone(
            session,
            promise,
            to,
            reason=because,
            letter=letter,
            today=_day(context),
            act=context.act(),
        )
        owed = len(commitments.owed(session, promise))
    context.say(N_("Promise {number} is now due {due}."), number=number, due=to)
    context.say(
        N_("{count} contacts are due the holding letter: “outreach round” prepares it.")
        if letter
        else N_("{count} contacts wait for it. With --letter a holding letter tells them."),
        count=owed,
    )


@promises.command(
    "feed",
    help=N_(
        "Write the promises as a calendar (.ics) for Outlook, Thunderbird or a telephone. Written "
        "again to the same place, it moves what is there; nobody is named in it.\n\nExample: "
        "outreach promises feed --out promesses.ics"
    ),
)
@frame.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help=N_("The file to write."),
)
@campaign_option
@frame.option("--owner", metavar=N_("NAME"), help=N_("Only those that this person sees to."))
@frame.pass_office
def feed(context: frame.Context, out: Path, campaign: str | None, owner: str | None) -> None:
    """Write the calendar."""
    from outreach.reports import feed as feeds
    from outreach.reports import promises as found

    with context.reading() as session:
        lines = found.lines(session, _day(context), campaign=campaign, owner=owner)
    content = feeds.calendar(
        lines,
        name=context.text(N_("Promises")),
        domain=context.settings.sender.domain,
        language=context.words.written,
        told=context.words.told,
        now=context.clock(),
    )
    out.write_bytes(content)
    context.say(N_("{count} promises are in {path}."), count=len(lines), path=str(out))


def _settle(
    context: frame.Context,
    session: "Session",
    number: int,
    contact: str,
    state: object,
    reason: str,
) -> None:
    from outreach.campaigns import promises as ours
    from outreach.campaigns.models import PromiseState
    from outreach.contacts import directory

    ours.settle(
        session,
        ours.find(session, number),
        directory.find(session, contact).id,
        PromiseState(str(state)),
        reason=reason,
        on=_day(context),
        act=context.act(),
    )
