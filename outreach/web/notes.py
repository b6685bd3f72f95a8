"""Notes between colleagues: written on a contact or a reply, waiting for whoever they name."""

from litestar import Response
from litestar.params import FromPath
from sqlalchemy.orm import Session

from outreach.accounts import users
from outreach.errors import N_, OutreachError
from outreach.inbox import deciding, notes
from outreach.inbox.following import A_WEEK
from outreach.inbox.notes import About
from outreach.web import contacts, forms, replies
from outreach.web import visit as visits
from outreach.web.handlers import get, post
from outreach.web.visit import Asked, Visit

READ = 30
"""Notes read before that are shown too."""


@get("/notes")
def mine(request: Asked) -> Response[str]:
    """Show the notes that wait for this person, and the last that were read."""
    visit = visits.of(request)
    with visit.app.store.reading() as session:
        waiting = notes.waiting(session, visit.actor)
        read = notes.waiting(session, visit.actor, read=True, most=READ)
    return visit.page("notes.html", waiting=waiting, read=read)


@post("/notes/{number:int}/seen")
def seen(request: Asked, number: FromPath[int]) -> Response[str]:
    """Say that one has read a note."""
    visit = visits.of(request)
    with visit.app.store.transaction() as session:
        notes.seen(session, number, visit.act())
    return visit.to("/notes", N_("Noted."))


@post("/contacts/{contact:int}/notes")
def on_contact(request: Asked, contact: FromPath[int]) -> Response[str]:
    """Write a note on a contact, or hand it over to a colleague with one."""
    visit, form = visits.of(request), forms.of(request)
    with visit.app.store.reading() as session:
        contacts.find(session, contact)
    try:
        with visit.app.store.transaction() as session:
            _write(visit, session, About(contact=contact), form)
    except OutreachError as error:
        return contacts.show(visit, contact, visit.told(error), typed=form.text("text"))
    return visit.to(f"/contacts/{contact}#notes", N_("Written down."))


@post("/replies/{number:int}/notes")
def on_reply(request: Asked, number: FromPath[int]) -> Response[str]:
    """Write a note on a reply, or hand it over to a colleague with one."""
    visit, form = visits.of(request), forms.of(request)
    with visit.app.store.reading() as session:
        deciding.find(session, number)
    try:
        with visit.app.store.transaction() as session:
            _write(visit, session, About(arrival=number), form)
    except OutreachError as error:
        return replies.show(visit, number, visit.told(error), typed=form.text("text"))
    return visit.to(f"/replies/{number}#notes", N_("Written down."))


def _write(visit: Visit, session: Session, about: About, form: forms.Form) -> None:
    to, text = form.text("to"), form.text("text")
    if to:
        users.present(session, to)
        due = visits.day(form.text("due")) if form.text("due") else visit.today + A_WEEK
        notes.hand_over(session, about, to, text, due_on=due, act=visit.act())
    else:
        notes.write(session, about, text, visit.act())
