"""``outreach report campaign``: the figures of a campaign, told apart, at any day."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from outreach.campaigns import definition as definitions
from outreach.cli import documents, frame, tables
from outreach.errors import N_

if TYPE_CHECKING:
    from outreach.reports.breakdowns import Row
    from outreach.reports.editions import Form

WAYS = (
    *("step", "country", "region", "department", "kind", "size", "language", "channel", "week"),
    "outcome",
)
MEASURES = (
    *("audience", "left-out", "prepared", "sent", "bounced", "failed", "uncertain", "absent"),
    "replied",
)
COLUMNS = [
    tables.Column("key", N_("Which")),
    tables.Column("audience", N_("Audience")),
    tables.Column("left-out", N_("Left out")),
    tables.Column("sent", N_("Sent")),
    tables.Column("bounced", N_("Came back")),
    tables.Column("uncertain", N_("Perhaps sent")),
    tables.Column("absent", N_("Absent")),
    tables.Column("replied", N_("Answered")),
    tables.Column("rate", N_("Of those that arrived")),
    tables.Column("median_days_to_reply", N_("Days to the answer (median)")),
]
WHOM = [
    tables.Column("contact", N_("Contact")),
    tables.Column("organisation", N_("Organisation")),
    tables.Column("step", N_("Step")),
    tables.Column("state", N_("State"), word=True),
]


@frame.command(
    "campaign",
    help=N_(
        "Show a campaign in figures: how many letters were prepared, left out, sent, came back and "
        "were answered, told apart by step, country, region, department, kind, size, language, channel, week "
        "or answer. “--as-of” shows them as they were at the end of a day; “--behind” lists whom a "
        "figure stands for; “--format” writes where the whole campaign stands, as two pages to hand "
        "on.\n\nExample: outreach report campaign asointermedias-2025 --by region --as-of "
        "2025-10-01\n\nExample: outreach report campaign asointermedias-2025 --format pdf --lang fr"
    ),
)
@frame.argument("campaign", metavar=N_("CAMPAIGN"))
@frame.option("--step", metavar=N_("STEP"), help=N_("Only of this step."))
@frame.option("--by", "way", type=click.Choice(WAYS), default="step", help=N_("What tells apart."))
@frame.option("--as-of", type=frame.Day(), help=N_("As it was at the end of this day."))
@frame.option("--behind", type=click.Choice(MEASURES), help=N_("List whom this figure counts."))
@frame.option(
    "--key", metavar=N_("KEY"), help=N_("Of this row alone, as the first column names it.")
)
@frame.option(
    "--format",
    "form",
    type=click.Choice(documents.FORMATS),
    help=N_("Write a document of this kind; json is printed."),
)
@documents.LANG
@documents.TO
@frame.json_option
@frame.pass_office
def campaign(  # the options of one command
    context: frame.Context,
    campaign: str,
    step: str | None,
    way: str,
    as_of: date | None,
    behind: str | None,
    key: str | None,
    form: 'Form | Literal["json"] | None',
    lang: str | None,
    folder: Path,
) -> None:
    """Count, and print one line per kind of letters; or write the campaign's document."""
    if form is not None:
        for option, value in (
            ("--step", step),
            ("--behind", behind),
            ("--key", key),
            ("--by", None if way == "step" else way),
        ):
            if value is not None:
                raise documents.WholeCampaignError(option=option)
        documents.standing(context, campaign, form, lang, folder, as_of)
        return
    from outreach.campaigns import enrolments
    from outreach.reports import breakdowns, past, snapshots
    from outreach.reports.measures import By, Measure
    from outreach.reports.tallies import Scope

    definition = definitions.load(context.app.folder, campaign)
    zone = context.settings.zone
    moment = past.end_of(as_of, zone) if as_of else None
    with context.reading() as session:
        snapshots.hold(session)
        row = enrolments.require_started(session, campaign)
        only = enrolments.steps(session, row)[definition.step(step).name] if step else None
        scope = Scope(row, only)
        told = breakdowns.breakdown(session, scope, By(way), zone=zone, as_of=moment)
        if behind is not None:
            found = [
                letter
                for each in told.rows
                if key is None or each.key == key
                for letter in breakdowns.behind(
                    session, scope, By(way), each.key, Measure(behind), zone=zone, as_of=moment
                )
            ]
            tables.show(context, found, WHOM)
            return
    lines = [_line(each) for each in (*told.rows, told.total)]
    if context.as_json:
        tables.print_json({"by": way, "as_of": as_of, "rows": lines[:-1], "total": lines[-1]})
        return
    for line in lines:
        rate = line["reply_rate"]
        line["rate"] = (
            "–" if rate is None else context.text(N_("{share}%"), share=round(100 * rate))
        )
        line["key"] = line["key"] or context.text(N_("not known"))
    lines[-1]["key"] = context.text(N_("Together"))
    tables.show(context, lines, COLUMNS)


def _line(row: "Row") -> dict[str, Any]:
    rate = row.reply_rate.value
    return {
        "key": row.key,
        **{measure.value: figure for measure, figure in row.counts.items()},
        "arrived": row.reply_rate.denominator,
        "reply_rate": None if rate is None else round(rate, 4),
        "median_days_to_reply": row.median_days_to_reply,
        "reasons": row.reasons,
        "outcomes": row.outcomes,
    }
