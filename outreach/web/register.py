"""The book of outgoing letters: search, one number's story, proof, annulment by two people."""

from collections.abc import Callable
from http import HTTPStatus

from litestar import Response
from litestar.params import FromPath
from sqlalchemy.orm import Session

from outreach.dispatch import annulments, registerchain
from outreach.dispatch import formerbook as former
from outreach.dispatch import register as numbers
from outreach.errors import N_, OutreachError
from outreach.journal import Act
from outreach.reports import book
from outreach.reports.book import Opened, View
from outreach.web import forms
from outreach.web import visit as visits
from outreach.web.campaigns import number_of, pages_of
from outreach.web.handlers import get, post
from outreach.web.visit import Asked, Visit

SIZE = 100
CAN_GO = frozenset({*annulments.NEVER_LEFT, *annulments.WAITING})
"""States of letters whose number can be given up."""
VIEWS: dict[str, str] = {
    View.ALL.value: N_("All"),
    "owed": N_("Letter did not leave"),
    View.PROPOSED.value: N_("Annulment proposed"),
    View.ANNULLED.value: N_("Annulled"),
    View.FORMER.value: N_("Older book"),
}
EVENTS: dict[str, str] = {
    "annulment-proposed": N_("{name} proposed to annul it: {reason}"),
    "annulment-refused": N_("{name} let the number stand: {reason}"),
    "annulled": N_("{name} annulled it: {reason}"),
}
"""What the journal tells of a number."""


@get("/register")
def all_(request: Asked) -> Response[str]:
    """Show the numbers, the newest first; or those that a text, a year, a state is asked for."""
    visit = visits.of(request)
    asked = request.query_params
    text, page, wanted = (
        asked.get("q", "")[:200].replace("\0", ""),
        asked.get("page", ""),
        asked.get("view", ""),
    )
    view = View(wanted) if wanted in set(View) else View.ALL
    year = number_of(asked["year"]) if asked.get("year") else None
    with visit.app.store.reading() as session:
        owed = annulments.owed(session) if wanted == "owed" else []
        found = book.page(session, text, number_of(page), view=view, year=year, size=SIZE)
        older = 0
        if text and view is View.ALL:
            older = book.page(session, text, 1, view=View.FORMER, year=year, size=1).total
        years = book.years(session, view)
    return visit.page(
        "register.html",
        text=text,
        view="owed" if wanted == "owed" else view.value,
        views=VIEWS,
        year=year,
        years=years,
        owed=owed,
        found=found,
        older=older,
        pages=pages_of(found.number, found.pages),
    )


@get("/register/proof")
def proof(request: Asked) -> Response[str]:
    """Prove that no number was changed and, of a book of our own, that none is missing."""
    visit = visits.of(request)
    with visit.app.store.reading() as session:
        verdict = registerchain.verify(session)
        missing = numbers.gaps(session)
        older = former.gaps(session)
        count = book.page(session, "", 1, size=1).total
    return visit.page(
        "register-proof.html",
        verdict=verdict,
        missing=[f"{year}-{number}" for year, number in missing],
        older=older,
        count_of_numbers=count,
        own=visit.app.settings.register.source == "own",
    )


@get("/register/{entry:int}")
def one(request: Asked, entry: FromPath[int]) -> Response[str]:
    """Show one number: its letters, what it corrects, who did what with it."""
    return _one(visits.of(request), entry)


@post("/register/{entry:int}/annul")
def propose(request: Asked, entry: FromPath[int]) -> Response[str]:
    """Propose to give a number up, with the reason; another person confirms it."""
    visit, form = visits.of(request), forms.of(request)
    return _do(
        visit,
        entry,
        lambda session, found, act: annulments.propose(
            session, found.line.reference, form.text("reason"), act
        ),
        N_("Proposed. A manager, another person than you, confirms it."),
    )


@post("/register/{entry:int}/confirm")
def confirm(request: Asked, entry: FromPath[int]) -> Response[str]:
    """Annul for good what another person proposed."""
    visit = visits.of(request)
    return _do(
        visit,
        entry,
        lambda session, found, act: annulments.confirm(session, found.line.reference, act),
        N_("Annulled. The number is not used again."),
    )


@post("/register/{entry:int}/keep")
def keep(request: Asked, entry: FromPath[int]) -> Response[str]:
    """Let a number stand whose annulment was proposed."""
    visit, form = visits.of(request), forms.of(request)
    return _do(
        visit,
        entry,
        lambda session, found, act: annulments.refuse(
            session, found.line.reference, form.text("reason"), act
        ),
        N_("The number stands."),
    )


def _do(
    visit: Visit, entry: int, act: Callable[[Session, Opened, Act], object], said: str
) -> Response[str]:
    try:
        with visit.app.store.transaction() as session:
            act(session, book.open_(session, entry), visit.act())
    except OutreachError as error:
        return _one(visit, entry, visit.told(error))
    return visit.to(f"/register/{entry}", said)


def _one(visit: Visit, entry: int, trouble: str = "") -> Response[str]:
    with visit.app.store.reading() as session:
        found = book.open_(session, entry)
    events = [
        (
            visit.text(EVENTS[event.verb], name=event.actor, reason=event.reason or "–"),
            visit.shown(event.at),
        )
        for event in found.events
        if event.verb in EVENTS
    ]
    return visit.page(
        "register-number.html",
        HTTPStatus.CONFLICT if trouble else HTTPStatus.OK,
        found=found,
        line=found.line,
        can_go=all(state in CAN_GO for *_, state in found.letters),
        mine=(found.line.proposed_by or "").lower() == visit.actor.lower(),
        events=events,
        trouble=trouble,
    )
