"""``outreach demo``: the whole journey on a demo office, sending nothing."""

import os
import shutil
import sys
from datetime import timedelta
from pathlib import Path

from outreach import officefolder
from outreach.cli import frame, progress, tables
from outreach.errors import N_
from outreach.settings import SETTINGS_FILE

FOLDER = "outreach-demo"
SHOWN = 6


@frame.command(
    help=N_(
        "Play a whole campaign on open data: load the contacts, write to large French communes, "
        "métropoles and Colombian cities in their language, check, approve, sign, “send” into a "
        "local folder, print. Nothing leaves this machine. Run again, it goes on where it stopped; "
        "--fresh begins anew."
    )
)
@frame.option("--fresh", is_flag=True, help=N_("Forget the earlier run and begin anew."))
@frame.pass_office
def demo(context: frame.Context, fresh: bool) -> None:
    """Play the campaign and tell how it ended."""
    from outreach import demo as play

    context.folder = _folder(context)
    if context.today is None:
        context.today = play.TODAY
    if fresh:
        _forget(context)
    with progress.stages(context) as report:
        summary = play.run(context.app, report)
    if context.as_json:
        tables.print_json(summary)
        return
    _tell(context, summary)


def _folder(context: frame.Context) -> Path:
    """Return the demo's office: this folder if it is one, else a new one beside."""
    folder = context.folder
    if not (folder / SETTINGS_FILE).is_file():
        folder = folder / FOLDER
        officefolder.lay_out(folder, demo=True)
    return folder


def _forget(context: frame.Context) -> None:
    """Delete what earlier demos wrote; in a demo office only."""
    from outreach import settings
    from outreach.demo import NoDemoError

    if not settings.load(context.folder).office.demo:
        raise NoDemoError(folder=context.folder)
    shutil.rmtree(context.folder / "var", ignore_errors=True)


def _tell(context: frame.Context, summary: object) -> None:
    from outreach.demo import FOLLOW_UP, Summary

    if not isinstance(summary, Summary):
        raise TypeError(type(summary).__name__)
    step = next(each for each in summary.status.steps if each.name == FOLLOW_UP)
    kinds = ", ".join(f"{context.text(kind)} {n}" for kind, n in step.kinds.items())
    waiting = step.fates["waiting"]
    rows: list[tuple[str, str, object]] = [
        ("organisations", N_("Organisations in the store"), sum(summary.organisations.values())),
        ("sent", N_("E-mails in the outbox"), step.fates["sent"]),
        ("fr", N_("  in French"), step.languages.get("fr", 0)),
        ("es", N_("  in Spanish"), step.languages.get("es", 0)),
        ("kinds", N_("  by kind"), kinds),
        ("printed", N_("Letters printed, waiting for the post"), waiting),
        ("numbers", N_("Register numbers"), " … ".join(summary.numbers or ())),
        ("warnings", N_("Warnings of the check"), _warnings(summary.findings)),
        ("rate", N_("E-mails a second"), round(summary.rate) if summary.sent_now else None),
    ]
    context.say("")
    tables.facts(context, rows, title=context.text(N_("The September campaign, played")))
    tables.show(
        context,
        [
            {"reason": reason, "count": len(names), "who": names[:SHOWN]}
            for reason, names in sorted(summary.left_out.items())
        ],
        [
            tables.Column("reason", N_("Left out because"), word=True),
            tables.Column("count", N_("Organisations"), right=True),
            tables.Column("who", N_("For example")),
        ],
        empty=N_("Nobody was left out."),
    )
    for promise in summary.status.promises:
        context.say(
            N_("Promised to {count}, due {due}: {text}"),
            count=promise.made_to,
            due=promise.due_on,
            text=promise.text.get(context.words.written, ""),
        )
    times = ", ".join(
        f"{context.text(label)} {timedelta(seconds=round(seconds))}"
        for label, seconds in summary.stages
    )
    context.say(N_("Time: {times}"), times=times)
    context.say("")
    context.say(N_("Open these:"))
    for path in (
        *summary.samples,
        summary.printed,
        context.folder / context.settings.sending.outbox,
    ):
        if path is not None:
            context.say("  {path}", path=path)
    context.say(N_("What to do next:"))
    here = "" if context.folder == Path() else f"--office {context.folder} "
    here += f"--today {context.today} "  # elsewhere in time, what was promised is overdue
    for line in NEXT:
        context.say(line, program=_program(), here=here, campaign=summary.status.name)


def _program() -> str:
    """Return what to type: the program's name, or its path where the shell would not find it."""
    return "outreach" if shutil.which("outreach") else os.path.relpath(sys.argv[0])


def _warnings(findings: dict[str, int]) -> str:
    return ", ".join(f"{code}: {count}" for code, count in sorted(findings.items()))


NEXT = (
    N_("  {program} {here}report who {campaign}           who got what"),
    N_("  {program} {here}campaign status {campaign}      where it stands"),
    N_("  {program} {here}register list                   the numbers"),
    N_("  {program} {here}--help                          everything else"),
)
