"""Letters on paper once they are printed: lots, their lists, the day at the post, what came back."""

from litestar import Response
from litestar.params import FromPath

from outreach import desk
from outreach.dispatch import batches, lots, naming, settling
from outreach.dispatch.settling import ReturnReason
from outreach.errors import N_, OutreachError, Phrase
from outreach.web import batchpage, files, forms, works
from outreach.web import visit as visits
from outreach.web.handlers import get, post
from outreach.web.letters import RETURNED
from outreach.web.visit import Asked, Visit

CSV = "text/csv; charset=utf-8"


@get("/batches/{batch:int}/paper")
def show(request: Asked, batch: FromPath[int]) -> Response[str]:
    """Show the lots of a batch and what can be done with them."""
    return _show(visits.of(request), batch)


@post("/batches/{batch:int}/print-lot")
def print_lot(request: Asked, batch: FromPath[int]) -> Response[str]:
    """Print the next letters as a lot, or a lot once more."""
    visit, form = visits.of(request), forms.of(request)
    most, lot = form.number("most"), form.number("lot")
    if not most and not lot:
        return _show(visit, batch, visit.text(N_("Write how many letters the lot is to have.")))
    act = visit.act()

    def job(work: works.Work) -> Phrase:
        done = desk.print_(visit.app, batch, act, work.progress, again=False, most=most, lot=lot)
        return Phrase(
            N_("Ready to print: {letters} letters, {pages} pages. Open the file below."),
            {"letters": done.letters, "pages": done.pages},
        )

    place = f"/batches/{batch}/paper"
    title = Phrase(N_("Printing batch {batch}"), {"batch": str(batch)})
    try:
        return works.begin(request, visit, f"batch-{batch}", title=title, place=place, job=job)
    except works.AlreadyGoingError as error:
        return _show(visit, batch, visit.told(error))


@post("/batches/{batch:int}/lots/{lot:int}/posted")
def posted(request: Asked, batch: FromPath[int], lot: FromPath[int]) -> Response[str]:
    """Record the day on which a lot was posted."""
    visit, form = visits.of(request), forms.of(request)
    try:
        day = visits.day(form.text("on"))
        count = desk.posted(visit.app, batch, day, visit.act(), lot)
    except OutreachError as error:
        return _show(visit, batch, visit.told(error))
    said = N_("Posted on {day}: {count} letters.")
    return visit.to(f"/batches/{batch}/paper", said, day=day, count=count)


@get("/batches/{batch:int}/lots/{lot:int}/list")
def bordereau(request: Asked, batch: FromPath[int], lot: FromPath[int]) -> Response[bytes]:
    """Return the list that goes with a lot's envelopes, as PDF or for Excel."""
    visit = visits.of(request)
    country = visit.app.settings.office.country
    with visit.app.store.reading() as session:
        pdf, table = lots.bordereau(
            session,
            lots.find(session, batches.find(session, batch), lot),
            language="es" if country == "CO" else "fr",
            moment=visit.app.clock(),
        )
    name = f"bordereau-{batch}-lot-{lot}"
    if request.query_params.get("as") == "csv":
        return files.download(table.encode("utf-8-sig"), CSV, f"{name}.csv")
    return files.pdf(pdf, f"{name}.pdf")


@post("/batches/{batch:int}/returned")
def returned(request: Asked, batch: FromPath[int]) -> Response[str]:
    """Record letters that the post brought back."""
    visit, form = visits.of(request), forms.of(request)
    texts = [line for line in form.text("letters").splitlines() if line.strip()]
    if not texts or form.text("reason") not in RETURNED:
        sentence = N_("Write which letters came back, one to a line, and choose why.")
        return _show(visit, batch, visit.text(sentence))
    try:
        with visit.app.store.transaction() as session:
            found = batches.find(session, batch)
            codes = naming.codes(session, found, texts)
            reason = ReturnReason(form.text("reason"))
            flagged = settling.returned(session, found, codes, reason, visit.act())
    except OutreachError as error:
        return _show(visit, batch, visit.told(error))
    return visit.to(
        f"/batches/{batch}/paper",
        N_("Came back: {count}. Addresses that are not used again: {flagged}."),
        count=len(codes),
        flagged=flagged,
    )


def _show(visit: Visit, batch: int, trouble: str = "") -> Response[str]:
    with visit.app.store.reading() as session:
        found = batches.find(session, batch)
        standing = lots.of_batch(session, found)
        (summary,) = batches.summaries(session, batch=batch)
    folder = visit.app.print_folder(batch)
    return visit.page(
        "paper.html",
        409 if trouble else 200,
        row=found,
        standing=standing,
        summary=summary,
        printed=sorted(path.name for path in folder.glob("impression*.pdf")),
        sheets=batchpage.SHEETS,
        reasons=RETURNED,
        is_signed=batchpage.is_signed(found),
        trouble=trouble,
    )
