"""``outreach contacts add|edit|address``: cards and addresses by hand."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar, get_args

import click

from outreach.cli import frame
from outreach.errors import N_, WrongUseError

Given = TypeVar("Given", bound=Callable[..., Any])

code_argument = frame.argument(
    "code", metavar=N_("CODE"), help=N_("The contact’s code, such as FR:76351.")
)


class NothingToChangeError(WrongUseError):
    """No option was given."""

    message = N_("Say what to change: “outreach contacts edit --help” lists what there is.")


def _fields(command: Given) -> Given:
    """Give a command an option for each field of a card."""
    for option in (
        frame.option("--purpose", metavar=N_("TEXT"), help=N_("What we write to them for.")),
        frame.option("--source", metavar=N_("TEXT"), help=N_("Where we have the card from.")),
        frame.option("--verified-on", type=frame.Day(), help=N_("When it was last verified.")),
        frame.option("--mandate-end", type=frame.Day(), help=N_("When the mandate ends.")),
        frame.option(
            "--prefers",
            "preferred_channel",
            type=click.Choice(["email", "post"]),
            help=N_("How they want to be written to."),
        ),
        frame.option("--phone", metavar=N_("TEXT"), help=N_("Telephone.")),
        frame.option(
            "--title",
            "title_override",
            metavar=N_("TEXT"),
            help=N_("What the person prefers to be called, such as “Madame le Maire”."),
        ),
        frame.option("--last-name", metavar=N_("TEXT"), help=N_("Family name.")),
        frame.option("--first-name", metavar=N_("TEXT"), help=N_("First name.")),
        frame.option("--gender", type=click.Choice(["F", "M"]), help=N_("F or M, never guessed.")),
        frame.option("--language", type=click.Choice(["fr", "es"]), help=N_("Written to in.")),
        frame.option(
            "--function",
            "office",
            metavar=N_("TEXT"),
            help=N_("Function, such as maire or alcalde."),
        ),
    ):
        command = option(command)
    return command


@frame.command(
    "add",
    help=N_(
        "Make a contact at an organisation. Its addresses are added with “contacts address”.\n\n"
        "Example: outreach contacts add FR:76351 --suffix dgs --function dgs --gender F "
        "--last-name Dupont --source “carte de visite”"
    ),
)
@frame.argument(
    "organisation", metavar=N_("CODE"), help=N_("The organisation’s code, such as FR:76351.")
)
@frame.option(
    "--suffix",
    default="",
    metavar=N_("WORD"),
    help=N_("Ends the contact’s code, for others than the head of the organisation."),
)
@_fields
@frame.pass_office
def add(
    context: frame.Context, /, organisation: str, suffix: str, **values: str | date | None
) -> None:
    """Write the card."""
    from outreach.contacts import editing

    with context.transaction() as session:
        contact = editing.add(session, organisation, suffix, values, context.act())
    context.say(
        N_("Contact {contact} is there. Next: outreach contacts address add {contact} ADDRESS"),
        contact=contact.code,
    )


@frame.command(
    "edit",
    help=N_(
        'Change a contact’s card; an empty text ("") clears a field. What it said before is kept '
        "in its history.\n\nExample: outreach contacts edit FR:76351 --last-name Durand "
        "--verified-on 2025-09-01"
    ),
)
@code_argument
@_fields
@frame.pass_office
def edit(context: frame.Context, /, code: str, **values: str | date | None) -> None:
    """Change the fields given."""
    from outreach.contacts import directory, editing

    given = {key: value for key, value in values.items() if value is not None}
    if not given:
        raise NothingToChangeError
    with context.transaction() as session:
        contact = directory.find(session, code)
        changed = editing.edit(session, contact, given, context.act())
    if changed:
        context.say(
            N_("{contact}: changed: {fields}."), contact=contact.code, fields=frame.names(changed)
        )
    else:
        context.say(N_("{contact} says so already; nothing was changed."), contact=contact.code)


@frame.group("address", help=N_("A contact’s e-mail and postal addresses."))
def address() -> None:
    """Group the commands on addresses."""


@address.command(
    "add",
    help=N_(
        "Add an e-mail address to a contact.\n\nExample: outreach contacts address add FR:76351 "
        "cabinet@havre.example --first"
    ),
)
@code_argument
@frame.argument("email", metavar=N_("ADDRESS"))
@frame.option("--first", is_flag=True, help=N_("Use it before the others."))
@frame.pass_office
def add_address(context: frame.Context, code: str, email: str, first: bool) -> None:
    """Check and add."""
    from outreach.contacts import channels, directory

    with context.transaction() as session:
        contact = directory.find(session, code)
        checked = channels.add_email(session, contact, email, context.act())
        if first and len(contact.emails) > 1:
            channels.prefer_email(session, contact, checked.address, context.act())
        others = channels.sharing(session, contact)
    context.say(
        N_("{contact} has the address {address}."), contact=contact.code, address=checked.address
    )
    if not checked.everywhere:
        context.say(
            N_(
                "Its part before the @ has letters that few servers take, so that letters go by "
                "another address, or by post."
            )
        )
    if others:
        context.say(
            N_(
                "Others are reached there too: {codes}. Each gets their letter, unless you say "
                "“outreach contacts address policy {organisation} one”."
            ),
            codes=frame.names(others),
            organisation=contact.code.partition("/")[0],
        )


@address.command(
    "mark",
    help=N_(
        "Say whether an e-mail address may be used: good, bounced or retired.\n\nExample: outreach "
        "contacts address mark FR:76351 cabinet@havre.example retired"
    ),
)
@code_argument
@frame.argument("email", metavar=N_("ADDRESS"))
@frame.argument("state", metavar=N_("STATE"), type=click.Choice(["good", "bounced", "retired"]))
@frame.pass_office
def mark(context: frame.Context, code: str, email: str, state: str) -> None:
    """Move the address."""
    from outreach.contacts import channels, directory
    from outreach.contacts.models import AddressState

    with context.transaction() as session:
        contact = directory.find(session, code)
        channels.mark_email(session, contact, email, AddressState(state), context.act())
    context.say(
        N_("{address} of {contact} is now: {state}."),
        address=email,
        contact=contact.code,
        state=context.text(state),
    )


@address.command(
    "first",
    help=N_(
        "Use an e-mail address before the others.\n\nExample: outreach contacts address first "
        "FR:76351 cabinet@havre.example"
    ),
)
@code_argument
@frame.argument("email", metavar=N_("ADDRESS"))
@frame.pass_office
def first_(context: frame.Context, code: str, email: str) -> None:
    """Reorder."""
    from outreach.contacts import channels, directory

    with context.transaction() as session:
        contact = directory.find(session, code)
        channels.prefer_email(session, contact, email, context.act())
    context.say(N_("{address} comes first for {contact}."), address=email, contact=contact.code)


@address.command(
    "post",
    help=N_(
        "Give a contact a postal address; the one before is retired.\n\nExample: outreach contacts "
        'address post FR:76351 --street "1517 place de l’Hôtel de Ville" --postcode 76600 '
        '--town "Le Havre"'
    ),
)
@code_argument
@frame.option("--service", metavar=N_("TEXT"), help=N_("Service or department."))
@frame.option("--building", metavar=N_("TEXT"), help=N_("Building, entrance."))
@frame.option("--street", metavar=N_("TEXT"), help=N_("Number and street."))
@frame.option("--box", metavar=N_("TEXT"), help=N_("Lieu-dit or post-office box."))
@frame.option("--postcode", metavar=N_("CODE"), required=True, help=N_("Postcode."))
@frame.option("--town", metavar=N_("TEXT"), required=True, help=N_("Town, with CEDEX if any."))
@frame.option("--district", metavar=N_("TEXT"), help=N_("The departamento, in Colombia."))
@frame.pass_office
def post(context: frame.Context, /, code: str, **values: str | None) -> None:
    """Write the address."""
    from outreach.contacts import channels, directory

    with context.transaction() as session:
        contact = directory.find(session, code)
        channels.set_post(session, contact, values, context.act())
    context.say(N_("{contact} has a new postal address."), contact=contact.code)


@address.command(
    "policy",
    help=N_(
        "Where contacts of an organisation share a mailbox: each gets their letter (each), or one "
        "letter goes there (one).\n\nExample: outreach contacts address policy FR:76351 one"
    ),
)
@frame.argument("organisation", metavar=N_("CODE"))
@frame.argument("policy", metavar="each|one", type=click.Choice(["each", "one"]))
@frame.pass_office
def policy(context: frame.Context, organisation: str, policy: str) -> None:
    """Keep the policy."""
    from outreach.contacts import channels, editing

    chosen = next(each for each in get_args(channels.Policy) if each == policy)
    with context.transaction() as session:
        found = editing.organisation(session, organisation)
        channels.set_policy(session, found, chosen, context.act())
    if chosen == "one":
        context.say(N_("One letter goes to each shared mailbox of {name}."), name=found.name)
    else:
        context.say(N_("Each contact of {name} gets their letter."), name=found.name)
