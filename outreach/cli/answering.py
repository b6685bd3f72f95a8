"""``outreach replies next|answered``: what is to be done about a reply, and that it is done."""

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from outreach.cli import frame
from outreach.errors import N_

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from outreach.inbox.following import Planned


def plan(context: frame.Context, session: "Session", number: int, planned: "Planned") -> int:
    """Note the next action and the promise of a reply; return how many."""
    from outreach.clock import local_date
    from outreach.inbox import deciding, following

    return following.plan(
        session,
        deciding.find(session, number),
        planned,
        today=local_date(context.clock(), context.settings.zone),
        act=context.act(),
    )


@frame.command(
    "next",
    help=N_(
        "Note what is to be done about a reply, by whom and by when, or what you promised them.\n\n"
        "Example: outreach replies next 12 “Send the dates of the visit” --due 2025-09-15"
    ),
)
@frame.argument("number", metavar=N_("NUMBER"), type=int, help=N_("As “replies list” shows it."))
@frame.argument("text", metavar=N_("TEXT"), help=N_("What is to be done."))
@frame.option("--promised", is_flag=True, help=N_("It was promised to them."))
@frame.option("--due", type=frame.Day(), help=N_("By when; in a week if left out."))
@frame.option("--owner", metavar=N_("NAME"), help=N_("Who does it; you if left out."))
@frame.pass_office
def next_(
    context: frame.Context,
    number: int,
    text: str,
    promised: bool,
    due: date | None,
    owner: str | None,
) -> None:
    """Note a task, or a promise."""
    from outreach.inbox.following import Planned
    from outreach.inbox.nextactions import NoTextError

    planned = Planned(
        action="" if promised else text, promise=text if promised else "", due=due, owner=owner
    )
    with context.transaction() as session:
        if not plan(context, session, number, planned):
            raise NoTextError
    if promised:
        context.say(N_("Noted. “outreach promises due” shows what was promised."))
    else:
        context.say(N_("Noted. “outreach tasks list” shows what is to be done."))


@frame.command(
    "answered",
    help=N_(
        "Say that a reply was answered, so that it is no longer listed as waiting.\n\nExample: "
        "outreach replies answered 12 --on 2025-09-10"
    ),
)
@frame.argument("number", metavar=N_("NUMBER"), type=int, help=N_("As “replies list” shows it."))
@frame.option("--on", type=frame.Day(), help=N_("The day of our answer; today if left out."))
@frame.pass_office
def answered(context: frame.Context, number: int, on: date | None) -> None:
    """Note the answer."""
    from outreach.inbox import deciding

    moment = (
        datetime.combine(on, time(12), context.settings.zone) if on is not None else context.clock()
    )
    with context.transaction() as session:
        noted = deciding.answered(session, deciding.find(session, number), moment, context.act())
    if noted:
        context.say(N_("{number} is answered."), number=number)
    else:
        context.say(N_("{number} was answered before; nothing changed."), number=number)


@frame.command(
    "draft",
    help=N_(
        "Lay a draft of your answer into the mailbox’s Drafts, in the thread of what they wrote and "
        "with their text below; without a mailbox, as a file that Outlook opens. Nothing is sent."
        "\n\nExample: outreach replies draft 12 --text “Bonjour, merci de votre réponse.”"
    ),
)
@frame.argument("number", metavar=N_("NUMBER"), type=int, help=N_("As “replies list” shows it."))
@frame.option("--text", default="", metavar=N_("TEXT"), help=N_("How it begins."))
@frame.pass_office
def draft(context: frame.Context, number: int, text: str) -> None:
    """Lay a draft."""
    from outreach.inbox import deciding, drafting

    with context.reading() as session:
        made = drafting.draft(
            session,
            deciding.find(session, number),
            text=text,
            settings=context.settings,
            now=context.clock(),
        )
    place = context.app.lay_draft(made.message, made.name)
    context.say(
        N_("A draft to {recipient} lies in {place}. Finish it there and send it yourself."),
        recipient=made.recipient,
        place=place,
    )
