"""``outreach replies import``: take in messages that are there as files."""

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from outreach.cli import frame, progress, tables
from outreach.errors import N_, OutreachError

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
