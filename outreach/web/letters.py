"""One letter, exactly as it left."""

from litestar import Response, get
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.response import Template

from outreach.app import App
from outreach.reports import reading
from outreach.reports.reading import Read
from outreach.web.pages import Asked, page

# The letter's page runs nothing and fetches nothing, whatever is in it.
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@get("/letters/{delivery:int}", sync_to_thread=True)
def letter(request: Asked, state: State, delivery: int) -> Template:
    """Show a letter: headers, text, the HTML in a frame of its own, files to keep."""
    return page(request, "letter.html", letter=_read(state, delivery))


@get("/letters/{delivery:int}/html", sync_to_thread=True, media_type="text/html; charset=utf-8")
def html(state: State, delivery: int) -> Response[str]:
    """Return the HTML of an e-mail, locked in a sandbox."""
    found = _read(state, delivery)
    return Response(found.html, headers={"Content-Security-Policy": SANDBOX})


@get("/letters/{delivery:int}/eml", sync_to_thread=True)
def eml(state: State, delivery: int) -> Response[bytes]:
    """Return the message, byte for byte."""
    found = _read(state, delivery)
    if found.media != "message/rfc822":
        raise NotFoundException
    return _file(found.data, "message/rfc822", f"{found.reference}-{found.delivery}.eml")


@get("/letters/{delivery:int}/pdf", sync_to_thread=True)
def pdf(state: State, delivery: int) -> Response[bytes]:
    """Return the letter's PDF."""
    found = _read(state, delivery)
    if not found.pdfs:
        raise NotFoundException
    return _file(found.pdfs[0], "application/pdf", f"{found.reference}-{found.delivery}.pdf")


def _file(data: bytes, media: str, name: str) -> Response[bytes]:
    return Response(
        data,
        media_type=media,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _read(state: State, delivery: int) -> Read:
    office: App = state.office
    with office.store.reading() as session:
        found = reading.letter(session, delivery)
    if found is None:
        raise NotFoundException
    return found
