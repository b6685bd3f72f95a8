"""``outreach partners``: the Colombian cities that look for partners."""

from outreach.cli import frame, tables
from outreach.errors import N_


@frame.group(help=N_("With whom: the Colombian cities that look for partners."))
def partners() -> None:
    """Group the commands on partners."""


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
