"""What stands before every page: host, method, origin, session; and the headers of every answer.

It is plain ASGI and outside the framework, so that nothing passes it by: no unknown address, no
static file, no error page.

- Host: this machine's own names, and the address that the settings give. A page of another site
  that makes its name point here ("DNS rebinding") shows that name in the Host header. Litestar's own
  check also believes X-Forwarded-Host, which such a page may set.
- Method: GET, HEAD and POST.
- Origin: a form of another site is refused by what the browser says of where it came from
  (Fetch Metadata); the secret in each form is checked behind the gate.
- Session: a cookie, good for one browser. Without one, only the pages for anyone are shown.
"""

import asyncio
from collections.abc import Callable, Iterable
from http.cookies import CookieError, SimpleCookie
from typing import cast
from urllib.parse import quote, urlsplit

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from outreach.accounts.sessions import SignedIn
from outreach.errors import N_
from outreach.settings import Settings
from outreach.web.door import Door

HOSTS = frozenset({"127.0.0.1", "localhost"})
ENTRANCE = "/open/"
SIGN_IN = "/sign-in"
SIGN_IN_CODE = "/sign-in/code"
OPENID = "/sign-in/office"
SECOND_FACTOR = "/me/second-factor"
WITH_PASSWORD = frozenset({"password", "invitation"})
"""Ways to sign in to which a second proof belongs."""
OPEN = (
    *("/health", "/metrics", "/your-data"),
    *(SIGN_IN, SIGN_IN_CODE, OPENID, f"{OPENID}/back"),
)
OPEN_BELOW = ("/static/", "/welcome/", "/stop/")
"""What anyone may fetch: it tells nothing of the office."""
PUBLIC, PUBLIC_BELOW = ("/health", "/your-data"), ("/static/", "/stop/")
"""What is reached under ``mail.public_url``, for those who get the letters."""
ONE_CLICK = "/stop/"
"""A mail program posts here by itself (RFC 8058): no cookie, no page that the form stood on."""
PROGRAMS = "/api/"
"""Where other programs call, each with a token of its own."""
READING = frozenset({"GET", "HEAD"})
METHODS = READING | {"POST"}
SIGNED_IN = "outreach.signed_in"
"""Where a request's scope tells the pages who asks."""
YEAR_SECONDS = 365 * 24 * 3600

HEADERS = {
    "content-security-policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'self'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    # Not "no-referrer": browsers then hide from which page a form was sent ("Origin: null").
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "cache-control": "no-store",
}

NOT_HERE = N_("These pages are not reached under this name. Use the address that you were given.")
NOT_SO = N_("These pages are only read, or changed by their own forms.")
FOREIGN = N_(
    "This form came from another page than ours, so nothing was changed. Go back to our page and "
    "try again there."
)
NO_KEY = N_(
    "These pages open by a link. It stands in the window in which the program was started, and "
    "each link works once: take the newest one."
)

NO_FACTOR = N_("First switch on the code of your telephone, on your own page.")

Teller = Callable[[Scope, str], str]
"""Makes the page that tells a person why something is refused, from a msgid."""
FaultTeller = Callable[[Scope, Exception], str]
"""Keeps a fault of the program itself, and makes the page that tells of it."""


class Gate:
    """The pages with their guard."""

    def __init__(
        self,
        pages: ASGIApp,
        door: Door,
        settings: Settings,
        tell: Teller,
        fault: FaultTeller,
        *,
        programs: ASGIApp,
    ) -> None:
        self._programs = programs
        self._pages, self._door, self._tell, self._fault = pages, door, tell, fault
        self._headers = dict(HEADERS)
        if settings.web.is_secure:
            self._headers["strict-transport-security"] = f"max-age={YEAR_SECONDS}"
        self._secure = settings.web.is_secure
        self._openid = bool(settings.oidc.issuer)
        self._required = settings.web.second_factor == "required"
        self._hosts = HOSTS | {urlsplit(settings.web.address).hostname or "127.0.0.1"}
        self._public = frozenset({urlsplit(settings.mail.public_url).hostname or ""} - {""})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == ScopeType.WEBSOCKET:
            return  # there are none here: left unanswered, the server refuses it
        if scope["type"] != ScopeType.HTTP:
            await self._pages(scope, receive, send)  # the server's start and end
            return
        guarded = self._with_headers(send)
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        path, host = scope["path"], _name(headers.get(b"host", ""))
        if host not in self._hosts and not (host in self._public and _is_public(path)):
            await self._refuse(scope, guarded, 403, NOT_HERE)
        elif path.startswith(PROGRAMS):
            # No cookie counts here and none is set: a page of another site reaches nothing.
            await self._programs(scope, receive, guarded)
        elif scope["method"] not in METHODS:
            await self._refuse(scope, guarded, 405, NOT_SO, [(b"allow", b"GET, HEAD, POST")])
        elif scope["method"] == "POST" and _is_foreign(path, headers):
            await self._refuse(scope, guarded, 403, FOREIGN)
        else:
            try:
                admitted = await self._admit(scope, guarded, headers)
            except Exception as error:  # noqa: BLE001  # the database is gone: say so, keep answering
                await _answer(guarded, 500, self._fault(scope, error), ())
                return
            if admitted:
                await self._pages(scope, receive, guarded)

    async def _admit(self, scope: HTTPScope, send: Send, headers: dict[bytes, str]) -> bool:
        """Say whether the pages may answer: to who signed in, and to anyone what is for anyone."""
        path, reads = scope["path"], scope["method"] in READING
        if path.startswith(ENTRANCE) and scope["method"] == "GET":
            await self._enter(scope, send)
            return False
        secret = cookie(headers, cookie_name(scope))
        who = await asyncio.to_thread(self._door.knows, secret) if secret else None
        if who is not None:
            cast("dict[str, SignedIn]", scope)[SIGNED_IN] = who
        if who is not None and self._wants_factor(who) and not _adds_factor(path):
            if reads:
                await _answer(send, 303, "", [(b"location", SECOND_FACTOR.encode())])
            else:
                await self._refuse(scope, send, 403, NO_FACTOR)
            return False
        if who is not None or _is_open(path):
            return True
        if reads and (self._openid or await asyncio.to_thread(self._door.has_passwords)):
            # Whoever follows a colleague's link comes back to it after signing in.
            query = scope["query_string"].decode("latin-1")
            asked = f"{path}?{query}" if query else path
            place = SIGN_IN if asked == "/" else f"{SIGN_IN}?next={quote(asked, safe='')}"
            await _answer(send, 303, "", [(b"location", place.encode())])
        else:
            await self._refuse(scope, send, 403, NO_KEY)
        return False

    def _wants_factor(self, who: SignedIn) -> bool:
        """Say whether a person has to switch the second proof on before anything else."""
        return self._required and who.way in WITH_PASSWORD and not who.has_second_factor

    async def _enter(self, scope: Scope, send: Send) -> None:
        secret = await asyncio.to_thread(self._door.enter, scope["path"].removeprefix(ENTRANCE))
        if secret is None:
            await self._refuse(scope, send, 403, NO_KEY)
            return
        set_cookie = session_cookie(scope, secret, secure=self._secure)
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

    def _with_headers(self, send: Send) -> Send:
        """Return ``send`` with our headers on each answer that does not bring its own."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                there = {name.lower() for name, _ in headers}
                headers += [
                    (name.encode(), value.encode())
                    for name, value in self._headers.items()
                    if name.encode() not in there
                ]
                message["headers"] = headers
            await send(message)

        return guarded


def signed_in(scope: Scope) -> SignedIn | None:
    """Return who asks for a page, as the gate found; nobody on the pages for anyone."""
    return cast("dict[str, SignedIn]", scope).get(SIGNED_IN)


def cookie_name(scope: Scope) -> str:
    """Return the session cookie's name: browsers do not keep cookies apart by port, we must."""
    server = scope.get("server")
    return f"outreach-{server[1] if server else 0}"


def session_cookie(scope: Scope, secret: str, *, secure: bool) -> str:
    """Return the Set-Cookie header that signs a browser in; an empty secret signs it out.

    ``Lax``, so that a link in a colleague's message opens its page: what changes something is
    posted, and every posted form bears its session's proof.
    """
    parts = [f"{cookie_name(scope)}={secret}", "Path=/", "HttpOnly", "SameSite=Lax"]
    if secure:
        parts.append("Secure")
    if not secret:
        parts.append("Max-Age=0")
    return "; ".join(parts)


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


def _is_public(path: str) -> bool:
    """Say whether the page is for those who get letters, not for those who write them."""
    return path in PUBLIC or path.startswith(PUBLIC_BELOW)


def _is_open(path: str) -> bool:
    return path in OPEN or path.startswith(OPEN_BELOW)


def _adds_factor(path: str) -> bool:
    """Say whether a page is needed to switch the second proof on, or to leave."""
    return path.startswith((SECOND_FACTOR, "/static/")) or path == "/sign-out"


def _is_foreign(path: str, headers: dict[bytes, str]) -> bool:
    """Say whether the browser tells that a form stood on another site's page."""
    if path.startswith(ONE_CLICK):
        return False
    origin = headers.get(b"origin")
    if origin is not None and urlsplit(origin).netloc != headers.get(b"host"):
        return True
    return headers.get(b"sec-fetch-site", "same-origin") not in {"same-origin", "none"}


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
