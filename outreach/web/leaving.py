"""Approved batches leave: sign, send, print, post, settle what perhaps left."""

import time
from datetime import timedelta

from litestar import Response
from litestar.params import FromPath

from outreach import desk
from outreach.dispatch import batches, paper, settling
from outreach.dispatch.pace import schedules
from outreach.dispatch.pace.pacer import Patience
from outreach.dispatch.pacing import Cause, Wait
from outreach.dispatch.signing import Signature
from outreach.errors import N_, OutreachError, Phrase
from outreach.letters import labels as label_sheets
from outreach.web import batchpage, files, forms, works
from outreach.web import visit as visits
from outreach.web.handlers import get, post
from outreach.web.visit import Asked

AT_MOST = timedelta(hours=12)
"""How long a sending waits for its hours and limits; a later one is pressed anew, or a round's."""
UNTIL: dict[Cause, str] = {
    Cause.GRACE: N_("Nothing leaves before {until}. Until then the sending can be taken back."),
    Cause.FIRST: N_(
        "The first letters left. The others wait until {until}, to see whether any bounces."
    ),
    Cause.LIMIT: N_("The mail server takes no more letters before {until}."),
    Cause.HOURS: N_("Nobody is at work where the letters go; they leave from {until}."),
    Cause.CONNECTIONS: N_("All connections that the mail server takes are in use; it is awaited."),
}
"""What a sending waits for."""


@post("/batches/{batch:int}/sign")
def sign(request: Asked, batch: FromPath[int]) -> Response[str]:
    """Sign: by a recorded mandate, or with the signed scan; copied numbers where they are needed."""
    visit, form = visits.of(request), forms.of(request)
    scan = form.file("scan")
    signature = Signature(
        mandate=form.text("mandate") or None,
        scan=scan.data if scan else None,
        scan_name=files.name(scan.name) if scan else "",
    )
    try:
        done = desk.sign(visit.app, batch, signature, form.text("numbers").split(), visit.act())
    except OutreachError as error:
        return batchpage.show(request, visit, batch, visit.told(error))
    return visit.to(
        f"/batches/{batch}",
        N_("Signed: {letters} letters dated {day}, numbers {first} to {last}."),
        letters=done.letters,
        day=done.day,
        first=done.numbers[0],
        last=done.numbers[-1],
    )


@post("/batches/{batch:int}/send")
def send(request: Asked, batch: FromPath[int]) -> Response[str]:
    """Send the e-mails that have not left."""
    visit = visits.of(request)
    actor = visit.actor

    def job(work: works.Work) -> Phrase:
        def told(wait: Wait) -> None:
            work.note = Phrase(UNTIL[wait.cause], {"until": wait.until})
            work.stop = f"/batches/{batch}/take-back" if wait.cause is Cause.GRACE else ""

        patience = Patience(most=AT_MOST, sleep=time.sleep, shown=told)
        tally = desk.send(visit.app, batch, actor, work.progress, patience=patience)
        visit.app.lay_sent_copies()
        if tally.paused and tally.advice is not None:
            return tally.advice
        if tally.waiting is not None:
            return Phrase(UNTIL[tally.waiting.cause], {"until": tally.waiting.until})
        return Phrase(
            N_("Sent: {sent}. Not delivered: {failed}. Perhaps sent: {uncertain}."),
            {"sent": tally.sent, "failed": tally.failed, "uncertain": tally.uncertain},
        )

    return batchpage.begin(request, visit, batch, N_("Sending batch {batch}"), job)


@post("/batches/{batch:int}/take-back")
def take_back(request: Asked, batch: FromPath[int]) -> Response[str]:
    """Take the sending back before anything left: the batch stays signed."""
    visit = visits.of(request)
    return batchpage.do(
        request,
        visit,
        batch,
        lambda session, act: schedules.take_back(session, batches.find(session, batch), act),
        N_("The sending is taken back: nothing left. The batch is signed still."),
    )


@post("/batches/{batch:int}/pause")
def pause(request: Asked, batch: FromPath[int]) -> Response[str]:
    """Hold a batch."""
    visit, form = visits.of(request), forms.of(request)
    reason = form.text("reason") or None
    return batchpage.do(
        request,
        visit,
        batch,
        lambda session, act: settling.pause(session, batches.find(session, batch), reason, act),
        N_("Paused. The letter that was leaving may still leave; no other does."),
    )


@post("/batches/{batch:int}/resume")
def resume(request: Asked, batch: FromPath[int]) -> Response[str]:
    """Let a paused batch go on."""
    visit = visits.of(request)
    return batchpage.do(
        request,
        visit,
        batch,
        lambda session, act: settling.resume(session, batches.find(session, batch), act),
        N_("It may go on. Press “Send” for the rest."),
    )


@post("/batches/{batch:int}/resolve")
def resolve(request: Asked, batch: FromPath[int]) -> Response[str]:
    """Record what a person found out of letters that perhaps left."""
    visit, form = visits.of(request), forms.of(request)
    try:
        count = desk.settle(
            visit.app,
            batch,
            form.texts("contact"),
            left=form.has("left"),
            because=form.text("because"),
            act=visit.act(),
        )
    except OutreachError as error:
        return batchpage.show(request, visit, batch, visit.told(error))
    return visit.to(f"/batches/{batch}", N_("Settled: {count}."), count=count)


@post("/batches/{batch:int}/look-up")
def look_up(request: Asked, batch: FromPath[int]) -> Response[str]:
    """Ask the carrier what became of the letters that perhaps left."""
    visit = visits.of(request)
    try:
        left, queued, unknown = desk.look_up(visit.app, batch, visit.act())
    except OutreachError as error:
        return batchpage.show(request, visit, batch, visit.told(error))
    return visit.to(
        f"/batches/{batch}",
        N_("They left: {left}. They wait to be sent again: {queued}. Nobody can tell: {unknown}."),
        left=left,
        queued=queued,
        unknown=unknown,
    )


@post("/batches/{batch:int}/retry")
def retry(request: Asked, batch: FromPath[int]) -> Response[str]:
    """Queue all letters once more that the server refused."""
    visit, form = visits.of(request), forms.of(request)
    because = form.text("because")
    return batchpage.do(
        request,
        visit,
        batch,
        lambda session, act: settling.again(
            session, batches.find(session, batch), None, because=because, act=act
        ),
        N_("They wait to be sent again. Press “Send” for them."),
    )


@post("/batches/{batch:int}/print")
def print_(request: Asked, batch: FromPath[int]) -> Response[str]:
    """Write the postal letters as one PDF in the order of postcodes."""
    visit, form = visits.of(request), forms.of(request)
    act, again = visit.act(), form.has("again")

    def job(work: works.Work) -> Phrase:
        done = desk.print_(visit.app, batch, act, work.progress, again=again)
        return Phrase(
            N_("Ready to print: {letters} letters, {pages} pages. Open the file below."),
            {"letters": done.letters, "pages": done.pages},
        )

    return batchpage.begin(request, visit, batch, N_("Printing batch {batch}"), job)


@get("/batches/{batch:int}/print/{name:str}")
def printed(request: Asked, batch: FromPath[int], name: FromPath[str]) -> Response[bytes]:
    """Return a printed file."""
    visit = visits.of(request)
    return files.below(visit.app.print_folder(batch), name)


@get("/batches/{batch:int}/labels")
def labels(request: Asked, batch: FromPath[int]) -> Response[bytes]:
    """Return address labels or envelopes for the postal letters."""
    visit = visits.of(request)
    wished = request.query_params.get("sheet", batchpage.SHEETS[0])
    start = request.query_params.get("start", "1")
    with visit.app.store.reading() as session:
        found = paper.envelopes(session, batches.find(session, batch))
    office = visit.app.settings.office
    sender = (office.name.in_("es" if office.country == "CO" else "fr"), *office.footer)
    sheet = label_sheets.stationery(wished)
    number = int(start) if start.isascii() and start.isdigit() else 1
    pdf = label_sheets.labels(found, sheet, start=number, sender=sender)
    return files.pdf(pdf, f"{sheet.name}.pdf")


@post("/batches/{batch:int}/posted")
def posted(request: Asked, batch: FromPath[int]) -> Response[str]:
    """Record the day on which the printed letters were posted."""
    visit, form = visits.of(request), forms.of(request)
    try:
        day = visits.day(form.text("on"))
        count = desk.posted(visit.app, batch, day, visit.act())
    except OutreachError as error:
        return batchpage.show(request, visit, batch, visit.told(error))
    return visit.to(
        f"/batches/{batch}", N_("Posted on {day}: {count} letters."), day=day, count=count
    )
