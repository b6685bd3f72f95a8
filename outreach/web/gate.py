"""What stands before every page: host, method, secret link; and the headers of every answer.

It is plain ASGI and outside the framework, so that nothing passes it by: no unknown address, no
static file, no error page.

- Host: only this machine's own names. A page of another site that makes its name point here ("DNS
  rebinding") shows that name in the Host header. Litestar's own check also believes
  X-Forwarded-Host, which such a page may set.
- Method: GET and HEAD; nothing can be changed here.
- Session: a cookie that the one-time link gave.
"""

from collections.abc import Callable, Iterable
from http.cookies import CookieError, SimpleCookie

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from outreach.errors import N_
from outreach.web.door import Door

HOSTS = frozenset({"127.0.0.1", "localhost"})
ENTRANCE = "/open/"
OPEN = ("/health", "/static/")
"""What anyone on this machine may fetch: it tells nothing of the office."""
READING = frozenset({"GET", "HEAD"})

HEADERS = {
    "content-security-policy": (
        "default-src 'self'; script-src 'none'; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'self'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}

NOT_HERE = N_("These pages are only for this machine: http://127.0.0.1.")
ONLY_READING = N_("These pages only show; nothing can be changed here.")
NO_KEY = N_(
    "These pages open by a link. It stands in the window where “outreach serve” runs, and each "
    "link works once: take the newest one."
)

Teller = Callable[[Scope, str], str]
"""Makes the page that tells a person why something is refused, from a msgid."""


class Gate:
    """The pages with their guard."""

    def __init__(self, pages: ASGIApp, door: Door, tell: Teller) -> None:
        self._pages, self._door, self._tell = pages, door, tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == ScopeType.WEBSOCKET:
            return  # there are none here: left unanswered, the server refuses it
        if scope["type"] != ScopeType.HTTP:
            await self._pages(scope, receive, send)  # the server's start and end
            return
        guarded = _with_headers(send)
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if _name(headers.get(b"host", "")) not in HOSTS:
            await self._refuse(scope, guarded, 403, NOT_HERE)
        elif scope["method"] not in READING:
            await self._refuse(scope, guarded, 405, ONLY_READING, [(b"allow", b"GET, HEAD")])
        elif scope["path"].startswith(ENTRANCE) and scope["method"] == "GET":
            await self._enter(scope, guarded)
        elif _is_open(scope["path"]) or self._door.knows(cookie(headers, cookie_name(scope))):
            await self._pages(scope, receive, guarded)
        else:
            await self._refuse(scope, guarded, 403, NO_KEY)

    async def _enter(self, scope: Scope, send: Send) -> None:
        session = self._door.enter(scope["path"].removeprefix(ENTRANCE))
        if session is None:
            await self._refuse(scope, send, 403, NO_KEY)
            return
        set_cookie = f"{cookie_name(scope)}={session}; Path=/; HttpOnly; SameSite=Strict"
        await _answer(send, 303, "", [(b"location", b"/"), (b"set-cookie", set_cookie.encode())])

    async def _refuse(
        self,
        scope: Scope,
        send: Send,
        status: int,
        message: str,
        headers: Iterable[tuple[bytes, bytes]] = (),
    ) -> None:
        await _answer(send, status, self._tell(scope, message), headers)


def cookie_name(scope: Scope) -> str:
    """Return the session cookie's name: browsers do not keep cookies apart by port, we must."""
    server = scope.get("server")
    return f"outreach-{server[1] if server else 0}"


def cookie(headers: dict[bytes, str], name: str) -> str:
    """Return a cookie's value, "" where there is none."""
    try:
        found = SimpleCookie(headers.get(b"cookie", "")).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def _name(host: str) -> str:
    """Return a Host header without its port."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).lower()


def _is_open(path: str) -> bool:
    return path == OPEN[0] or path.startswith(OPEN[1])


def _with_headers(send: Send) -> Send:
    """Return ``send`` with our headers on each answer that does not bring its own."""

    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", ()))
            there = {name.lower() for name, _ in headers}
            headers += [
                (name.encode(), value.encode())
                for name, value in HEADERS.items()
                if name.encode() not in there
            ]
            message["headers"] = headers
        await send(message)

    return guarded


async def _answer(
    send: Send, status: int, page: str, headers: Iterable[tuple[bytes, bytes]]
) -> None:
    body = page.encode()
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", b"text/html; charset=utf-8"),
                (b"content-length", str(len(body)).encode()),
                *headers,
            ],
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})
