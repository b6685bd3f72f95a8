"""``outreach batch check|submit|book`` and ``outreach letters checks``: what is wrong, and what may stand."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from outreach.cli import frame, tables
from outreach.cli.opened import Opened, number_argument, open_batch
from outreach.errors import N_, WrongUseError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from outreach.dispatch.models import AcceptedWarning, Batch
    from outreach.dispatch.preflight import Line


class UnknownCheckError(WrongUseError):
    """No check has that code."""

    message = N_("There is no check {code}. “outreach letters checks” lists them.")


@frame.command(
    "check",
    help=N_(
        "Check every letter of a batch before it is submitted: what is wrong, where, and what to "
        "do. Links are opened as a stranger would open them (not in a demo office). A warning may "
        "be accepted with a reason, which stays on the batch; an error must be mended.\n\n"
        'Example: outreach batch check 3 --accept L132 --because "Both forms are polite."'
    ),
)
@number_argument
@frame.option(
    "--accept",
    "accept",
    multiple=True,
    metavar=N_("CODE"),
    help=N_("Accept the warnings of this code; may be repeated."),
)
@frame.option("--because", default="", metavar=N_("REASON"), help=N_("Why they may stand."))
@frame.option(
    "--withdraw",
    multiple=True,
    metavar=N_("CODE"),
    help=N_("Take back that the warnings of this code were accepted."),
)
@frame.json_option
@frame.pass_office
def check(
    context: frame.Context,
    number: int,
    accept: tuple[str, ...],
    because: str,
    withdraw: tuple[str, ...],
) -> None:
    """Run preflight; exit 1 where something must be mended or accepted."""
    from outreach.dispatch import preflight, warnings

    opening: AbstractContextManager[Session] = (
        context.transaction() if accept or withdraw else context.reading()
    )
    with opening as session:
        opened = open_batch(context, session, number)
        for code in withdraw:
            warnings.withdraw(session, opened.batch, code.upper(), context.act())
        found = look(context, session, opened)
        for code in accept:
            warnings.accept(
                session, opened.batch, found, code.upper(), reason=because, act=context.act()
            )
        show(context, found)
        submitted = opened.batch
    preflight.require_clear(submitted, found)
    context.say(
        N_("Batch {batch} may be submitted: “outreach batch submit {batch}”."), batch=number
    )


@frame.command(
    "submit",
    help=N_(
        "Check a batch and put it before a manager. Refused while an error stands, or a warning "
        "that nobody accepted."
    ),
)
@number_argument
@frame.pass_office
def submit(context: frame.Context, number: int) -> None:
    """Run preflight, freeze what is to be approved, move on."""
    from outreach.dispatch import approval, preflight
    from outreach.dispatch.states import BatchState, require

    with context.transaction() as session:
        opened = open_batch(context, session, number)
        require(opened.batch, BatchState.DRAFT)
        found = look(context, session, opened)
        show(context, found)
        preflight.require_clear(opened.batch, found)
        letters = approval.submit(
            session, opened.batch, opened.definition, opened.current, context.act()
        )
    context.say(
        N_(
            "Batch {batch} is submitted: {letters} letters. Next, a manager: “outreach batch approve {batch}”."
        ),
        batch=number,
        letters=letters,
    )


@frame.command(
    "book",
    help=N_(
        "Write the signature book of a batch: every text that is to be signed, in one PDF with "
        "bookmarks; a circular once in each language, an individual letter for each recipient."
        "\n\nExample: outreach batch book 3 --to parapheur.pdf"
    ),
)
@number_argument
@frame.option(
    "--to",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("parapheur.pdf"),
    show_default=True,
    help=N_("The file to write."),
)
@frame.pass_office
def book(context: frame.Context, number: int, target: Path) -> None:
    """Write what the signatory is to read and sign."""
    from outreach.cli import progress
    from outreach.dispatch import pressroom as pressrooms
    from outreach.dispatch import signaturebook

    with context.reading() as session:
        opened = open_batch(context, session, number)
        room = opened.current
        if opened.batch.material is not None:
            room = pressrooms.from_archive(session, opened.batch.material)
        with progress.shown(context, N_("Writing the signature book")) as report:
            files = signaturebook.bind(
                session,
                opened.batch,
                room,
                target.resolve(),
                settings=context.settings,
                act=context.act(),
                progress=report,
            )
    context.say(N_("Written: {path}"), path=frame.names(files))


def recheck(context: frame.Context, session: "Session", opened: Opened) -> None:
    """Check a submitted batch once more before it is approved, and show what was accepted.

    Raises RefusedError, NewWarningsError.
    """
    from outreach.dispatch import preflight

    found = look(context, session, opened)
    show_accepted(context, session, opened.batch)
    preflight.require_clear(opened.batch, found)


def look(context: frame.Context, session: "Session", opened: Opened) -> "list[Line]":
    """Run preflight with a progress bar."""
    from outreach.cli import progress
    from outreach.dispatch import preflight

    with progress.shown(context, N_("Checking letters")) as report:
        return preflight.check(
            session,
            opened.batch,
            opened.current,
            settings=context.settings,
            act=context.act(),
            progress=report,
            present=preflight.Present(opened.definition, context.app.key()),
            visit=context.app.visitor(),
        )


def show(context: frame.Context, found: "Sequence[Line]") -> None:
    """Print what was found, then what to do about each code."""
    from outreach.letters.checklist import CHECKS

    tables.show(
        context,
        found,
        [
            tables.Column("code", N_("Code")),
            tables.Column("severity", N_("Severity"), word=True),
            tables.Column("what", N_("What is wrong")),
            tables.Column("where", N_("Where")),
            tables.Column("count", N_("Letters"), right=True),
            tables.Column("contacts", N_("For example")),
            tables.Column("accepted", N_("Accepted because")),
        ],
        empty=N_("Nothing to mend."),
    )
    for code in dict.fromkeys(line.code for line in found if line.accepted is None):
        context.note(
            N_("{code}: {remedy}"), code=code, remedy=context.words.gettext(CHECKS[code].remedy)
        )


def show_accepted(context: frame.Context, session: "Session", batch: "Batch") -> None:
    """Print the warnings that were accepted, by whom and why."""
    from outreach.dispatch import warnings

    rows = warnings.accepted(session, batch)
    if not rows:
        return
    context.note(N_("Warnings accepted in batch {batch}:"), batch=batch.id)
    for row in rows:
        context.note(
            N_("{code} in {letters} letters, by {name}: {reason} ({what})"),
            code=row.code,
            letters=row.letters,
            name=row.accepted_by,
            reason=row.reason,
            what=row.what,
        )


def accepted_rows(rows: "Sequence[AcceptedWarning]") -> list[dict[str, object]]:
    """Return accepted warnings as ``batch show`` prints them."""
    return [
        {
            "code": row.code,
            "letters": row.letters,
            "reason": row.reason,
            "by": row.accepted_by,
            "at": row.accepted_at,
        }
        for row in rows
    ]


@frame.command(
    "checks",
    help=N_(
        "List what is checked before a letter leaves, or explain one check: why, and what to do."
        "\n\nExample: outreach letters checks L113"
    ),
)
@frame.argument("code", metavar=N_("CODE"), required=False)
@frame.json_option
@frame.pass_office
def checks(context: frame.Context, code: str | None) -> None:
    """Print all checks, or one in full."""
    from outreach.letters.checklist import CHECKS

    gettext = context.words.gettext
    if code is None:
        rows = [
            {"code": each.code, "severity": each.severity, "title": gettext(each.title)}
            for each in CHECKS.values()
        ]
        tables.show(
            context,
            rows,
            [
                tables.Column("code", N_("Code")),
                tables.Column("severity", N_("Severity"), word=True),
                tables.Column("title", N_("What is wrong")),
            ],
        )
        return
    found = CHECKS.get(code.upper())
    if found is None:
        raise UnknownCheckError(code=code)
    tables.facts(
        context,
        [
            ("code", N_("Code"), found.code),
            ("severity", N_("Severity"), gettext(found.severity)),
            ("title", N_("What is wrong"), gettext(found.title)),
            ("why", N_("Why"), gettext(found.why)),
            ("remedy", N_("What to do"), gettext(found.remedy)),
            ("example", N_("Example"), found.example),
        ],
    )
