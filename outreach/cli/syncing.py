"""``outreach contacts sync``: a newer list of communes."""

from pathlib import Path

import click

from outreach.cli import frame, tables
from outreach.errors import N_

SHOWN = 20


@frame.command(
    "sync",
    help=N_(
        "Compare our communes with a newer list (INSEE’s v_commune file, or a CSV with code and "
        "name): merged, renamed and vanished ones, and what that touches. Nothing is written "
        "without --apply, and nothing is ever deleted.\n\nExample: outreach contacts sync "
        "v_commune_2026.csv --movements v_mvt_commune_2026.csv"
    ),
)
@frame.argument(
    "path", metavar=N_("FILE"), type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@frame.option(
    "--movements",
    "moves",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=N_("INSEE’s file of movements: what became of each commune, and when."),
)
@frame.option("--apply", "applied", is_flag=True, help=N_("Write the changes (a manager)."))
@frame.json_option
@frame.pass_office
def sync(context: frame.Context, path: Path, moves: Path | None, applied: bool) -> None:
    """Print the plan, or write it."""
    from outreach.clock import local_date
    from outreach.contacts import succession

    _ = context.app  # registers what hangs on organisations
    wanted = succession.communes(path)
    moved = succession.movements(moves) if moves else {}
    today = local_date(context.clock(), context.settings.zone)
    with context.transaction() if applied else context.reading() as session:
        plan = succession.compare(session, wanted, moved)
        if applied:
            succession.apply(session, plan, source=path.name, today=today, act=context.act())
    if context.as_json:
        tables.print_json(plan)
        return
    tables.show(
        context,
        plan.renamed[:SHOWN],
        [
            tables.Column("code", N_("Code")),
            tables.Column("old", N_("Before")),
            tables.Column("new", N_("After")),
        ],
        title=context.text(N_("Renamed: {count}"), count=len(plan.renamed)),
        empty=N_("No commune was renamed."),
    )
    tables.show(
        context,
        plan.ended[:SHOWN],
        [
            tables.Column("code", N_("Code")),
            tables.Column("name", N_("Commune")),
            tables.Column("successor", N_("Carried on by")),
            tables.Column("ended_on", N_("Since")),
            tables.Column("sure", N_("Official")),
        ],
        title=context.text(N_("Merged or vanished: {count}"), count=len(plan.ended)),
        empty=N_("No commune has vanished."),
    )
    for what, count in plan.touched.items():
        context.say(
            N_("Of these communes there are {what}: {count}."), what=context.text(what), count=count
        )
    if plan.new:
        context.say(
            N_(
                "New codes: {count}: {codes}. They come with a newer file in contacts/reference and "
                "“outreach start”."
            ),
            count=len(plan.new),
            codes=frame.names(plan.new[:SHOWN]),
        )
    if applied:
        context.say(N_("Written. Nothing was deleted: letters and contacts stay where they were."))
    else:
        context.say(N_("Nothing was written. Say --apply to do so."))
