"""A letter of a batch before it leaves, as its recipient will read it: e-mail, text and PDF."""

from base64 import b64encode
from dataclasses import dataclass

from litestar import Response
from litestar.enums import MediaType
from litestar.params import FromPath

from outreach import desk
from outreach.clock import local_date
from outreach.contacts.models import Contact
from outreach.dispatch import register
from outreach.dispatch.models import Circular, Delivery
from outreach.dispatch.pressroom import Pressroom
from outreach.dispatch.states import BatchState
from outreach.errors import N_, WrongUseError
from outreach.letters import facts as letter_facts
from outreach.letters.compiling import Written
from outreach.letters.facts import Seal
from outreach.reports import reading
from outreach.web import files
from outreach.web import visit as visits
from outreach.web.handlers import get
from outreach.web.letters import SANDBOX
from outreach.web.visit import Asked, Visit

OPEN = (BatchState.DRAFT.value, BatchState.SUBMITTED.value, BatchState.APPROVED.value)


class NothingToShowError(WrongUseError):
    """The contact gets no letter in this batch."""

    message = N_("No letter is prepared for this contact, so there is nothing to show.")


@dataclass(frozen=True, slots=True)
class Proof:
    """One letter, written and not sent."""

    batch: int
    contact: str
    organisation: str
    letter: Written
    """The letter itself."""
    mail: Written
    """What stands in the e-mail: the letter, or the short text it travels under."""
    room: Pressroom
    language: str
    channel: str | None
    may_retouch: bool
    """Whether it may still get words of its own: it is no circular and not signed."""
    retouched: bool


@get("/letters/{delivery:int}/proof")
def proof(request: Asked, delivery: FromPath[int]) -> Response[str]:
    """Show a letter as it would leave now."""
    return show(visits.of(request), delivery)


def show(visit: Visit, delivery: int, trouble: str = "") -> Response[str]:
    """Return the page of a letter that has not left, with why something was refused."""
    return visit.page(
        "proof.html",
        409 if trouble else 200,
        delivery=delivery,
        shown=_written(visit, delivery),
        trouble=trouble,
    )


@get("/letters/{delivery:int}/proof/mail")
def proof_mail(request: Asked, delivery: FromPath[int]) -> Response[str]:
    """Return the e-mail's page with its pictures in it, locked in a sandbox."""
    written = _written(visits.of(request), delivery).mail
    shown = written.html
    for picture in written.inline:
        data = b64encode(picture.data).decode()
        shown = shown.replace(f"cid:{picture.cid}", f"data:{picture.media};base64,{data}")
    return Response(shown, media_type=MediaType.HTML, headers={"Content-Security-Policy": SANDBOX})


@get("/letters/{delivery:int}/proof/pdf")
def proof_pdf(request: Asked, delivery: FromPath[int]) -> Response[bytes]:
    """Return the letter on paper."""
    visit = visits.of(request)
    found = _written(visit, delivery)
    pdf = found.room.pdf(found.letter, visit.app.clock().replace(microsecond=0))
    return files.pdf(pdf, f"{found.contact}.pdf")


def _written(visit: Visit, number: int) -> Proof:
    """Write a letter of a batch: from what was submitted, else from the folder as it stands."""
    with visit.app.store.reading() as session:
        reading.find(session, number)
        row = session.get_one(Delivery, number)
        if row.facts is None:
            raise NothingToShowError
        opened = desk.open_batch(visit.app, session, row.batch_id)
        room = opened.approved_or_current(session)
        contact = session.get_one(Contact, row.contact_id)
        facts = letter_facts.read(row.facts)
        text = session.get(Circular, row.circular_id) if row.circular_id else None
        day = local_date(visit.app.clock(), visit.app.settings.zone)
        blank = register.blank(visit.app.settings.register.format, day.year)
        seal = Seal(reference=row.reference or blank, day=opened.batch.letter_day or day)
        plan = room.step.letters[row.place]
        language = facts.language
        whole = letter_facts.read(text.facts) if text else facts
        letter = room.write(plan.letter, language, whole, seal)
        mail = room.write(plan.cover, language, facts, seal) if plan.cover else letter
        return Proof(
            batch=row.batch_id,
            contact=contact.code,
            organisation=contact.organisation.name,
            letter=letter,
            mail=mail,
            room=room,
            language=language,
            channel=row.channel,
            may_retouch=row.circular_id is None and opened.batch.state in OPEN,
            retouched=bool(facts.own_text),
        )
