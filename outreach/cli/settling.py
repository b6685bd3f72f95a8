"""``outreach batch pause|resume|resolve|retry|arrived|returned``: what a person settles."""

from typing import TYPE_CHECKING

import click

from outreach.campaigns import definition as definitions
from outreach.cli import frame, tables
from outreach.cli.opened import number_argument
from outreach.errors import N_, WrongUseError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from outreach.dispatch.models import Batch


class WhichLettersError(WrongUseError):
    """Neither contacts nor all of them were named."""

    message = N_("Say which letters: --contact CODE, as often as needed, or --all.")


contacts_option = frame.option(
    "--contact",
    "contacts",
    multiple=True,
    metavar=N_("CODE"),
    help=N_("The letter to this contact; may be repeated."),
)
all_option = frame.option("--all", "everyone", is_flag=True, help=N_("All such letters."))
because_option = frame.option(
    "--because", required=True, metavar=N_("REASON"), help=N_("Why; kept with each letter.")
)


@frame.command(
    "pause",
    help=N_(
        "Hold a batch: the letter that is leaving still leaves, no other does.\n\n"
        'Example: outreach batch pause 3 --because "The minister’s office asked to wait"'
    ),
)
@number_argument
@frame.option("--because", metavar=N_("REASON"), help=N_("Why."))
@frame.pass_office
def pause(context: frame.Context, number: int, because: str | None) -> None:
    """Pause a batch."""
    from outreach.dispatch import batches, settling

    with context.transaction() as session:
        settling.pause(session, batches.find(session, number), because, context.act())
    context.say(
        N_("Batch {batch} is paused. “outreach batch resume {batch}” lets it go on."), batch=number
    )


@frame.command("resume", help=N_("Let a paused batch go on where it stopped."))
@number_argument
@frame.pass_office
def resume(context: frame.Context, number: int) -> None:
    """Resume a batch."""
    from outreach.dispatch import batches, settling
    from outreach.dispatch.states import BatchState

    with context.transaction() as session:
        state = settling.resume(session, batches.find(session, number), context.act())
    context.say(
        N_("Batch {batch} goes on. Next: “outreach batch send {batch}”.")
        if state is BatchState.SENDING
        else N_("Batch {batch} goes on. Next: “outreach batch sign {batch}”."),
        batch=number,
    )


@frame.command(
    "resolve",
    help=N_(
        "Settle the letters that perhaps left: look for them where they would be, and list those "
        "of which nobody can tell. For these say what you found out: --left or --not-left (then "
        "they are sent again). Nothing is ever sent again by itself.\n\n"
        "Example: outreach batch resolve 3 --left --contact FR:76351 "
        '--because "Seen in the archive mailbox"'
    ),
)
@number_argument
@frame.option(
    "--left/--not-left",
    "left",
    default=None,
    help=N_("These letters left, or did not and are sent again."),
)
@contacts_option
@all_option
@frame.option("--because", metavar=N_("REASON"), default="", help=N_("How you know."))
@frame.json_option
@frame.pass_office
def resolve(
    context: frame.Context,
    number: int,
    left: bool | None,
    contacts: tuple[str, ...],
    everyone: bool,
    because: str,
) -> None:
    """Look letters in doubt up, or record what a person found out."""
    from outreach.dispatch import batches, settling

    with context.transaction() as session:
        found = batches.find(session, number)
        if left is None:
            known = settling.look_up(
                session, found, context.app.carrier(look_up=True), context.act()
            )
            _draw_consequences(context, session, found, known.left)
            settled, queued = len(known.left), known.queued
        else:
            rows = settling.decide(
                session,
                found,
                _which(contacts, everyone),
                left=left,
                because=because,
                act=context.act(),
            )
            _draw_consequences(context, session, found, rows if left else ())
            settled, queued = (len(rows), 0) if left else (0, len(rows))
        doubts = settling.doubts(session, found)
    tables.show(
        context,
        doubts,
        [
            tables.Column("contact", N_("Contact")),
            tables.Column("address", N_("Address")),
            tables.Column("reference", N_("Number")),
            tables.Column("message_id", N_("Message-ID")),
        ],
        empty=N_("No letter of this batch is in doubt."),
    )
    if context.as_json:
        return
    context.say(
        N_("{settled} left, {queued} wait to be sent again."), settled=settled, queued=queued
    )
    if doubts:
        context.say(
            N_(
                "Look for these in the archive mailbox or ask who runs the mail server; then say "
                "“outreach batch resolve {batch} --left --contact CODE --because …”, or --not-left."
            ),
            batch=number,
        )
    elif queued:
        context.say(N_("Next: “outreach batch send {batch}”."), batch=number)


@frame.command(
    "retry",
    help=N_(
        "Queue letters once more that the server refused, after what was wrong is mended.\n\n"
        'Example: outreach batch retry 3 --all --because "Their server works again"'
    ),
)
@number_argument
@contacts_option
@all_option
@because_option
@frame.pass_office
def retry(
    context: frame.Context, number: int, contacts: tuple[str, ...], everyone: bool, because: str
) -> None:
    """Queue failed letters again."""
    from outreach.dispatch import batches, settling

    with context.transaction() as session:
        rows = settling.again(
            session,
            batches.find(session, number),
            _which(contacts, everyone),
            because=because,
            act=context.act(),
        )
    context.say(N_("{count} letters wait to be sent again."), count=len(rows))
    context.say(N_("Next: “outreach batch send {batch}”."), batch=number)


@frame.command(
    "arrived",
    help=N_(
        "Record that a letter arrived although it was taken for bounced; its address is good "
        "again.\n\nExample: outreach batch arrived 3 --contact FR:76351 "
        '--because "They confirmed by telephone"'
    ),
)
@number_argument
@contacts_option
@because_option
@frame.pass_office
def arrived(context: frame.Context, number: int, contacts: tuple[str, ...], because: str) -> None:
    """Take a bounce back."""
    from outreach.dispatch import batches, settling

    with context.transaction() as session:
        rows = settling.arrived(
            session,
            batches.find(session, number),
            _which(contacts, everyone=False) or (),
            because=because,
            act=context.act(),
        )
    context.say(N_("{count} letters are recorded as arrived."), count=len(rows))


@frame.command(
    "returned",
    help=N_(
        "Record letters that the post brought back. Where the address is to blame (NPAI, "
        "incomplete) it is flagged and not used again.\n\n"
        "Example: outreach batch returned 3 --contact FR:76351 --reason unknown-at-address"
    ),
)
@number_argument
@contacts_option
@frame.option(
    "--reason",
    type=click.Choice(["unknown-at-address", "address-incomplete", "refused", "unclaimed"]),
    required=True,
    help=N_("What the post ticked on the envelope."),
)
@frame.pass_office
def returned(context: frame.Context, number: int, contacts: tuple[str, ...], reason: str) -> None:
    """Record returned mail."""
    from outreach.dispatch import batches, settling

    which = _which(contacts, everyone=False) or ()
    with context.transaction() as session:
        flagged = settling.returned(
            session,
            batches.find(session, number),
            which,
            settling.ReturnReason(reason),
            context.act(),
        )
    context.say(
        N_("Recorded as returned: {count}. Addresses flagged: {flagged}."),
        count=len(set(which)),
        flagged=flagged,
    )


def _which(contacts: "tuple[str, ...]", everyone: bool) -> "Sequence[str] | None":
    """Return the contacts named; None for all of them. Raises WhichLettersError."""
    if bool(contacts) == everyone:
        raise WhichLettersError
    return contacts or None


def _draw_consequences(
    context: frame.Context, session: "Session", batch: "Batch", deliveries: "Sequence[int]"
) -> None:
    from outreach.dispatch import batches, sending

    if not deliveries:
        return
    campaign, _ = batches.campaign_of(session, batch)
    sending.left(
        session,
        batch,
        definitions.load(context.app.folder, campaign),
        deliveries,
        settings=context.settings,
        act=context.act(),
    )
