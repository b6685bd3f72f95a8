"""``outreach campaign``: what is sent to whom, and when."""

from datetime import date
from pathlib import Path

import click

from outreach.campaigns import definition as definitions
from outreach.cli import ahead, frame, halting, preapproving, tables
from outreach.errors import N_

HAPPENINGS = {
    "postponed": N_("a promise is put off"),
    "postponed-again": N_("a promise is put off again"),
    "partner-interested": N_("an authority answers that the city interests it"),
}
"""What steps begin at that is no reply of the contact itself."""
STATUS_FATES = (
    ("sent", N_("Sent")),
    ("waiting", N_("Waiting")),
    ("left-out", N_("Left out")),
    ("failed", N_("Failed")),
    ("perhaps", N_("Perhaps sent")),
    ("through", N_("Passed on by others")),
)


@frame.group(help=N_("What is sent to whom, and when. A campaign is a file in campaigns/."))
def campaign() -> None:
    """Group the commands on campaigns."""


for _command in (
    ahead.plan,
    halting.pause,
    halting.resume,
    halting.stop,
    preapproving.preapprove,
    preapproving.preapproved,
):
    campaign.add_command(_command)


@campaign.command("list", help=N_("List the campaigns of this office and their state."))
@frame.json_option
@frame.pass_office
def list_campaigns(context: frame.Context) -> None:
    """Print each campaign file with the state of its row."""
    from outreach.campaigns import enrolments

    rows = []
    with context.reading() as session:
        for name in definitions.names(context.app.folder):
            row = enrolments.find(session, name)
            file = definitions.load(context.app.folder, name).file
            rows.append(
                {
                    "name": name,
                    "title": file.title.in_(context.words.written),
                    "state": row.state if row else "draft",
                    "started_at": row.started_at if row else None,
                    "steps": [step.name for step in file.steps],
                }
            )
    tables.show(
        context,
        rows,
        [
            tables.Column("name", N_("Campaign")),
            tables.Column("title", N_("Title")),
            tables.Column("state", N_("State"), word=True),
            tables.Column("started_at", N_("Started")),
            tables.Column("steps", N_("Steps")),
        ],
        empty=N_("There is no campaign yet. Write one as a file in campaigns/."),
    )


@campaign.command("check", help=N_("Check that a campaign’s file and its letters are sound."))
@frame.argument("name", metavar=N_("CAMPAIGN"))
@frame.pass_office
def check(context: frame.Context, name: str) -> None:
    """Read the file, its segment and every template twin."""
    from outreach.contacts import segments
    from outreach.inbox import outcomes
    from outreach.letters.catalogue import LANGUAGES, Catalogue

    folder = context.app.folder
    definition = definitions.load(folder, name)
    segments.load(folder, definition.file.audience)
    outcomes.check(definition.file)
    catalogue = Catalogue(folder)
    for letter in sorted(definition.letter_names()):
        template = catalogue.letter(letter)
        for language in LANGUAGES:
            template.twin(language)
    context.say(
        N_("{name} is sound: {steps} steps, {letters} letters in both languages."),
        name=name,
        steps=len(definition.file.steps),
        letters=len(definition.letter_names()),
    )
    for step in definition.file.steps:
        if step.letter_to_come is not None:
            context.say(
                N_("Step {step} has no letter yet: {why}."),
                step=step.name,
                why=step.letter_to_come.in_(context.words.written),
            )


@campaign.command(
    "start",
    help=N_(
        "Enrol the audience of a campaign. Its count by kind is shown first; above the office’s "
        "limit the count must be typed.\n\nExample: outreach campaign start asointermedias-2025"
    ),
)
@frame.argument("name", metavar=N_("CAMPAIGN"))
@frame.option("--count", type=int, metavar=N_("COUNT"), help=N_("The count, typed."))
@frame.pass_office
def start(context: frame.Context, name: str, count: int | None) -> None:
    """Show the audience, then enrol it."""
    from outreach.campaigns import enrolments
    from outreach.clock import local_date
    from outreach.dispatch import audience
    from outreach.reports import figures

    definition = definitions.load(context.app.folder, name)
    with context.transaction() as session:
        found = audience.of(session, context.app.folder, definition.file.audience)
        _show_audience(context, found, definition.file.audience)
        added = audience.start(
            session,
            definition,
            found,
            settings=context.settings,
            typed=count,
            act=context.act(),
        )
    context.say(N_("{added} contacts are enrolled in {name}."), added=added, name=name)
    with context.reading() as session:
        row = enrolments.require_started(session, name)
        today = local_date(context.clock(), context.settings.zone)
        coming = [step.name for step in figures.status(session, row, today).steps if step.due]
    if coming:
        context.say(
            N_("Next: “outreach batch prepare {name} --step {step}”."), name=name, step=coming[0]
        )


@campaign.command(
    "record",
    help=N_(
        "Record letters that left outside the tool, from a list with a column “code”, so that what "
        "they promised falls due. One unit; --undo takes it back.\n\nExample: outreach campaign "
        "record asointermedias-2025 --step suivi-septembre --from list.csv --number "
        "S-EFRPR-25-265 --on 2025-09-01"
    ),
)
@frame.argument("name", metavar=N_("CAMPAIGN"))
@frame.option("--step", metavar=N_("STEP"), help=N_("The step whose letter it was."))
@frame.option(
    "--from",
    "source",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=N_("The list of recipients, a CSV file."),
)
@frame.option("--number", metavar=N_("NUMBER"), help=N_("The official number it bore, if known."))
@frame.option("--on", type=frame.Day(), help=N_("The day it left."))
@frame.option("--note", default="", metavar=N_("TEXT"), help=N_("A remark kept with it."))
@frame.option("--undo", type=int, metavar=N_("BATCH"), help=N_("Take a recorded unit back."))
@frame.pass_office
def record(
    context: frame.Context,
    name: str,
    step: str | None,
    source: Path | None,
    number: str | None,
    on: date | None,
    note: str,
    undo: int | None,
) -> None:
    """Record a list, or undo one."""
    from outreach.dispatch import batches, external

    definition = definitions.load(context.app.folder, name)
    if undo is not None:
        with context.transaction() as session:
            taken = external.undo(
                session,
                batches.find(session, undo),
                definition,
                settings=context.settings,
                act=context.act(),
            )
        context.say(N_("Batch {batch} is taken back. Letters: {count}."), count=taken, batch=undo)
        return
    if step is None or source is None or on is None:
        message = N_("Give --step, --from and --on; or --undo with the number of a batch.")
        raise click.UsageError(context.text(message))
    codes = external.read_codes(source)
    with context.transaction() as session:
        done = external.record(
            session,
            definition,
            step,
            codes,
            number=number,
            on=on,
            settings=context.settings,
            note=note,
            source=source.name,
            act=context.act(),
        )
    context.say(
        N_(
            "Recorded letters of {step}: {count}, as batch {batch} (--undo {undo} takes them back)."
        ),
        count=done.recorded,
        step=step,
        batch=done.batch,
        undo=done.batch,
    )
    if done.known:
        context.say(
            N_("Contacts that had a letter of this step already: {count}."), count=done.known
        )


@campaign.command(
    "show", help=N_("Show a campaign’s plan: its steps, when they fall due, what they promise.")
)
@frame.argument("name", metavar=N_("CAMPAIGN"))
@frame.json_option
@frame.pass_office
def show(context: frame.Context, name: str) -> None:
    """Print the plan as the file has it."""
    definition = definitions.load(context.app.folder, name)
    spoken = context.words.written
    rows = [
        {
            "step": step.name,
            "title": step.title.in_(spoken),
            "when": _when(context, definition, step),
            "letters": [letter.letter for letter in step.letters]
            or [step.letter_to_come.in_(spoken) if step.letter_to_come else ""],
            "promises": [promise.text.in_(spoken) for promise in step.promises],
        }
        for step in definition.file.steps
    ]
    tables.show(
        context,
        rows,
        [
            tables.Column("step", N_("Step")),
            tables.Column("title", N_("Title")),
            tables.Column("when", N_("When")),
            tables.Column("letters", N_("Letters")),
            tables.Column("promises", N_("Promises")),
        ],
        title=definition.file.title.in_(spoken),
    )


def _when(
    context: frame.Context, definition: definitions.Definition, step: definitions.StepDefinition
) -> object:
    """Return when a step is due, in words; a date as it is."""
    if step.event is not None:
        event = step.event
        happens = definition.file.events[event.name]
        name = happens.title.in_(context.words.written) if happens.title else event.name
        form = (
            N_("before {event} ({day}), days: {days}")
            if event.before
            else N_("after {event} ({day}), days: {days}")
        )
        return context.text(form, event=name, day=happens.on, days=event.before or event.after)
    if step.on_outcome is not None and step.on_outcome.outcome in HAPPENINGS:
        form = (
            N_("once {what}, working days: {days}")
            if step.on_outcome.working
            else N_("once {what}, days: {days}")
        )
        what = context.text(HAPPENINGS[step.on_outcome.outcome])
        return context.text(form, what=what, days=step.on_outcome.days)
    if step.on_outcome is not None:
        form = (
            N_("after the reply “{outcome}”, working days: {days}")
            if step.on_outcome.working
            else N_("after the reply “{outcome}”, days: {days}")
        )
        outcome = context.text(step.on_outcome.outcome)
        return context.text(form, outcome=outcome, days=step.on_outcome.days)
    if step.after is not None:
        form = (
            N_("after {step}, working days: {days}")
            if step.after.working
            else N_("after {step}, days: {days}")
        )
        return context.text(form, days=step.after.days, step=step.after.step)
    return step.on


@campaign.command("status", help=N_("Show where a campaign stands, step by step."))
@frame.argument("name", metavar=N_("CAMPAIGN"))
@frame.json_option
@frame.pass_office
def status(context: frame.Context, name: str) -> None:
    """Print figures per step, what was left out and why, and the promises."""
    from outreach.campaigns import enrolments
    from outreach.clock import local_date
    from outreach.dispatch import turns
    from outreach.reports import figures

    definition = definitions.load(context.app.folder, name)
    with context.reading() as session:
        row = enrolments.find(session, name)
        if row is None:
            raise enrolments.NotStartedError(name=name)
        today = local_date(context.clock(), context.settings.zone)
        called = turns.answering(session, definition, row, settings=context.settings, today=today)
        found = figures.status(session, row, today, called)
    if context.as_json:
        tables.print_json(found)
        return
    context.say(
        N_("{title}: {state}. Contacts enrolled: {enrolled}."),
        title=definition.file.title.in_(context.words.written),
        state=context.text(found.state),
        enrolled=found.enrolled,
    )
    tables.show(
        context,
        [
            {
                "step": step.name,
                **{fate: step.fates[fate] for fate, _ in STATUS_FATES},
                "due": step.due,
                "next_due": step.next_due,
            }
            for step in found.steps
        ],
        [
            tables.Column("step", N_("Step")),
            *(tables.Column(fate, title, right=True) for fate, title in STATUS_FATES),
            tables.Column("due", N_("Still to write to"), right=True),
            tables.Column("next_due", N_("Due from")),
        ],
    )
    for step in found.steps:
        for reason, count in step.reasons.items():
            context.say(
                N_("{step}: left out: {count} ({reason})"),
                step=step.name,
                count=count,
                reason=context.text(reason),
            )
    for promise in found.promises:
        message = (
            N_("OVERDUE promise, due {due}: {text} (made to {made}, kept for {kept})")
            if promise.overdue
            else N_("Promise, due {due}: {text} (made to {made}, kept for {kept})")
        )
        context.say(
            message,
            due=promise.due_on,
            text=promise.text.get(context.words.written, ""),
            made=promise.made_to,
            kept=promise.kept,
        )


def _show_audience(context: frame.Context, found: object, segment: str) -> None:
    from outreach.dispatch.audience import Audience

    if not isinstance(found, Audience):
        raise TypeError(type(found).__name__)
    tables.show(
        context,
        [
            {"country": country, "kind": kind, "contacts": count}
            for (country, kind), count in found.counts.items()
        ],
        [
            tables.Column("country", N_("Country")),
            tables.Column("kind", N_("Kind"), word=True),
            tables.Column("contacts", N_("Contacts"), right=True),
        ],
        title=context.text(N_("Audience “{segment}”"), segment=segment),
    )
    if found.without_contact:
        context.say(
            N_("Organisations without a contact, so with nobody to write to: {count}: {names}"),
            count=len(found.without_contact),
            names=frame.names(found.without_contact[:10]),
        )
