"""The web application: routes, guards and headers. Every handler only reads.

It answers on this machine alone. A secret link, printed when it starts, opens it in one browser;
nothing else is shown to anyone, and no page of another site can read it.
"""

import hmac
import secrets
from pathlib import Path

from litestar import Litestar, Request, Response, get
from litestar.config.allowed_hosts import AllowedHostsConfig
from litestar.connection import ASGIConnection
from litestar.contrib.jinja import JinjaTemplateEngine
from litestar.datastructures import Cookie, State
from litestar.enums import MediaType
from litestar.exceptions import HTTPException, PermissionDeniedException
from litestar.handlers.base import BaseRouteHandler
from litestar.response import Redirect
from litestar.static_files import create_static_files_router
from litestar.template.config import TemplateConfig

from outreach.app import App
from outreach.errors import N_
from outreach.web import pages
from outreach.web.letters import eml, html, letter, pdf
from outreach.web.pages import campaign, home, who

HERE = Path(__file__).parent
COOKIE = "outreach"
HOSTS = ["127.0.0.1", "localhost", "testserver.local"]
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'self'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@get("/health", sync_to_thread=False, exclude_from_guard=True, media_type=MediaType.TEXT)
def health() -> str:
    """Answer that the program is there."""
    return "ok"


@get("/open/{key:str}", sync_to_thread=False, exclude_from_guard=True)
def open_(key: str, state: State) -> Response[None]:
    """Let the browser in that holds the secret link."""
    if not hmac.compare_digest(key.encode(), state.key.encode()):
        raise PermissionDeniedException
    cookie = Cookie(key=COOKIE, value=state.key, httponly=True, samesite="strict", path="/")
    return Redirect("/", cookies=[cookie])


def _with_key(
    connection: ASGIConnection[BaseRouteHandler, object, object, State], route: BaseRouteHandler
) -> None:
    """Refuse a browser that did not come by the secret link."""
    if route.opt.get("exclude_from_guard"):
        return
    shown = connection.cookies.get(COOKIE, "")
    if not hmac.compare_digest(shown.encode(), connection.app.state.key.encode()):
        raise PermissionDeniedException


def _refused(request: Request[object, object, State], error: HTTPException) -> Response[str]:
    """Return a page that says what is wrong in the reader's language; never an internal word."""
    messages = {
        403: N_("Open the page by the link that “outreach serve” printed."),
        404: N_("There is no such page. Go back to the campaigns."),
    }
    words = pages.words_of(request)
    text = words.gettext(messages.get(error.status_code, N_("This cannot be shown.")))
    engine = request.app.template_engine
    if engine is None:
        raise error
    body = engine.get_template("refused.html").render(
        _=words.gettext, lang=words.language, text=text, path="/"
    )
    return Response(body, status_code=error.status_code, media_type=MediaType.HTML)


def make(app: App, key: str | None = None) -> Litestar:
    """Return the application for an office; ``key`` is the secret of its link."""
    state = State({"office": app, "key": key or secrets.token_urlsafe(24)})
    return Litestar(
        route_handlers=[
            health,
            open_,
            home,
            campaign,
            who,
            letter,
            html,
            eml,
            pdf,
            create_static_files_router(
                path="/static", directories=[HERE / "static"], opt={"exclude_from_guard": True}
            ),
        ],
        guards=[_with_key],
        state=state,
        exception_handlers={HTTPException: _refused},
        template_config=TemplateConfig(directory=HERE / "templates", engine=JinjaTemplateEngine),
        allowed_hosts=AllowedHostsConfig(allowed_hosts=HOSTS),
        response_headers=HEADERS,
        openapi_config=None,
    )
