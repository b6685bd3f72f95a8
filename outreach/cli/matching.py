"""``outreach partners match|release|explain|pin|exclude|forget``: who is proposed to whom."""

import click

from outreach.cli import frame, tables
from outreach.errors import N_

CANDIDATES = ("members", "system", "capitals")
french_argument = frame.argument(
    "french", metavar=N_("CODE"), help=N_("The French authority’s code: FR:44109.")
)
city_argument = frame.argument(
    "city", metavar=N_("CITY"), help=N_("The Colombian city’s code: CO:66001.")
)
because_option = frame.option(
    "--because", required=True, metavar=N_("TEXT"), help=N_("Why: kept with the decision.")
)


@frame.command(
    "match",
    help=N_(
        "Propose Colombian cities to every French authority of a segment: to each those that fit "
        "it best, and each city to a fair number. The list is a draft until “partners release”."
        "\n\nExample: outreach partners match demo --each 3"
    ),
)
@frame.argument("segment", metavar=N_("SEGMENT"), help=N_("The segment."))
@frame.option(
    "--each",
    type=click.IntRange(1, 10),
    default=3,
    show_default=True,
    help=N_("How many cities each authority gets."),
)
@frame.option(
    "--candidates",
    type=click.Choice(CANDIDATES),
    default="members",
    show_default=True,
    help=N_("members of the association, all of the system of cities, or members and capitals."),
)
@frame.json_option
@frame.pass_office
def match(context: frame.Context, segment: str, each: int, candidates: str) -> None:
    """Make a draft list."""
    from outreach.contacts import segments
    from outreach.partners import proposals
    from outreach.partners.places import Candidates

    found = segments.load(context.app.folder, segment)
    with context.transaction() as session:
        done = proposals.make(
            session,
            context.app.folder,
            segments.organisations(session, found),
            segment=segment,
            candidates=Candidates(candidates),
            each=each,
            weights=context.settings.partners,
            act=context.act(),
        )
    if context.as_json:
        tables.print_json(done)
        return
    context.say(
        N_("List {number}: {proposals} proposals for {authorities} French authorities."),
        number=done.number,
        proposals=done.proposals,
        authorities=done.authorities,
    )
    context.say(
        N_("Each city is proposed between {least} and {most} times."),
        least=done.least,
        most=done.most,
    )
    tables.show(
        context,
        [{"ground": ground, "proposals": count} for ground, count in sorted(done.shared.items())],
        [
            tables.Column("ground", N_("In common"), word=True),
            tables.Column("proposals", N_("Proposals"), right=True),
        ],
    )
    context.say(
        N_("Next: “outreach partners explain CODE”; then “outreach partners release {number}”."),
        number=done.number,
    )


@frame.command("release", help=N_("Let letters name the pairs of a list, the newest by default."))
@frame.argument("number", metavar=N_("LIST"), type=int, required=False, help=N_("The list."))
@frame.pass_office
def release(context: frame.Context, number: int | None) -> None:
    """Release a draft."""
    from outreach.partners import proposals

    with context.transaction() as session:
        found = proposals.release(session, number, context.act())
        done = found.id
    context.say(N_("List {number} is released: letters may name its pairs."), number=done)


@frame.command(
    "explain",
    help=N_(
        "Say which cities are proposed to a French authority and why, in both languages; with "
        "--city, why that one is or is not.\n\nExample: outreach partners explain FR:44109"
    ),
)
@french_argument
@frame.option("--city", metavar=N_("CITY"), help=N_("Ask about this city."))
@frame.json_option
@frame.pass_office
def explain(context: frame.Context, french: str, city: str | None) -> None:
    """Print the reasons and what is unknown."""
    from outreach.partners import proposals

    with context.reading() as session:
        place, found = proposals.explain(
            session, context.app.folder, french, context.settings.partners, city=city
        )
    rows = [
        {
            "rank": each.rank,
            "code": each.city.code,
            "city": each.city.name,
            "score": each.score,
            "fr": [reason.words.fr for reason in each.reasons],
            "es": [reason.words.es for reason in each.reasons],
            "to_be_told": [context.text(word) for word in each.unknown],
            "decision": each.decision,
        }
        for each in found
    ]
    if context.as_json:
        tables.print_json({"authority": place.code, "name": place.name, "proposals": rows})
        return
    tables.show(
        context,
        rows,
        [
            tables.Column("rank", N_("Rank"), right=True),
            tables.Column("city", N_("City")),
            tables.Column("score", N_("Points"), right=True),
            tables.Column("fr", N_("In common, in French")),
            tables.Column("es", N_("In common, in Spanish")),
            tables.Column("to_be_told", N_("To be told to us")),
            tables.Column("decision", N_("Decided"), word=True),
        ],
        title=place.name,
        empty=N_("No city is proposed to it: it is not in the list’s segment."),
    )


@frame.command("counts", help=N_("Show how often each city is proposed in the newest list."))
@frame.json_option
@frame.pass_office
def counts(context: frame.Context) -> None:
    """Print cities and counts."""
    from outreach.partners import proposals

    with context.reading() as session:
        newest = proposals.newest(session)
        if newest is None:
            raise proposals.NoListError
        rows = [
            {"code": code, "city": name, "proposals": count}
            for code, name, count in proposals.counts(session, newest.id)
        ]
    tables.show(
        context,
        rows,
        [
            tables.Column("code", N_("Code")),
            tables.Column("city", N_("City")),
            tables.Column("proposals", N_("Proposals"), right=True),
        ],
    )


@frame.command(
    "pin",
    help=N_(
        "Always propose this city to this authority.\n\nExample: outreach partners pin FR:44109 "
        'CO:66001 --because "visite de 2024"'
    ),
)
@french_argument
@city_argument
@because_option
@frame.pass_office
def pin(context: frame.Context, french: str, city: str, because: str) -> None:
    """Pin a pair."""
    _decide(context, french, city, because, pinned=True)


@frame.command("exclude", help=N_("Never propose this city to this authority."))
@french_argument
@city_argument
@because_option
@frame.pass_office
def exclude(context: frame.Context, french: str, city: str, because: str) -> None:
    """Exclude a pair."""
    _decide(context, french, city, because, pinned=False)


@frame.command("forget", help=N_("Take back what was decided of a pair."))
@french_argument
@city_argument
@frame.pass_office
def forget(context: frame.Context, french: str, city: str) -> None:
    """Forget a decision."""
    from outreach.partners import pairs

    with context.transaction() as session:
        pairs.forget(session, french, city, context.act())
    context.say(N_("Nothing is decided of {french} and {city} any more."), french=french, city=city)


def _decide(context: frame.Context, french: str, city: str, because: str, *, pinned: bool) -> None:
    from outreach.partners import pairs

    decision = pairs.Decision.PINNED if pinned else pairs.Decision.EXCLUDED
    with context.transaction() as session:
        pairs.decide(session, (french, city), decision, because, context.act())
    words = (
        N_("{city} will always be proposed to {french}.")
        if pinned
        else N_("{city} will never be proposed to {french}.")
    )
    context.say(words, french=french, city=city)
    context.say(N_("It counts from the next list on: “outreach partners match SEGMENT”."))
