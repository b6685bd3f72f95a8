"""``outreach replies show|attachment``: one thing that came back, beside the letter it answers."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from outreach.cli import frame, tables
from outreach.errors import N_

if TYPE_CHECKING:
    from outreach.inbox.reading import Opened

MAX_TEXT = 20_000
number_argument = frame.argument(
    "number", metavar=N_("NUMBER"), type=int, help=N_("As “replies list” shows it.")
)


@frame.command(
    "show",
    help=N_(
        "Show one thing that came back: what they write, the letter that it answers, what followed, "
        "its attachments. Quoted text is folded away.\n\nExample: outreach replies show 12"
    ),
)
@number_argument
@frame.option("--quoted", is_flag=True, help=N_("Show the text that they quote, too."))
@frame.option("--letter", is_flag=True, help=N_("Show the whole text of our letter."))
@frame.option(
    "--html",
    "page",
    type=click.Path(dir_okay=False, path_type=Path),
    help=N_("Write the message as a page to look at: without pictures, scripts or forms."),
)
@frame.json_option
@frame.pass_office
def show(
    context: frame.Context, number: int, quoted: bool, letter: bool, page: Path | None
) -> None:
    """Print it."""
    from outreach.inbox import deciding
    from outreach.inbox import reading as rooms

    with context.reading() as session:
        opened = rooms.open_(session, deciding.find(session, number))
    if page is not None:
        from outreach.inbox import markup

        source = opened.message.html if opened.message is not None else ""
        page.write_text(
            markup.page(source, opened.new_text, title=opened.arrival.subject or ""), "utf-8"
        )
        context.note(N_("Written: {path}"), path=page)
    if context.as_json:
        tables.print_json(_data(opened))
        return
    tables.facts(context, _facts(opened), title=context.text(N_("Reply {number}"), number=number))
    _paragraph(context, N_("What they write"), opened.new_text)
    lines = len(opened.quoted.splitlines())
    if quoted:
        _paragraph(context, N_("What they quote"), opened.quoted)
    elif lines:
        context.say(N_("({lines} quoted lines are folded away; --quoted shows them.)"), lines=lines)
    if opened.letter is not None:
        text = opened.letter.text if letter else "\n".join(opened.letter.text.splitlines()[:12])
        _paragraph(context, N_("Our letter"), text)
        if text != opened.letter.text:
            context.say(N_("(--letter shows all of it.)"))
    _lists(context, opened)
    if opened.newcomer is not None:
        context.say(
            N_(
                "{address} is on no card. To make one: “outreach replies person {number} WORD "
                "--function …”."
            ),
            address=opened.newcomer.address,
            number=number,
        )


@frame.command(
    "attachment",
    help=N_(
        "Lay an attachment down as a file. A file that could run gets an ending that opens "
        "nothing.\n\nExample: outreach replies attachment 12 1 --to documents"
    ),
)
@number_argument
@frame.argument("attachment", metavar=N_("FILE"), type=int, help=N_("As “replies show” has it."))
@frame.option(
    "--to",
    "folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help=N_("The folder to write to."),
)
@frame.pass_office
def attachment(context: frame.Context, number: int, attachment: int, folder: Path) -> None:
    """Write one file."""
    from outreach.inbox import attachments, deciding
    from outreach.inbox import reading as rooms

    with context.reading() as session:
        opened = rooms.open_(session, deciding.find(session, number))
    path = attachments.lay(
        list(opened.attachments),
        number,
        attachment,
        folder,
        limit_mb=context.settings.replies.attachment_mb,
    )
    context.say(N_("Written: {path}"), path=path)
    if path.name.endswith(attachments.HARMLESS):
        context.note(
            N_("This file could run. Ask the sender about it before you rename and open it.")
        )


def _facts(opened: "Opened") -> list[tuple[str, str, object]]:
    arrival, letter = opened.arrival, opened.letter
    message = opened.message
    lines: list[tuple[str, str, object]] = [
        ("state", N_("State"), _word(arrival.state)),
        ("kind", N_("What it is"), _word(arrival.kind)),
        ("reason", N_("Why"), _word(arrival.reason)),
        ("outcome", N_("Outcome"), _word(opened.outcome)),
        ("received_at", N_("Received"), arrival.received_at),
        ("sender", N_("From"), arrival.sender),
        ("subject", N_("Subject") if arrival.sha256 else N_("Note"), arrival.subject),
        ("contact", N_("Contact"), opened.contact),
        ("organisation", N_("Organisation"), opened.organisation),
        ("campaign", N_("Campaign"), opened.campaign),
        ("rung", N_("Recognised by"), _word(arrival.rung)),
        ("confidence", N_("Sure to"), f"{arrival.confidence:.0%}" if arrival.rung else None),
        ("owner", N_("Sees to it"), arrival.owner),
        ("answered_at", N_("Answered"), arrival.answered_at),
        ("reference", N_("Our letter"), letter and (letter.reference or letter.step)),
        ("problems", N_("Trouble in the message"), list(message.problems) if message else None),
    ]
    if arrival.sha256 and not arrival.kept:
        lines.append(("kept", N_("The message"), _word(N_("forgotten, as the office decided"))))
    return [line for line in lines if line[2]]


def _word(value: str | None) -> object:
    """Return a coded value so that the table translates it."""
    from outreach.errors import Phrase

    return Phrase(value) if value else None


def _paragraph(context: frame.Context, title: str, text: str) -> None:
    if not text.strip():
        return
    from outreach.cli.refusals import plain

    click.secho(f"\n{context.text(title)}", bold=True)
    click.echo(plain(text[:MAX_TEXT]))


def _lists(context: frame.Context, opened: "Opened") -> None:
    if opened.arrival.state == "unsure":
        tables.show(
            context,
            opened.candidates,
            [
                tables.Column("contact", N_("Contact")),
                tables.Column("organisation", N_("Organisation")),
            ],
            title=context.text(N_("It may be about")),
        )
    if opened.attachments:
        tables.show(
            context,
            opened.attachments,
            [
                tables.Column("number", N_("No.")),
                tables.Column("name", N_("Attachment")),
                tables.Column("media", N_("Type")),
                tables.Column("size", N_("Octets"), right=True),
                tables.Column("risky", N_("Could run")),
            ],
            title=context.text(N_("Attachments")),
        )
    if opened.effects:
        tables.show(
            context,
            [
                {"id": one.id, "what": one.what, "at": one.at, "undone": one.undone_by}
                for one in opened.effects
            ],
            [
                tables.Column("id", N_("No.")),
                tables.Column("what", N_("What followed"), word=True),
                tables.Column("at", N_("When")),
                tables.Column("undone", N_("Taken back by")),
            ],
            title=context.text(N_("What followed")),
        )


def _data(opened: "Opened") -> dict[str, Any]:
    arrival, letter = opened.arrival, opened.letter
    return {
        "number": arrival.id,
        "state": arrival.state,
        "kind": arrival.kind,
        "reason": arrival.reason,
        "outcome": opened.outcome,
        "received_at": arrival.received_at,
        "sender": arrival.sender,
        "subject": arrival.subject,
        "contact": opened.contact,
        "organisation": opened.organisation,
        "campaign": opened.campaign,
        "rung": arrival.rung,
        "confidence": arrival.confidence,
        "owner": arrival.owner,
        "answered_at": arrival.answered_at,
        "kept": arrival.kept,
        "new_text": opened.new_text,
        "quoted": opened.quoted,
        "letter": letter
        and {
            "delivery": letter.delivery,
            "step": letter.step,
            "reference": letter.reference,
            "state": letter.state,
            "sent_at": letter.sent_at,
            "subject": letter.subject,
            "text": letter.text,
        },
        "attachments": [
            {
                "number": one.number,
                "name": one.name,
                "media": one.media,
                "size": one.size,
                "risky": one.risky,
            }
            for one in opened.attachments
        ],
        "candidates": [
            {"contact": one.contact, "organisation": one.organisation} for one in opened.candidates
        ],
        "newcomer": opened.newcomer
        and {
            "name": opened.newcomer.name,
            "address": opened.newcomer.address,
            "organisation": opened.newcomer.organisation,
        },
        "effects": [
            {
                "number": one.id,
                "what": one.what,
                "before": one.before,
                "after": one.after,
                "at": one.at,
                "undone_by": one.undone_by,
                "undone_at": one.undone_at,
            }
            for one in opened.effects
        ],
    }
