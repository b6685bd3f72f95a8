"""``outreach batch``: prepare, check, approve, sign, send and print letters."""

from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from outreach.campaigns import definition as definitions
from outreach.cli import frame, tables
from outreach.errors import N_

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from outreach.campaigns.definition import Definition
    from outreach.dispatch.models import Batch
    from outreach.dispatch.pressroom import Pressroom

number_argument = frame.argument("number", metavar=N_("BATCH"), type=int)


@frame.group(help=N_("Prepare, check, approve, sign, send and print letters."))
def batch() -> None:
    """Group the commands on batches."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """A batch with its campaign file and the folder's present material."""

    batch: "Batch"
    definition: "Definition"
    current: "Pressroom"


def _open(context: frame.Context, session: "Session", number: int) -> _Opened:
    from outreach.dispatch import batches
    from outreach.dispatch import pressroom as pressrooms

    found = batches.find(session, number)
    campaign, step = batches.campaign_of(session, found)
    definition = definitions.load(context.app.folder, campaign)
    current = pressrooms.from_folder(context.app.folder, context.settings, definition, step)
    return _Opened(found, definition, current)


@batch.command("list", help=N_("List the batches, the newest first."))
@frame.option("--campaign", metavar=N_("CAMPAIGN"), help=N_("Only of this campaign."))
@frame.json_option
@frame.pass_office
def list_batches(context: frame.Context, campaign: str | None) -> None:
    """Print each batch with its state and figures."""
    from outreach.dispatch import batches

    with context.reading() as session:
        rows = [
            {
                "batch": summary.batch.id,
                "campaign": summary.campaign,
                "step": summary.step,
                "state": summary.batch.state,
                "letters": summary.letters,
                "left_out": sum(summary.states.values()) - summary.letters,
                "prepared_by": summary.batch.prepared_by,
                "prepared_at": summary.batch.prepared_at,
            }
            for summary in batches.summaries(session, campaign=campaign)
        ]
    tables.show(
        context,
        rows,
        [
            tables.Column("batch", N_("Batch"), right=True),
            tables.Column("campaign", N_("Campaign")),
            tables.Column("step", N_("Step")),
            tables.Column("state", N_("State"), word=True),
            tables.Column("letters", N_("Letters"), right=True),
            tables.Column("left_out", N_("Left out"), right=True),
            tables.Column("prepared_by", N_("Prepared by")),
            tables.Column("prepared_at", N_("Prepared")),
        ],
        empty=N_("There is no batch yet. “outreach batch prepare CAMPAIGN --step STEP” makes one."),
    )


@batch.command(
    "prepare",
    help=N_(
        "Prepare the letters of a step for all who are due. --audience narrows them to a segment; "
        "whoever is left out is shown with the reason.\n\nExample: outreach batch prepare "
        "asointermedias-2025 --step suivi-septembre --audience demo"
    ),
)
@frame.argument("campaign", metavar=N_("CAMPAIGN"))
@frame.option("--step", required=True, metavar=N_("STEP"), help=N_("The step to prepare."))
@frame.option("--audience", metavar=N_("SEGMENT"), help=N_("Only the contacts of this segment."))
@frame.json_option
@frame.pass_office
def prepare(context: frame.Context, campaign: str, step: str, audience: str | None) -> None:
    """Make a draft batch."""
    from outreach.dispatch import audience as audiences
    from outreach.dispatch import release

    definition = definitions.load(context.app.folder, campaign)
    with context.transaction() as session:
        narrowed = None
        if audience is not None:
            narrowed = set(audiences.of(session, context.app.folder, audience).ids)
        done = release.prepare(
            session,
            definition,
            step,
            settings=context.settings,
            key=context.app.key(),
            audience=narrowed,
            audience_name=audience,
            act=context.act(),
        )
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
        empty=N_("Nobody was left out."),
    )
    context.say(N_("Next: “outreach batch check {batch}”."), batch=done.batch)


@batch.command("show", help=N_("Show one batch: how it stands, who did what."))
@number_argument
@frame.json_option
@frame.pass_office
def show(context: frame.Context, number: int) -> None:
    """Print one batch."""
    from outreach.dispatch import batches

    with context.reading() as session:
        batches.find(session, number)
        (summary,) = batches.summaries(session, batch=number)
    row = summary.batch
    tables.facts(
        context,
        [
            ("batch", N_("Batch"), row.id),
            ("campaign", N_("Campaign"), summary.campaign),
            ("step", N_("Step"), summary.step),
            ("state", N_("State"), context.text(row.state)),
            ("letters", N_("Letters"), summary.letters),
            ("states", N_("By state"), _worded(context, summary.states)),
            ("reasons", N_("Left out because"), _worded(context, summary.reasons)),
            ("prepared_by", N_("Prepared by"), row.prepared_by),
            ("prepared_at", N_("Prepared"), row.prepared_at),
            ("submitted_by", N_("Submitted by"), row.submitted_by),
            ("approved_by", N_("Approved by"), row.approved_by),
            ("alone_reason", N_("Approved alone because"), row.alone_reason),
            ("approved_hash", N_("Hash of what was approved"), row.approved_hash),
            ("signed_by", N_("Signed by"), row.signed_by),
            ("signed_at", N_("Signed"), row.signed_at),
            ("mandate", N_("Mandate"), row.mandate),
            ("letter_day", N_("Date of the letters"), row.letter_day),
        ],
    )


@batch.command(
    "check", help=N_("Check every letter of a batch before it is submitted: what is wrong, where.")
)
@number_argument
@frame.json_option
@frame.pass_office
def check(context: frame.Context, number: int) -> None:
    """Run preflight; exit 1 where something must be mended."""
    from outreach.cli import progress
    from outreach.dispatch import preflight

    with context.reading() as session:
        opened = _open(context, session, number)
        with progress.shown(context, N_("Checking letters")) as report:
            found = preflight.check(
                session,
                opened.batch,
                opened.current,
                settings=context.settings,
                act=context.act(),
                progress=report,
            )
    _show_findings(context, found)
    if preflight.errors(found):
        raise preflight.RefusedError(batch=number, errors=len(preflight.errors(found)))
    context.say(
        N_("Batch {batch} may be submitted: “outreach batch submit {batch}”."), batch=number
    )


@batch.command("submit", help=N_("Check a batch and put it before a manager."))
@number_argument
@frame.pass_office
def submit(context: frame.Context, number: int) -> None:
    """Run preflight, freeze what is to be approved, move on."""
    from outreach.cli import progress
    from outreach.dispatch import approval, preflight
    from outreach.dispatch.states import BatchState, require

    with context.transaction() as session:
        opened = _open(context, session, number)
        require(opened.batch, BatchState.DRAFT)
        with progress.shown(context, N_("Checking letters")) as report:
            found = preflight.check(
                session,
                opened.batch,
                opened.current,
                settings=context.settings,
                act=context.act(),
                progress=report,
            )
        _show_findings(context, found)
        if preflight.errors(found):
            raise preflight.RefusedError(batch=number, errors=len(preflight.errors(found)))
        letters = approval.submit(
            session, opened.batch, opened.definition, opened.current, context.act()
        )
    context.say(
        N_(
            "Batch {batch} is submitted: {letters} letters. Next, a manager: “outreach batch approve {batch}”."
        ),
        batch=number,
        letters=letters,
    )


@batch.command("approve", help=N_("Approve a submitted batch. Another person than who submitted."))
@number_argument
@frame.option(
    "--alone",
    metavar=N_("REASON"),
    help=N_("Approve one’s own batch, as administrator, with the reason."),
)
@frame.pass_office
def approve(context: frame.Context, number: int, alone: str | None) -> None:
    """Approve what was submitted, if it is still the same."""
    from outreach.dispatch import approval

    with context.transaction() as session:
        opened = _open(context, session, number)
        approved = approval.approve(
            session,
            opened.batch,
            opened.definition,
            opened.current,
            settings=context.settings,
            key=context.app.key(),
            alone=alone,
            act=context.act(),
        )
    context.say(
        N_(
            "Batch {batch} is approved (hash {hash}). Next: “outreach batch sign {batch} --mandate …”."
        ),
        batch=number,
        hash=approved[:12],
    )


@batch.command("return", help=N_("Send a submitted batch back to the secretariat."))
@number_argument
@frame.option("--comment", required=True, metavar=N_("TEXT"), help=N_("What must change."))
@frame.pass_office
def send_back(context: frame.Context, number: int, comment: str) -> None:
    """Return a batch to draft."""
    from outreach.dispatch import approval, batches

    with context.transaction() as session:
        approval.send_back(session, batches.find(session, number), comment, context.act())
    context.say(N_("Batch {batch} went back to the secretariat."), batch=number)


@batch.command("cancel", help=N_("Cancel a batch that is not signed; nobody loses their turn."))
@number_argument
@frame.option("--reason", required=True, metavar=N_("REASON"), help=N_("Why."))
@frame.pass_office
def cancel(context: frame.Context, number: int, reason: str) -> None:
    """Cancel a batch."""
    from outreach.dispatch import approval, batches

    with context.transaction() as session:
        count = approval.cancel(session, batches.find(session, number), reason, context.act())
    context.say(
        N_("Batch {batch} is cancelled; its {count} contacts can be prepared again."),
        batch=number,
        count=count,
    )


@batch.command(
    "sign",
    help=N_(
        "Sign an approved batch: its letters get their numbers and date. By a recorded mandate, or "
        "with the signed letter as a scan. Where the official book is kept elsewhere, --number "
        "gives the numbers copied from it.\n\nExample: outreach batch sign 3 --mandate "
        "“Délégation du 2 juin 2025”"
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
    from outreach.dispatch import approval, signing
    from outreach.dispatch import pressroom as pressrooms
    from outreach.dispatch.states import BatchState, require

    signature = signing.Signature(
        mandate=mandate,
        scan=scan.read_bytes() if scan else None,
        scan_name=scan.name if scan else "",
    )
    with context.transaction() as session:
        opened = _open(context, session, number)
        require(opened.batch, BatchState.APPROVED)
        approval.refuse_changes(
            session,
            opened.batch,
            opened.definition,
            opened.current,
            settings=context.settings,
            key=context.app.key(),
        )
        room = pressrooms.from_archive(session, opened.batch.material or {})
        done = signing.sign(
            session,
            opened.batch,
            room,
            signature,
            settings=context.settings,
            key=context.app.key(),
            numbers=numbers,
            act=context.act(),
        )
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


@batch.command(
    "send",
    help=N_(
        "Send the e-mails of a signed batch. May be interrupted; run again, it goes on where it "
        "stopped, and nobody gets a letter twice."
    ),
)
@number_argument
@frame.pass_office
def send(context: frame.Context, number: int) -> None:
    """Run the outbox over one batch."""
    from outreach.cli import progress
    from outreach.dispatch import batches, sending

    with context.reading() as session:
        campaign, _ = batches.campaign_of(session, batches.find(session, number))
    definition = definitions.load(context.app.folder, campaign)
    with progress.shown(context, N_("Sending")) as report:
        tally = sending.send(
            context.store,
            number,
            definition,
            context.app.carrier(),
            settings=context.settings,
            key=context.app.key(),
            clock=context.clock,
            actor=context.actor,
            progress=report,
        )
    context.say(
        N_("{sent} letters left, {failed} failed, {uncertain} perhaps left."),
        sent=tally.sent,
        failed=tally.failed,
        uncertain=tally.uncertain,
    )
    context.say(N_("Who got what: “outreach report who {campaign}”."), campaign=campaign)


@batch.command(
    "print",
    help=N_("Print the postal letters of a signed batch: one file in postcode order, one each."),
)
@number_argument
@frame.option("--again", is_flag=True, help=N_("Print once more what was printed before."))
@frame.pass_office
def print_(context: frame.Context, number: int, again: bool) -> None:
    """Write the PDFs under var/print."""
    from outreach.cli import progress
    from outreach.dispatch import batches, paper
    from outreach.dispatch import pressroom as pressrooms
    from outreach.dispatch.composing import Composer
    from outreach.dispatch.states import BatchState, require

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
            )
    context.say(
        N_("{letters} letters on {pages} pages: {file}"),
        letters=done.letters,
        pages=done.pages,
        file=done.merged,
    )
    context.say(N_("Once posted: “outreach batch posted {batch} --on DATE”."), batch=number)


@batch.command("posted", help=N_("Record that the printed letters of a batch were posted."))
@number_argument
@frame.option("--on", type=frame.Day(), required=True, help=N_("The day they were posted."))
@frame.pass_office
def posted(context: frame.Context, number: int, on: date) -> None:
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
        )
    context.say(N_("{count} letters are recorded as posted on {day}."), count=count, day=on)


def _show_findings(context: frame.Context, found: list[Any]) -> None:
    tables.show(
        context,
        found,
        [
            tables.Column("code", N_("Code")),
            tables.Column("severity", N_("Severity"), word=True),
            tables.Column("what", N_("What is wrong")),
            tables.Column("where", N_("Where")),
            tables.Column("count", N_("Letters"), right=True),
            tables.Column("contacts", N_("For example")),
        ],
        empty=N_("Nothing to mend."),
    )


def _worded(context: frame.Context, figures: dict[str, int]) -> str | dict[str, int]:
    if context.as_json:
        return figures
    return ", ".join(f"{context.text(key)}: {count}" for key, count in sorted(figures.items()))
