"""What was filled in: a form's fields and files, checked to come from our own page."""

import hmac
from dataclasses import dataclass, field
from typing import Any, cast

from litestar.datastructures import UploadFile
from litestar.exceptions import PermissionDeniedException

from outreach.accounts.users import Role
from outreach.web import gate, rights
from outreach.web.visit import Asked

FORM = "outreach.form"
PROOF = "proof"
MOST_OCTETS = 30_000_000
"""Of one form with its files: a list of contacts, a signed scan."""
MOST_SIGNS = 200_000
"""Of one field: a long letter."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with a form. Its name is what the browser says: never a path of ours."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """Fields by name, in their order; text is stripped and bears no NUL."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, list[File]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a field's text; "" where it was left out."""
        return next(iter(self.fields.get(name, ())), "")

    def texts(self, name: str) -> list[str]:
        """Return every value of a field."""
        return self.fields.get(name, [])

    def has(self, name: str) -> bool:
        """Say whether a box is ticked, or a button of that name was pressed."""
        return name in self.fields

    def number(self, name: str) -> int | None:
        """Return a whole number; None where there is none."""
        text = self.text(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None  # noqa: PLR2004  # a row's id

    def file(self, name: str) -> File | None:
        """Return the file that was chosen; None where none was."""
        return next(iter(self.files.get(name, ())), None)


async def guard(request: Asked) -> None:
    """Refuse who may not open the page, and a form that is not ours; read the form.

    It runs before each handler. Raises PermissionDeniedException.
    """
    page = rights.key(request.method, request.scope["path_template"])
    who = gate.signed_in(request.scope)
    needed = rights.RIGHTS.get(page, rights.Open.ANYONE)  # files and unknown addresses
    if isinstance(needed, Role) and (who is None or not rights.may(who.role, page)):
        raise PermissionDeniedException
    if request.method != "POST":
        return
    form = await _read(request)
    given = form.text(PROOF) or request.headers.get("x-proof", "")
    one_click = request.scope["path"].startswith(gate.ONE_CLICK)
    if who and not one_click and not hmac.compare_digest(given.encode(), who.proof.encode()):
        raise PermissionDeniedException
    cast("dict[str, Form]", request.scope)[FORM] = form


def of(request: Asked) -> Form:
    """Return the form that came with a request."""
    return cast("dict[str, Form]", request.scope).get(FORM, Form())


async def _read(request: Asked) -> Form:
    found: Any = await request.form()
    fields: dict[str, list[str]] = {}
    files: dict[str, list[File]] = {}
    for name, value in found.multi_items():
        if isinstance(value, UploadFile):
            if value.filename:
                files.setdefault(name, []).append(File(value.filename, await value.read()))
        else:
            text = str(value)[:MOST_SIGNS].replace("\0", "").replace("\r\n", "\n").strip()
            fields.setdefault(name, []).append(text)
    return Form(fields, files)
