"""The interface for other programs: tokens at the door, problems as JSON, its own description."""

import asyncio
from http import HTTPStatus
from typing import cast

import msgspec
from litestar import Litestar, Response
from litestar.datastructures import State
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.routes import HTTPRoute
from litestar.types import Message, Receive, Scope, Send

from outreach import faults
from outreach.accounts import tokens
from outreach.accounts.users import NotAllowedError
from outreach.app import App
from outreach.errors import OutreachError, Phrase, WrongUseError
from outreach.web import wordings
from outreach.web.api import reading, recording
from outreach.web.api.answers import Problem
from outreach.web.api.caller import CALLER, PROBLEM, Asked

BELOW = "/api/"
DESCRIPTION = "/api/description/openapi.json"
VERSION = "1"
MOST_OCTETS = 100_000
NOT_KNOWN = "Show a personal token: Authorization: Bearer outreach_… (made under “Your account”)."
FAULT = "The program met a fault of its own; it is in the office's log."


def application(app: App) -> Litestar:
    """Return the interface of an office, without its door."""
    made = Litestar(
        path="/api",
        route_handlers=[
            *(reading.campaigns, reading.campaign, reading.letters),
            *(reading.contacts, reading.contact, reading.batches, reading.batch),
            *(reading.promises, reading.register, reading.replies, reading.reply),
            recording.record,
        ],
        state=State({"office": app}),
        exception_handlers={
            OutreachError: _refused,
            HTTPException: _wrong,
            Exception: _fault,
        },
        request_max_body_size=MOST_OCTETS,
        logging_config=None,
        openapi_config=OpenAPIConfig(
            title="outreach",
            version=VERSION,
            description="What an office's letters, contacts, promises and replies are, and "
            "replies written down. Every call shows a personal token.",
            path="/description",
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
            components=Components(
                security_schemes={"token": SecurityScheme(type="http", scheme="bearer")}
            ),
            security=[{"token": []}],
        ),
    )
    # Litestar does not tell (2.25) that a Struct refuses fields that it does not know.
    for name, schema in (made.openapi_schema.components.schemas or {}).items():
        if name.endswith("NewReply"):
            schema.additional_properties = False
    return made


class Door:
    """Lets a call in whose token is known, and tells who calls."""

    def __init__(self, inside: Litestar, app: App) -> None:
        self._inside, self._app = inside, app
        self._methods = {
            route.path: ", ".join(sorted(route.methods))
            for route in inside.routes
            if isinstance(route, HTTPRoute)
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        if scope["path"] != DESCRIPTION:
            headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
            kind, _, secret = headers.get(b"authorization", "").partition(" ")
            known = kind.lower() == "bearer" and secret.startswith(tokens.MARK)
            who = await asyncio.to_thread(self._known, secret.strip()) if known else None
            if who is None:
                await _send_back(send)
                return
            cast("dict[str, str]", scope)[CALLER] = who
        if scope["type"] == ScopeType.HTTP and scope["method"] == "OPTIONS":
            send = self._with_methods(scope, send)
        await self._inside(scope, receive, send)

    def _with_methods(self, scope: Scope, send: Send) -> Send:
        """Name every method of a path: Litestar (2.25) forgets those of its second handler."""

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                methods = self._methods.get(scope.get("path_template", ""), "")
                message["headers"] = [
                    (name, methods.encode() if methods and name.lower() == b"allow" else value)
                    for name, value in message["headers"]
                ]
            await send(message)

        return told

    def _known(self, secret: str) -> str | None:
        now = self._app.clock()
        with self._app.store.reading() as session:
            user = tokens.find(session, secret, now)
            if user is None:
                return None
            name, late = user.name, tokens.needs_note(session, secret, now)
        if late:
            with self._app.store.transaction() as session:
                tokens.note(session, secret, now)
        return name


async def _send_back(send: Send) -> None:
    """Answer a call without a token, before the framework sees it."""
    status = HTTPStatus.UNAUTHORIZED
    problem = Problem(title=status.phrase, status=int(status), detail=NOT_KNOWN)
    headers = [(b"content-type", PROBLEM.encode()), (b"www-authenticate", b"Bearer")]
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    body = msgspec.json.encode(problem)
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _problem(status: int, detail: str) -> Response[Problem]:
    problem = Problem(title=HTTPStatus(status).phrase, status=int(status), detail=detail)
    return Response(problem, status_code=status, media_type=PROBLEM)


def _refused(_: Asked, error: OutreachError) -> Response[Problem]:
    status = HTTPStatus.NOT_FOUND if isinstance(error, WrongUseError) else HTTPStatus.CONFLICT
    if isinstance(error, NotAllowedError):
        status = HTTPStatus.FORBIDDEN
    told = Phrase(wordings.on_a_page(error.message), error.values)  # no command is typed here
    return _problem(status, str(told))


def _wrong(_: Asked, error: HTTPException) -> Response[Problem]:
    told = [
        f"{one.get('key', '')}: {one.get('message', '')}".removeprefix(": ")
        for one in error.extra or ()
        if isinstance(one, dict)
    ]
    answer = _problem(error.status_code, "; ".join(told) or error.detail)
    answer.headers.update(error.headers or {})
    return answer


def _fault(request: Asked, error: Exception) -> Response[Problem]:
    app: App = request.app.state.office
    doing = f"{request.method} {request.url.path}"
    faults.keep(error, app.folder, doing=doing, at=app.clock())
    return _problem(HTTPStatus.INTERNAL_SERVER_ERROR, FAULT)
