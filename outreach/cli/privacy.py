"""``outreach contacts privacy``: what the law gives a person, and our own record of it."""

from datetime import date
from pathlib import Path

import click

from outreach.cli import entitled, frame, tables
from outreach.errors import N_

code_argument = frame.argument(
    "code", metavar=N_("CODE"), help=N_("The contact’s code, such as FR:76351.")
)


@frame.group("privacy", help=N_("Personal data: show, object, erase, and what is kept too long."))
def privacy() -> None:
    """Group the commands on personal data."""


@privacy.command(
    "report",
    help=N_(
        "List the cards of persons to verify or erase: nothing heard from them for the time in "
        "your settings, or their mandate ended. Then, class by class, what is older than you keep "
        "it.\n\nExample: outreach contacts privacy report"
    ),
)
@frame.json_option
@frame.pass_office
def report(context: frame.Context) -> None:
    """Print the cards and the classes."""
    from outreach.clock import local_date
    from outreach.contacts.privacy import report as reports

    settings = context.settings
    retention = settings.privacy.retention
    today = local_date(context.clock(), settings.zone)
    with context.reading() as session:
        cards = reports.due(session, today=today, months=retention.cards)
        classes = reports.aged(session, retention, today)
    if context.as_json:
        tables.print_json({"cards": cards, "classes": classes})
        return
    tables.show(
        context,
        cards,
        [
            tables.Column("code", N_("Code")),
            tables.Column("organisation", N_("Organisation")),
            tables.Column("name", N_("Name")),
            tables.Column("why", N_("Why")),
            tables.Column("since", N_("Since")),
        ],
        empty=N_("No card of a person is due to be verified or erased."),
    )
    tables.show(
        context,
        classes,
        [
            tables.Column("kind", N_("What"), word=True),
            tables.Column("months", N_("Months (0: not decided)"), right=True),
            tables.Column("over", N_("Older"), right=True),
        ],
    )


@privacy.command(
    "export",
    help=N_(
        "Write everything that is held on a person into a folder: data.json for machines, "
        "data.html to read or print, and each letter as it left.\n\nExample: outreach contacts "
        "privacy export FR:76351 --to export"
    ),
)
@code_argument
@frame.option(
    "--to",
    "target",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help=N_("The folder to write into; made if it is not there."),
)
@frame.pass_office
def export(context: frame.Context, code: str, target: Path) -> None:
    """Write the folder."""
    import msgspec

    from outreach.contacts import directory
    from outreach.contacts.privacy import documents, rights

    with context.reading() as session:
        contact = directory.find(session, code)
        rights.require_may_read(
            session, contact.code, context.actor, context.settings.privacy.restricted_role
        )
        sections = rights.held(session, contact)
        files = rights.files(session, contact)
    target.mkdir(parents=True, exist_ok=True)
    data = {section.key: section.rows for section in sections}
    encoded = msgspec.json.format(msgspec.json.encode(data, enc_hook=str), indent=2)
    (target / "data.json").write_bytes(encoded)
    page = documents.person(
        sections,
        title=context.text(N_("What is held on {contact}"), contact=contact.code),
        lead=context.text(
            N_("From the files of {office}, on {day}."),
            office=context.settings.office.name.in_(context.words.written),
            day=context.clock().date(),
        ),
        language=context.words.language,
        gettext=context.words.gettext,
    )
    (target / "data.html").write_text(page, "utf-8")
    for number, file in enumerate(files, 1):
        (target / f"{number:03d}-{file.name}").write_bytes(file.data)
    context.say(
        N_("Written: {path} (data.json, data.html and {count} letters)."),
        path=target,
        count=len(files),
    )


@privacy.command(
    "object",
    help=N_(
        "Write down that somebody does not want to be written to, and let it act at once: in one "
        "campaign, or for good.\n\nExample: outreach contacts privacy object FR:76351 --campaign "
        "asointermedias-2025"
    ),
)
@code_argument
@frame.option("--campaign", metavar=N_("CAMPAIGN"), help=N_("Only this campaign; else for good."))
@frame.option("--on", "day", type=frame.Day(), help=N_("When they told us; else today."))
@frame.option("--reason", metavar=N_("TEXT"), help=N_("In their words."))
@frame.pass_office
def object_(
    context: frame.Context, code: str, campaign: str | None, day: date | None, reason: str | None
) -> None:
    """Record the objection."""
    from outreach.campaigns import definition as definitions
    from outreach.clock import local_date
    from outreach.contacts import directory
    from outreach.contacts.privacy import rights

    if campaign is not None:
        definitions.load(context.app.folder, campaign)
    today = local_date(context.clock(), context.settings.zone)
    with context.transaction() as session:
        contact = directory.find(session, code)
        done = rights.object_(
            session,
            contact,
            key=context.app.key(),
            campaign=campaign,
            received_on=day or today,
            today=today,
            reason=reason,
            act=context.act(),
        )
    context.say(
        N_("Noted. Letters and follow-ups stopped: {stopped}. Addresses barred: {suppressed}."),
        stopped=done.stopped,
        suppressed=done.suppressed,
    )
    if done.shared:
        context.say(
            N_(
                "Others are reached there too, so these addresses stay for them: {addresses}. Nothing "
                "more is written to {contact}."
            ),
            addresses=frame.names(done.shared),
            contact=contact.code,
        )


@privacy.command(
    "erase",
    help=N_(
        "Forget a person: the card, its history and addresses, letters without a number. The "
        "register and the figures stay, without the person; a keyed hash keeps a later import "
        "from being written to. It cannot be undone.\n\nExample: outreach contacts privacy erase "
        "FR:76351 --confirm FR:76351"
    ),
)
@code_argument
@frame.option(
    "--confirm", metavar=N_("CODE"), help=N_("The code once more; it is asked for if not given.")
)
@frame.json_option
@frame.pass_office
def erase(context: frame.Context, code: str, confirm: str | None) -> None:
    """Erase, and say what went and what stays."""
    from outreach.contacts import directory
    from outreach.contacts.privacy import rights

    with context.reading() as session:
        contact = directory.find(session, code)
    if confirm is None:
        confirm = context.ask(
            N_("This cannot be undone. Type {contact} to erase the person"), contact=contact.code
        )
    if confirm.upper() != contact.code.upper():
        raise click.UsageError(
            context.text(N_("That is not {contact}; nothing was erased."), contact=contact.code)
        )
    with context.transaction() as session:
        contact = directory.find(session, code)
        treated = rights.erase(session, contact, key=context.app.key(), act=context.act())
    tables.show(
        context,
        [each for each in treated if each.count],
        [
            tables.Column("fate", N_("Done")),
            tables.Column("what", N_("What"), word=True),
            tables.Column("count", N_("Count"), right=True),
        ],
    )


@privacy.command(
    "record",
    help=N_(
        "Write the record of processing (registre des traitements) from your settings, in French "
        "or Spanish.\n\nExample: outreach contacts privacy record --language fr --to record.html"
    ),
)
@frame.option(
    "--language", type=click.Choice(["fr", "es"]), default="fr", help=N_("In which language.")
)
@frame.option(
    "--to",
    "target",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help=N_("The file to write."),
)
@frame.pass_office
def record(context: frame.Context, language: str, target: Path) -> None:
    """Write the page."""
    from outreach.contacts import directory
    from outreach.contacts.privacy import documents
    from outreach.contacts.reference import SOURCES
    from outreach.settings import Language

    written: Language = "es" if language == "es" else "fr"
    with context.reading() as session:
        sources = [
            SOURCES[source].in_(written) if source in SOURCES else source
            for source in directory.sources(session)
        ]
    page = documents.processing_record(context.settings, sources, written)
    target.write_text(page, "utf-8")
    context.say(N_("Written: {path}"), path=target)
    if not context.settings.privacy.complete:
        context.say(N_("Some entries are missing: fill in [privacy] in outreach.toml."))


for _command in entitled.COMMANDS:
    privacy.add_command(_command)
