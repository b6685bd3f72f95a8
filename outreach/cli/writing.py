"""``outreach letters new``: begin a letter."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from outreach.cli import frame, tables
from outreach.errors import N_

if TYPE_CHECKING:
    from outreach.settings import Language


@frame.command(
    "new",
    help=N_(
        "Begin a letter: write both its texts, French and Spanish, to be filled in.\n\n"
        "With --from, the words come from a Word letter; its merge fields are recognised, and the "
        "other language gets the same words, to be translated over.\n\n"
        "Example: outreach letters new voeux-2026 --from lettre.docx --lang fr"
    ),
)
@frame.argument("name", metavar=N_("LETTER"))
@frame.option(
    "--from",
    "source",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar=N_("FILE"),
    help=N_("A Word letter (.docx) to begin from."),
)
@frame.option(
    "--lang",
    "language",
    type=click.Choice(["fr", "es"]),
    default="fr",
    help=N_("The language of that Word letter: fr (as if none is given) or es."),
)
@frame.option(
    "--circular", is_flag=True, help=N_("One text for everyone, without personal fields.")
)
@frame.option("--cover", is_flag=True, help=N_("The short e-mail that a signed PDF travels under."))
@frame.json_option
@frame.pass_office
def new(
    context: frame.Context,
    name: str,
    source: Path | None,
    language: "Language",
    circular: bool,
    cover: bool,
) -> None:
    """Write both twins and say what to do next."""
    from outreach.letters import drafts, word

    folder = context.app.folder
    if source is None:
        draft, taken = drafts.skeleton(circular=circular, cover=cover), None
    else:
        taken = word.read(source.read_bytes(), language, str(source))
        draft = drafts.from_word(taken, language, circular=circular, cover=cover)
    paths = drafts.write(folder, name, draft)
    if context.as_json:
        tables.print_json(
            {
                "written": paths,
                "fields": {} if taken is None else taken.fields,
                "unknown": [] if taken is None else list(taken.unknown),
                "left_out": [] if taken is None else list(taken.left_out),
            }
        )
        return
    for path in paths:
        context.say(N_("Written: {path}"), path=path)
    if taken is not None:
        for theirs, ours in taken.fields.items():
            context.say(N_("The field «{theirs}» is now {ours}."), theirs=theirs, ours=ours)
        for theirs in taken.unknown:
            context.say(
                N_(
                    "The field «{theirs}» is not known here: put one of “outreach letters filters” "
                    "in the place of [{theirs}], or plain words."
                ),
                theirs=theirs,
            )
        if taken.left_out:
            context.say(
                N_(
                    "Left out, since the program writes address, date, salutation, closing and "
                    "signature by itself: {words}"
                ),
                words=" / ".join(" ".join(each.split())[:60] for each in taken.left_out),
            )
    context.say(
        N_("Fill in both texts, then look them over with “outreach letters check {name}”."),
        name=name,
    )
