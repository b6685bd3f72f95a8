"""``outreach replies fetch|import``: take in what came back, from the mailbox or from files."""

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from outreach.cli import frame, progress, tables
from outreach.errors import N_, OutreachError

if TYPE_CHECKING:
    from outreach.inbox.fetching import Fetched


class NoMailboxReadError(OutreachError):
    """The settings name no folder to read."""

    message = N_(
        'No mailbox is read: name its folder in outreach.toml, [mail.mailbox] inbox = "INBOX". '
        "“outreach replies import” takes messages from files."
    )


RENEW_EVERY = 1_500.0
"""Seconds after which a waiting signs in anew: an access token lives for an hour."""
SHORTEST_PAUSE, LONGEST_PAUSE = 5.0, 300.0
"""Seconds before a mailbox that was away is tried again; twice as long each time."""

NOT_OURS = N_("not ours")


@frame.command(
    "import",
    help=N_(
        "Take in messages from files: .eml, Outlook’s .msg, mbox, folders of them. What is about your letters is "
        "kept and acts; the rest is not kept. The same message twice is taken in once.\n\nExample: "
        "outreach replies import boite.mbox"
    ),
)
@frame.argument(
    "paths",
    metavar=N_("FILE…"),
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
    help=N_("Files, or folders of them."),
)
@frame.json_option
@frame.pass_office
def import_(context: frame.Context, paths: tuple[Path, ...]) -> None:
    """Take each message in, in a transaction of its own."""
    from outreach.inbox import arrivals, files
    from outreach.inbox.arrivals import Origin, Passing

    told: list[dict[str, Any]] = []
    with context.reading() as session:
        desk = arrivals.desk(
            session,
            context.settings,
            key=context.app.key(),
            folder=context.app.folder,
            actor=context.actor,
        )
    found = files.below(list(paths))
    with progress.shown(context, N_("Taking in messages")) as report:
        for number, path in enumerate(found, 1):
            origin = Origin("file", path.name)
            try:
                for raw in files.messages(path):
                    with context.transaction() as session:
                        taken = arrivals.take_in(
                            session, raw, origin=origin, now=context.clock(), desk=desk
                        )
                        if isinstance(taken, Passing):
                            told.append({"file": path, "kind": NOT_OURS, **asdict(taken)})
                        else:
                            told.append(
                                {
                                    "file": path,
                                    "number": taken.id,
                                    "kind": taken.kind,
                                    "state": taken.state,
                                }
                            )
            except OutreachError as error:
                context.note(N_("Left out: {why}"), why=context.words.told(error))
            report(number, len(found))
    if context.as_json:
        tables.print_json(told)
        return
    counted = Counter((line["kind"], line.get("state", "")) for line in told)
    tables.show(
        context,
        [
            {"kind": kind, "state": state, "count": count}
            for (kind, state), count in counted.most_common()
        ],
        [
            tables.Column("kind", N_("What it is"), word=True),
            tables.Column("state", N_("State"), word=True),
            tables.Column("count", N_("Count"), right=True),
        ],
        empty=N_("There is no message in it."),
    )


@frame.command(
    "fetch",
    help=N_(
        "Read what came back into the mailbox, and let it act. Nothing there is marked, moved or "
        "deleted. Every round does it too.\n\nExample: outreach replies fetch --wait"
    ),
)
@frame.option(
    "--wait",
    "waits",
    is_flag=True,
    help=N_("Go on: read each message as it arrives, until Ctrl-C."),
)
@frame.json_option
@frame.pass_office
def fetch(context: frame.Context, waits: bool) -> None:
    """Read the mailbox, once or as it fills."""
    if not waits:
        _fetch(context)
        return
    from outreach.cli.worker import stopped_by_signals
    from outreach.dispatch.carriers.mailbox import MailboxError

    with stopped_by_signals() as stop:
        pause = 0.0
        while not stop.wait(pause):
            try:
                _fetch(context, waits=True)
                pause = 0.0
                while not stop.is_set() and not context.app.await_mail(RENEW_EVERY, stop):
                    pass
            except MailboxError as error:  # it may be there again soon
                context.note(error.message, **error.values)
                pause = min(max(2 * pause, SHORTEST_PAUSE), LONGEST_PAUSE)


def _fetch(context: frame.Context, *, waits: bool = False) -> None:
    with progress.shown(context, N_("Taking in messages")) as report:
        found = context.app.fetch(context.actor, report)
    if found is None:
        raise NoMailboxReadError
    from outreach.inbox import passing

    if context.as_json:
        tables.print_json(found)
    elif not tell(context, found) and not waits:
        context.say(N_("Nothing new came back."))
    with context.reading() as session:
        crowd = passing.crowd(session, context.clock())
    if crowd is not None:
        context.note(
            N_(
                "In thirty days {others} messages were not about your letters, {ours} were. Better "
                "let a rule of the mail server put the answers into a folder of their own, and name "
                "it in outreach.toml, [mail.mailbox] inbox."
            ),
            others=crowd.others,
            ours=crowd.ours,
        )


def tell(context: frame.Context, found: "Fetched") -> bool:
    """Say what a reading brought; return whether there was anything to say."""
    for kind, count in found.kinds.most_common():
        context.say(N_("{kind}: {count}"), kind=context.words.gettext(kind), count=count)
    if found.unsure:
        context.say(
            N_("To be placed by a person: {count}. “outreach replies list --unsure”"),
            count=found.unsure,
        )
    if found.answered:
        context.say(N_("Answered from the mailbox: {count}."), count=found.answered)
    if found.passing:
        context.say(N_("Not about your letters, and not kept: {count}."), count=found.passing)
    return bool(found.kinds or found.answered or found.passing)


def show_passing(context: frame.Context) -> None:
    """Print what is about nothing of ours."""
    from outreach.inbox import passing

    with context.reading() as session:
        rows = passing.listed(session)
    tables.show(
        context,
        rows,
        [
            tables.Column("received_at", N_("Received")),
            tables.Column("sender", N_("From")),
            tables.Column("subject", N_("Subject")),
        ],
        empty=N_("Nothing of the kind in the last thirty days."),
    )
