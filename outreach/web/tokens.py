"""A person's own programs: tokens made and taken back, and what a program may ask."""

from dataclasses import dataclass
from typing import Any

from litestar import Response
from litestar.params import FromPath

from outreach.accounts import tokens, users
from outreach.accounts.tokens import ApiToken
from outreach.errors import N_, OutreachError
from outreach.web import forms
from outreach.web import visit as visits
from outreach.web.api import application
from outreach.web.handlers import get, post
from outreach.web.visit import Asked, Visit


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that a program may ask."""

    method: str
    path: str
    told: str
    """What it does, in English, as its description for programs says."""
    fields: list[str]


@get("/api")
def programs(request: Asked) -> Response[str]:
    """Show one's own tokens, and what programs may ask."""
    return _page(visits.of(request))


@post("/api")
def make(request: Asked) -> Response[str]:
    """Make a token, and show it this once."""
    visit, form = visits.of(request), forms.of(request)
    try:
        with visit.app.store.transaction() as session:
            user = users.present(session, visit.actor)
            secret = tokens.make(session, user, form.text("name"), visit.act())
    except OutreachError as error:
        return _page(visit, trouble=visit.told(error))
    return _page(visit, secret=secret)


@post("/my-tokens/{number:int}/take-back")
def take_back(request: Asked, number: FromPath[int]) -> Response[str]:
    """End one of one's own tokens."""
    visit = visits.of(request)
    with visit.app.store.transaction() as session:
        user = users.present(session, visit.actor)
        tokens.take_back(session, user, number, visit.act())
    return visit.to("/api", N_("The token is taken back: whoever shows it is refused."))


def _page(visit: Visit, *, secret: str = "", trouble: str = "") -> Response[str]:
    with visit.app.store.reading() as session:
        own: list[ApiToken] = tokens.of_person(session, users.present(session, visit.actor))
    return visit.page(
        "api.html",
        422 if trouble else 200,
        tokens=own,
        secret=secret,
        trouble=trouble,
        operations=operations(application.application(visit.app).openapi_schema.to_schema()),
        description=application.DESCRIPTION,
        address=visit.app.settings.web.address or "http://127.0.0.1:8025",
    )


def operations(schema: dict[str, Any]) -> list[Operation]:
    """Return what a description (OpenAPI 3.1) offers, in its order."""
    found = []
    for path, methods in schema["paths"].items():
        for method, told in methods.items():
            named = [one["name"] for one in told.get("parameters", ())]
            body = told.get("requestBody", {}).get("content", {}).get("application/json", {})
            reference = body.get("schema", {}).get("$ref", "").rpartition("/")[2]
            model = schema.get("components", {}).get("schemas", {}).get(reference, {})
            found.append(
                Operation(
                    method=method.upper(),
                    path=path,
                    told=told.get("description") or told.get("summary", ""),
                    fields=[*named, *model.get("properties", {})],
                )
            )
    return found
