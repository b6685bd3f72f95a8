"""Who may open which page: one table, which the application refuses to start without.

A page that only shows is for everyone who works here. The rooms ask for the role again when
something is done: the table keeps doors shut, the rooms keep the rules.
"""

from collections.abc import Iterable
from enum import Enum

from litestar import Litestar
from litestar.routes import HTTPRoute

from outreach.accounts.users import RANK, Role


class Open(Enum):
    """Pages for which nobody signs in."""

    ANYONE = "anyone"


EVERYONE = Role.SECRETARY
"""The least of the roles: whoever works here."""

RIGHTS: dict[str, Role | Open] = {
    "GET /": EVERYONE,
    "GET /health": Open.ANYONE,
    "GET /metrics": Open.ANYONE,
    "GET /sign-in": Open.ANYONE,
    "POST /sign-in": Open.ANYONE,
    "POST /sign-in/code": Open.ANYONE,
    "GET /sign-in/office": Open.ANYONE,
    "GET /sign-in/office/back": Open.ANYONE,
    "POST /sign-out": EVERYONE,
    "GET /welcome/{secret}": Open.ANYONE,
    "POST /welcome/{secret}": Open.ANYONE,
    "GET /stop/{token}": Open.ANYONE,
    "POST /stop/{token}": Open.ANYONE,
    "GET /your-data": Open.ANYONE,
    "GET /me": EVERYONE,
    "POST /me/password": EVERYONE,
    "POST /me/language": EVERYONE,
    "POST /me/notices": EVERYONE,
    "POST /me/sign-out-everywhere": EVERYONE,
    "POST /me/become": EVERYONE,
    "GET /me/second-factor": EVERYONE,
    "POST /me/second-factor": EVERYONE,
    "POST /me/second-factor/confirm": EVERYONE,
    "POST /me/second-factor/codes": EVERYONE,
    "POST /me/second-factor/off": EVERYONE,
    "GET /api": EVERYONE,
    "POST /api": EVERYONE,
    "POST /my-tokens/{number}/take-back": EVERYONE,
    "GET /doctor": Role.ADMINISTRATOR,
    "GET /people": Role.ADMINISTRATOR,
    "POST /people": Role.ADMINISTRATOR,
    "POST /people/{name}/role": Role.ADMINISTRATOR,
    "POST /people/{name}/link": Role.ADMINISTRATOR,
    "POST /people/{name}/left": Role.ADMINISTRATOR,
    "POST /people/{name}/second-factor": Role.ADMINISTRATOR,
    "POST /people/{name}/back": Role.ADMINISTRATOR,
    "GET /campaigns/{name}": EVERYONE,
    "GET /campaigns/{name}/who": EVERYONE,
    "GET /campaigns/{name}/who/sheet": EVERYONE,
    "GET /campaigns/{name}/recipients": EVERYONE,
    "GET /campaigns/{name}/history": EVERYONE,
    "GET /campaigns/{name}/plan": EVERYONE,
    "GET /campaigns/new": EVERYONE,
    "POST /campaigns/new": EVERYONE,
    "GET /campaigns/{name}/edit": EVERYONE,
    "POST /campaigns/{name}/edit": EVERYONE,
    "POST /campaigns/{name}/restore": EVERYONE,
    "GET /campaigns/{name}/copy": EVERYONE,
    "POST /campaigns/{name}/copy": EVERYONE,
    "GET /campaigns/{name}/outside": EVERYONE,
    "POST /campaigns/{name}/outside": EVERYONE,
    "POST /campaigns/{name}/outside/{batch}/undo": EVERYONE,
    "POST /campaigns/{name}/remove": EVERYONE,
    "POST /campaigns/{name}/start": EVERYONE,
    "POST /campaigns/{name}/pause": EVERYONE,
    "POST /campaigns/{name}/resume": EVERYONE,
    "GET /contacts": EVERYONE,
    "GET /contacts/duplicates": EVERYONE,
    "GET /contacts/duplicates/{one}/{other}": EVERYONE,
    "POST /contacts/duplicates/{one}/{other}": EVERYONE,
    "POST /contacts/duplicates/undo": EVERYONE,
    "GET /contacts/lists": EVERYONE,
    "GET /contacts/lists/new": EVERYONE,
    "POST /contacts/lists/new": EVERYONE,
    "GET /contacts/lists/{name}": EVERYONE,
    "POST /contacts/lists/{name}": EVERYONE,
    "POST /contacts/lists/{name}/remove": EVERYONE,
    "GET /contacts/imports": EVERYONE,
    "POST /contacts/imports": EVERYONE,
    "GET /contacts/imports/{token}": EVERYONE,
    "POST /contacts/imports/{token}": EVERYONE,
    "POST /contacts/imports/undo": EVERYONE,
    "POST /contacts/imports/settle": EVERYONE,
    "GET /contacts/new": EVERYONE,
    "POST /contacts/new": EVERYONE,
    "GET /contacts/{contact}": EVERYONE,
    "GET /contacts/{contact}/edit": EVERYONE,
    "POST /contacts/{contact}/edit": EVERYONE,
    "POST /contacts/{contact}/email": EVERYONE,
    "POST /contacts/{contact}/post": EVERYONE,
    "POST /contacts/{contact}/objection": EVERYONE,
    "GET /search": EVERYONE,
    "GET /notes": EVERYONE,
    "POST /notes/{number}/seen": EVERYONE,
    "POST /contacts/{contact}/notes": EVERYONE,
    "POST /replies/{number}/notes": EVERYONE,
    "GET /replies": EVERYONE,
    "GET /replies/new": EVERYONE,
    "POST /replies/new": EVERYONE,
    "POST /replies/files": EVERYONE,
    "GET /replies/{number}": EVERYONE,
    "GET /replies/{number}/message": EVERYONE,
    "GET /replies/{number}/attachments/{place}": EVERYONE,
    "POST /replies/{number}/outcome": EVERYONE,
    "POST /replies/{number}/decide": EVERYONE,
    "POST /replies/{number}/match": EVERYONE,
    "POST /replies/{number}/assign": EVERYONE,
    "POST /replies/{number}/answered": EVERYONE,
    "POST /replies/{number}/set-aside": EVERYONE,
    "POST /tasks/{number}/done": EVERYONE,
    "GET /promises": EVERYONE,
    "GET /promises/sheet": EVERYONE,
    "POST /promises": EVERYONE,
    "GET /promises/calendar": EVERYONE,
    "GET /promises/{number}": EVERYONE,
    "POST /promises/{number}/postpone": EVERYONE,
    "POST /promises/{number}/settle": EVERYONE,
    "POST /promises/{number}/reopen": EVERYONE,
    "GET /reports": EVERYONE,
    "GET /reports/{name}": EVERYONE,
    "GET /register": EVERYONE,
    "GET /register/sheet": EVERYONE,
    "GET /register/proof": EVERYONE,
    "GET /register/{entry}": EVERYONE,
    "POST /register/{entry}/annul": EVERYONE,
    "POST /register/{entry}/confirm": Role.MANAGER,
    "POST /register/{entry}/keep": EVERYONE,
    "GET /work/{id_}": EVERYONE,
    "GET /batches": EVERYONE,
    "POST /batches": EVERYONE,
    "GET /batches/{batch}": EVERYONE,
    "POST /batches/{batch}/check": EVERYONE,
    "POST /batches/{batch}/accept": EVERYONE,
    "POST /batches/{batch}/submit": EVERYONE,
    "POST /batches/{batch}/approve": Role.MANAGER,
    "POST /batches/{batch}/return": Role.MANAGER,
    "POST /batches/{batch}/cancel": EVERYONE,
    "POST /batches/{batch}/sign": EVERYONE,
    "POST /batches/{batch}/send": EVERYONE,
    "POST /batches/{batch}/take-back": EVERYONE,
    "POST /batches/{batch}/pause": EVERYONE,
    "POST /batches/{batch}/resume": EVERYONE,
    "POST /batches/{batch}/resolve": EVERYONE,
    "POST /batches/{batch}/look-up": EVERYONE,
    "POST /batches/{batch}/retry": EVERYONE,
    "GET /batches/{batch}/more": EVERYONE,
    "POST /batches/{batch}/supplement": EVERYONE,
    "POST /batches/{batch}/correction": EVERYONE,
    "POST /batches/{batch}/through": EVERYONE,
    "GET /batches/{batch}/paper": EVERYONE,
    "POST /batches/{batch}/print-lot": EVERYONE,
    "POST /batches/{batch}/lots/{lot}/posted": EVERYONE,
    "GET /batches/{batch}/lots/{lot}/list": EVERYONE,
    "POST /batches/{batch}/returned": EVERYONE,
    "POST /batches/{batch}/print": EVERYONE,
    "GET /batches/{batch}/print/{name}": EVERYONE,
    "GET /batches/{batch}/labels": EVERYONE,
    "GET /batches/{batch}/book": EVERYONE,
    "POST /batches/{batch}/posted": EVERYONE,
    "GET /letters": EVERYONE,
    "GET /letters/texts/{name}/{language}": EVERYONE,
    "POST /letters/texts/{name}/{language}": EVERYONE,
    "GET /letters/texts/{name}/{language}/mail": EVERYONE,
    "POST /letters/texts/{name}/{language}/mail": EVERYONE,
    "POST /letters/texts/{name}/{language}/pdf": EVERYONE,
    "POST /letters/texts/{name}/{language}/pasted": EVERYONE,
    "POST /letters/texts/{name}/{language}/test": EVERYONE,
    "POST /letters/texts/{name}/{language}/reviewed": EVERYONE,
    "GET /letters/texts/{name}/{language}/earlier": EVERYONE,
    "POST /letters/texts/{name}/{language}/earlier": EVERYONE,
    "GET /letters/{delivery}/proof": EVERYONE,
    "GET /letters/{delivery}/proof/word": EVERYONE,
    "POST /letters/{delivery}/proof/word": EVERYONE,
    "POST /letters/{delivery}/resend": EVERYONE,
    "POST /letters/{delivery}/retry": EVERYONE,
    "POST /letters/{delivery}/arrived": EVERYONE,
    "POST /letters/{delivery}/returned": EVERYONE,
    "POST /letters/{delivery}/settle": EVERYONE,
    "GET /letters/{delivery}/proof/mail": EVERYONE,
    "GET /letters/{delivery}/proof/pdf": EVERYONE,
    "GET /letters/{delivery}": EVERYONE,
    "GET /letters/{delivery}/mail": EVERYONE,
    "GET /letters/{delivery}/original": EVERYONE,
    "GET /letters/{delivery}/pdf": EVERYONE,
}


class UnguardedPageError(RuntimeError):
    """A page was added without saying who may open it."""


def key(method: str, template: str) -> str:
    """Return the table's key of a page; ``template`` is Litestar's, with typed places."""
    parts = (
        f"{{{part[1:-1].partition(':')[0]}}}" if part.startswith("{") else part
        for part in template.split("/")
    )
    return f"{'GET' if method == 'HEAD' else method} {'/'.join(parts)}"


def routes(pages: Litestar) -> Iterable[str]:
    """Yield the key of every page, but for the files that anyone may fetch."""
    for route in pages.routes:
        if isinstance(route, HTTPRoute) and not route.path.startswith("/static"):
            for method in route.methods - {"OPTIONS", "HEAD"}:
                yield key(str(method), route.path_format)


def refuse_unguarded(pages: Litestar) -> None:
    """Raise UnguardedPageError where the table lacks a page."""
    if missing := sorted(set(routes(pages)) - RIGHTS.keys()):
        raise UnguardedPageError(", ".join(missing))


def may(role: Role, page: str) -> bool:
    """Say whether a role may open a page of the table."""
    needed = RIGHTS[page]
    return isinstance(needed, Open) or RANK[role] >= RANK[needed]
