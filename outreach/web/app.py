"""The web application: its pages behind their gate, and what is said when something goes wrong."""

from http import HTTPStatus
from pathlib import Path

from litestar import Litestar, Response, get
from litestar.datastructures import State
from litestar.enums import MediaType
from litestar.exceptions import HTTPException
from litestar.static_files import create_static_files_router
from litestar.types import Scope

from outreach import faults
from outreach.app import App
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.web import visit as visits
from outreach.web.campaigns import campaign, home, who
from outreach.web.door import Door
from outreach.web.gate import Gate
from outreach.web.letters import letter, mail, original, pdf
from outreach.web.visit import Asked

STATIC = Path(__file__).parent / "static"
NO_PAGE = N_("There is no such page. Perhaps its address was cut short.")
NOT_SHOWN = N_("This page cannot be shown as it was asked for.")
FAULT = N_(
    "The program met a fault of its own. Nothing was changed. The details are in {log}: give that "
    "file to whoever looks after outreach."
)


@get("/health", sync_to_thread=False, media_type=MediaType.TEXT)
def health() -> str:
    """Answer that the program is there."""
    return "ok"


def make(app: App, door: Door) -> Gate:
    """Return the application for an office; ``door`` lets browsers in."""
    pages = Litestar(
        route_handlers=[
            *(health, home, campaign, who, letter, mail, original, pdf),
            create_static_files_router(path="/static", directories=[STATIC]),
        ],
        state=State({"office": app}),
        exception_handlers={
            OutreachError: _refused,
            HTTPException: _not_found,
            Exception: _fault,
        },
        openapi_config=None,
        logging_config=None,
    )

    def tell(scope: Scope, message: str) -> str:
        visit = visits.of_scope(app, scope)
        return visit.render("told.html", {"sentence": visit.text(message), "inside": False})

    return Gate(pages, door, tell)


def _refused(request: Asked, error: OutreachError) -> Response[str]:
    """Return a room's refusal in the reader's words: made-up names are not found, the rest waits."""
    visit = visits.of(request)
    status = HTTPStatus.NOT_FOUND if isinstance(error, WrongUseError) else HTTPStatus.CONFLICT
    return visit.page("told.html", status, sentence=visit.told(error), inside=True)


def _not_found(request: Asked, error: HTTPException) -> Response[str]:
    visit = visits.of(request)
    message = NO_PAGE if error.status_code == HTTPStatus.NOT_FOUND else NOT_SHOWN
    return visit.page("told.html", error.status_code, sentence=visit.text(message), inside=True)


def _fault(request: Asked, error: Exception) -> Response[str]:
    """Keep the traceback in the office's log; show where it is and nothing of it."""
    visit = visits.of(request)
    app = visit.app
    log = faults.keep(error, app.folder, doing=f"GET {request.url.path}", at=app.clock())
    return visit.page(
        "told.html",
        HTTPStatus.INTERNAL_SERVER_ERROR,
        sentence=visit.text(FAULT, log=str(log)),
        inside=True,
    )
