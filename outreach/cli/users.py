"""``outreach users``: who works here, and what each may do."""

import click

from outreach.accounts import users as accounts
from outreach.cli import frame, tables
from outreach.errors import N_

ROLES = tuple(role.value for role in accounts.Role)


@frame.group(
    help=N_(
        "Who works here. Roles, each with the rights of the ones before it: secretary prepares, "
        "staff submits, manager approves, administrator does the rest."
    )
)
def users() -> None:
    """Group the commands on people."""


@users.command("list", help=N_("List everyone who works here."))
@frame.json_option
@frame.pass_office
def list_users(context: frame.Context) -> None:
    """Print name, role and since when."""
    with context.reading() as session:
        tables.show(
            context,
            accounts.everyone(session),
            [
                tables.Column("name", N_("Name")),
                tables.Column("role", N_("Role"), word=True),
                tables.Column("created_at", N_("Since")),
            ],
        )


@users.command("add", help=N_("Add a person."))
@frame.argument("name", metavar=N_("NAME"), help=N_("The name they sign in with."))
@frame.option(
    "--role",
    type=click.Choice(ROLES),
    default=accounts.Role.SECRETARY.value,
    show_default=True,
    help=N_("What they may do."),
)
@frame.pass_office
def add_user(context: frame.Context, name: str, role: str) -> None:
    """Add one person; administrators only."""
    with context.transaction() as session:
        accounts.require(session, context.actor, accounts.Role.ADMINISTRATOR)
        user = accounts.add(session, name.strip(), accounts.Role(role), context.act())
    context.say(N_("{name} now works here, as {role}."), name=user.name, role=_role(context, role))


@users.command("role", help=N_("Give a person another role."))
@frame.argument("name", metavar=N_("NAME"), help=N_("The name they sign in with."))
@frame.argument("role", metavar=N_("ROLE"), type=click.Choice(ROLES), help=", ".join(ROLES))
@frame.pass_office
def change_role(context: frame.Context, name: str, role: str) -> None:
    """Change one person's role; administrators only."""
    with context.transaction() as session:
        accounts.require(session, context.actor, accounts.Role.ADMINISTRATOR)
        user = accounts.change_role(session, name, accounts.Role(role), context.act())
    context.say(N_("{name} is now {role}."), name=user.name, role=_role(context, role))


def _role(context: frame.Context, role: str) -> str:
    return context.words.gettext(role)
