"""``outreach contacts import`` and what follows: taken back, settled."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from outreach.cli import frame, progress, tables
from outreach.errors import N_, Phrase

if TYPE_CHECKING:
    from outreach.contacts.importing.fields import Mapping
    from outreach.contacts.importing.planning import Planned
    from outreach.contacts.importing.runs import Listing

OUTCOMES = (
    N_("new"),
    N_("changed"),
    N_("same"),
    N_("merged"),
    N_("unsure"),
    N_("refused"),
)

FOUND = {
    "code": N_("the same code as the contact that an earlier line tells of"),
    "email": N_("the same e-mail address as this contact, and no other name"),
    "name": N_("the same name at this organisation"),
    "office": N_("the same function, which one person holds at a time"),
}
"""How a line was found to be a known contact."""


@frame.command(
    "import",
    help=N_(
        "Import a list (CSV, TSV, XLSX, XLS, ODS) as one unit that can be taken back. --dry-run "
        "shows line by line what would happen.\n\nExample: outreach contacts import maires.xlsx "
        "--dry-run"
    ),
)
@frame.argument("path", metavar=N_("FILE"), type=click.Path(path_type=Path), help=N_("The list."))
@frame.option("--dry-run", is_flag=True, help=N_("Only show what would happen."))
@frame.option(
    "--preset",
    type=click.Choice(["rne"]),
    help=N_("A known file: rne, the mayors of the Répertoire national des élus."),
)
@frame.option("--mapping", metavar=N_("NAME"), help=N_("A saved mapping of contacts/mappings/."))
@frame.option(
    "--column",
    "columns",
    multiple=True,
    metavar=N_("TITLE=FIELD"),
    help=N_("Say what a column is; without a field it is left out."),
)
@frame.option("--save-mapping", metavar=N_("NAME"), help=N_("Keep the columns under this name."))
@frame.option(
    "--association",
    default="",
    metavar=N_("NAME"),
    help=N_("Everybody on the list belongs to this association."),
)
@frame.option(
    "--role",
    type=click.Choice(["member", "partner"]),
    default="member",
    help=N_("As a member or as a partner of it."),
)
@frame.json_option
@frame.pass_office
def import_(
    context: frame.Context,
    path: Path,
    dry_run: bool,
    preset: str | None,
    mapping: str | None,
    columns: tuple[str, ...],
    save_mapping: str | None,
    association: str,
    role: str,
) -> None:
    """Plan or import a list."""
    from outreach.contacts.importing import fields, runs

    wished = _mapping(context, preset, mapping, columns)
    listing = runs.open_list(path, wished, association, role, key=context.app.key())
    if save_mapping:
        fields.save(context.app.folder, save_mapping, listing.header, wished.office)
    if dry_run:
        _preview(context, listing)
        return
    with progress.shown(context, N_("Importing")) as report, context.transaction() as session:
        done = runs.run(session, listing, context.act(), lambda line: report(line, line + 1))
    if context.as_json:
        tables.print_json(
            {"import": done.run, "counts": done.counts, "memberships": done.memberships}
        )
        return
    _told(context, done.counts, done.ignored)
    if done.memberships:
        context.say(N_("Memberships, new or changed: {count}."), count=done.memberships)
    context.say(
        N_("Import {undo} is done. To take it back: outreach contacts undo {undo}"), undo=done.run
    )


def _mapping(
    context: frame.Context, preset: str | None, name: str | None, columns: tuple[str, ...]
) -> "Mapping":
    from outreach.contacts.importing import fields

    found = fields.Mapping()
    if preset:
        found = fields.PRESETS[preset]
    elif name:
        found = fields.load(context.app.folder, name)
    if not columns:
        return found
    told = dict(column.rpartition("=")[::2] for column in columns)
    return fields.Mapping(
        columns=found.columns | told, office=found.office, election_cycle=found.election_cycle
    )


def _preview(context: frame.Context, listing: "Listing") -> None:
    from outreach.contacts.importing import runs

    with context.reading() as session:
        planned = list(runs.plan(session, listing))
    rows = [_shown(context, one) for one in planned]
    tables.show(
        context,
        rows,
        [
            tables.Column("line", N_("Line"), right=True),
            tables.Column("outcome", N_("What happens"), word=True),
            tables.Column("contact", N_("Code")),
            tables.Column("organisation", N_("Organisation")),
            tables.Column("changes", N_("Old → new")),
            tables.Column("reason", N_("Why")),
        ],
    )
    if not context.as_json:
        _told(context, Counter(one.outcome.value for one in planned), listing.header.ignored)
        context.say(N_("Nothing was written."))


def _shown(context: frame.Context, one: "Planned") -> dict[str, Any]:
    if context.as_json:
        changes: object = [{"field": c.field, "old": c.old, "new": c.new} for c in one.changes]
    elif one.outcome.value == "new":
        changes = [str(c.new) for c in one.changes]
    else:
        changes = [f"{c.field}: {c.old or '–'} → {c.new}" for c in one.changes]
    candidates = [f"{c.name} ({c.code})" for c in one.candidates]
    found = Phrase(FOUND[one.how]) if one.outcome.value == "merged" and one.how in FOUND else None
    told = one.reason or found
    reason = context.words.told(told) if told else ""
    return {
        "line": one.line,
        "outcome": one.outcome.value,
        "contact": one.contact,
        "organisation": one.organisation,
        "changes": changes,
        "reason": ": ".join(part for part in (reason, frame.names(candidates)) if part != "-"),
    }


def _told(context: frame.Context, counts: "Counter[str]", ignored: list[str]) -> None:
    gettext = context.words.gettext
    context.say(
        N_("Lines: {counts}"),
        counts=frame.names(f"{gettext(n)} {context.words.number(counts[n])}" for n in OUTCOMES),
    )
    if ignored:
        context.say(N_("Columns that were left out: {columns}"), columns=frame.names(ignored))
    if counts["unsure"]:
        context.say(N_("“outreach contacts unsure” lists the lines that wait for you."))


@frame.command("imports", help=N_("List the imports, the newest first."))
@frame.json_option
@frame.pass_office
def imports(context: frame.Context) -> None:
    """Print number, file, day, person and counts."""
    from outreach.contacts.importing import undoing

    with context.reading() as session:
        rows = undoing.runs(session)
    tables.show(
        context,
        rows,
        [
            tables.Column("number", N_("Import")),
            tables.Column("file", N_("File")),
            tables.Column("at", N_("When")),
            tables.Column("actor", N_("Who")),
            tables.Column("counts", N_("Lines")),
            tables.Column("undone_at", N_("Taken back")),
        ],
        empty=N_("Nothing was imported yet."),
    )


@frame.command(
    "undo",
    help=N_(
        "Take an import back; what was edited since stays and is named.\n\nExample: outreach "
        "contacts undo 12"
    ),
)
@frame.argument("number", metavar=N_("IMPORT"), type=int, help=N_("The number of the import."))
@frame.json_option
@frame.pass_office
def undo(context: frame.Context, number: int) -> None:
    """Take it back and say what stays."""
    from outreach.contacts.importing import undoing

    with context.transaction() as session:
        done = undoing.undo(session, number, context.act())
    if context.as_json:
        kept = [{"contact": code, "reason": str(reason)} for code, reason in done.kept]
        tables.print_json({"removed": done.removed, "restored": done.restored, "kept": kept})
        return
    context.say(
        N_("Contacts removed: {removed}; put back as they were: {restored}."),
        removed=done.removed,
        restored=done.restored,
    )
    for code, reason in done.kept:
        context.say("{code}: {reason}", code=code, reason=context.words.told(reason))


@frame.command("unsure", help=N_("List imported lines whose organisation is not sure."))
@frame.json_option
@frame.pass_office
def unsure(context: frame.Context) -> None:
    """Print the lines that wait, with the candidates."""
    from outreach.contacts.importing import runs

    with context.reading() as session:
        rows = [
            {
                "row": row.id,
                "import": row.run_id,
                "line": row.line,
                "name": (row.given or {})["cells"].get("organisation", ""),
                "reason": row.reason,
                "candidates": [
                    f"{code} {name} ({score:g})"
                    for code, name, score in (row.given or {})["candidates"]
                ],
            }
            for row in runs.unsure(session)
        ]
    tables.show(
        context,
        rows,
        [
            tables.Column("row", N_("Number")),
            tables.Column("import", N_("Import")),
            tables.Column("line", N_("Line"), right=True),
            tables.Column("name", N_("Name in the list")),
            tables.Column("reason", N_("Why"), word=True),
            tables.Column("candidates", N_("Candidates")),
        ],
        empty=N_("No line waits."),
    )


@frame.command(
    "settle",
    help=N_(
        "Say which organisation an unsure line means; it is imported then.\n\nExample: outreach "
        "contacts settle 7 FR:76351"
    ),
)
@frame.argument("row", metavar=N_("NUMBER"), type=int, help=N_("As “unsure” lists it."))
@frame.argument("code", metavar=N_("CODE"), help=N_("The organisation’s code."))
@frame.pass_office
def settle(context: frame.Context, row: int, code: str) -> None:
    """Import the line for that organisation."""
    from outreach.contacts.importing import runs

    with context.transaction() as session:
        done = runs.settle(session, row, code, context.act())
    context.say(
        N_("Settled: {contact}, {outcome}."),
        contact=done.contact or code,
        outcome=context.words.gettext(done.outcome.value),
    )


COMMANDS = [import_, imports, undo, unsure, settle]
