"""``outreach batch supplement|correct``: batches that follow a signed one."""

from typing import TYPE_CHECKING

from outreach.campaigns import definition as definitions
from outreach.cli import frame, tables
from outreach.cli.opened import number_argument
from outreach.errors import N_, WrongUseError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from outreach.dispatch.release import Prepared


class WhomError(WrongUseError):
    """Neither contacts nor a segment, or both."""

    message = N_("Say to whom: --contact CODE, as often as needed, or --segment NAME.")


@frame.command(
    "supplement",
    help=N_(
        "Bring a signed circular to more recipients, under the same number and date: a new batch, "
        "to be checked, submitted and approved as any other.\n\n"
        "Example: outreach batch supplement 3 --contact FR:76540 --contact FR:14118"
    ),
)
@number_argument
@frame.option(
    "--contact",
    "contacts",
    multiple=True,
    metavar=N_("CODE"),
    help=N_("A contact to add; may be repeated."),
)
@frame.option("--segment", metavar=N_("SEGMENT"), help=N_("Add whoever this segment holds."))
@frame.option(
    "--count",
    type=int,
    metavar=N_("COUNT"),
    help=N_("The number of contacts, where they are many."),
)
@frame.json_option
@frame.pass_office
def supplement(
    context: frame.Context,
    number: int,
    contacts: tuple[str, ...],
    segment: str | None,
    count: int | None,
) -> None:
    """Make a draft batch for more recipients."""
    from outreach.dispatch import batches, sequels

    if bool(contacts) == bool(segment):
        raise WhomError
    with context.transaction() as session:
        parent = batches.find(session, number)
        campaign, _ = batches.campaign_of(session, parent)
        done = sequels.supplement(
            session,
            parent,
            _chosen(context, session, contacts, segment),
            definitions.load(context.app.folder, campaign),
            settings=context.settings,
            key=context.app.key(),
            typed=count,
            act=context.act(),
        )
    _tell(context, done)


@frame.command(
    "correct",
    help=N_(
        "Write an erratum to those who got a letter of a batch: a new batch with a number of its "
        "own that names the corrected one, in the thread of the first e-mail. In the letter, "
        "lettre_rectifiee.numero is the corrected number.\n\n"
        "Example: outreach batch correct 3 --letter rectificatif"
    ),
)
@number_argument
@frame.option(
    "--letter", required=True, metavar=N_("LETTER"), help=N_("The letter with the correction.")
)
@frame.option(
    "--only",
    "contacts",
    multiple=True,
    metavar=N_("CODE"),
    help=N_("Only to this contact; may be repeated."),
)
@frame.json_option
@frame.pass_office
def correct(context: frame.Context, number: int, letter: str, contacts: tuple[str, ...]) -> None:
    """Make a draft batch with an erratum."""
    from outreach.dispatch import batches, sequels

    with context.transaction() as session:
        parent = batches.find(session, number)
        campaign, _ = batches.campaign_of(session, parent)
        done = sequels.correct(
            session,
            parent,
            letter,
            contacts,
            definitions.load(context.app.folder, campaign),
            folder=context.app.folder,
            settings=context.settings,
            key=context.app.key(),
            act=context.act(),
        )
    _tell(context, done)


def _chosen(
    context: frame.Context, session: "Session", codes: "Sequence[str]", segment: str | None
) -> list[int]:
    from outreach.contacts import directory
    from outreach.dispatch import audience

    if segment:
        return audience.of(session, context.app.folder, segment).ids
    return [directory.find(session, code).id for code in codes]


def _tell(context: frame.Context, done: "Prepared") -> None:
    if context.as_json:
        tables.print_json(done)
        return
    context.say(
        N_("Batch {batch} is prepared: {drafted} letters ({email} by e-mail, {post} by post)."),
        batch=done.batch,
        drafted=done.drafted,
        email=done.channels["email"],
        post=done.channels["post"],
    )
    if done.left_out:
        tables.show(
            context,
            [
                {"reason": reason, "count": len(codes), "who": codes[:6]}
                for reason, codes in sorted(done.left_out.items())
            ],
            [
                tables.Column("reason", N_("Left out because"), word=True),
                tables.Column("count", N_("Contacts"), right=True),
                tables.Column("who", N_("For example")),
            ],
        )
    context.say(N_("Next: “outreach batch check {batch}”."), batch=done.batch)
