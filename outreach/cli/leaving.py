"""``outreach batch sign|send|print|posted``: how approved letters leave."""

from datetime import date, datetime, time
from pathlib import Path

import click

from outreach.campaigns import definition as definitions
from outreach.cli import frame, labelling
from outreach.cli.opened import number_argument
from outreach.errors import N_


@frame.command(
    "sign",
    help=N_(
        "Sign an approved batch: its letters get their numbers and date. By a recorded mandate, or "
        "with the signed letter as a scan. Where the official book is kept elsewhere, --number "
        "gives the numbers copied from it.\n\nExample: outreach batch sign 3 --mandate "
        '"Délégation du 2 juin 2025"'
    ),
)
@number_argument
@frame.option("--mandate", metavar=N_("TEXT"), help=N_("The recorded mandate, in its own words."))
@frame.option(
    "--scan",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=N_("The signed letter, scanned as PDF."),
)
@frame.option(
    "--number",
    "numbers",
    multiple=True,
    metavar=N_("NUMBER"),
    help=N_("A number of the official book, or FIRST..LAST; may be repeated."),
)
@frame.pass_office
def sign(
    context: frame.Context,
    number: int,
    mandate: str | None,
    scan: Path | None,
    numbers: tuple[str, ...],
) -> None:
    """Bind numbers and date in one transaction."""
    from outreach import desk
    from outreach.dispatch.signing import Signature

    signature = Signature(
        mandate=mandate,
        scan=scan.read_bytes() if scan else None,
        scan_name=scan.name if scan else "",
    )
    done = desk.sign(context.app, number, signature, numbers, context.act())
    context.say(
        N_("Batch {batch} is signed: {letters} letters dated {day}, numbers {first} to {last}."),
        batch=number,
        letters=done.letters,
        day=done.day,
        first=done.numbers[0],
        last=done.numbers[-1],
    )
    context.say(
        N_("Next: “outreach batch send {batch}”, and “outreach batch print {batch}”."), batch=number
    )


@frame.command(
    "send",
    help=N_(
        "Send the e-mails of a signed batch. Nothing leaves during the time of grace: Ctrl-C, or "
        "“outreach batch cancel”, then takes the sending back. May be interrupted; run again, it "
        "goes on where it stopped, and nobody gets a letter twice.\n\n"
        "Example: outreach batch send 3 --no-wait"
    ),
)
@number_argument
@frame.option(
    "--no-wait",
    is_flag=True,
    help=N_("Only ask for the sending; the next round sends what may leave."),
)
@frame.option(
    "--any-hour",
    is_flag=True,
    help=N_("Let this batch arrive at night, on weekends and on holidays too."),
)
@frame.pass_office
def send(context: frame.Context, number: int, no_wait: bool, any_hour: bool) -> None:
    """Run the outbox over one batch."""
    from outreach import desk
    from outreach.cli import progress, waiting
    from outreach.dispatch import batches

    with context.reading() as session:
        found = batches.find(session, number)
        campaign, _ = batches.campaign_of(session, found)
        waiting.foretell(context, session, found, any_hour=any_hour)
    with (
        waiting.taken_back_on_interruption(context, number),
        progress.stages(context) as report,
    ):
        label = context.text(N_("Sending"))
        tally = desk.send(
            context.app,
            number,
            context.actor,
            lambda done, total: report(label, done, total),
            patience=waiting.patience(context, number, report, no_wait=no_wait),
            any_hour=any_hour,
        )
    context.say(
        N_("{sent} letters left, {failed} failed, {uncertain} perhaps left."),
        sent=tally.sent,
        failed=tally.failed,
        uncertain=tally.uncertain,
    )
    waiting.tell(context, number, tally)
    laid = context.app.lay_sent_copies()
    if laid is not None and laid.pending:
        context.note(
            N_("{count} copies wait for the Sent folder; the next round tries again. {words}"),
            count=laid.pending,
            words=laid.words,
        )
    context.say(N_("Who got what: “outreach report who {campaign}”."), campaign=campaign)


@frame.command(
    "print",
    help=N_("Print the postal letters of a signed batch: one file in postcode order, one each."),
)
@number_argument
@frame.option("--again", is_flag=True, help=N_("Print once more what was printed before."))
@frame.option(
    "--lot-size",
    "most",
    type=click.IntRange(min=1),
    metavar=N_("COUNT"),
    help=N_("Print the next so many letters as one lot, with its list."),
)
@frame.option("--lot", type=int, metavar=N_("LOT"), help=N_("Print this lot once more."))
@frame.pass_office
def print_(
    context: frame.Context, number: int, again: bool, most: int | None, lot: int | None
) -> None:
    """Write the PDFs under var/print."""
    from outreach.cli import progress
    from outreach.dispatch import batches, paper
    from outreach.dispatch import pressroom as pressrooms
    from outreach.dispatch.composing import Composer
    from outreach.dispatch.states import BatchState, require

    context.app.require_home()
    with context.transaction() as session:
        found = batches.find(session, number)
        require(found, BatchState.SIGNED, BatchState.SENDING, BatchState.DONE)
        room = pressrooms.from_archive(session, found.material or {})
        with progress.shown(context, N_("Printing")) as report:
            done = paper.print_batch(
                session,
                found,
                Composer(found, room, context.clock()),
                context.app.print_folder(number),
                again=again,
                progress=report,
                act=context.act(),
                most=most,
                lot=lot,
            )
    context.say(
        N_("{letters} letters on {pages} pages: {file}"),
        letters=done.letters,
        pages=done.pages,
        file=frame.names(done.files),
    )
    if done.lot is not None:
        context.say(N_("Lot {lot}; its list: {files}"), lot=done.lot, files=frame.names(done.lists))
    context.say(N_("Once posted: “outreach batch posted {batch} --on DATE”."), batch=number)


@frame.command(
    "labels",
    help=N_(
        "Print address labels or envelopes for the postal letters of a signed batch, in the order "
        "of the letters.\n\nExample: outreach batch labels 2 --format L7163 --start 5"
    ),
)
@number_argument
@labelling.format_option
@labelling.start_option
@frame.pass_office
def labels(context: frame.Context, number: int, sheet: str, start: int) -> None:
    """Write the PDF under var/print."""
    from outreach.dispatch import batches, paper

    with context.reading() as session:
        found = paper.envelopes(session, batches.find(session, number))
    labelling.write(context, found, sheet, start, context.app.print_folder(number))


@frame.command("posted", help=N_("Record that the printed letters of a batch were posted."))
@number_argument
@frame.option("--on", type=frame.Day(), required=True, help=N_("The day they were posted."))
@frame.option("--lot", type=int, metavar=N_("LOT"), help=N_("Only the letters of this lot."))
@frame.pass_office
def posted(context: frame.Context, number: int, on: date, lot: int | None) -> None:
    """Move printed letters to sent."""
    from outreach.dispatch import batches, sending

    with context.transaction() as session:
        found = batches.find(session, number)
        campaign, _ = batches.campaign_of(session, found)
        count = sending.posted(
            session,
            found,
            definitions.load(context.app.folder, campaign),
            on=datetime.combine(on, time(12), context.settings.zone),
            settings=context.settings,
            act=context.act(),
            lot=lot,
        )
    context.say(N_("{count} letters are recorded as posted on {day}."), count=count, day=on)
