"""``outreach letters``: what we write. Templates, the words they may use, proofs."""

from datetime import date
from typing import TYPE_CHECKING

import click

from outreach.cli import checking, frame, previews, proofs, tables, writing
from outreach.cli.previews import contact_option, language_option, letter_argument
from outreach.errors import N_

if TYPE_CHECKING:
    from outreach.settings import Language


@frame.group(help=N_("What we write: templates, the words they may use, proofs."))
def letters() -> None:
    """Group the commands on letters."""


letters.add_command(writing.new)
for _command in (checking.checks, previews.preview, previews.sheet):
    letters.add_command(_command)


@letters.command("list", help=N_("List the letters of templates/letters."))
@frame.json_option
@frame.pass_office
def list_letters(context: frame.Context) -> None:
    """Print each letter with its languages."""
    from outreach.letters.catalogue import Catalogue

    catalogue = Catalogue(context.app.folder)
    rows = []
    for name in catalogue.names():
        twins = catalogue.letter(name).twins
        shown = twins.get(context.words.written) or next(iter(twins.values()))
        rows.append(
            {
                "name": name,
                "kind": shown.front.kind,
                "languages": sorted(twins),
                "summary": shown.front.summary,
            }
        )
    tables.show(
        context,
        rows,
        [
            tables.Column("name", N_("Letter")),
            tables.Column("kind", N_("Kind"), word=True),
            tables.Column("languages", N_("Languages")),
            tables.Column("summary", N_("Summary")),
        ],
        empty=N_("There is no letter yet. Write one as templates/letters/NAME/fr.md and es.md."),
    )


@letters.command(
    "reviewed",
    help=N_(
        "Say that a text says what its other language says, after that one was changed (check "
        "L125).\n\nExample: outreach letters reviewed suivi-septembre --language es"
    ),
)
@letter_argument
@frame.option(
    "--language",
    type=click.Choice(["fr", "es"]),
    required=True,
    help=N_("Of the text that was read."),
)
@frame.pass_office
def reviewed(context: frame.Context, name: str, language: "Language") -> None:
    """Note that a text was read beside its twin."""
    from outreach.letters import reviews
    from outreach.letters.catalogue import Catalogue

    Catalogue(context.app.folder).letter(name).twin(language)
    with context.transaction() as session:
        waited = reviews.reviewed(session, name, language, context.act())
    context.say(
        N_("Noted: both languages say the same.")
        if waited
        else N_("This text did not wait to be read again.")
    )


WORDS = (N_("letter"), N_("cover"), N_("error"), N_("warning"))
"""Kinds of templates and severities of findings, for the catalogues."""


@letters.command("show", help=N_("Print a letter’s template as it is written."))
@letter_argument
@language_option
@frame.json_option
@frame.pass_office
def show_letter(context: frame.Context, name: str, language: "Language | None") -> None:
    """Print one twin, or both."""
    from outreach.letters.catalogue import Catalogue

    template = Catalogue(context.app.folder).letter(name)
    sources = [template.twin(language)] if language else list(template.twins.values())
    if context.as_json:
        tables.print_json([{"path": source.path, "text": source.written} for source in sources])
        return
    for source in sources:
        click.secho(source.path, bold=True)
        click.echo(source.written)


@letters.command(
    "filters", help=N_("List the fields and filters that a letter may use, with examples.")
)
@frame.json_option
@frame.pass_office
def list_filters(context: frame.Context) -> None:
    """Print fields and filters by both their names."""
    from outreach.language.filters import FILTERS
    from outreach.letters import spoken
    from outreach.letters.fields import FIELDS

    gettext = context.words.gettext
    fields = []
    for field in FIELDS:
        doc = gettext(field.doc)
        fields.append({"fr": field.fr, "es": field.es, "doc": doc, "example": field.example})
        fields += [
            {
                "fr": f"{field.fr}.{each.fr}",
                "es": f"{field.es}.{each.es}",
                "doc": gettext(each.doc),
                "example": "",
            }
            for each in field.attributes
        ]
    spanish = context.words.written == "es"
    filters = [
        {
            "fr": each.name_fr,
            "es": each.name_es,
            "doc": gettext(each.doc),
            "example": each.example_es if spanish else each.example_fr,
        }
        for each in {id(each): each for each in FILTERS.values()}.values()
    ]
    brackets = [
        {"name": f"[{name}]", "same": f"{{{{ {meant} }}}}"}
        for name, meant in spoken.PHRASES.items()
    ] + [
        {"name": f"[…, {name}]", "same": f"{{{{ … | {meant} }}}}"}
        for name, meant in spoken.FORMS.items()
    ]
    if context.as_json:
        tables.print_json({"brackets": brackets, "fields": fields, "filters": filters})
        return
    both = [tables.Column("name", N_("In brackets")), tables.Column("same", N_("In braces"))]
    tables.show(context, brackets, both, title=gettext(N_("Names, written in brackets")))
    columns = [
        tables.Column("fr", N_("In French")),
        tables.Column("es", N_("In Spanish")),
        tables.Column("doc", N_("What it gives")),
        tables.Column("example", N_("Example")),
    ]
    tables.show(context, fields, columns, title=gettext(N_("Fields, written in double braces")))
    tables.show(context, filters, columns, title=gettext(N_("Filters, written after a bar")))


@letters.command(
    "try",
    help=N_(
        "Print what an expression gives for a contact.\n\n"
        "Example: outreach letters try --contact FR:76351 --lang fr '{{ organisation | de }}'"
    ),
)
@frame.argument("text", metavar=N_("TEXT"))
@contact_option
@language_option
@frame.option("--campaign", metavar=N_("CAMPAIGN"), help=N_("Whose facts to use."))
@frame.pass_office
def try_(
    context: frame.Context, text: str, code: str, language: "Language | None", campaign: str | None
) -> None:
    """Write a line with the contact's facts."""
    click.echo(proofs.line(context, text, proofs.Wish(code, language, campaign)))


@letters.command(
    "check",
    help=N_(
        "Proof-read letters of the catalogue (all of them where none is named), or any text file: "
        "fields, twins, set phrases, ordinals, dates, spelling.\n\n"
        "Example: outreach letters check old-letter.md --lang fr --date 2025-09-01"
    ),
)
@frame.argument("names", metavar=N_("LETTER|FILE"), nargs=-1)
@language_option
@frame.option(
    "--date",
    "sent_on",
    type=frame.Day(),
    help=N_("The day on which it is to be sent; else today."),
)
@frame.json_option
@frame.pass_office
def check(
    context: frame.Context,
    names: tuple[str, ...],
    language: "Language | None",
    sent_on: date | None,
) -> int:
    """Print findings; exit code 1 where one of them is an error."""
    found = proofs.findings(context, names, language, sent_on)
    rows = [
        {
            "severity": each.severity,
            "code": each.code,
            "where": each.where,
            "excerpt": each.excerpt,
            "why": context.words.told(each.message),
            "suggestion": each.suggestion,
        }
        for each in found
    ]
    tables.show(
        context,
        rows,
        [
            tables.Column("severity", N_("Severity"), word=True),
            tables.Column("code", N_("Code")),
            tables.Column("where", N_("Where")),
            tables.Column("excerpt", N_("Excerpt")),
            tables.Column("why", N_("Why")),
            tables.Column("suggestion", N_("Suggestion")),
        ],
        empty=N_("Nothing to mend."),
    )
    return 1 if any(each.severity == "error" for each in found) else 0
