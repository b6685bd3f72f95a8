"""A campaign as a whole: played ahead before anything happens, started, paused, let go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from litestar import Response
from litestar.params import FromPath
from markupsafe import Markup
from sqlalchemy.orm import Session

from outreach.campaigns import definition as definitions
from outreach.campaigns import enrolments, planning
from outreach.campaigns.definition import Definition
from outreach.campaigns.planning import Plan, StepPlan
from outreach.contacts import segments
from outreach.dispatch import audience, forecast, halting
from outreach.errors import N_, OutreachError
from outreach.reports import plans
from outreach.web import forms
from outreach.web import visit as visits
from outreach.web.handlers import get, post
from outreach.web.visit import Asked, Visit


@dataclass(frozen=True, slots=True)
class Ahead:
    """A campaign played ahead, as a page shows it."""

    plan: Plan
    title: str
    steps: Sequence[tuple[str, StepPlan, str]]
    """Title, letters, what is to be known of it."""
    picture: Markup


@get("/campaigns/{name:str}/plan")
def plan(request: Asked, name: FromPath[str]) -> Response[str]:
    """Show who would get what, and when, if nobody answered; nothing is written."""
    return _plan(visits.of(request), name)


@post("/campaigns/{name:str}/start")
def start(request: Asked, name: FromPath[str]) -> Response[str]:
    """Enrol the audience; above the office's limit an administrator types the count."""
    visit, form = visits.of(request), forms.of(request)
    definition = definitions.load(visit.app.folder, name)
    try:
        with visit.app.store.transaction() as session:
            added = audience.start(
                session,
                definition,
                audience.of(session, visit.app.folder, definition.file.audience),
                settings=visit.app.settings,
                typed=form.number("count"),
                act=visit.act(),
            )
    except OutreachError as error:
        return _plan(visit, name, visit.told(error))
    return visit.to(f"/campaigns/{name}", N_("Contacts enrolled: {count}."), count=added)


@post("/campaigns/{name:str}/pause")
def pause(request: Asked, name: FromPath[str]) -> Response[str]:
    """Let a campaign rest with its batches."""
    visit = visits.of(request)
    try:
        with visit.app.store.transaction() as session:
            halting.pause(session, enrolments.require_started(session, name), visit.act())
    except OutreachError as error:
        return _plan(visit, name, visit.told(error))
    return visit.to(f"/campaigns/{name}", N_("The campaign rests: nothing of it leaves."))


@post("/campaigns/{name:str}/resume")
def resume(request: Asked, name: FromPath[str]) -> Response[str]:
    """Let a paused campaign go on."""
    visit = visits.of(request)
    try:
        with visit.app.store.transaction() as session:
            halting.resume(session, enrolments.require_started(session, name), visit.act())
    except OutreachError as error:
        return _plan(visit, name, visit.told(error))
    return visit.to(f"/campaigns/{name}", N_("The campaign goes on."))


def _plan(visit: Visit, name: str, trouble: str = "") -> Response[str]:
    definition = definitions.load(visit.app.folder, name)
    today = visit.today
    with visit.app.store.reading() as session:
        row = enrolments.find(session, name)
        audience = ""
        if row is None or row.started_at is None:
            audience = str(segments.load(visit.app.folder, definition.file.audience).condition)
        found = visit.memory.of(
            session,
            ("plan", name, definition.sha256, audience, today),
            lambda: forecast.of(
                session,
                definition,
                visit.app.folder,
                settings=visit.app.settings,
                today=today,
                until=planning.default_until(today),
            ),
        )
    status = HTTPStatus.CONFLICT if trouble else HTTPStatus.OK
    return visit.page(
        "plan.html",
        status,
        name=name,
        title=definition.file.title.in_(visit.language),
        state=row.state if row else "draft",
        found=found,
        ahead=ahead(visit, definition, found),
        limit=visit.app.settings.sending.max_recipients,
        trouble=trouble,
    )


def ahead(visit: Visit, definition: Definition, found: Plan) -> Ahead:
    """Return a plan in the reader's words, with its picture."""
    return Ahead(
        plan=found,
        title=definition.file.title.in_(visit.language),
        steps=[
            (
                step.title.in_(visit.language),
                found.steps[step.name],
                plans.remark(
                    definition,
                    step.name,
                    visit.text,
                    unwritten=found.steps[step.name].unwritten,
                ),
            )
            for step in definition.file.steps
        ],
        picture=plans.picture(
            definition,
            found,
            language=visit.language,
            text=visit.text,
            number=visit.words.number,
            month=visit.words.month,
        ),
    )


def has_started(session: Session, name: str) -> bool:
    """Say whether a campaign's audience is enrolled."""
    row = enrolments.find(session, name)
    return row is not None and row.started_at is not None
