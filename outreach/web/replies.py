"""What came back: one list, each beside the letter it answers, judged in two clicks."""

import tempfile
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

from litestar import Response
from litestar.enums import MediaType
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from sqlalchemy.orm import Session

from outreach.accounts import users
from outreach.campaigns import definition as definitions
from outreach.contacts import directory
from outreach.errors import N_, OutreachError, Phrase
from outreach.inbox import (
    arrivals,
    deciding,
    following,
    listing,
    markup,
    nextactions,
    notes,
    reading,
    recording,
)
from outreach.inbox import files as messages
from outreach.inbox.arrivals import Origin, Passing
from outreach.inbox.deciding import Decision
from outreach.inbox.following import A_WEEK, Planned
from outreach.inbox.listing import Wanted
from outreach.inbox.models import Arrival, Outcome, Way
from outreach.journal import Act
from outreach.web import files, forms
from outreach.web import visit as visits
from outreach.web.handlers import get, post
from outreach.web.letters import SANDBOX
from outreach.web.visit import Asked, Visit

SHOWN = 200
OUTCOMES = [each.value for each in Outcome]
WAYS = [each.value for each in Way]
VIEWS: dict[str, str] = {
    "": N_("All"),
    "unsure": N_("To place"),
    "mine": N_("Mine"),
    "unassigned": N_("Nobody’s"),
    "late": N_("Late"),
    "machines": N_("With machines’ messages"),
}
DECISIONS: dict[str, str] = {
    Decision.PLANNED.value: N_("Send it as planned"),
    Decision.ADAPTED.value: N_("Send it, adapted first"),
    Decision.ANSWERED.value: N_("Not needed: answered already"),
    Decision.DECLINED.value: N_("Not needed: they declined"),
}


@get("/replies")
def all_(request: Asked) -> Response[str]:
    """Show what came back, first what nobody could place, then what waits for an answer."""
    query = request.query_params
    return _all(
        visits.of(request),
        query.get("view", ""),
        campaign=query.get("campaign", "")[:100].replace("\0", ""),
        outcome=query.get("outcome", ""),
    )


@get("/replies/{number:int}")
def one(request: Asked, number: FromPath[int]) -> Response[str]:
    """Show one thing that came back beside the letter that it answers."""
    return show(visits.of(request), number)


@get("/replies/{number:int}/message")
def message(request: Asked, number: FromPath[int]) -> Response[str]:
    """Return a message's page: without pictures, scripts, forms, or anything from elsewhere."""
    visit = visits.of(request)
    with visit.app.store.reading() as session:
        opened = reading.open_(session, deciding.find(session, number))
    source = opened.message.html if opened.message is not None else ""
    return Response(
        markup.page(source, opened.new_text, title=opened.arrival.subject or ""),
        media_type=MediaType.HTML,
        headers={"Content-Security-Policy": SANDBOX},
    )


@get("/replies/{number:int}/attachments/{place:int}")
def attachment(request: Asked, number: FromPath[int], place: FromPath[int]) -> Response[bytes]:
    """Return an attachment as a file to be kept; one that could run gets a harmless ending."""
    visit = visits.of(request)
    with visit.app.store.reading() as session:
        opened = reading.open_(session, deciding.find(session, number))
    found = next((each for each in opened.attachments if each.number == place), None)
    if found is None:
        raise NotFoundException
    name = f"{found.name}.txt" if found.risky else found.name
    return files.download(found.data, "application/octet-stream", name)


@get("/replies/new")
def new(request: Asked) -> Response[str]:
    """Show the form for a call, a paper letter or a meeting, and for message files."""
    visit = visits.of(request)
    return _form(visit, {"contact": request.query_params.get("contact", "")})


@post("/replies/new")
def add(request: Asked) -> Response[str]:
    """Write an answer down, and what follows from it."""
    visit, form = visits.of(request), forms.of(request)
    given = {key: form.text(key) for key in ("campaign", "contact", "way", "outcome", "on", "note")}
    try:
        with visit.app.store.transaction() as session:
            done = recording.record(
                session,
                definitions.load(visit.app.folder, given["campaign"]),
                directory.find(session, given["contact"]),
                way=Way(given["way"]),
                outcome=Outcome(given["outcome"]),
                received_on=visits.day(given["on"]) if given["on"] else visit.today,
                today=visit.today,
                settings=visit.app.settings,
                act=visit.act(),
                note=given["note"],
            )
            _plan(visit, session, done.number, form)
    except OutreachError as error:
        return _form(visit, given, visit.told(error))
    return visit.to(
        f"/replies/{done.number}",
        N_("Written down. Reminders stopped: {stopped}; promised letters held for you: {held}."),
        stopped=done.stopped,
        held=done.held,
    )


@post("/replies/files")
def upload(request: Asked) -> Response[str]:
    """Take in message files: .eml, .msg, mbox."""
    visit, form = visits.of(request), forms.of(request)
    given = form.files.get("messages", [])
    if not given:
        return _form(visit, {}, visit.text(N_("Choose one message file or several.")))
    taken = others = 0
    troubles: list[str] = []
    with visit.app.store.reading() as session:
        desk = _desk(visit, session)
    with tempfile.TemporaryDirectory() as folder:
        for number, file in enumerate(given):
            path = Path(folder, f"{number}{Path(files.name(file.name)).suffix.lower()}")
            path.write_bytes(file.data)
            origin = Origin("file", files.name(file.name))
            try:
                for raw in messages.messages(path):
                    with visit.app.store.transaction() as session:
                        found = arrivals.take_in(
                            session, raw, origin=origin, now=visit.app.clock(), desk=desk
                        )
                    if isinstance(found, Passing):
                        others += 1
                    else:
                        taken += 1
            except OutreachError as error:
                troubles.append(visit.told(error))
    if troubles:
        return _form(visit, {}, " ".join(troubles[:3]))
    return visit.to(
        "/replies", N_("Taken in: {taken}. About none of our letters: {others}."),
        taken=taken, others=others,
    )  # fmt: skip


@post("/replies/{number:int}/outcome")
def outcome(request: Asked, number: FromPath[int]) -> Response[str]:
    """Say what an answer means, and what is to be done next."""
    visit, form = visits.of(request), forms.of(request)

    def judge(session: Session, arrival: Arrival, act: Act) -> None:
        if form.text("outcome") in OUTCOMES:
            deciding.judge_outcome(session, arrival, Outcome(form.text("outcome")), act)
        _plan(visit, session, number, form)

    return _do(visit, number, judge, N_("Noted."))


@post("/replies/{number:int}/decide")
def decide(request: Asked, number: FromPath[int]) -> Response[str]:
    """Say what becomes of the promised letter that waits because they answered."""
    visit, form = visits.of(request), forms.of(request)
    return _do(
        visit,
        number,
        lambda session, arrival, act: deciding.decide(
            session,
            arrival,
            Decision(form.text("decision")),
            why=form.text("reason"),
            settings=visit.app.settings,
            act=act,
        ),
        N_("Decided."),
    )


@post("/replies/{number:int}/match")
def match(request: Asked, number: FromPath[int]) -> Response[str]:
    """Say whom a message is about."""
    visit, form = visits.of(request), forms.of(request)
    code = form.text("other") or form.text("contact")
    return _do(
        visit,
        number,
        lambda session, arrival, act: deciding.match(
            session,
            arrival,
            directory.find(session, code),
            desk=_desk(visit, session),
            act=act,
        ),
        N_("Placed."),
    )


@post("/replies/{number:int}/assign")
def assign(request: Asked, number: FromPath[int]) -> Response[str]:
    """Give it to a colleague, to oneself, or to nobody."""
    visit, form = visits.of(request), forms.of(request)
    owner = form.text("owner") or None
    return _do(
        visit,
        number,
        lambda session, arrival, act: deciding.assign(session, arrival, owner, act),
        N_("Noted."),
    )


@post("/replies/{number:int}/answered")
def answered(request: Asked, number: FromPath[int]) -> Response[str]:
    """Say that it was answered."""
    visit = visits.of(request)
    return _do(
        visit,
        number,
        lambda session, arrival, act: deciding.answered(session, arrival, act.at, act),
        N_("Noted."),
    )


@post("/replies/{number:int}/set-aside")
def set_aside(request: Asked, number: FromPath[int]) -> Response[str]:
    """Say that nothing follows from it; what followed is taken back."""
    visit = visits.of(request)
    return _do(visit, number, deciding.set_aside, N_("Set aside; what followed is taken back."))


@post("/tasks/{number:int}/done")
def done(request: Asked, number: FromPath[int]) -> Response[str]:
    """Say that a thing to do is done."""
    visit = visits.of(request)
    try:
        with visit.app.store.transaction() as session:
            nextactions.finish(session, number, visit.act())
    except OutreachError as error:
        return _all(visit, "", visit.told(error))
    return visit.to("/replies#tasks", N_("Done."))


def _all(
    visit: Visit, view: str, trouble: str = "", *, campaign: str = "", outcome: str = ""
) -> Response[str]:
    outcome = outcome if outcome in OUTCOMES else ""
    wanted = Wanted(
        campaign=campaign or None,
        outcome=outcome or None,
        owner=visit.actor if view == "mine" else None,
        unassigned=view == "unassigned",
        late=view == "late",
        unsure=view == "unsure",
        machines=view == "machines",
    )
    settings = visit.app.settings
    with visit.app.store.reading() as session:
        found = listing.lines(session, wanted, today=visit.today, settings=settings, most=SHOWN)
        total = listing.count(session, wanted, today=visit.today, settings=settings)
        tasks = nextactions.open_tasks(
            session, visit.today, owner=visit.actor if view == "mine" else None
        )
    status = HTTPStatus.CONFLICT if trouble else HTTPStatus.OK
    return visit.page(
        "replies.html",
        status,
        view=view if view in VIEWS else "",
        views=VIEWS,
        campaign=campaign,
        outcome=outcome,
        rows=found,
        total=total,
        tasks=tasks,
        trouble=trouble,
    )


def show(visit: Visit, number: int, trouble: str = "", *, typed: str = "") -> Response[str]:
    """Return the page of a reply, with why something was refused and the note that was typed."""
    with visit.app.store.reading() as session:
        arrival = deciding.find(session, number)
        opened = reading.open_(session, arrival)
        held = len(deciding.held(session, arrival))
        people = [each.name for each in users.everyone(session) if each.left_at is None]
        noted = notes.of_arrival(session, arrival.id)
    status = HTTPStatus.CONFLICT if trouble else HTTPStatus.OK
    return visit.page(
        "reply.html",
        status,
        notes=noted,
        colleagues=[name for name in people if name != visit.actor],
        typed=typed,
        opened=opened,
        arrival=arrival,
        held=held,
        people=people,
        outcomes=OUTCOMES,
        decisions=DECISIONS,
        in_a_week=visit.today + A_WEEK,
        trouble=trouble,
    )


def _form(visit: Visit, values: dict[str, str], trouble: str = "") -> Response[str]:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if trouble else HTTPStatus.OK
    return visit.page(
        "reply-new.html",
        status,
        values=values,
        campaigns=definitions.names(visit.app.folder),
        ways=WAYS,
        outcomes=OUTCOMES,
        in_a_week=visit.today + A_WEEK,
        trouble=trouble,
    )


def _plan(visit: Visit, session: Session, number: int, form: forms.Form) -> None:
    """Note what is to be done after a reply, and what was promised to them."""
    planned = Planned(
        action=form.text("next"),
        promise=form.text("promise"),
        due=visits.day(form.text("due")) if form.text("due") else None,
        owner=form.text("owner") or None,
    )
    arrival = deciding.find(session, number)
    following.plan(session, arrival, planned, today=visit.today, act=visit.act())


def _do(
    visit: Visit, number: int, act: Callable[[Session, Arrival, Act], object], said: str
) -> Response[str]:
    try:
        with visit.app.store.transaction() as session:
            act(session, deciding.find(session, number), visit.act())
    except OutreachError as error:
        return show(visit, number, visit.told(error))
    except ValueError:  # a choice that no form of ours offers
        return show(visit, number, visit.told(Phrase(N_("Choose from the list."))))
    return visit.to(f"/replies/{number}", said)


def _desk(visit: Visit, session: Session) -> arrivals.Desk:
    app = visit.app
    return arrivals.desk(session, app.settings, key=app.key(), folder=app.folder, actor=visit.actor)
