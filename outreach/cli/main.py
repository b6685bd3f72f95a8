"""``outreach``: the commands, in the order of a letter's journey."""

from datetime import date
from pathlib import Path

import click

from outreach import __version__
from outreach.cli import frame
from outreach.cli.root import Root
from outreach.errors import N_
from outreach.words import LANGUAGES

ROOMS = {
    "start": (
        "outreach.cli.office_commands:start",
        N_("First run: office folder, database, reference data."),
    ),
    "demo": ("outreach.cli.demo:demo", N_("The whole journey on a demo office, sending nothing.")),
    "contacts": ("outreach.cli.contacts:contacts", N_("Whom we may write to.")),
    "letters": ("outreach.cli.letters:letters", N_("What we write: templates, words, proofs.")),
    "campaign": ("outreach.cli.campaign:campaign", N_("What is sent to whom, and when.")),
    "batch": ("outreach.cli.batch:batch", N_("Prepare, check, approve, sign and send letters.")),
    "replies": ("outreach.cli.replies:replies", N_("What came back, and what follows from it.")),
    "tasks": ("outreach.cli.tasks:tasks", N_("What is to be done, by whom and by when.")),
    "partners": ("outreach.cli.partners:partners", N_("The cities that look for partners.")),
    "promises": (
        "outreach.cli.promises:promises",
        N_("What we promised, by when, and whether it is kept."),
    ),
    "round": ("outreach.cli.round:round_", N_("Go once through everything that is due.")),
    "worker": ("outreach.cli.worker:worker", N_("Go through it again and again, by itself.")),
    "register": ("outreach.cli.register:register", N_("The book of outgoing letters.")),
    "report": ("outreach.cli.report:report", N_("How it stands: who got what.")),
    "mail": ("outreach.cli.mail:mail", N_("The office’s mail server: sign in, try it out.")),
    "serve": ("outreach.cli.serve:serve", N_("The pages, for the browser on this machine.")),
    "db": (
        "outreach.cli.db:db",
        N_("The office’s database: backups, restoring, where it is at home."),
    ),
    "doctor": ("outreach.cli.doctor:doctor", N_("Look whether all is in order, and what to do.")),
    "users": ("outreach.cli.users:users", N_("Who works here.")),
}


@click.group(
    cls=Root,
    rooms=ROOMS,
    help=N_(
        "Letters of an embassy to local authorities, in French and Spanish: the right letter, "
        "once, in the right words."
    ),
)
@frame.option(
    "--office",
    metavar=N_("FOLDER"),
    envvar=frame.OFFICE_VARIABLE,
    type=click.Path(path_type=Path),
    help=N_("The office folder; else OUTREACH_OFFICE, else this folder."),
)
@frame.option(
    "--ui-lang",
    type=click.Choice(LANGUAGES),
    help=N_("The language of these messages; else the office's, else the machine's, else French."),
)
@frame.option(
    "--today",
    type=frame.Day(),
    help=N_("Act as if it were this day (in demo offices only)."),
)
@frame.option(
    "--as",
    "actor",
    metavar=N_("NAME"),
    envvar=frame.USER_VARIABLE,
    help=N_("Who acts; else OUTREACH_USER, else your name on this machine."),
)
@frame.version_option(__version__)
@frame.pass_office
def main(
    context: frame.Context,
    office: Path | None,
    ui_lang: str | None,  # noqa: ARG001  # taken before parsing: help is translated too
    today: date | None,
    actor: str | None,
) -> None:
    """Set the office, the day and the person for the command that follows."""
    if office is not None:
        context.folder = office
    context.today = today
    context.asked_actor = actor
