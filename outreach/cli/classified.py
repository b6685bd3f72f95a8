"""``outreach replies classify``: what the program makes of a message, and why."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from outreach.cli import frame, tables
from outreach.errors import N_, OutreachError

if TYPE_CHECKING:
    from outreach.inbox.kinds import Verdict
    from outreach.inbox.matching import Match

MAX_FILE = 200_000_000
"""Octets of one file: more is no message."""


class TooLargeFileError(OutreachError):
    """No message is that big."""

    message = N_("{path} is too large to be a message ({size} MB).")


@dataclass(frozen=True, slots=True)
class Read:
    """One file, what it is and what it is about."""

    path: Path
    verdict: "Verdict"
    match: "Match | None"


@frame.command(
    "classify",
    help=N_(
        "Say what messages are: a reply, an absence, a bounce, an opt-out… and what shows it. "
        "Nothing is recorded.\n\nExample: outreach replies classify message.eml"
    ),
)
@frame.argument(
    "files",
    metavar=N_("FILE…"),
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=N_("Messages as files (.eml), one message each."),
)
@frame.json_option
@frame.pass_office
def classify(context: frame.Context, files: tuple[Path, ...]) -> None:
    """Read, judge, match; write nothing."""
    from outreach.inbox import landmarks, matching
    from outreach.inbox.parsing import parse
    from outreach.inbox.verdict import judge

    read: list[Read] = []
    with context.reading() as session:
        known = landmarks.survey(session, context.settings, key=context.app.key())
        for path in files:
            size = path.stat().st_size
            if size > MAX_FILE:
                raise TooLargeFileError(path=path, size=size // 1_000_000)
            message = parse(path.read_bytes())
            moment = message.received or message.date or context.clock()
            verdict = judge(message, received=moment.astimezone(context.settings.zone))
            read.append(Read(path, verdict, matching.match(session, message, verdict, known)))
    if context.as_json:
        tables.print_json(
            [
                {
                    "file": str(one.path),
                    **asdict(one.verdict),
                    "match": one.match and asdict(one.match),
                }
                for one in read
            ]
        )
        return
    for one in read:
        _show(context, one)


def _show(context: frame.Context, one: Read) -> None:
    """Print one verdict; what does not apply is left out."""
    verdict = one.verdict
    lines: list[tuple[str, str, object]] = [
        ("kind", N_("What it is"), verdict.kind),
        ("reason", N_("Why"), verdict.reason),
        ("permanence", N_("Hard or soft"), verdict.permanence),
        ("recipients", N_("Letter to"), verdict.recipients),
        ("author", N_("Passed on from"), verdict.author),
        ("return_date", N_("Back on"), verdict.return_date),
        ("other_addresses", N_("Other addresses"), verdict.other_addresses),
        ("link", N_("Link to confirm (not followed)"), verdict.link),
        ("original_message_id", N_("Answers the message"), verdict.original_message_id),
        ("evidence", N_("Shown by"), [f"{e.rule}: {e.seen}" for e in verdict.evidence]),
    ]
    if one.match is not None and one.match.rung is not None:
        lines += [
            ("rung", N_("Recognised by"), one.match.rung),
            ("confidence", N_("Sure to"), f"{one.match.confidence:.0%}"),
        ]
    lines.append(("new_text", N_("What they write"), verdict.new_text[:2_000]))
    tables.facts(context, [line for line in lines if line[2]], title=str(one.path))
