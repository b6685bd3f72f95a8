"""The first page: what waits for whoever opens it, what is late, where each campaign stands."""

from litestar import Response

from outreach.accounts import users
from outreach.campaigns import definition as definitions
from outreach.reports import waiting
from outreach.reports.waiting import Item, Kind
from outreach.web import visit as visits
from outreach.web.campaigns import card
from outreach.web.handlers import get
from outreach.web.visit import Asked

PLACES: dict[Kind, str] = {
    Kind.NOTES: "/notes",
    Kind.APPROVE: "/batches/{batch}",
    Kind.RETURNED: "/batches/{batch}",
    Kind.DOUBT: "/batches/{batch}",
    Kind.ANNUL: "/register?view=proposed",
    Kind.REPLIES: "/replies?view=mine",
    Kind.UNPLACED: "/replies?view=unsure",
    Kind.NOBODYS: "/replies?view=unassigned",
    Kind.TASKS: "/replies?view=mine#tasks",
    Kind.PROMISES: "/promises?view=mine",
}
"""The page on which a person sees to it."""
LATE: dict[Kind, str] = {
    Kind.PROMISES: "/promises?view=late",
    Kind.REPLIES: "/replies?view=late",
    Kind.TASKS: "/replies?view=late#tasks",
}
"""The same of the whole office."""


@get("/")
def home(request: Asked) -> Response[str]:
    """Show what waits for this person, what is late, and every campaign."""
    visit = visits.of(request)
    settings = visit.app.settings
    with visit.app.store.reading() as session:
        user = users.present(session, visit.actor)
        mine = waiting.of(session, user, visit.today, settings)
        late = waiting.late(session, visit.today, settings)
        shown = [card(visit, session, name) for name in definitions.names(visit.app.folder)]
    return visit.page(
        "home.html",
        waiting=[(item, place(item)) for item in mine],
        late=[(item, LATE[item.kind]) for item in late],
        campaigns=shown,
    )


def place(item: Item) -> str:
    """Return the address of the page on which a person sees to an item."""
    return PLACES[item.kind].format(batch=item.batch)
