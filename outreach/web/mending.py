"""One letter after it left, or did not: sent again, tried again, settled, arrived, come back."""

from collections.abc import Callable

from litestar import Response
from litestar.params import FromPath
from sqlalchemy.orm import Session

from outreach import desk
from outreach.contacts.models import Contact
from outreach.dispatch import batches, resending, settling
from outreach.dispatch.models import Batch, Delivery
from outreach.dispatch.settling import ReturnReason
from outreach.errors import N_, OutreachError
from outreach.reports import reading
from outreach.web import forms
from outreach.web import visit as visits
from outreach.web.forms import Form
from outreach.web.handlers import post
from outreach.web.letters import RETURNED, show
from outreach.web.visit import Asked, Visit

WHY = N_("Write why: it is kept with the letter.")
Deed = Callable[[Session, Batch, str], object]
"""What is done to the letter of a batch to the contact of a code."""


@post("/letters/{delivery:int}/resend")
def resend(request: Asked, delivery: FromPath[int]) -> Response[str]:
    """Send the letter again, byte for byte, to another address."""
    visit, form = visits.of(request), forms.of(request)

    def deed(session: Session, batch: Batch, code: str) -> object:
        return resending.resend(
            session,
            batch,
            code,
            form.text("to"),
            reason=form.text("because"),
            settings=visit.app.settings,
            key=visit.app.key(),
            act=visit.act(),
        )

    said = N_("The letter waits to leave again, to {address}. Press “Send” on its batch.")
    return _do(visit, delivery, form, deed, visit.text(said, address=form.text("to")))


@post("/letters/{delivery:int}/retry")
def retry(request: Asked, delivery: FromPath[int]) -> Response[str]:
    """Queue a letter once more that the server refused."""
    visit, form = visits.of(request), forms.of(request)

    def deed(session: Session, batch: Batch, code: str) -> object:
        because = form.text("because")
        return settling.again(session, batch, [code], because=because, act=visit.act())

    said = visit.text(N_("The letter waits to be sent again. Press “Send” on its batch."))
    return _do(visit, delivery, form, deed, said)


@post("/letters/{delivery:int}/arrived")
def arrived(request: Asked, delivery: FromPath[int]) -> Response[str]:
    """Record that a letter arrived although it was taken for bounced."""
    visit, form = visits.of(request), forms.of(request)

    def deed(session: Session, batch: Batch, code: str) -> object:
        because = form.text("because")
        return settling.arrived(session, batch, [code], because=because, act=visit.act())

    said = visit.text(N_("Recorded as arrived; the address is good again."))
    return _do(visit, delivery, form, deed, said)


@post("/letters/{delivery:int}/returned")
def returned(request: Asked, delivery: FromPath[int]) -> Response[str]:
    """Record that the post brought the letter back."""
    visit, form = visits.of(request), forms.of(request)
    if form.text("reason") not in RETURNED:
        return show(visit, delivery, visit.text(N_("Choose what the post ticked.")))

    def deed(session: Session, batch: Batch, code: str) -> object:
        reason = ReturnReason(form.text("reason"))
        return settling.returned(session, batch, [code], reason, visit.act())

    return _do(visit, delivery, None, deed, visit.text(N_("Recorded as come back.")))


@post("/letters/{delivery:int}/settle")
def settle(request: Asked, delivery: FromPath[int]) -> Response[str]:
    """Record what a person found out of a letter that perhaps left."""
    visit, form = visits.of(request), forms.of(request)
    because, left = form.text("because"), form.has("left")
    if not because:
        return show(visit, delivery, visit.text(WHY))
    try:
        with visit.app.store.reading() as session:
            batch, code = _whose(session, delivery)
            number = batch.id
        desk.settle(visit.app, number, [code], left=left, because=because, act=visit.act())
    except OutreachError as error:
        return show(visit, delivery, visit.told(error))
    said = N_("Settled: it left.") if left else N_("Settled: it is sent again with its batch.")
    return visit.to(f"/letters/{delivery}", said)


def _do(visit: Visit, delivery: int, form: Form | None, deed: Deed, said: str) -> Response[str]:
    """Do something to one letter; ``form`` is that in which the reason must stand."""
    if form is not None and not form.text("because"):
        return show(visit, delivery, visit.text(WHY))
    try:
        with visit.app.store.transaction() as session:
            deed(session, *_whose(session, delivery))
    except OutreachError as error:
        return show(visit, delivery, visit.told(error))
    return visit.to_telling(f"/letters/{delivery}", said)


def _whose(session: Session, delivery: int) -> tuple[Batch, str]:
    """Return the batch of a letter and its contact's code. Raises UnknownLetterError."""
    reading.find(session, delivery)
    row = session.get_one(Delivery, delivery)
    return batches.find(session, row.batch_id), session.get_one(Contact, row.contact_id).code
