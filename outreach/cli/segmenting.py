"""``outreach contacts segment``: saved queries over contacts."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import click

from outreach.cli import frame, tables
from outreach.errors import N_

Given = TypeVar("Given", bound=Callable[..., Any])


@frame.group("segment", help=N_("Segments: saved queries, one file each in contacts/segments/."))
def segment() -> None:
    """Group the commands on segments."""


@segment.command("list", help=N_("List the segments of this office."))
@frame.json_option
@frame.pass_office
def list_segments(context: frame.Context) -> None:
    """Print names and titles."""
    from outreach.contacts import segments

    folder = context.app.folder
    rows = [
        {"name": name, "title": segments.load(folder, name).title.in_(context.words.written)}
        for name in segments.names(folder)
    ]
    tables.show(
        context,
        rows,
        [tables.Column("name", N_("Segment")), tables.Column("title", N_("Title"))],
        empty=N_("There is no segment yet. Write one as a file in contacts/segments/."),
    )


@segment.command("count", help=N_("Count whom a segment holds, by country and kind."))
@frame.argument("name", metavar=N_("SEGMENT"), help=N_("The segment."))
@frame.json_option
@frame.pass_office
def count(context: frame.Context, name: str) -> None:
    """Print the counts, and organisations that nobody can be written to at."""
    from outreach.contacts import segments

    found = segments.load(context.app.folder, name)
    with context.reading() as session:
        counts = segments.counts(session, found)
        nobody = [f"{o.name} ({o.code})" for o in segments.without_contact(session, found)]
    rows = [{"country": c, "kind": k, "contacts": n} for (c, k), n in counts.items()]
    if context.as_json:
        tables.print_json({"counts": rows, "without_contact": nobody})
        return
    tables.show(
        context,
        rows,
        [
            tables.Column("country", N_("Country")),
            tables.Column("kind", N_("Kind"), word=True),
            tables.Column("contacts", N_("Contacts"), right=True),
        ],
        empty=N_("Nobody is in this segment."),
    )
    if nobody:
        context.say(
            N_("Organisations without a contact, so with nobody to write to: {count}: {names}"),
            count=len(nobody),
            names=frame.names(nobody[:10]),
        )


@segment.command("show", help=N_("Show who is in a segment."))
@frame.argument("name", metavar=N_("SEGMENT"), help=N_("The segment."))
@frame.json_option
@frame.pass_office
def show_segment(context: frame.Context, name: str) -> None:
    """Print codes and names."""
    from outreach.contacts import segments

    found = segments.load(context.app.folder, name)
    with context.reading() as session:
        rows = segments.members(session, found)
    tables.show(
        context,
        rows,
        [
            tables.Column("code", N_("Code")),
            tables.Column("organisation", N_("Organisation")),
            tables.Column("kind", N_("Kind"), word=True),
        ],
        empty=N_("Nobody is in this segment."),
    )


@segment.command(
    "explain",
    help=N_(
        "Say why a contact is in a segment or not, condition by condition.\n\nExample: outreach "
        "contacts segment explain demo FR:76351"
    ),
)
@frame.argument("name", metavar=N_("SEGMENT"), help=N_("The segment."))
@frame.argument("code", metavar=N_("CODE"), help=N_("The contact’s code, such as FR:76351."))
@frame.json_option
@frame.pass_office
def explain(context: frame.Context, name: str, code: str) -> None:
    """Print each condition and whether it holds."""
    from outreach.contacts import directory, explanation, segments

    found = segments.load(context.app.folder, name)
    with context.reading() as session:
        contact = directory.find(session, code)
        lines = explanation.explain(session, found, contact)
    if context.as_json:
        told = [
            {"depth": each.depth, "condition": str(each.condition), "holds": each.holds}
            for each in lines
        ]
        tables.print_json({"contact": contact.code, "in": lines[0].holds, "conditions": told})
        return
    if lines[0].holds:
        context.say(N_("{contact} is in “{segment}”."), contact=contact.code, segment=name)
    else:
        context.say(N_("{contact} is not in “{segment}”."), contact=contact.code, segment=name)
    tables.show(
        context,
        [
            {
                "condition": "  " * each.depth + context.words.told(each.condition),
                "holds": each.holds,
            }
            for each in lines[1:]
        ],
        [tables.Column("condition", N_("Condition")), tables.Column("holds", N_("Holds"))],
    )


def _many(name: str, key: str, metavar: str, told: str) -> Callable[[Given], Given]:
    return frame.option(name, key, multiple=True, metavar=metavar, help=told)


@segment.command(
    "save",
    help=N_(
        "Write a segment. Every condition given must hold; an option that is repeated wants one of "
        "its values. “any”, “all” and “not” are written in the file, which docs/segments.md "
        "explains.\n\nExample: outreach contacts segment save normandie --title-fr Normandie "
        "--title-es Normandía --kind commune --region 28 --population-min 10000"
    ),
)
@frame.argument("name", metavar=N_("SEGMENT"), help=N_("The segment."))
@frame.option("--title-fr", required=True, metavar=N_("TEXT"), help=N_("Its title in French."))
@frame.option("--title-es", required=True, metavar=N_("TEXT"), help=N_("Its title in Spanish."))
@frame.option("--country", metavar="FR|CO", help=N_("In this country."))
@_many("--kind", "kinds", N_("KIND"), N_("Of this kind, such as commune or municipio."))
@_many("--departement", "departements", N_("CODE"), N_("In this département or departamento."))
@_many("--region", "regions", N_("CODE"), N_("In this région."))
@_many("--epci", "epci", "SIREN", N_("In this EPCI."))
@frame.option("--population-min", type=int, metavar=N_("COUNT"), help=N_("Inhabitants at least."))
@frame.option("--population-max", type=int, metavar=N_("COUNT"), help=N_("Inhabitants at most."))
@frame.option("--members-of", metavar=N_("CODE"), help=N_("Members of this association."))
@frame.option("--partners-of", metavar=N_("CODE"), help=N_("Partners of this association."))
@_many("--theme", "themes", N_("THEME"), N_("Cares for this theme."))
@_many("--language", "languages", "fr|es", N_("Written to in this language."))
@_many("--channel", "channels", "email|post", N_("Can be reached this way."))
@_many("--received", "received", N_("LETTER"), N_("Got this letter (CAMPAIGN or CAMPAIGN/STEP)."))
@_many("--not-received", "not_received", N_("LETTER"), N_("Did not get this letter."))
@frame.option("--replied", metavar=N_("CAMPAIGN"), help=N_("Answered in this campaign."))
@_many("--outcome", "outcomes", N_("OUTCOME"), N_("Answered so, such as interested."))
@frame.option("--last-contact-before", type=frame.Day(), help=N_("No letter or reply since."))
@frame.option("--last-contact-after", type=frame.Day(), help=N_("A letter or a reply since."))
@frame.option("--replace", is_flag=True, help=N_("Write a segment of that name anew."))
@frame.pass_office
def save(
    context: frame.Context,
    /,
    name: str,
    title_fr: str,
    title_es: str,
    replace: bool,
    **criteria: str | int | date | tuple[str, ...] | None,
) -> None:
    """Write the file, and count whom it holds."""
    import msgspec

    from outreach.contacts import segments
    from outreach.contacts.segments import Condition
    from outreach.settings import Bilingual

    given = {key: value for key, value in criteria.items() if value not in (None, ())}
    _ = context.app  # registers every room's criteria
    try:
        condition = msgspec.convert(given, Condition)
    except msgspec.ValidationError as error:
        raise click.UsageError(str(error)) from error
    title = Bilingual(fr=title_fr, es=title_es)
    found = segments.save(context.app.folder, name, title, condition, replace=replace)
    with context.reading() as session:
        count = sum(segments.counts(session, found).values())
    context.say(
        N_("Written: {path}. It holds {count} contacts now."),
        path=f"{segments.FOLDER}/{name}.toml",
        count=count,
    )
