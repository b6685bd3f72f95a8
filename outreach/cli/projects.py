"""``outreach partners form|projects``: what cities want to do, from a form to a proposal."""

from pathlib import Path

import click

from outreach.cli import frame, tables
from outreach.errors import N_


@frame.command(
    "form",
    help=N_(
        "Write the form on which a city tells of its project: enclose it with the invitation.\n\n"
        "Example: outreach partners form CO:66001 --format docx --out pereira.docx"
    ),
)
@frame.argument("city", metavar=N_("CITY"), help=N_("The Colombian city’s code: CO:66001."))
@frame.option(
    "--format",
    "kind",
    type=click.Choice(["docx", "xlsx"]),
    default="docx",
    show_default=True,
    help=N_("Word or a worksheet."),
)
@frame.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help=N_("The file to write."),
)
@frame.pass_office
def form(context: frame.Context, city: str, kind: str, out: Path) -> None:
    """Write a form."""
    from outreach.partners import pairs, projectforms

    with context.reading() as session:
        row = pairs.find(session, city)
        made = projectforms.write(row.code, row.name, "xlsx" if kind == "xlsx" else "docx")
    out.write_bytes(made)
    context.say(N_("The form for {city} is in {path}."), city=row.name, path=str(out))


@frame.group("projects", help=N_("The projects that cities sent."))
def projects() -> None:
    """Group the commands on projects."""


@projects.command("list", help=N_("List the projects that cities sent, and where they stand."))
@frame.json_option
@frame.pass_office
def list_projects(context: frame.Context) -> None:
    """Print the projects."""
    from outreach.partners import projects as ours
    from outreach.partners.themes import THEMES

    spoken = context.words.written
    with context.reading() as session:
        rows = [
            {
                "number": project.id,
                "code": code,
                "city": name,
                "title": project.title.get(spoken) or project.title.get("es", ""),
                "theme": THEMES[project.theme].in_(spoken),
                "state": project.state,
                "received_on": project.received_on,
                "source": project.source,
            }
            for project, code, name in ours.every(session)
        ]
    tables.show(
        context,
        rows,
        [
            tables.Column("number", N_("Number"), right=True),
            tables.Column("city", N_("City")),
            tables.Column("title", N_("Title")),
            tables.Column("theme", N_("Theme")),
            tables.Column("state", N_("State"), word=True),
            tables.Column("received_on", N_("Received")),
            tables.Column("source", N_("Source")),
        ],
        empty=N_("No city has sent a project yet."),
    )


@projects.command(
    "import",
    help=N_(
        "Take a form in that a city filled in. It is no proposal until somebody validates it.\n\n"
        "Example: outreach partners projects import pereira.docx --source “e-mail of 2 September”"
    ),
)
@frame.argument(
    "path",
    metavar=N_("FILE"),
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help=N_("The filled form."),
)
@frame.option("--source", metavar=N_("TEXT"), help=N_("How it came; else the file’s name."))
@frame.pass_office
def import_(context: frame.Context, path: Path, source: str | None) -> None:
    """Take one form in."""
    from outreach.clock import local_date
    from outreach.partners import projectforms
    from outreach.partners import projects as ours

    told = projectforms.read(path)
    with context.transaction() as session:
        number = ours.receive(
            session,
            told,
            source=source or path.name,
            received_on=local_date(context.clock(), context.settings.zone),
            act=context.act(),
        ).id
    context.say(
        N_("Project {number} is received. Next: “outreach partners projects validate {number}”."),
        number=number,
    )


@projects.command(
    "validate",
    help=N_(
        "Let letters call a project a proposal. Words that the form lacks in one language are added "
        "here.\n\nExample: outreach partners projects validate 3 --title-fr “Eau pour tous”"
    ),
)
@frame.argument("number", metavar=N_("NUMBER"), type=int, help=N_("As “projects list” shows it."))
@frame.option("--title-fr", default="", metavar=N_("TEXT"), help=N_("The title in French."))
@frame.option("--title-es", default="", metavar=N_("TEXT"), help=N_("The title in Spanish."))
@frame.option("--summary-fr", default="", metavar=N_("TEXT"), help=N_("The summary in French."))
@frame.option("--summary-es", default="", metavar=N_("TEXT"), help=N_("The summary in Spanish."))
@frame.pass_office
def validate(context: frame.Context, /, number: int, **words: str) -> None:
    """Validate one."""
    from outreach.partners import projects as ours

    added = {key.replace("_", "."): text for key, text in words.items()}
    with context.transaction() as session:
        ours.validate(session, number, added, context.act())
    context.say(N_("Project {number} is a proposal now: letters may tell of it."), number=number)


@projects.command("set-aside", help=N_("Say that a project is not proposed, and why."))
@frame.argument("number", metavar=N_("NUMBER"), type=int, help=N_("As “projects list” shows it."))
@frame.option("--because", required=True, metavar=N_("REASON"), help=N_("Why."))
@frame.pass_office
def set_aside(context: frame.Context, number: int, because: str) -> None:
    """Set one aside."""
    from outreach.partners import projects as ours

    with context.transaction() as session:
        ours.set_aside(session, number, because, context.act())
    context.say(N_("Project {number} is not proposed."), number=number)
