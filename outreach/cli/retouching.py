"""``outreach batch docx|retouch``: one letter of a batch in Word, and back."""

from pathlib import Path

import click

from outreach.cli import frame, proofs
from outreach.cli.opened import number_argument, open_batch
from outreach.errors import N_, WrongUseError

contact_argument = frame.argument("code", metavar=N_("CONTACT"))


class NothingToRetouchError(WrongUseError):
    """Neither a document nor --undo."""

    message = N_("Name the document that comes back, or say --undo.")


@frame.command(
    "docx",
    help=N_(
        "Write the letter to one contact as a Word document, to be retouched by hand.\n\n"
        "Example: outreach batch docx 3 CO:66001 --to pereira.docx"
    ),
)
@number_argument
@contact_argument
@frame.option(
    "--to",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    help=N_("The file to write; else one named after batch and contact, in this folder."),
)
@frame.pass_office
def docx(context: frame.Context, number: int, code: str, target: Path | None) -> None:
    """Write the document."""
    from outreach.dispatch import retouching

    with context.reading() as session:
        opened = open_batch(context, session, number)
        data = retouching.document(
            session,
            opened.batch,
            opened.current,
            code,
            seal=proofs.draft_seal(context),
            act=context.act(),
        )
    path = target or Path(f"{number}-{code.replace(':', '-').replace('/', '-')}.docx")
    path.write_bytes(data)
    context.say(N_("Written: {path}"), path=path)
    context.say(
        N_("Change its text in Word, then: outreach batch retouch {batch} {contact} {path}"),
        batch=number,
        contact=code,
        path=path,
    )


@frame.command(
    "retouch",
    help=N_(
        "Take back the Word document of one letter, changed by hand: its text becomes that letter’s. "
        "An approval that was given is void; --undo gives the letter the words of its template again."
        "\n\nExample: outreach batch retouch 3 CO:66001 pereira.docx"
    ),
)
@number_argument
@contact_argument
@frame.argument(
    "source",
    metavar=N_("FILE"),
    required=False,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@frame.option("--undo", is_flag=True, help=N_("Go back to the words of the template."))
@frame.pass_office
def retouch(
    context: frame.Context, number: int, code: str, source: Path | None, undo: bool
) -> None:
    """Change one letter's text."""
    from outreach.dispatch import retouching

    if undo == (source is not None):
        raise NothingToRetouchError
    with context.transaction() as session:
        opened = open_batch(context, session, number)
        batch, room = opened.batch, opened.current
        if source is None:
            ignored: tuple[str, ...] = ()
            voided = retouching.take_back(session, batch, room, code, act=context.act())
            context.say(N_("The letter to {contact} has its template’s words again."), contact=code)
        else:
            done = retouching.retouch(
                session,
                batch,
                room,
                code,
                source.read_bytes(),
                path=str(source),
                seal=proofs.draft_seal(context),
                act=context.act(),
            )
            ignored, voided = done.ignored, done.voided
            context.say(
                N_("The letter to {contact} has the text of {path}."), contact=code, path=source
            )
    for words in ignored:
        context.say(
            N_("Not taken, since the program writes it by itself: {words}"),
            words=" ".join(words.split()),
        )
    if voided:
        context.say(
            N_(
                "Batch {batch} is a draft again: look at it with “outreach batch check {batch}”, then "
                "submit it again."
            ),
            batch=number,
        )
