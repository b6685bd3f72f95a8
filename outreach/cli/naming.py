"""``outreach partners name|interested``: what a city is told of authorities, and of whom there."""

from outreach.cli import frame, tables
from outreach.cli.matching import city_argument, french_argument
from outreach.errors import N_


@frame.command(
    "name",
    help=N_(
        "Note that somebody at an authority agreed to be named to a city. Nobody is named "
        "otherwise.\n\nExample: outreach partners name FR:44109 CO:66001 FR:44109/relations "
        "--agreed “courriel du 12 septembre 2025”"
    ),
)
@french_argument
@city_argument
@frame.argument("contact", metavar=N_("CONTACT"), required=False, help=N_("The person’s code."))
@frame.option("--agreed", metavar=N_("TEXT"), default="", help=N_("How they agreed."))
@frame.option("--take-back", is_flag=True, help=N_("Name nobody there to that city any more."))
@frame.pass_office
def name(
    context: frame.Context,
    french: str,
    city: str,
    contact: str | None,
    agreed: str,
    take_back: bool,  # a flag of Click's
) -> None:
    """Note an agreement, or its end."""
    from outreach.partners import naming

    with context.transaction() as session:
        if take_back:
            naming.take_back(session, (french, city), context.act())
        else:
            naming.agree(session, (french, city), contact or french, agreed, context.act())
    context.say(
        N_("Nobody at {french} is named to {city} any more.")
        if take_back
        else N_("{contact} may be named to {city}."),
        french=french,
        city=city,
        contact=contact or french,
    )


@frame.command(
    "interested",
    help=N_(
        "List the authorities that answered that a city interests them, and when the city was "
        "told. The reply gives the first (“replies outcome”), a person the second (“replies "
        "stage”).\n\nExample: outreach partners interested asointermedias-2025"
    ),
)
@frame.argument("campaign", metavar=N_("CAMPAIGN"))
@frame.json_option
@frame.pass_office
def interested(context: frame.Context, campaign: str) -> None:
    """Print the pairs."""
    from outreach.campaigns import enrolments
    from outreach.dispatch import introductions

    with context.reading() as session:
        row = enrolments.require_started(session, campaign)
        rows = introductions.lines(session, row, context.settings.zone)
    tables.show(
        context,
        rows,
        [
            tables.Column("authority", N_("Authority")),
            tables.Column("city", N_("City")),
            tables.Column("since", N_("Interested since")),
            tables.Column("person", N_("May be named")),
            tables.Column("told_on", N_("City told on")),
        ],
        empty=N_("Nobody has answered yet that a city interests them."),
    )
