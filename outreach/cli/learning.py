"""``outreach replies person|stage``: what an answer teaches."""

import click

from outreach.cli import frame
from outreach.errors import N_

STAGES = ("proposed", "interested", "in-touch", "met", "agreed", "closed")

number_argument = frame.argument(
    "number", metavar=N_("NUMBER"), type=int, help=N_("As “replies list” shows it.")
)


@frame.command(
    "person",
    help=N_(
        "Make a card for somebody new at the organisation that answered. The address is the "
        "sender’s, unless you give another.\n\nExample: outreach replies person 12 dgs --function "
        "dgs --gender F --last-name Dupont"
    ),
)
@number_argument
@frame.argument("suffix", metavar=N_("WORD"), help=N_("Ends the new contact’s code."))
@frame.option(
    "--function",
    "office",
    required=True,
    metavar=N_("TEXT"),
    help=N_("Function, such as maire or alcalde."),
)
@frame.option("--gender", type=click.Choice(["F", "M"]), help=N_("F or M, never guessed."))
@frame.option("--first-name", metavar=N_("TEXT"), help=N_("First name."))
@frame.option("--last-name", metavar=N_("TEXT"), help=N_("Family name."))
@frame.option("--email", metavar=N_("ADDRESS"), help=N_("Their address; else the sender’s."))
@frame.pass_office
def person(
    context: frame.Context,
    number: int,
    suffix: str,
    office: str,
    gender: str | None,
    first_name: str | None,
    last_name: str | None,
    email: str | None,
) -> None:
    """Make the card."""
    from outreach.inbox import deciding, learning

    values = {
        "office": office,
        "gender": gender,
        "first_name": first_name,
        "last_name": last_name,
        "source": context.text(N_("reply {number}"), number=number),
    }
    with context.transaction() as session:
        arrival = deciding.find(session, number)
        contact = learning.add_person(
            session,
            arrival,
            suffix,
            {key: value for key, value in values.items() if value is not None},
            email=email or arrival.sender,
            act=context.act(),
        )
        code = contact.code
    context.say(N_("Contact {contact} is there."), contact=code)


@frame.command(
    "stage",
    help=N_(
        "Record how far the organisation that answered and a partner have come; the reply is the "
        "source.\n\nExample: outreach replies stage 12 CO:66001 met"
    ),
)
@number_argument
@frame.argument("partner", metavar=N_("CODE"), help=N_("The partner’s code: CO:66001, FR:44109."))
@frame.argument("stage", type=click.Choice(STAGES), metavar=N_("STAGE"), help=N_("How far."))
@frame.pass_office
def stage(context: frame.Context, number: int, partner: str, stage: str) -> None:
    """Move a pair."""
    from outreach.inbox import deciding, learning
    from outreach.partners.pairs import Stage

    with context.transaction() as session:
        learning.set_stage(
            session, deciding.find(session, number), partner, Stage(stage), context.act()
        )
    context.say(N_("Noted: {stage}."), stage=context.words.gettext(stage))
