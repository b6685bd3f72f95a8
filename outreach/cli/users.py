"""``outreach users``: who works here, and what each may do."""

import click

from outreach.accounts import passwords, secondfactor, sessions, signin
from outreach.accounts import users as accounts
from outreach.cli import frame, tables
from outreach.errors import N_

LOCAL = "http://127.0.0.1:8025"
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
                tables.Column("left_at", N_("Left")),
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


@users.command(
    "link",
    help=N_(
        "Make a link by which a person chooses a password for the pages. It works once, for three "
        "days; earlier links end."
    ),
)
@frame.argument("name", metavar=N_("NAME"), help=N_("The name they sign in with."))
@frame.pass_office
def invite(context: frame.Context, name: str) -> None:
    """Print the link; administrators only."""
    with context.transaction() as session:
        accounts.require(session, context.actor, accounts.Role.ADMINISTRATOR)
        user = accounts.present(session, name)
        secret = signin.invite(session, user, context.act())
    address = context.settings.web.address.rstrip("/") or LOCAL
    context.say(
        N_("A link for {name}, to be given to nobody else: {link}"),
        name=user.name,
        link=f"{address}/welcome/{secret}",
    )


@users.command(
    "without-code",
    help=N_(
        "Let a person whose telephone is lost sign in to the pages with the password alone.\n\n"
        "Example: outreach users without-code Maria"
    ),
)
@frame.argument("name", metavar=N_("NAME"), help=N_("The name they sign in with."))
@frame.pass_office
def without_code(context: frame.Context, name: str) -> None:
    """Switch a person's second proof off; administrators only."""
    with context.transaction() as session:
        accounts.require(session, context.actor, accounts.Role.ADMINISTRATOR)
        user = accounts.present(session, name)
        secondfactor.switch_off(session, user, context.act())
    context.say(N_("{name} signs in with the password alone again."), name=user.name)


@users.command("password", help=N_("Set a person’s password for the pages; it is asked twice."))
@frame.argument("name", metavar=N_("NAME"), help=N_("The name they sign in with."))
@frame.pass_office
def set_password(context: frame.Context, name: str) -> None:
    """Set one's own password, or as an administrator anyone's; their browsers are signed out."""
    with context.reading() as session:
        user = accounts.present(session, name)
        if user.name.casefold() != context.actor.casefold():
            accounts.require(session, context.actor, accounts.Role.ADMINISTRATOR)
    password = click.prompt(
        context.text(N_("Password of {name}"), name=user.name),
        hide_input=True,
        confirmation_prompt=context.text(N_("The same once more")),
        err=True,
    )
    office = context.settings.office.name
    with context.transaction() as session:
        user = accounts.present(session, name)
        passwords.put(session, user, password, known=(office.fr, office.es), act=context.act())
        signin.forgive(session, user)
        ended = sessions.end_all(session, user)
    context.say(
        N_("The password of {name} is set. Browsers signed out: {count}."),
        name=user.name,
        count=ended,
    )


@users.command(
    "left", help=N_("Note that a person no longer works here: they sign in and act no more.")
)
@frame.argument("name", metavar=N_("NAME"), help=N_("The name they sign in with."))
@frame.pass_office
def has_left(context: frame.Context, name: str) -> None:
    """Let a person go; what they did stays theirs."""
    with context.transaction() as session:
        accounts.require(session, context.actor, accounts.Role.ADMINISTRATOR)
        user = accounts.leave(session, name, context.act())
        sessions.end_all(session, user)
    context.say(N_("{name} signs in no more. What they did stays."), name=user.name)


@users.command("back", help=N_("Let a person who left work here again, in the same role."))
@frame.argument("name", metavar=N_("NAME"), help=N_("The name they sign in with."))
@frame.pass_office
def is_back(context: frame.Context, name: str) -> None:
    """Take a person back."""
    with context.transaction() as session:
        accounts.require(session, context.actor, accounts.Role.ADMINISTRATOR)
        user = accounts.come_back(session, name, context.act())
    context.say(N_("{name} works here again."), name=user.name)
