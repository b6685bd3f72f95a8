"""``outreach contacts``: whom we may write to."""

from typing import TYPE_CHECKING

from outreach.cli import (
    cards,
    frame,
    importing,
    labelling,
    merging,
    privacy,
    segmenting,
    syncing,
    tables,
)
from outreach.errors import N_

if TYPE_CHECKING:
    from outreach.contacts.models import PostalAddress

LIMIT = 20


@frame.group(help=N_("Whom we may write to: local authorities and their addresses."))
def contacts() -> None:
    """Group the commands on contacts."""


for _command in (*importing.COMMANDS, *merging.COMMANDS):
    contacts.add_command(_command)


@contacts.command(
    "list",
    help=N_(
        "Find contacts by the name or code of their organisation, their own name or an e-mail address; the largest first.\n\nExample: "
        "outreach contacts list havre"
    ),
)
@frame.argument("text", metavar=N_("TEXT"), required=False, default="", help=N_("What to find."))
@frame.option("--search", metavar=N_("TEXT"), help=N_("The same, as an option."))
@frame.option(
    "--limit", type=int, default=LIMIT, show_default=True, metavar=N_("COUNT"), help=N_("How many.")
)
@frame.json_option
@frame.pass_office
def list_contacts(context: frame.Context, text: str, search: str | None, limit: int) -> None:
    """Print the contacts that were found."""
    from outreach.contacts import addresses, directory

    with context.reading() as session:
        rows = []
        for contact in directory.search(session, search or text, limit):
            channel = addresses.best_channel(contact)
            reached = channel.name if isinstance(channel, addresses.Channel) else channel.value
            rows.append(
                {
                    "code": contact.code,
                    "organisation": contact.organisation.name,
                    "kind": contact.organisation.kind,
                    "office": contact.office,
                    "language": contact.language,
                    "channel": reached,
                    "population": contact.organisation.population,
                }
            )
    tables.show(
        context,
        rows,
        [
            tables.Column("code", N_("Code")),
            tables.Column("organisation", N_("Organisation")),
            tables.Column("kind", N_("Kind"), word=True),
            tables.Column("office", N_("Office"), word=True),
            tables.Column("language", N_("Language")),
            tables.Column("channel", N_("Reached by"), word=True),
            tables.Column("population", N_("Inhabitants"), right=True),
        ],
        empty=N_("No contact was found. “outreach start” loads the open data."),
    )


@contacts.command("show", help=N_("Show one contact: who it is, its addresses, what it got."))
@frame.argument("code", metavar=N_("CODE"), help=N_("The contact’s code, such as FR:76351."))
@frame.json_option
@frame.pass_office
def show(context: frame.Context, code: str) -> None:
    """Print one contact and its letters."""
    from outreach.contacts import changes, directory, kinship
    from outreach.contacts.privacy import rights
    from outreach.reports import lines, person

    with context.reading() as session:
        contact = directory.find(session, code)
        organisation = contact.organisation
        associations = directory.memberships(session, organisation)
        letters = lines.letters_to(session, contact.id)
        replies = person.answers(session, contact.id)
        promises = person.owed(session, contact.id, context.words.written)
        history = changes.of_person(session, contact.id)
        into = kinship.into(session, contact.id)
        known = [
            ("code", N_("Code"), contact.code),
            ("organisation", N_("Organisation"), organisation.name),
            ("kind", N_("Kind"), context.text(organisation.kind)),
            ("population", N_("Inhabitants"), organisation.population),
            ("office", N_("Office"), context.text(contact.office)),
            ("first_name", N_("First name"), contact.first_name),
            ("last_name", N_("Family name"), contact.last_name),
            ("gender", N_("Gender"), contact.gender),
            ("title_override", N_("Prefers to be called"), contact.title_override),
            ("mandate_end", N_("Mandate ends"), contact.mandate_end),
            ("preferred_channel", N_("Prefers"), contact.preferred_channel),
            ("language", N_("Language"), contact.language),
            ("emails", N_("E-mail"), [_state(context, e.address, e.state) for e in contact.emails]),
            (
                "posts",
                N_("Postal address"),
                [_state(context, _line(p), p.state) for p in contact.posts],
            ),
            ("phone", N_("Telephone"), contact.phone),
            ("associations", N_("Member of"), associations),
            ("source", N_("Source"), contact.source),
            ("purpose", N_("Purpose"), contact.purpose),
            ("created_at", N_("Known since"), contact.created_at),
            ("verified_on", N_("Verified on"), contact.verified_on),
            ("merged_into", N_("Merged into"), into.code if into else None),
            ("erased", N_("Erased"), rights.is_erased(session, contact.id)),
            ("example", N_("Example only"), contact.example),
        ]
    if context.as_json:
        more = {"letters": letters, "replies": replies, "promises": promises, "changes": history}
        tables.print_json({key: value for key, _, value in known} | more)
        return
    tables.facts(context, known)
    tables.show(
        context,
        letters,
        [
            tables.Column("step", N_("Step")),
            tables.Column("fate", N_("Letter"), word=True),
            tables.Column("reason", N_("Why"), word=True),
            tables.Column("channel", N_("By"), word=True),
            tables.Column("reference", N_("Number")),
            tables.Column("when", N_("When")),
        ],
        empty=N_("No letter was prepared for this contact yet."),
    )
    if replies:
        tables.show(
            context,
            replies,
            [
                tables.Column("received_on", N_("When")),
                tables.Column("campaign", N_("Campaign")),
                tables.Column("way", N_("By"), word=True),
                tables.Column("outcome", N_("Outcome"), word=True),
                tables.Column("recorded_by", N_("Recorded by")),
            ],
            title=context.text(N_("What they answered")),
        )
    if promises:
        tables.show(
            context,
            promises,
            [
                tables.Column("due_on", N_("Due")),
                tables.Column("text", N_("What was promised")),
                tables.Column("state", N_("State"), word=True),
            ],
            title=context.text(N_("What was promised")),
        )
    tables.show(
        context,
        history,
        [
            tables.Column("at", N_("When")),
            tables.Column("actor", N_("Who")),
            tables.Column("what", N_("What"), word=True),
            tables.Column("old", N_("Before")),
            tables.Column("new", N_("After")),
        ],
        title=context.text(N_("Changes of the card")),
        empty=N_("Nobody has changed this card."),
    )


@contacts.command(
    "labels",
    help=N_(
        "Print address labels or envelopes for everyone of a segment who has a postal address.\n\n"
        "Example: outreach contacts labels demo --format L7160"
    ),
)
@frame.argument("segment", metavar=N_("SEGMENT"), help=N_("The segment."))
@labelling.format_option
@labelling.start_option
@frame.pass_office
def labels(context: frame.Context, segment: str, sheet: str, start: int) -> None:
    """Write the PDF under var/print."""
    from outreach.contacts import segments
    from outreach.dispatch import envelopes

    with context.reading() as session:
        chosen = segments.contacts(session, segments.load(context.app.folder, segment))
        found = envelopes.of_contacts(
            session, [id_ for id_, _ in chosen], context.settings, context.app.key()
        )
    labelling.write(context, found.blocks, sheet, start, context.app.folder / "var" / "print")
    if found.without:
        context.say(
            N_("Without an address that can be posted to: {count}: {names}"),
            count=len(found.without),
            names=frame.names(found.without[:10]),
        )


contacts.add_command(cards.add)
contacts.add_command(cards.edit)
contacts.add_command(cards.address)
contacts.add_command(privacy.privacy)
contacts.add_command(segmenting.segment)
contacts.add_command(syncing.sync)


def _line(post: "PostalAddress") -> str:
    parts = (post.service, post.building, post.street, post.box, f"{post.postcode} {post.town}")
    return ", ".join(part for part in parts if part)


def _state(context: frame.Context, address: str, state: str) -> str:
    """Return an address, with its state where it may not be used."""
    return address if state == "good" else f"{address} ({context.text(state)})"
