"""``outreach batch``: prepare, check, approve, sign, send and print letters."""

from datetime import date

from outreach.campaigns import definition as definitions
from outreach.cli import (
    aftersending,
    checking,
    frame,
    leaving,
    retouching,
    settling,
    tables,
    waiting,
)
from outreach.cli.opened import number_argument, open_batch
from outreach.cli.translated import PromiseDay
from outreach.errors import N_


@frame.group(help=N_("Prepare, check, approve, sign, send and print letters."))
def batch() -> None:
    """Group the commands on batches."""


for _command in (
    checking.check,
    checking.submit,
    checking.book,
    retouching.docx,
    retouching.retouch,
    leaving.sign,
    leaving.send,
    leaving.print_,
    leaving.labels,
    leaving.posted,
    settling.pause,
    settling.resume,
    settling.resolve,
    settling.retry,
    settling.arrived,
    settling.returned,
    *aftersending.COMMANDS,
):
    batch.add_command(_command)


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
    from outreach.dispatch import archive, batches, preapprovals, warnings

    with context.reading() as session:
        found = batches.find(session, number)
        going = waiting.standing(context, session, found)
        (summary,) = batches.summaries(session, batch=number)
        room = archive.room(session, number)
        accepted = checking.accepted_rows(warnings.accepted(session, summary.batch))
        granted = preapprovals.of_batch(session, number)
    row = summary.batch
    tables.facts(
        context,
        [
            ("batch", N_("Batch"), row.id),
            ("campaign", N_("Campaign"), summary.campaign),
            ("step", N_("Step"), summary.step),
            ("state", N_("State"), context.text(row.state)),
            ("letters", N_("Letters"), summary.letters),
            *going,
            ("states", N_("By state"), _worded(context, summary.states)),
            ("reasons", N_("Left out because"), _worded(context, summary.reasons)),
            ("prepared_by", N_("Prepared by"), row.prepared_by),
            ("prepared_at", N_("Prepared"), row.prepared_at),
            ("submitted_by", N_("Submitted by"), row.submitted_by),
            ("accepted", N_("Warnings accepted"), accepted),
            ("approved_by", N_("Approved by"), row.approved_by),
            ("preapproved_by", N_("Approved beforehand by"), granted.set_by if granted else None),
            ("preapproved_at", N_("Approved beforehand on"), granted.set_at if granted else None),
            ("alone_reason", N_("Approved alone because"), row.alone_reason),
            ("approved_hash", N_("Hash of what was approved"), row.approved_hash),
            ("signed_by", N_("Signed by"), row.signed_by),
            ("signed_at", N_("Signed"), row.signed_at),
            ("mandate", N_("Mandate"), row.mandate),
            ("letter_day", N_("Date of the letters"), row.letter_day),
            ("archived", N_("Letters in the archive"), room.letters),
            ("archived_kb", N_("Room in the archive (kB)"), room.kept // 1000),
        ],
    )


@batch.command(
    "approve",
    help=N_(
        "Approve a submitted batch. Another person than who submitted. Where its letters promise "
        "something and the plan does not say by when, you choose the day.\n\nExample: outreach "
        "batch approve 3 --promise visite=2025-11-03"
    ),
)
@number_argument
@frame.option(
    "--promise",
    "chosen",
    multiple=True,
    type=PromiseDay(),
    help=N_("By when a promise of these letters is to be kept; may be repeated."),
)
@frame.option(
    "--alone",
    metavar=N_("REASON"),
    help=N_("Approve one’s own batch, as administrator, with the reason."),
)
@frame.pass_office
def approve(
    context: frame.Context, number: int, chosen: tuple[tuple[str, date], ...], alone: str | None
) -> None:
    """Approve what was submitted, if it is still the same and nothing new is wrong."""
    from outreach.campaigns import promises
    from outreach.dispatch import approval
    from outreach.dispatch.states import BatchState, require

    with context.transaction() as session:
        opened = open_batch(context, session, number)
        require(opened.batch, BatchState.SUBMITTED)
        promises.choose(
            session,
            opened.definition,
            opened.current.step.name,
            dict(chosen),
            settings=context.settings,
            act=context.act(),
        )
        checking.recheck(context, session, opened)
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


@batch.command(
    "cancel",
    help=N_(
        "Cancel a batch that is not signed; nobody loses their turn. During the time of grace after "
        "“batch send”: take the sending back, the batch stays signed."
    ),
)
@number_argument
@frame.option("--reason", required=True, metavar=N_("REASON"), help=N_("Why."))
@frame.pass_office
def cancel(context: frame.Context, number: int, reason: str) -> None:
    """Cancel a batch."""
    from outreach.dispatch import batches
    from outreach.dispatch.pace import schedules

    with context.transaction() as session:
        found = batches.find(session, number)
        count = schedules.cancel(session, found, reason, context.act())
    if count is None:
        context.say(waiting.TAKEN_BACK, batch=number)
        return
    context.say(
        N_("Batch {batch} is cancelled. Contacts that can be prepared again: {count}."),
        batch=number,
        count=count,
    )


def _worded(context: frame.Context, figures: dict[str, int]) -> str | dict[str, int]:
    if context.as_json:
        return figures
    return ", ".join(f"{context.text(key)}: {count}" for key, count in sorted(figures.items()))
