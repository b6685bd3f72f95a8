"""Lists of contacts: uploaded, looked at line by line, imported as one, taken back as one."""

import secrets
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from litestar import Response
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from outreach.app import App
from outreach.contacts.importing import fields, runs, undoing
from outreach.contacts.importing.fields import Header, Mapping
from outreach.contacts.importing.planning import Outcome, Planned
from outreach.errors import N_, OutreachError, Phrase
from outreach.web import files, forms, works
from outreach.web import visit as visits
from outreach.web.handlers import get, post
from outreach.web.visit import Asked, Visit

FOLDER = Path("var", "uploads")
SHOWN = 300
"""Lines of a preview: enough to see what the columns became."""
KEPT = 20
"""Uploaded lists that wait for somebody's word; older ones are deleted."""
PLACE = "/contacts/imports"
NAMES: dict[str, str] = {
    "code": N_("code of the contact"),
    "insee": N_("INSEE code"),
    "siren": N_("SIREN number"),
    "divipola": N_("DIVIPOLA code"),
    "organisation": N_("organisation"),
    "departement": N_("département or departamento"),
    "country": N_("country"),
    "office": N_("function"),
    "civility": N_("Mme or M."),
    "first_name": N_("first name"),
    "last_name": N_("family name"),
    "full_name": N_("whole name"),
    "language": N_("language"),
    "emails": N_("e-mail addresses"),
    "phone": N_("telephone"),
    "service": N_("service or department"),
    "building": N_("building"),
    "street": N_("street"),
    "box": N_("post-office box"),
    "postcode": N_("postcode"),
    "town": N_("town"),
    "title_override": N_("preferred title"),
    "preferred_channel": N_("preferred way"),
    "mandate_start": N_("mandate begins"),
    "mandate_end": N_("mandate ends"),
    "purpose": N_("what we write to them for"),
    "association": N_("association"),
    "since": N_("member since"),
    "until": N_("member until"),
}
"""What a column may be, as the form says it."""


@dataclass(slots=True)
class Upload:
    """One list that was uploaded and looked at, and waits to be imported."""

    path: Path
    name: str
    mapping: Mapping
    association: str
    role: str
    header: Header | None = None
    counts: Counter[str] = field(default_factory=Counter)
    lines: list[Planned] = field(default_factory=list)

    def opened(self, key: bytes) -> runs.Listing:
        """Open the list, under the name that it was given. Raises what ``runs.open_list`` does."""
        return runs.open_list(
            self.path, self.mapping, self.association, self.role, key=key, name=self.name
        )


@get("/contacts/imports")
def all_(request: Asked) -> Response[str]:
    """Show the form, the lists imported so far, and the lines that wait for a person."""
    return _all(visits.of(request))


@post("/contacts/imports")
def upload(request: Asked) -> Response[str]:
    """Take a list and look at it; nothing is imported yet."""
    visit, form = visits.of(request), forms.of(request)
    file = form.file("list")
    if file is None:
        return _all(visit, visit.text(N_("Choose a file: CSV, TSV, XLSX, XLS or ODS.")))
    token = secrets.token_urlsafe(9)
    folder = visit.app.folder / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    _tidy(folder)
    name = files.name(file.name)
    path = folder / f"{token}{Path(name).suffix.lower()}"
    path.write_bytes(file.data)
    preset = fields.PRESETS.get(form.text("preset"), Mapping())
    wished = Upload(path, name, preset, form.text("association"), form.text("role") or "member")
    return _look(request, visit, token, wished)


@get("/contacts/imports/{token:str}")
def preview(request: Asked, token: FromPath[str]) -> Response[str]:
    """Show line by line what an import would do."""
    visit = visits.of(request)
    return visit.page(
        "import.html",
        token=token,
        wished=_upload(request, token),
        names=NAMES,
        outcomes=[each.value for each in Outcome],
        shown=SHOWN,
    )


@post("/contacts/imports/{token:str}")
def go(request: Asked, token: FromPath[str]) -> Response[str]:
    """Look again with other columns, or import."""
    visit, form = visits.of(request), forms.of(request)
    wished = _upload(request, token)
    if form.has("look") and wished.header is not None:
        chosen = dict(zip(wished.header.titles, form.texts("column"), strict=False))
        wished.mapping = Mapping(
            columns={title: chosen[title] for title in chosen if title},
            office=form.text("office") or wished.mapping.office,
            election_cycle=wished.mapping.election_cycle,
        )
        return _look(request, visit, token, wished)
    act, app = visit.act(), visit.app
    total = sum(wished.counts.values())

    def job(work: works.Work) -> Phrase:
        listing = wished.opened(app.key())
        with app.store.transaction() as session:
            done = runs.run(
                session, listing, act, lambda line: work.progress(min(line, total), total)
            )
        wished.path.unlink(missing_ok=True)
        return Phrase(
            N_("Imported: new {new}, changed {changed}, waiting for you {unsure}."),
            {key: done.counts[key] for key in ("new", "changed", "unsure")},
        )

    title = Phrase(N_("Importing {file}"), {"file": wished.name})
    return works.begin(request, visit, "import", title=title, place=PLACE, job=job)


@post("/contacts/imports/undo")
def undo(request: Asked) -> Response[str]:
    """Take an import back; what was edited since stays and is named."""
    visit, form = visits.of(request), forms.of(request)
    try:
        with visit.app.store.transaction() as session:
            done = undoing.undo(session, form.number("run") or 0, visit.act())
    except OutreachError as error:
        return _all(visit, visit.told(error))
    said = visit.text(
        N_("Contacts removed: {removed}; put back as they were: {restored}."),
        removed=done.removed,
        restored=done.restored,
    )
    kept = [f"{code}: {visit.told(reason)}" for code, reason in done.kept[:5]]
    return visit.to_telling(PLACE, " ".join([said, *kept]))


@post("/contacts/imports/settle")
def settle(request: Asked) -> Response[str]:
    """Say which organisation a line means."""
    visit, form = visits.of(request), forms.of(request)
    code = form.text("other") or form.text("code")
    try:
        with visit.app.store.transaction() as session:
            done = runs.settle(session, form.number("row") or 0, code, visit.act())
    except OutreachError as error:
        return _all(visit, visit.told(error))
    return visit.to(f"{PLACE}#unsure", N_("Changed: {name}."), name=done.contact or code)


def _look(request: Asked, visit: Visit, token: str, wished: Upload) -> Response[str]:
    app = visit.app

    def job(work: works.Work) -> Phrase:
        listing = wished.opened(app.key())
        wished.header = listing.header
        wished.counts, wished.lines = Counter(), []
        with app.store.reading() as session:
            for number, one in enumerate(runs.plan(session, listing), 1):
                wished.counts[one.outcome.value] += 1
                if len(wished.lines) < SHOWN:
                    wished.lines.append(one)
                if number % 100 == 0:
                    work.progress(number, 0)
        return Phrase(N_("Nothing is imported yet. Look whether the columns are right."))

    _uploads(request)[token] = wished
    title = Phrase(N_("Looking at {file}"), {"file": wished.name})
    place = f"{PLACE}/{token}"
    return works.begin(request, visit, f"look-{token}", title=title, place=place, job=job)


def _all(visit: Visit, trouble: str = "") -> Response[str]:
    with visit.app.store.reading() as session:
        waiting = runs.unsure(session)
        done = undoing.runs(session)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if trouble else HTTPStatus.OK
    return visit.page("imports.html", status, runs=done, unsure=waiting, trouble=trouble)


def _uploads(request: Asked) -> dict[str, Upload]:
    known: dict[str, Upload] = request.app.state.uploads
    return known


def _upload(request: Asked, token: str) -> Upload:
    """Return a list that waits. Raises NotFoundException."""
    found = _uploads(request).get(token)
    if found is None or not found.path.is_file():
        raise NotFoundException
    return found


def _tidy(folder: Path) -> None:
    """Delete the lists that nobody came back to: they hold people's names."""
    there = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)
    for path in there[: max(0, len(there) - KEPT + 1)]:
        path.unlink(missing_ok=True)


def forget_uploads(app: App) -> None:
    """Delete what an earlier server left: nobody can come back to it."""
    for path in (app.folder / FOLDER).glob("*"):
        path.unlink(missing_ok=True)
