"""What ``outreach doctor`` finds, as a page for administrators: the worst first, with what to do."""

from litestar import Response

from outreach.errors import N_
from outreach.keeping import examining
from outreach.keeping.findings import Level
from outreach.web import visit as visits
from outreach.web.handlers import get
from outreach.web.visit import Asked

HEADS: dict[Level, str] = {
    Level.MEND: N_("To mend now"),
    Level.LOOK: N_("To look at soon"),
    Level.GOOD: N_("In order"),
}
"""In the order of the page."""


@get("/doctor")
def show(request: Asked) -> Response[str]:
    """Look at the machine and the office; with ``mail``, at the mail server and the names too."""
    visit = visits.of(request)
    app = visit.app
    found = examining.everything(app.store, app.folder, app.settings, app.place(), app.clock())
    asked = request.query_params.get("mail") == "yes"
    if asked:
        found += app.examine_mail()
    groups = [
        (level, head, [f for f in found if f.level is level]) for level, head in HEADS.items()
    ]
    return visit.page("doctor.html", groups=groups, asked=asked)
