"""The web application: its pages behind their gate, and what is said when something goes wrong."""

from http import HTTPStatus
from pathlib import Path

from litestar import Litestar, Response, get
from litestar.datastructures import State
from litestar.enums import MediaType
from litestar.exceptions import HTTPException, NotFoundException
from litestar.static_files import create_static_files_router
from litestar.types import Scope
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from outreach import faults
from outreach.app import App
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.keeping import metrics as figures
from outreach.web import (
    batches,
    contacts,
    editing,
    editproofs,
    entering,
    examining,
    finding,
    forms,
    home,
    importing,
    leaving,
    mending,
    merging,
    notes,
    openid,
    outside,
    paperwork,
    planning,
    plans,
    promises,
    proofs,
    public,
    register,
    replies,
    reporting,
    retouching,
    rights,
    secondfactor,
    segments,
    sequels,
    sheets,
    tokens,
    works,
    yearly,
)
from outreach.web import people as persons
from outreach.web import visit as visits
from outreach.web.api import application
from outreach.web.campaigns import campaign, recipients, story, who
from outreach.web.door import Door
from outreach.web.gate import Gate
from outreach.web.letters import letter, mail, original, pdf
from outreach.web.memory import Memory
from outreach.web.visit import Asked, Visit

STATIC = Path(__file__).parent / "static"
NO_PAGE = N_("There is no such page. Perhaps its address was cut short.")
NOT_SHOWN = N_("This page cannot be shown as it was asked for.")
NOT_YOURS = N_(
    "This is not for you to open, or the form was too old. Go back, load the page again, and ask "
    "a colleague if it says so once more."
)
TOO_LARGE = N_("That is larger than 30 MB, which is more than these pages take.")
TOLD: dict[int, str] = {
    HTTPStatus.NOT_FOUND: NO_PAGE,
    HTTPStatus.FORBIDDEN: NOT_YOURS,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: TOO_LARGE,
}
FAULT = N_(
    "The program met a fault of its own, and stopped before it changed anything. The details are in {log}: give that "
    "file to whoever looks after outreach."
)


@get("/health", sync_to_thread=True, media_type=MediaType.TEXT)
def health(request: Asked) -> Response[str]:
    """Answer that the program is there and reaches its database; 503 where it does not."""
    try:
        with visits.of(request).app.store.reading() as session:
            session.execute(select(1))
    except DBAPIError:
        return Response("the database does not answer", status_code=503)
    return Response("ok")


@get("/metrics", sync_to_thread=True)
def metrics(request: Asked) -> Response[bytes]:
    """Show figures for whoever watches from afar, where the settings allow it."""
    app = visits.of(request).app
    if not app.settings.watching.metrics:
        raise NotFoundException
    return Response(
        figures.shown(app.store, app.clock()), headers={"content-type": figures.CONTENT_TYPE}
    )


def pages(app: App) -> Litestar:
    """Return the pages of an office, without their gate."""
    return Litestar(
        route_handlers=[
            *(health, metrics, home.home, campaign, recipients, story, who, letter, mail),
            *(original, pdf),
            *(entering.sign_in, entering.signed_in, entering.signed_in_by_code, entering.sign_out),
            *(openid.leave, openid.come_back),
            *(secondfactor.show, secondfactor.begin, secondfactor.confirm),
            *(secondfactor.renew, secondfactor.switch_off),
            *(public.stop, public.stopped, public.your_data),
            *(entering.welcome, entering.welcomed),
            *(contacts.all_, contacts.one, contacts.new, contacts.add, contacts.edit),
            *(contacts.change, contacts.email, contacts.postal, contacts.objection),
            *(segments.all_, segments.new, segments.make, segments.one, segments.change),
            *(segments.remove, merging.all_, merging.compare, merging.settle, merging.undo),
            *(importing.all_, importing.upload, importing.preview, importing.go),
            *(importing.undo, importing.settle),
            *(replies.all_, replies.one, replies.message, replies.attachment, replies.new),
            *(replies.add, replies.upload, replies.outcome, replies.decide, replies.match),
            *(replies.assign, replies.answered, replies.set_aside, replies.done),
            *(sheets.who, sheets.register, sheets.promises),
            *(finding.search, notes.mine, notes.seen, notes.on_contact, notes.on_reply),
            *(promises.all_, promises.add, promises.calendar, promises.one),
            *(promises.postpone, promises.settle, promises.reopen),
            *(register.all_, register.proof, register.one, register.propose),
            *(register.confirm, register.keep),
            *(reporting.all_, reporting.one),
            *(plans.plan, plans.start, plans.pause, plans.resume),
            *(planning.new, planning.make, planning.edit, planning.change),
            *(planning.restore, planning.remove, yearly.show, yearly.copy),
            *(outside.show, outside.record, outside.undo),
            works.show,
            *(batches.all_, batches.prepare, batches.one, batches.check, batches.accept),
            *(batches.submit, batches.approve, batches.send_back, batches.cancel, batches.book),
            *(
                leaving.sign,
                leaving.send,
                leaving.take_back,
                leaving.pause,
                leaving.resume,
                leaving.resolve,
            ),
            *(
                leaving.look_up,
                leaving.retry,
                leaving.print_,
                leaving.printed,
                leaving.labels,
                leaving.posted,
            ),
            *(sequels.more, sequels.supplement, sequels.correct, sequels.pass_on),
            *(paperwork.show, paperwork.print_lot, paperwork.posted, paperwork.bordereau),
            *(paperwork.returned, mending.resend, mending.retry, mending.arrived),
            *(mending.returned, mending.settle, retouching.document, retouching.take),
            *(proofs.proof, proofs.proof_mail, proofs.proof_pdf),
            *(editing.catalogue, editing.edit, editing.change),
            *(editing.earlier, editing.restore, editing.reviewed),
            *(
                editproofs.kept_mail,
                editproofs.mail,
                editproofs.pdf,
                editproofs.pasted,
                editproofs.send_to_me,
            ),
            *(persons.me, persons.change_password, persons.change_language, persons.change_notices),
            *(persons.sign_out_everywhere, persons.become),
            *(
                persons.people,
                examining.show,
                persons.add_person,
                persons.new_link,
                persons.change_role,
            ),
            *(persons.has_left, persons.is_back, persons.without_code),
            *(tokens.programs, tokens.make, tokens.take_back),
            create_static_files_router(path="/static", directories=[STATIC]),
        ],
        state=State(
            {
                "office": app,
                "memory": Memory(),
                "works": works.Works(),
                "checked": {},
                "uploads": {},
            }
        ),
        exception_handlers={
            OutreachError: _refused,
            HTTPException: _not_found,
            Exception: _fault,
        },
        before_request=forms.guard,
        request_max_body_size=forms.MOST_OCTETS,
        openapi_config=None,
        logging_config=None,
    )


def make(app: App, door: Door) -> Gate:
    """Return the application for an office; ``door`` lets browsers in.

    Raises UnguardedPageError where a page's rights are not written down.
    """
    inside = pages(app)
    rights.refuse_unguarded(inside)

    def tell(scope: Scope, message: str) -> str:
        visit = visits.of_scope(app, scope)
        return visit.render("told.html", {"sentence": visit.text(message)})

    def fault(scope: Scope, error: Exception) -> str:
        return _told_fault(visits.of_scope(app, scope), error, doing=str(scope.get("path")))

    programs = application.Door(application.application(app), app)
    return Gate(inside, door, app.settings, tell, fault, programs=programs)


def _refused(request: Asked, error: OutreachError) -> Response[str]:
    """Return a room's refusal in the reader's words: made-up names are not found, the rest waits."""
    visit = visits.of(request)
    status = HTTPStatus.NOT_FOUND if isinstance(error, WrongUseError) else HTTPStatus.CONFLICT
    return visit.page("told.html", status, sentence=visit.told(error), inside=visit.who is not None)


def _not_found(request: Asked, error: HTTPException) -> Response[str]:
    visit = visits.of(request)
    message = TOLD.get(error.status_code, NOT_SHOWN)
    return visit.page("told.html", error.status_code, sentence=visit.text(message), inside=True)


def _fault(request: Asked, error: Exception) -> Response[str]:
    visit = visits.of(request)
    return Response(
        _told_fault(visit, error, doing=f"{request.method} {request.url.path}"),
        status_code=HTTPStatus.INTERNAL_SERVER_ERROR,
        media_type=MediaType.HTML,
    )


def _told_fault(visit: Visit, error: Exception, *, doing: str) -> str:
    """Keep the traceback in the office's log; show where it is and nothing of it."""
    log = faults.keep(error, visit.app.folder, doing=doing, at=visit.app.clock())
    office = visit.app.folder.resolve()  # where it lies is nobody's business but the machine's
    inside = log.resolve().is_relative_to(office)
    shown = log.resolve().relative_to(office) if inside else log.name
    sentence = visit.text(FAULT, log=str(shown))
    return visit.render("told.html", {"sentence": sentence, "inside": visit.who is not None})
