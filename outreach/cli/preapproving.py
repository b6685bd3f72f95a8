"""``outreach campaign preapprove``: letters that may leave without anybody at the desk."""

from datetime import date

import click

from outreach.campaigns import definition as definitions
from outreach.cli import frame, tables
from outreach.errors import N_


@frame.command(
    "preapprove",
    help=N_(
        "Approve letters of a step beforehand, by a manager: as they are now, at most so many in "
        "all, until a day. A round then approves what falls due; with --mandate it signs and sends "
        "it too. Whatever was changed since, or is beyond the limits, waits for a person.\n\n"
        "Example: outreach campaign preapprove asointermedias-2025 --step relance --at-most 50 "
        "--until 2025-12-19 --mandate “Délégation du 2 juin 2025”"
    ),
)
@frame.argument("name", metavar=N_("CAMPAIGN"))
@frame.option("--step", required=True, metavar=N_("STEP"), help=N_("Whose letters."))
@frame.option("--at-most", type=int, metavar=N_("COUNT"), help=N_("How many letters in all."))
@frame.option("--until", type=frame.Day(), help=N_("The last day on which it holds."))
@frame.option(
    "--mandate", metavar=N_("TEXT"), help=N_("The recorded mandate that signs, in its words.")
)
@frame.option("--withdraw", metavar=N_("REASON"), help=N_("End it, with the reason."))
@frame.pass_office
def preapprove(
    context: frame.Context,
    name: str,
    step: str,
    at_most: int | None,
    until: date | None,
    mandate: str | None,
    withdraw: str | None,
) -> None:
    """Set the limits, or withdraw them."""
    from outreach.campaigns import enrolments
    from outreach.dispatch import preapprovals
    from outreach.dispatch import pressroom as pressrooms
    from outreach.dispatch.preapprovals import Limits

    definition = definitions.load(context.app.folder, name)
    if withdraw is not None:
        with context.transaction() as session:
            campaign = enrolments.require_started(session, name)
            preapprovals.withdraw(session, campaign, step, withdraw, context.act())
        context.say(N_("From now on letters of {step} wait for a person again."), step=step)
        return
    if at_most is None or until is None:
        message = N_("Give --at-most and --until; or --withdraw with the reason.")
        raise click.UsageError(context.text(message))
    with context.transaction() as session:
        current = pressrooms.from_folder(context.app.folder, context.settings, definition, step)
        preapprovals.allow(
            session,
            definition,
            current,
            Limits(at_most, until, mandate),
            settings=context.settings,
            act=context.act(),
        )
    context.say(
        N_("Letters of {step} are approved beforehand: at most {at_most}, until {until}."),
        step=step,
        at_most=at_most,
        until=until,
    )
    context.say(
        N_("Rounds sign and send them, under the mandate “{mandate}”.")
        if mandate
        else N_("Rounds approve them; a person signs and sends them."),
        mandate=mandate,
    )


@frame.command(
    "preapproved",
    help=N_(
        "List the letters that are approved beforehand, and what is used of it.\n\n"
        "Example: outreach campaign preapproved"
    ),
)
@frame.argument("name", metavar=N_("CAMPAIGN"), required=False)
@frame.json_option
@frame.pass_office
def preapproved(context: frame.Context, name: str | None) -> None:
    """Print each approval that was not withdrawn."""
    from outreach.dispatch import preapprovals

    with context.reading() as session:
        rows = [
            {
                "campaign": one.campaign,
                "step": one.step,
                "at_most": one.row.at_most,
                "used": one.used,
                "until": one.row.until,
                "mandate": one.row.mandate,
                "set_by": one.row.set_by,
                "set_at": one.row.set_at,
                "batches": one.batches,
            }
            for one in preapprovals.standing(session, name)
        ]
    tables.show(
        context,
        rows,
        [
            tables.Column("campaign", N_("Campaign")),
            tables.Column("step", N_("Step")),
            tables.Column("at_most", N_("At most"), right=True),
            tables.Column("used", N_("Used"), right=True),
            tables.Column("until", N_("Until")),
            tables.Column("mandate", N_("Mandate")),
            tables.Column("set_by", N_("Approved by")),
            tables.Column("batches", N_("Batches")),
        ],
        empty=N_("No letters are approved beforehand."),
    )
