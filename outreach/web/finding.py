"""One search over contacts, letters, register numbers and replies."""

from litestar import Response

from outreach.reports import finding
from outreach.web import visit as visits
from outreach.web.handlers import get
from outreach.web.visit import Asked

SHOWN = 10
"""Of each kind; each leads to the rest."""


@get("/search")
def search(request: Asked) -> Response[str]:
    """Show what a text finds, each kind by itself."""
    visit = visits.of(request)
    text = " ".join(request.query_params.get("q", "")[:200].replace("\0", "").split())
    found = None
    if text:
        with visit.app.store.reading() as session:
            found = finding.find(session, text, most=SHOWN)
    return visit.page("search.html", text=text, found=found)
