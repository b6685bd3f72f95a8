"""``outreach mail connect|test``: the office's mail server."""

from outreach.cli import frame
from outreach.errors import N_


@frame.group(help=N_("The office’s mail server: sign in, try it out."))
def mail() -> None:
    """Group the commands on the mail server."""


@mail.command(
    "connect",
    help=N_(
        "Sign in with Microsoft 365: open the address shown, on any device, and type the code "
        "there. Then a test letter goes to the office itself.\n\nExample: outreach mail connect"
    ),
)
@frame.pass_office
def connect(context: frame.Context) -> None:
    """Sign in by device code; the tokens are kept encrypted."""
    from outreach.accounts import users
    from outreach.dispatch.credentials import Microsoft

    app = context.app
    with context.reading() as session:
        users.require(session, context.actor, users.Role.ADMINISTRATOR)

    def tell(address: str, code: str) -> None:
        context.say(
            N_("Open {address} and type the code {code} there."), address=address, code=code
        )

    user = Microsoft(app.settings.mail, app.folder, app.key()).connect(tell)
    context.say(N_("Signed in as {user}."), user=user)
    _try(context)


@mail.command(
    "test",
    help=N_(
        "Send a test letter to the office itself, and to nobody else: shows that the server, the "
        "password and the settings are right. It has no number and is not counted.\n\nExample: "
        "outreach mail test"
    ),
)
@frame.pass_office
def test(context: frame.Context) -> None:
    """Try out connection, signing in and sending."""
    from outreach.accounts import users

    with context.reading() as session:
        users.require(session, context.actor, users.Role.SECRETARY)
    _try(context)


def _try(context: frame.Context) -> None:
    from outreach.dispatch import trial

    app = context.app
    letter = trial.letter(
        app.settings,
        app.postmark(),
        context.text(N_("Test of the mail server")),
        context.text(
            N_("This letter shows that the mail server takes our letters. Nothing to do.")
        ),
        context.clock(),
    )
    receipt = trial.send(app.carrier(), letter)
    context.say(
        N_("A test letter went to {address}. The server said: {words}"),
        address=letter.recipient,
        words=receipt.text or "-",
    )
