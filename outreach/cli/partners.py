"""``outreach partners``: the Colombian cities that look for partners, and what is known of them."""

from outreach.cli import frame, matching, naming, projects, tables
from outreach.errors import N_


@frame.group(help=N_("With whom: the Colombian cities that look for partners."))
def partners() -> None:
    """Group the commands on partners."""


for _command in (
    matching.match,
    matching.counts,
    matching.explain,
    matching.release,
    matching.pin,
    matching.exclude,
    matching.forget,
    naming.name,
    naming.interested,
    projects.form,
    projects.projects,
):
    partners.add_command(_command)


@partners.command(
    "list", help=N_("List the intermediate cities with what is known of each; unknown is empty.")
)
@frame.json_option
@frame.pass_office
def list_cities(context: frame.Context) -> None:
    """Print the candidates."""
    from outreach.contacts.reference import ASSOCIATION
    from outreach.partners import cities

    with context.reading() as session:
        rows = cities.intermediate(session, ASSOCIATION)
    tables.show(
        context,
        rows,
        [
            tables.Column("code", N_("Code")),
            tables.Column("name", N_("City")),
            tables.Column("departamento", N_("Department")),
            tables.Column("population", N_("Inhabitants"), right=True),
            tables.Column("size", N_("Size"), word=True),
            tables.Column("capital", N_("Capital")),
        ],
        empty=N_("The reference data are not loaded yet: “outreach start” does it."),
    )


@partners.command(
    "profile",
    help=N_(
        "Show what is known of a city or authority, from where, and what is still to be told to "
        "us. A city’s own file is contacts/profiles/CODE.toml.\n\nExample: outreach partners "
        "profile CO:66001"
    ),
)
@frame.argument("code", metavar=N_("CODE"), help=N_("The code: CO:66001, FR:44109."))
@frame.json_option
@frame.pass_office
def profile(context: frame.Context, code: str) -> None:
    """Print one place."""
    from outreach.partners import pairs, places
    from outreach.partners.profiles import Profiles
    from outreach.partners.themes import THEMES

    spoken = context.words.written
    with context.reading() as session:
        row = pairs.find(session, code)
        (place,) = places.Gazetteer(session, context.app.folder).places([row])
    own = Profiles(context.app.folder).of(place.code)
    tables.facts(
        context,
        [
            ("code", N_("Code"), place.code),
            ("name", N_("Name"), place.name),
            ("population", N_("Inhabitants"), place.population),
            ("size", N_("Size"), place.size),
            ("capital", N_("Capital"), place.capital),
            ("coast", N_("Département on the sea"), place.coast),
            ("mountain", N_("Département in the mountains"), place.mountain),
            ("island", N_("Island"), place.island),
            ("altitude", N_("Altitude (m)"), own.altitude.metres if own.altitude else None),
            (
                "themes",
                N_("Themes"),
                [f"{THEMES[key].in_(spoken)} ({source})" for key, source in place.sources],
            ),
            (
                "facts",
                N_("Facts"),
                [f"{fact.text.in_(spoken)} ({fact.source})" for fact in own.facts],
            ),
            ("contact", N_("Contact"), own.contact),
            (
                "to_be_told",
                N_("To be told to us"),
                [context.text(word) for word in places.unknown(place)],
            ),
        ],
        title=place.name,
    )


@partners.command("themes", help=N_("List the themes of cooperation, with their keys."))
@frame.json_option
@frame.pass_office
def themes(context: frame.Context) -> None:
    """Print keys and words."""
    from outreach.partners.themes import THEMES

    tables.show(
        context,
        [{"key": key, "fr": words.fr, "es": words.es} for key, words in THEMES.items()],
        [
            tables.Column("key", N_("Key")),
            tables.Column("fr", N_("In French")),
            tables.Column("es", N_("In Spanish")),
        ],
    )


@partners.command(
    "wish",
    help=N_(
        "Note a theme that an authority or city cares for, and where it said so.\n\nExample: "
        'outreach partners wish FR:44109 mobility --source "courriel du 12 septembre 2025"'
    ),
)
@frame.argument("code", metavar=N_("CODE"), help=N_("The code: CO:66001, FR:44109."))
@frame.argument("theme", metavar=N_("THEME"), help=N_("One of “outreach partners themes”."))
@frame.option("--source", required=True, metavar=N_("TEXT"), help=N_("Where it is attested."))
@frame.pass_office
def wish(context: frame.Context, code: str, theme: str, source: str) -> None:
    """Note a wish."""
    from outreach.partners import pairs

    with context.transaction() as session:
        pairs.wish(session, code, theme, source, context.act())
    context.say(N_("Noted: {code} cares for “{theme}”."), code=code, theme=theme)
