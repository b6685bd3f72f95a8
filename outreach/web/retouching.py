"""One letter of a batch in Word, and back: its own words instead of the template's."""

from litestar import Response
from litestar.params import FromPath
from sqlalchemy.orm import Session

from outreach import desk
from outreach.clock import local_date
from outreach.contacts.models import Contact
from outreach.desk import Opened
from outreach.dispatch import register, retouching
from outreach.dispatch.models import Delivery
from outreach.errors import N_, OutreachError
from outreach.letters.facts import Seal
from outreach.reports import reading
from outreach.web import files, forms, proofs
from outreach.web import visit as visits
from outreach.web.handlers import get, post
from outreach.web.visit import Asked, Visit


@get("/letters/{delivery:int}/proof/word")
def document(request: Asked, delivery: FromPath[int]) -> Response[bytes]:
    """Return the letter as a Word document, to be retouched by hand."""
    visit = visits.of(request)
    with visit.app.store.reading() as session:
        opened, code = _opened(visit, session, delivery)
        data = retouching.document(
            session, opened.batch, opened.current, code, seal=_seal(visit), act=visit.act()
        )
        number = opened.batch.id
    return files.download(data, retouching.MEDIA, f"{number}-{code.replace(':', '-')}.docx")


@post("/letters/{delivery:int}/proof/word")
def take(request: Asked, delivery: FromPath[int]) -> Response[str]:
    """Take the text of the document that comes back, or give the template's words again."""
    visit, form = visits.of(request), forms.of(request)
    file = form.file("document")
    if file is None and not form.has("undo"):
        return proofs.show(visit, delivery, visit.text(N_("Choose the document that comes back.")))
    said: list[str] = []
    try:
        with visit.app.store.transaction() as session:
            opened, code = _opened(visit, session, delivery)
            batch, room = opened.batch, opened.current
            if file is None:
                voided = retouching.take_back(session, batch, room, code, act=visit.act())
                said.append(visit.text(N_("The letter has the words of its template again.")))
            else:
                done = retouching.retouch(
                    session,
                    batch,
                    room,
                    code,
                    file.data,
                    path=files.name(file.name),
                    seal=_seal(visit),
                    act=visit.act(),
                )
                voided = done.voided
                said.append(visit.text(N_("The letter has the text of your document.")))
                said += [
                    visit.text(
                        N_("Not taken, since the program writes it by itself: {words}"),
                        words=" ".join(words.split()),
                    )
                    for words in done.ignored
                ]
    except OutreachError as error:
        return proofs.show(visit, delivery, visit.told(error))
    if voided:
        said.append(visit.text(N_("The batch is a draft again: check it and put it forward anew.")))
    return visit.to_telling(f"/letters/{delivery}/proof", " ".join(said))


def _opened(visit: Visit, session: Session, delivery: int) -> tuple[Opened, str]:
    """Return the batch of a letter and its contact's code. Raises UnknownLetterError."""
    reading.find(session, delivery)
    row = session.get_one(Delivery, delivery)
    code = session.get_one(Contact, row.contact_id).code
    return desk.open_batch(visit.app, session, row.batch_id), code


def _seal(visit: Visit) -> Seal:
    """Return the number and the day that a letter shows before it is signed."""
    day = local_date(visit.app.clock(), visit.app.settings.zone)
    return Seal(reference=register.blank(visit.app.settings.register.format, day.year), day=day)
