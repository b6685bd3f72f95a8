"""What we committed ourselves to: due and overdue, to whom, put off, kept, withdrawn."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

from litestar import Response
from litestar.params import FromPath
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.accounts import users
from outreach.campaigns import promises
from outreach.campaigns.models import Promise, PromiseState
from outreach.contacts import directory
from outreach.contacts.models import Contact
from outreach.dispatch import commitments
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.inbox.following import A_WEEK
from outreach.journal import Act
from outreach.reports import duedays, feed
from outreach.reports import promises as figures
from outreach.web import files, forms
from outreach.web import visit as visits
from outreach.web.campaigns import number_of, pages_of
from outreach.web.handlers import get, post
from outreach.web.visit import Asked, Visit

SIZE = 100
CALENDAR = "text/calendar"
FIELDS = ("contact", "text", "due", "owner")
VIEWS: dict[str, str] = {
    "": N_("To keep"),
    "late": N_("Overdue"),
    "mine": N_("Mine"),
    "ended": N_("Kept or withdrawn"),
}


class NobodyChosenError(WrongUseError):
    """No box was ticked."""

    message = N_("Tick at least one of those to whom it was promised.")


@get("/promises")
def all_(request: Asked) -> Response[str]:
    """Show the promises, the overdue first."""
    visit = visits.of(request)
    return _all(visit, request.query_params.get("view", ""), request.query_params.get("page", ""))


@post("/promises")
def add(request: Asked) -> Response[str]:
    """Write down what was promised to somebody."""
    visit, form = visits.of(request), forms.of(request)
    given = {name: form.text(name) for name in FIELDS}
    try:
        with visit.app.store.transaction() as session:
            made = promises.record(
                session,
                directory.find(session, given["contact"]).id,
                given["text"],
                visits.day(given["due"]),
                owner=given["owner"] or None,
                campaign_id=None,
                made_on=visit.today,
                act=visit.act(),
            ).id
    except OutreachError as error:
        return _all(visit, "", "", given, visit.told(error))
    return visit.to(f"/promises/{made}", N_("Written down."))


@get("/promises/calendar")
def calendar(request: Asked) -> Response[bytes]:
    """Return the promises as a calendar for Outlook, Thunderbird or a telephone."""
    visit = visits.of(request)
    with visit.app.store.reading() as session:
        lines = figures.lines(session, visit.today)
    content = feed.calendar(
        lines,
        name=visit.text(N_("Promises")),
        domain=visit.app.settings.sender.domain,
        language=visit.language,
        told=visit.told,
        now=visit.app.clock(),
    )
    return files.download(content, CALENDAR, "promises.ics")


@get("/promises/{number:int}")
def one(request: Asked, number: FromPath[int]) -> Response[str]:
    """Show one promise, opened to the names of those to whom it was made."""
    return _one(visits.of(request), number, request.query_params.get("page", ""))


@post("/promises/{number:int}/postpone")
def postpone(request: Asked, number: FromPath[int]) -> Response[str]:
    """Say that it is not ready: a new day, the reason, and a letter that tells them if wished."""
    visit, form = visits.of(request), forms.of(request)

    def act(session: Session, promise: Promise, doer: Act) -> None:
        promises.postpone(
            session,
            promise,
            visits.day(form.text("to")),
            reason=form.text("reason"),
            letter=form.has("letter"),
            today=visit.today,
            act=doer,
        )

    said = N_("Put off. Whoever is still owed it is due the holding letter with the next round.")
    return _do(visit, number, act, said if form.has("letter") else N_("Put off."))


@post("/promises/{number:int}/settle")
def settle(request: Asked, number: FromPath[int]) -> Response[str]:
    """End it for those ticked, or for everybody still owed it: kept in another way, or withdrawn."""
    visit, form = visits.of(request), forms.of(request)
    kept, reason = form.has("kept"), form.text("reason")
    state = PromiseState.KEPT if kept else PromiseState.WITHDRAWN

    def act(session: Session, promise: Promise, doer: Act) -> None:
        if promise.contact_id is not None or form.text("whom") == "all":
            (promises.keep if kept else promises.withdraw)(session, promise, reason, doer)
            return
        codes = form.texts("contact")
        if not codes:
            raise NobodyChosenError
        for code in codes:
            contact = directory.find(session, code)
            promises.settle(
                *(session, promise, contact.id, state),
                reason=reason,
                on=visit.today,
                act=doer,
            )

    return _do(visit, number, act, N_("Noted."))


@post("/promises/{number:int}/reopen")
def reopen(request: Asked, number: FromPath[int]) -> Response[str]:
    """Open a promise again that was ended by mistake."""
    visit, form = visits.of(request), forms.of(request)
    return _do(
        visit,
        number,
        lambda session, promise, act: promises.reopen(session, promise, form.text("reason"), act),
        N_("Open again."),
    )


def _do(
    visit: Visit, number: int, act: Callable[[Session, Promise, Act], object], said: str
) -> Response[str]:
    try:
        with visit.app.store.transaction() as session:
            act(session, promises.find(session, number), visit.act())
    except OutreachError as error:
        return _one(visit, number, "", visit.told(error))
    return visit.to(f"/promises/{number}", said)


def _all(
    visit: Visit, view: str, page: str, given: dict[str, str] | None = None, trouble: str = ""
) -> Response[str]:
    view = view if view in VIEWS else ""
    with visit.app.store.reading() as session:
        lines = figures.lines(
            session,
            visit.today,
            owner=visit.actor if view == "mine" else None,
            only_open=view != "ended",
        )
        people = [each.name for each in users.everyone(session) if each.left_at is None]
    if view == "late":
        lines = [line for line in lines if line.overdue]
    elif view == "ended":
        lines = [line for line in lines if line.state != PromiseState.OPEN.value]
    last = max(1, -(-len(lines) // SIZE))
    number = min(max(1, number_of(page)), last)
    return visit.page(
        "promises.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if trouble else HTTPStatus.OK,
        view=view,
        views=VIEWS,
        lines=lines[SIZE * (number - 1) : SIZE * number],
        total=len(lines),
        calendar=duedays.picture(lines, visit.words, visit.today),
        number=number,
        pages=pages_of(number, last),
        people=people,
        given=given or dict.fromkeys(FIELDS, ""),
        in_a_week=visit.today + A_WEEK,
        trouble=trouble,
    )


def _one(visit: Visit, number: int, page: str, trouble: str = "") -> Response[str]:
    with visit.app.store.reading() as session:
        promise = promises.find(session, number)
        (line,) = figures.lines(session, visit.today, number=number)
        put_off = promises.history(session, promise)
        parties = commitments.parties(session, promise, visit.app.settings.zone)
        last = max(1, -(-len(parties) // SIZE))
        shown = min(max(1, number_of(page)), last)
        parties = parties[SIZE * (shown - 1) : SIZE * shown]
        cards: dict[str, int] = dict(
            session.execute(
                select(Contact.code, Contact.id).where(
                    Contact.code.in_([party.contact for party in parties])
                )
            ).all()
        )
    return visit.page(
        "promise.html",
        HTTPStatus.CONFLICT if trouble else HTTPStatus.OK,
        line=line,
        is_for_one=promise.contact_id is not None,
        ended_by_hand=promise.state != PromiseState.OPEN.value,
        put_off=put_off,
        parties=parties,
        cards=cards,
        number=shown,
        pages=pages_of(shown, last),
        later=max(promise.due_on, visit.today) + timedelta(days=30),
        trouble=trouble,
    )
