"""``outreach letters preview|sheet``: letters to look at, and where each of their words came from."""

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import click

from outreach.cli import frame, proofs, tables
from outreach.errors import N_, OutreachError

if TYPE_CHECKING:
    from outreach.dispatch.specimens import Specimen
    from outreach.settings import Language

language_option = frame.option(
    "--lang",
    "language",
    type=click.Choice(["fr", "es"]),
    help=N_("The language of the text: fr or es."),
)
contact_option = frame.option(
    "--contact",
    "code",
    required=True,
    metavar=N_("CONTACT"),
    help=N_("The contact’s code, such as FR:76351; “outreach contacts list” shows them."),
)
letter_argument = frame.argument("name", metavar=N_("LETTER"))
campaign_option = frame.option(
    "--campaign",
    metavar=N_("CAMPAIGN"),
    help=N_("Whose facts to use; else the campaign that sends the letter."),
)
folder_option = frame.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help=N_("The folder for the files; else this folder."),
)

SETTINGS, REGISTER = "outreach.toml", N_("given at the signature")
PAGE = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>
<style>body {{ font: 15px/1.4 sans-serif; margin: 2rem }} h2 {{ font-size: 1rem }}
iframe {{ width: 680px; max-width: 100%; height: 900px; border: 1px solid #bbb }}</style></head>
<body><h1>{title}</h1>
{letters}
</body></html>
"""


class NobodyToShowError(OutreachError):
    """No contact in the database."""

    message = N_("There is no contact yet to show a letter for. “outreach start” loads them.")


@frame.command(
    "preview",
    help=N_(
        "Write a letter for one contact as e-mail, plain text and PDF, to look at, and list the "
        "data that it used and where each value came from.\n\n"
        "Example: outreach letters preview suivi-septembre --contact FR:76351 --to proofs"
    ),
)
@letter_argument
@contact_option
@language_option
@campaign_option
@frame.option(
    "--received",
    multiple=True,
    metavar=N_("STEP"),
    help=N_("A step that the contact is to have received already; may be repeated."),
)
@folder_option
@frame.json_option
@frame.pass_office
def preview(
    context: frame.Context,
    name: str,
    code: str,
    language: "Language | None",
    campaign: str | None,
    received: tuple[str, ...],
    folder: Path,
) -> int:
    """Write the files, say what they used, and what is not right yet."""
    proof = proofs.letter(context, name, proofs.Wish(code, language, campaign, received))
    files = list(proofs.write(proof, folder))
    used = list(_used(context, proof))
    if context.as_json:
        tables.print_json({"files": files, "data": used})
    else:
        for path in files:
            context.say(N_("Written: {path}"), path=path)
        tables.show(
            context,
            used,
            [
                tables.Column("field", N_("Field")),
                tables.Column("value", N_("Value")),
                tables.Column("source", N_("Where it comes from"), word=True),
            ],
        )
    _note(context, proof)
    return 1 if any(each.severity == "error" for each in proof.findings) else 0


@frame.command(
    "sheet",
    help=N_(
        "Write a letter for ten contacts as unlike as possible (the longest name, no gender known, "
        "overseas, Colombia…) into one PDF with bookmarks; a cover e-mail into one page.\n\n"
        "Example: outreach letters sheet suivi-septembre --to proofs"
    ),
)
@letter_argument
@language_option
@campaign_option
@folder_option
@frame.json_option
@frame.pass_office
def sheet(
    context: frame.Context,
    name: str,
    language: "Language | None",
    campaign: str | None,
    folder: Path,
) -> int:
    """Write one file with ten letters, and say what is wrong in any of them."""
    from outreach.dispatch import specimens

    with context.reading() as session:
        chosen = specimens.varied(session)
    if not chosen:
        raise NobodyToShowError
    made = [
        (one, proofs.letter(context, name, proofs.Wish(one.code, language, campaign)))
        for one in chosen
    ]
    folder.mkdir(parents=True, exist_ok=True)
    path = _bound(context, name, made, folder)
    rows = [{"contact": one.code, "name": one.name, "why": one.why} for one, _ in made]
    if context.as_json:
        words = context.words
        shown = [row | {"why": words.told(one.why)} for row, one in zip(rows, chosen, strict=True)]
        tables.print_json({"file": path, "letters": shown})
    else:
        tables.show(
            context,
            rows,
            [
                tables.Column("contact", N_("Contact")),
                tables.Column("name", N_("Name")),
                tables.Column("why", N_("Shown for")),
            ],
        )
        context.say(N_("Written: {path}"), path=path)
    for _, proof in made:
        _note(context, proof)
    return 1 if any(each.severity == "error" for _, proof in made for each in proof.findings) else 0


def _bound(
    context: frame.Context, name: str, made: "list[tuple[Specimen, proofs.Proof]]", folder: Path
) -> Path:
    """Write all letters into one file; return its path."""
    titled = [
        (f"{number}. {one.name} ({one.code}): {context.words.told(one.why)}", proof)
        for number, (one, proof) in enumerate(made, start=1)
    ]
    if all(proof.on_paper for _, proof in titled):
        from outreach.letters.pdf import PdfPress
        from outreach.letters.printing import merge

        path = folder / f"{name}.pdf"
        press = PdfPress(made[0][1].letterhead)
        merge(((title, proofs.pdf(proof, press)) for title, proof in titled), path)
        return path
    path = folder / f"{name}.html"
    letters = "\n".join(
        f'<h2>{escape(title)}</h2>\n<iframe title="{escape(title)}" sandbox '
        f'srcdoc="{escape(proofs.page(proof))}"></iframe>'
        for title, proof in titled
    )
    shown = PAGE.format(lang=context.words.written, title=escape(name), letters=letters)
    path.write_text(shown, "utf-8")
    return path


def _note(context: frame.Context, proof: proofs.Proof) -> None:
    for finding in proof.findings:
        context.note("{code}: {why}", code=finding.code, why=finding.message)


def _used(context: frame.Context, proof: proofs.Proof) -> Iterator[dict[str, object]]:
    """Yield each field that the letter names, what it gives here, and where that came from."""
    facts = proof.facts
    person, place = facts.contact, facts.organisation
    campaign = f"campaigns/{facts.campaign.name}.toml"
    data = proof.sources
    origins = {
        "organisation": data.organisation,
        "departement": data.organisation,
        "region": data.organisation,
        "contact": data.contact,
        "source_adresse": data.contact,
        "premiere_lettre": N_("the letters sent before"),
        "campagne": campaign,
        "pieces_jointes": campaign,
        "lieu": SETTINGS,
        "bureau": SETTINGS,
        "signataire": SETTINGS,
        "reference": REGISTER,
        "date": REGISTER,
    }
    if person is not None and place is not None:
        yield {"field": "contact", "value": person.code, "source": data.contact}
        yield {"field": "organisation", "value": place.name, "source": data.organisation}
    parts = proof.written.parts
    for field, value in (("salutation", parts.salutation), ("closing", parts.closing)):
        if value:
            yield {
                "field": field,
                "value": value,
                "source": N_("the contact’s function and gender"),
            }
    for path in sorted(proof.paths):
        origin = origins.get(path.partition(".")[0])
        if origin is not None and path not in {"organisation", "contact"}:
            yield {"field": path, "value": proofs.value(context, proof, path), "source": origin}
