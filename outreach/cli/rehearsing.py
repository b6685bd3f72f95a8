"""``outreach batch test``: letters to colleagues, to look at."""

from outreach.cli import frame, tables
from outreach.cli.opened import number_argument, open_batch
from outreach.errors import N_


@frame.command(
    "test",
    help=N_(
        "Send letters of a batch to colleagues, to look at: marked as a test, without a number, "
        "counted nowhere. Without --contact, three letters as unlike as possible.\n\nExample: "
        "outreach batch test 3 --to colleague@ambassade.example --contact FR:76351"
    ),
)
@number_argument
@frame.option(
    "--to",
    required=True,
    multiple=True,
    metavar=N_("ADDRESS"),
    help=N_("A colleague’s address; may be repeated."),
)
@frame.option(
    "--contact",
    "contacts",
    multiple=True,
    metavar=N_("CODE"),
    help=N_("The letter to this contact; may be repeated."),
)
@frame.json_option
@frame.pass_office
def test(
    context: frame.Context, number: int, to: tuple[str, ...], contacts: tuple[str, ...]
) -> None:
    """Make the messages, then hand them over."""
    from outreach.dispatch import pressroom as pressrooms
    from outreach.dispatch import rehearsals

    app = context.app
    with context.reading() as session:
        opened = open_batch(context, session, number)
        batch = opened.batch
        room = pressrooms.from_archive(session, batch.material) if batch.material else None
        made = rehearsals.letters(
            session,
            batch,
            room or opened.current,
            to,
            contacts,
            settings=context.settings,
            postmark=app.postmark(),
            act=context.act(),
        )
    count = rehearsals.send(app.carrier(), made)
    with context.transaction() as session:
        rehearsals.note(session, number, count, context.act())
    tables.show(
        context,
        [
            {
                "contact": one.contact,
                "channel": one.channel,
                "language": one.language,
                "subject": one.subject,
                "to": one.message.recipient,
            }
            for one in made
        ],
        [
            tables.Column("contact", N_("Contact")),
            tables.Column("channel", N_("By"), word=True),
            tables.Column("language", N_("Language"), word=True),
            tables.Column("subject", N_("Subject")),
            tables.Column("to", N_("Went to")),
        ],
    )
