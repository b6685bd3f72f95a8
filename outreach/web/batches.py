"""Batches up to the approval: prepare, check, put before a manager, approve or send back."""

import tempfile
from pathlib import Path

from litestar import Response
from litestar.params import FromPath

from outreach import desk
from outreach.dispatch import approval, batches, warnings
from outreach.dispatch.pace import schedules
from outreach.errors import N_, OutreachError, Phrase
from outreach.web import batchpage, files, forms, works
from outreach.web import visit as visits
from outreach.web.handlers import get, post
from outreach.web.visit import Asked


@get("/batches")
def all_(request: Asked) -> Response[str]:
    """Show every batch, and the steps whose letters can be prepared now."""
    return batchpage.show_all(visits.of(request))


@post("/batches")
def prepare(request: Asked) -> Response[str]:
    """Prepare the letters of a step."""
    visit, form = visits.of(request), forms.of(request)
    campaign, _, step = form.text("step").partition("/")
    try:
        done = desk.prepare(visit.app, campaign, step, form.text("segment") or None, visit.act())
    except OutreachError as error:
        return batchpage.show_all(visit, visit.told(error))
    return visit.to(
        f"/batches/{done.batch}",
        N_("Prepared: {count} letters. Check them now."),
        count=done.drafted,
    )


@get("/batches/{batch:int}")
def one(request: Asked, batch: FromPath[int]) -> Response[str]:
    """Show one batch: where it stands, what can be done, what was left out and why."""
    return batchpage.show(request, visits.of(request), batch)


@post("/batches/{batch:int}/check")
def check(request: Asked, batch: FromPath[int]) -> Response[str]:
    """Check every letter."""
    visit = visits.of(request)
    act, known = visit.act(), batchpage.checks_of(request)

    def job(work: works.Work) -> Phrase:
        found = desk.check(visit.app, batch, act, work.progress)
        known[batch] = batchpage.Checked(found, act.actor, act.at)
        open_ = [line for line in found if line.accepted is None]
        if not open_:
            return Phrase(N_("Every letter was checked: nothing to mend."))
        return Phrase(N_("Every letter was checked. To look at: {count}."), {"count": len(open_)})

    return batchpage.begin(request, visit, batch, N_("Checking the letters of batch {batch}"), job)


@post("/batches/{batch:int}/accept")
def accept(request: Asked, batch: FromPath[int]) -> Response[str]:
    """Accept the warnings of a code, with the reason; or take that back."""
    visit, form = visits.of(request), forms.of(request)
    code = form.text("code").upper()
    checked = batchpage.checks_of(request).get(batch)
    try:
        with visit.app.store.transaction() as session:
            row = batches.find(session, batch)
            if form.has("withdraw"):
                warnings.withdraw(session, row, code, visit.act())
                if checked:
                    warnings.mark(session, row, checked.lines)
            elif checked:
                reason = form.text("reason")
                warnings.accept(session, row, checked.lines, code, reason=reason, act=visit.act())
                warnings.mark(session, row, checked.lines)
    except OutreachError as error:
        return batchpage.show(request, visit, batch, visit.told(error))
    return visit.to(f"/batches/{batch}#findings", N_("Kept."))


@post("/batches/{batch:int}/submit")
def submit(request: Asked, batch: FromPath[int]) -> Response[str]:
    """Check once more, and put the batch before a manager."""
    visit = visits.of(request)
    act = visit.act()

    def job(work: works.Work) -> Phrase:
        count = desk.submit(visit.app, batch, act, work.progress)
        return Phrase(N_("A manager can now approve {count} letters."), {"count": count})

    return batchpage.begin(request, visit, batch, N_("Checking the letters of batch {batch}"), job)


@post("/batches/{batch:int}/approve")
def approve(request: Asked, batch: FromPath[int]) -> Response[str]:
    """Approve what was submitted."""
    visit, form = visits.of(request), forms.of(request)
    act, alone = visit.act(), form.text("alone") or None

    def job(work: works.Work) -> Phrase:
        desk.approve(visit.app, batch, alone, act, work.progress)
        return Phrase(N_("Approved. The letters wait for the signature."))

    return batchpage.begin(
        request, visit, batch, N_("Checking batch {batch} before it is approved"), job
    )


@post("/batches/{batch:int}/return")
def send_back(request: Asked, batch: FromPath[int]) -> Response[str]:
    """Send the batch back to the secretariat, with what must change."""
    visit, form = visits.of(request), forms.of(request)
    comment = form.text("comment")
    if not comment:
        sentence = visit.text(N_("Write what must change, so that the secretariat can mend it."))
        return batchpage.show(request, visit, batch, sentence)
    return batchpage.do(
        request,
        visit,
        batch,
        lambda session, act: approval.send_back(
            session, batches.find(session, batch), comment, act
        ),
        N_("Sent back to the secretariat."),
    )


@post("/batches/{batch:int}/cancel")
def cancel(request: Asked, batch: FromPath[int]) -> Response[str]:
    """Cancel a batch that is not signed."""
    visit, form = visits.of(request), forms.of(request)
    reason = form.text("reason")
    if not reason:
        return batchpage.show(
            request, visit, batch, visit.text(N_("Write why the batch is cancelled."))
        )
    return batchpage.do(
        request,
        visit,
        batch,
        lambda session, act: schedules.cancel(session, batches.find(session, batch), reason, act),
        N_("Cancelled. Nothing of it leaves; a batch that was signed is signed still."),
    )


@get("/batches/{batch:int}/book")
def book(request: Asked, batch: FromPath[int]) -> Response[bytes]:
    """Return the signature book."""
    visit = visits.of(request)
    with tempfile.TemporaryDirectory() as folder:
        written = desk.book(
            visit.app, batch, Path(folder, "parapheur.pdf"), visit.act(), lambda _done, _all: None
        )
        return files.pdf(written[0].read_bytes(), f"parapheur-{batch}.pdf")
