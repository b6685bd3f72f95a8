"""``outreach campaign plan``: who would get what, and when, before anything happens."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from outreach.campaigns import definition as definitions
from outreach.cli import frame, tables
from outreach.errors import N_, OutreachError

if TYPE_CHECKING:
    from outreach.campaigns.planning import Plan


class PastPlanError(OutreachError):
    """A plan looks ahead."""

    message = N_("A plan goes from today, {today}, on: --until {until} is past.")


@frame.command(
    "plan",
    help=N_(
        "Show who would get what, and when, if nobody answered: nothing is written. Before the "
        "start it is played over the audience.\n\n"
        "Example: outreach campaign plan asointermedias-2025 --until 2026-12-31 --svg plan.svg"
    ),
)
@frame.argument("name", metavar=N_("CAMPAIGN"))
@frame.option("--until", type=frame.Day(), help=N_("The last day to look at; else a year ahead."))
@frame.option("--who", is_flag=True, help=N_("Name every contact, with its letters and days."))
@frame.option(
    "--svg",
    type=click.Path(dir_okay=False, path_type=Path),
    help=N_("Draw the plan into this file (SVG), in the language of these messages."),
)
@frame.json_option
@frame.pass_office
def plan(
    context: frame.Context,
    name: str,
    until: date | None,
    who: bool,  # a flag of Click's
    svg: Path | None,
) -> None:
    """Play the campaign ahead and show it."""
    from outreach.campaigns import planning
    from outreach.clock import local_date
    from outreach.dispatch import forecast

    definition = definitions.load(context.app.folder, name)
    today = local_date(context.clock(), context.settings.zone)
    until = until or planning.default_until(today)
    if until < today:
        raise PastPlanError(today=today.isoformat(), until=until.isoformat())
    with context.reading() as session:
        found = forecast.of(
            session,
            definition,
            context.app.folder,
            settings=context.settings,
            today=today,
            until=until,
        )
        people = list(planning.people(session, found.letters)) if who else []
    if svg is not None:
        svg.write_text(_picture(context, definition, found), "utf-8")
    if context.as_json:
        tables.print_json(_data(definition, found, people if who else None))
        return
    _show(context, definition, found)
    if who:
        _show_people(context, people)
    if svg is not None:
        context.say(N_("The plan is drawn in {path}."), path=svg)


def _data(
    definition: definitions.Definition, found: "Plan", people: Sequence[object] | None
) -> dict[str, object]:
    data: dict[str, object] = {
        "campaign": definition.name,
        "today": found.today,
        "until": found.until,
        "started": found.started,
        "contacts": found.contacts,
        "stopped": found.stopped,
        "unreachable": found.unreachable,
        "letters": found.total,
        "steps": [
            {
                "step": step.name,
                "unwritten": step.unwritten,
                "letters": step.coming.total(),
                "held": step.held,
                "days": {day.isoformat(): n for day, n in sorted(step.coming.items())},
                "left": {day.isoformat(): n for day, n in sorted(step.left.items())},
            }
            for step in found.steps.values()
        ],
    }
    return data if people is None else {**data, "who": people}


def _show(context: frame.Context, definition: definitions.Definition, found: "Plan") -> None:
    from outreach.reports import plans

    spoken = context.words.written
    tables.show(
        context,
        [
            {
                "step": step.name,
                "title": step.title.in_(spoken),
                "left": ahead.left.total(),
                "letters": ahead.coming.total(),
                "days": [
                    context.text(N_("{day}: {letters}"), day=day, letters=count)
                    for day, count in sorted(ahead.coming.items())[:MOST_DAYS]
                ]
                + (["…"] if len(ahead.coming) > MOST_DAYS else []),
                "held": ahead.held,
                "remark": plans.remark(
                    definition, step.name, context.text, unwritten=ahead.unwritten
                ),
            }
            for step in definition.file.steps
            for ahead in [found.steps[step.name]]
        ],
        [
            tables.Column("step", N_("Step")),
            tables.Column("title", N_("Title")),
            tables.Column("left", N_("Sent"), right=True),
            tables.Column("letters", N_("To come"), right=True),
            tables.Column("days", N_("When")),
            tables.Column("held", N_("Held for a person"), right=True),
            tables.Column("remark", N_("Remark")),
        ],
        title=context.text(
            N_("{title}: until {until}, if nobody answers"),
            title=definition.file.title.in_(spoken),
            until=found.until,
        ),
    )
    context.say(
        N_("Enrolled contacts: {contacts}; letters to come: {letters}.")
        if found.started
        else N_(
            "Not started yet. Contacts of the audience: {contacts}; letters to come: {letters}."
        ),
        contacts=found.contacts,
        letters=found.total,
    )
    if found.unreachable:
        context.say(N_("Contacts without a usable address: {count}."), count=found.unreachable)
    if found.stopped:
        context.say(N_("Contacts that are written to no more: {count}."), count=found.stopped)
    if found.ended:
        context.say(N_("The campaign was ended: nothing is to come."))


MOST_DAYS = 4
"""Days that a table names for each step; --json has them all."""


def _show_people(context: frame.Context, people: Sequence[object]) -> None:
    tables.show(
        context,
        people,
        [
            tables.Column("on", N_("Day")),
            tables.Column("step", N_("Step")),
            tables.Column("code", N_("Contact")),
            tables.Column("organisation", N_("Organisation")),
        ],
    )


def _picture(context: frame.Context, definition: definitions.Definition, found: "Plan") -> str:
    from outreach.reports import plans

    words = context.words
    return str(
        plans.picture(
            definition,
            found,
            language=words.written,
            text=context.text,
            number=words.number,
            month=words.month,
        )
    )
