"""One letter, exactly as it left."""

from litestar import Response
from litestar.enums import MediaType
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from outreach.campaigns import definition as definitions
from outreach.dispatch.models import Delivery
from outreach.dispatch.settling import ReturnReason
from outreach.errors import N_, OutreachError
from outreach.reports import agenda, reading
from outreach.reports.letters import MESSAGE, PDF, Exact
from outreach.reports.reading import Letter, Opened
from outreach.web import visit as visits
from outreach.web.handlers import get
from outreach.web.visit import Asked, Visit

SANDBOX = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)
"""The e-mail's own page runs nothing and fetches nothing, whatever is in it."""
RETURNED: dict[str, str] = {
    ReturnReason.UNKNOWN.value: N_("not at this address (NPAI)"),
    ReturnReason.INCOMPLETE.value: N_("address incomplete"),
    ReturnReason.REFUSED.value: N_("refused"),
    ReturnReason.UNCLAIMED.value: N_("not fetched"),
}
"""What the post ticks on the envelope of a letter that it brings back."""
HEADER_NAMES = {"From": N_("From"), "To": N_("To"), "Subject": N_("Subject"), "Date": N_("Date")}
"""What a reader looks for first; the others are shown on request, under their own names."""


@get("/letters/{delivery:int}")
def letter(request: Asked, delivery: FromPath[int]) -> Response[str]:
    """Show a letter: its headers, its text, the HTML in a frame of its own, files to keep."""
    return show(visits.of(request), delivery)


def show(visit: Visit, delivery: int, trouble: str = "") -> Response[str]:
    """Return a letter's page, with why something was refused."""
    with visit.app.store.reading() as session:
        found = reading.find(session, delivery)
        copy = reading.opened(session, found) if found.sha256 else None
        batch = session.get_one(Delivery, delivery).batch_id
    headers = dict(copy.headers) if copy else {}
    title, step = _titles(visit, found)
    return visit.page(
        "letter.html",
        409 if trouble else 200,
        letter=found,
        batch=batch,
        reasons=RETURNED,
        trouble=trouble,
        title=title,
        step=step,
        copy=copy,
        main=[(name, headers[name]) for name in HEADER_NAMES if name in headers],
        header_names=HEADER_NAMES,
        is_message=found.media == MESSAGE,
    )


@get("/letters/{delivery:int}/mail")
def mail(request: Asked, delivery: FromPath[int]) -> Response[str]:
    """Return the HTML of an e-mail, locked in a sandbox."""
    _, opened = _opened(request, delivery)
    if not opened.html:
        raise NotFoundException
    return Response(
        opened.html,
        media_type=MediaType.HTML,
        headers={"Content-Security-Policy": SANDBOX},
    )


@get("/letters/{delivery:int}/original")
def original(request: Asked, delivery: FromPath[int]) -> Response[bytes]:
    """Return the bytes as they left, to be kept as a file."""
    visit = visits.of(request)
    with visit.app.store.reading() as session:
        found = reading.find(session, delivery)
        exact = reading.original(session, found)
    return _file(exact, found.media or "")


@get("/letters/{delivery:int}/pdf")
def pdf(request: Asked, delivery: FromPath[int]) -> Response[bytes]:
    """Return the letter's PDF, to be kept as a file."""
    _, opened = _opened(request, delivery)
    if not opened.pdfs:
        raise NotFoundException
    return _file(opened.pdfs[0], PDF)


def _titles(visit: Visit, letter: Letter) -> tuple[str, str]:
    """Return what the office calls the campaign and the step; their names where the file is gone."""
    try:
        definition = definitions.load(visit.app.folder, letter.campaign)
    except OutreachError:
        return letter.campaign, letter.step
    return (
        definition.file.title.in_(visit.language),
        agenda.title(definition, letter.step, visit.language),
    )


def _opened(request: Asked, delivery: int) -> tuple[Letter, Opened]:
    visit = visits.of(request)
    with visit.app.store.reading() as session:
        found = reading.find(session, delivery)
        return found, reading.opened(session, found)


def _file(exact: Exact, media: str) -> Response[bytes]:
    """Return a file; its name is letters, digits, dots and hyphens."""
    return Response(
        exact.data,
        media_type=media or "application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{exact.name}"',
            "Content-Security-Policy": SANDBOX,
        },
    )
