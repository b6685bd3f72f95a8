"""``outreach replies match|set-aside|decide|outcome|assign|undo``: what a person says about a reply."""

from typing import TYPE_CHECKING

import click

from outreach.cli import frame, tables
from outreach.errors import N_

if TYPE_CHECKING:
    from outreach.inbox.hand import Hand
    from outreach.inbox.undoing import Undone

DECISIONS = ("planned", "adapted", "answered", "declined")
OUTCOMES = ("interested", "wants-details", "meeting", "later", "declined", "wrong-person")
KINDS = ("reply", "opt-out", "complaint", "challenge", "bounce", "auto-reply", "notice")

number_argument = frame.argument(
    "number", metavar=N_("NUMBER"), type=int, help=N_("As “replies list” shows it.")
)


@frame.command(
    "match",
    help=N_(
        "Say whom a message is about, and what it is where that was misjudged. What follows from it "
        "is done now; what followed before is taken back.\n\nExample: outreach replies match 12 "
        "FR:76351"
    ),
)
@number_argument
@frame.argument("contact", metavar=N_("CODE"), help=N_("The contact’s code."))
@frame.option("--kind", type=click.Choice(KINDS), help=N_("What the message really is."))
@frame.pass_office
def match(context: frame.Context, number: int, contact: str, kind: str | None) -> None:
    """Match by hand, and let it act."""
    from outreach.contacts import directory
    from outreach.inbox import arrivals, deciding
    from outreach.inbox.kinds import Kind

    with context.transaction() as session:
        desk = arrivals.desk(
            session,
            context.settings,
            key=context.app.key(),
            folder=context.app.folder,
            actor=context.actor,
        )
        hand = deciding.match(
            session,
            deciding.find(session, number),
            directory.find(session, contact),
            desk=desk,
            act=context.act(),
            kind=Kind(kind) if kind else None,
        )
    context.say(N_("{number} is about {contact} now."), number=number, contact=contact)
    _tell(context, hand)


@frame.command(
    "set-aside",
    help=N_(
        "Say that nothing follows from a message; what followed is taken back.\n\nExample: outreach "
        "replies set-aside 12"
    ),
)
@number_argument
@frame.pass_office
def set_aside(context: frame.Context, number: int) -> None:
    """Put it away."""
    from outreach.inbox import deciding

    with context.transaction() as session:
        told = deciding.set_aside(session, deciding.find(session, number), context.act())
    context.say(N_("{number} is set aside."), number=number)
    if told is not None:
        _told(context, told)


@frame.command(
    "decide",
    help=N_(
        "Say what becomes of the promised letter that waits because they answered: it goes as "
        "planned, or adapted first; or it needs not go, since you answered already, or they "
        "declined.\n\nExample: outreach replies decide 12 --as planned"
    ),
)
@number_argument
@frame.option(
    "--as",
    "decision",
    type=click.Choice(DECISIONS),
    required=True,
    help=N_("What becomes of the letter."),
)
@frame.option("--contact", metavar=N_("CODE"), help=N_("Only for this contact there."))
@frame.option("--reason", default="", metavar=N_("TEXT"), help=N_("Why, for whoever asks later."))
@frame.pass_office
def decide(
    context: frame.Context, number: int, decision: str, contact: str | None, reason: str
) -> None:
    """Decide on promised letters."""
    from outreach.contacts import directory
    from outreach.inbox import deciding
    from outreach.inbox.deciding import Decision

    with context.transaction() as session:
        count = deciding.decide(
            session,
            deciding.find(session, number),
            Decision(decision),
            why=reason,
            settings=context.settings,
            act=context.act(),
            contact=directory.find(session, contact) if contact else None,
        )
    goes = decision in {"planned", "adapted"}
    context.say(
        N_("Decided for {count} contacts: the promised letter goes when it is due.")
        if goes
        else N_("Decided for {count} contacts: the promised letter is not sent."),
        count=count,
    )


@frame.command(
    "outcome",
    help=N_(
        "Say what an answer means for the cooperation.\n\nExample: outreach replies outcome 12 "
        "interested"
    ),
)
@number_argument
@frame.argument(
    "outcome", type=click.Choice(OUTCOMES), metavar=N_("OUTCOME"), help=N_("What it means.")
)
@frame.pass_office
def outcome(context: frame.Context, number: int, outcome: str) -> None:
    """Judge a reply."""
    from outreach.inbox import deciding
    from outreach.inbox.models import Outcome

    with context.transaction() as session:
        deciding.judge_outcome(
            session, deciding.find(session, number), Outcome(outcome), context.act()
        )
    context.say(N_("Noted."))


@frame.command(
    "assign",
    help=N_(
        "Give what came back to a colleague who sees to it; without a name, to nobody.\n\nExample: "
        "outreach replies assign 12 Maria"
    ),
)
@number_argument
@frame.argument("owner", metavar=N_("NAME"), required=False, help=N_("Who sees to it."))
@frame.pass_office
def assign(context: frame.Context, number: int, owner: str | None) -> None:
    """Assign it."""
    from outreach.inbox import deciding

    with context.transaction() as session:
        deciding.assign(session, deciding.find(session, number), owner, context.act())
    if owner:
        context.say(N_("{owner} sees to {number}."), owner=owner, number=number)
    else:
        context.say(N_("Nobody sees to {number} now."), number=number)


@frame.command(
    "undo",
    help=N_(
        "Take back what followed from something that came back: all of it, or one change.\n\n"
        "Example: outreach replies undo 12"
    ),
)
@number_argument
@frame.option("--change", type=int, metavar=N_("NUMBER"), help=N_("As “replies show” has it."))
@frame.pass_office
def undo(context: frame.Context, number: int, change: int | None) -> None:
    """Undo effects."""
    from outreach.inbox import deciding, undoing

    with context.transaction() as session:
        arrival = deciding.find(session, number)
        if change is None:
            told = deciding.set_aside(session, arrival, context.act())
        else:
            chosen = [one for one in undoing.of_arrival(session, number) if one.id == change]
            told = undoing.undo(session, chosen, context.act())
        if told is None:
            raise undoing.NothingToUndoError
    _told(context, told)


@frame.command(
    "forget",
    help=N_(
        "Forget messages older than privacy.retention.replies says: their bytes, senders, subjects "
        "and notes. That there was an answer stays, and what followed. It cannot be undone.\n\n"
        "Example: outreach replies forget"
    ),
)
@frame.pass_office
def forget(context: frame.Context) -> None:
    """Apply the office's retention."""
    from outreach.accounts import users
    from outreach.accounts.users import Role
    from outreach.clock import local_date
    from outreach.inbox import privacy

    retention = context.settings.privacy.retention
    with context.transaction() as session:
        users.require(session, context.actor, Role.MANAGER)
        count = privacy.forget_old(
            session, retention, local_date(context.clock(), context.settings.zone), context.act()
        )
    if not retention.replies:
        context.say(
            N_(
                "Nothing was forgotten: the office has not said how long messages are kept "
                "(privacy.retention.replies in outreach.toml)."
            )
        )
    else:
        context.say(N_("Messages forgotten: {count}."), count=count)


def _tell(context: frame.Context, hand: "Hand") -> None:
    """Say what followed."""
    if not hand.done:
        context.say(N_("Nothing follows from it."))
    for effect in hand.done:
        context.say(N_("Done: {what}."), what=context.words.gettext(effect.what))


def _told(context: frame.Context, told: "Undone") -> None:
    """Say what went back and what did not."""
    tables.show(
        context,
        [
            *({"what": one.what, "went": "yes"} for one in told.back),
            *({"what": one.what, "went": N_("no: it changed since")} for one in told.changed),
        ],
        [
            tables.Column("what", N_("What followed"), word=True),
            tables.Column("went", N_("Taken back"), word=True),
        ],
    )
