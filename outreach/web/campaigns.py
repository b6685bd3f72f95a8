"""The campaigns, how each stands, and who got what."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from litestar import Response
from litestar.params import FromPath
from markupsafe import Markup
from sqlalchemy.orm import Session

from outreach.accounts import users
from outreach.campaigns import definition as definitions
from outreach.campaigns import enrolments
from outreach.campaigns.definition import Definition
from outreach.campaigns.models import Campaign, CampaignState, EnrolmentState
from outreach.contacts import segments
from outreach.dispatch import batches, turns
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.pictures import bars
from outreach.reports import agenda, figures, history, lines, outcomes
from outreach.reports import recipients as addressed
from outreach.reports.agenda import Task
from outreach.reports.figures import CampaignStatus, PromiseStatus, StepStatus
from outreach.reports.lines import Fate, Narrow
from outreach.web import visit as visits
from outreach.web.handlers import get
from outreach.web.visit import FATES, Asked, Visit

HISTORY = 100
"""Acts on a page."""
PLACES = {"batch": "/batches/", "promise": "/promises/", "arrival": "/replies/"}
"""Where what an act was done with is shown."""


class UnknownFateError(WrongUseError):
    """The address of a page was made up."""

    message = N_("There are no letters called “{fate}”. Choose from the list.")


@dataclass(frozen=True, slots=True)
class ShownStep:
    """One step: its figures in the order of its picture, and the picture."""

    name: str
    title: str
    status: StepStatus
    parts: list[tuple[str, int]]
    total: int
    bar: Markup


@dataclass(frozen=True, slots=True)
class Shown:
    """One campaign as its card and its page show it."""

    name: str
    title: str
    state: str
    status: CampaignStatus | None = None
    steps: Sequence[ShownStep] = ()
    promises: Sequence[PromiseStatus] = ()
    tasks: Sequence[Task] = ()
    trouble: str = ""
    """Why its file cannot be read."""
    outcomes: Mapping[str, int] = field(default_factory=dict)
    """What its replies meant."""
    without_contact: Sequence[str] = field(default=())
    """Organisations of the audience that nobody can be written to at."""


@get("/campaigns/{name:str}")
def campaign(request: Asked, name: FromPath[str]) -> Response[str]:
    """Show one campaign: each step as a picture and a table, promises, who was left out."""
    visit = visits.of(request)
    definition = definitions.load(visit.app.folder, name)
    with visit.app.store.reading() as session:
        shown = _shown(visit, session, definition, unreached=True)
    return visit.page("campaign.html", campaign=shown)


@get("/campaigns/{name:str}/who")
def who(request: Asked, name: FromPath[str]) -> Response[str]:
    """Show who got what, a hundred to a page."""
    visit = visits.of(request)
    definition = definitions.load(visit.app.folder, name)
    wanted = asked(request, definition)
    with visit.app.store.reading() as session:
        row = enrolments.require_started(session, name)
        question: dict[str, Any] = {
            "step": wanted.step or None,
            "fate": wanted.fate,
            "narrow": wanted.narrow,
        }
        order = visit.memory.of(
            session,
            ("who", row.id, wanted),
            lambda: lines.order_of(session, row, **question),
        )
        number = number_of(request.query_params.get("page", ""))
        found = lines.page(session, row, number, **question, order=order)
    titles = {each.name: each.title.in_(visit.language) for each in definition.file.steps}
    return visit.page(
        "who.html",
        name=name,
        title=definition.file.title.in_(visit.language),
        titles=titles,
        step=wanted.step,
        fate=wanted.fate.value if wanted.fate else "",
        narrow=wanted.narrow,
        found=found,
        pages=pages_of(found.number, found.pages),
    )


@get("/campaigns/{name:str}/recipients")
def recipients(request: Asked, name: FromPath[str]) -> Response[str]:
    """Show whom a campaign writes to, and whom no more and why."""
    visit = visits.of(request)
    state, page = (request.query_params.get(key, "") for key in ("state", "page"))
    state = state if state in set(EnrolmentState) else ""
    definition = definitions.load(visit.app.folder, name)
    with visit.app.store.reading() as session:
        row = enrolments.require_started(session, name)
        found = addressed.page(
            session,
            row,
            number_of(page),
            state=EnrolmentState(state) if state else None,
            size=HISTORY,
        )
    return visit.page(
        "recipients.html",
        name=name,
        title=definition.file.title.in_(visit.language),
        titles={each.name: each.title.in_(visit.language) for each in definition.file.steps},
        states=[each.value for each in EnrolmentState],
        state=state,
        found=found,
        pages=pages_of(found.number, found.pages),
    )


@get("/campaigns/{name:str}/history")
def story(request: Asked, name: FromPath[str]) -> Response[str]:
    """Show who did what in a campaign, the newest first."""
    visit = visits.of(request)
    who, page = request.query_params.get("who", ""), request.query_params.get("page", "")
    definition = definitions.load(visit.app.folder, name)
    with visit.app.store.reading() as session:
        row = enrolments.require_started(session, name)
        people = [user.name for user in users.everyone(session)]
        who = who if who in people else ""
        found = history.of_campaign(session, row, number_of(page), who=who, size=HISTORY)
    return visit.page(
        "campaign-history.html",
        name=name,
        title=definition.file.title.in_(visit.language),
        found=found,
        who=who,
        people=people,
        places=PLACES,
        pages=pages_of(found.number, found.pages),
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which letters an address asks for."""

    step: str
    fate: Fate | None
    narrow: Narrow


def asked(request: Asked, definition: Definition) -> Wanted:
    """Return which letters are asked for. Raises UnknownStepError, UnknownFateError."""
    step, fate = (request.query_params.get(key, "") for key in ("step", "fate"))
    given = {
        key: request.query_params.get(key, "")[:60].replace("\0", "")
        for key in ("reason", "language", "kind", "channel")
    }
    if step:
        definition.step(step)
    if fate and fate not in {each.value for each in Fate}:
        raise UnknownFateError(fate=fate)
    return Wanted(step, Fate(fate) if fate else None, Narrow(**given))


def card(visit: Visit, session: Session, name: str) -> Shown:
    """Return a campaign; one whose file is broken says so and hides no other."""
    try:
        return _shown(visit, session, definitions.load(visit.app.folder, name))
    except OutreachError as error:
        state = CampaignState.DRAFT.value
        return Shown(name=name, title=name, state=state, trouble=visit.told(error))


def _status(
    visit: Visit, session: Session, definition: Definition, row: Campaign
) -> CampaignStatus:
    today = visit.today
    called = turns.answering(session, definition, row, settings=visit.app.settings, today=today)
    return figures.status(session, row, today, called)


def _shown(
    visit: Visit, session: Session, definition: Definition, *, unreached: bool = False
) -> Shown:
    row = enrolments.find(session, definition.name)
    status = None
    if row is not None:
        status = visit.memory.of(
            session,
            ("status", row.id, definition.sha256, visit.today),
            lambda: _status(visit, session, definition, row),
        )
    summaries = visit.memory.of(
        session,
        ("batches", definition.name),
        lambda: batches.summaries(session, campaign=definition.name),
    )
    tasks = agenda.of(definition, status, summaries, visit.today, visit.language)
    nobody: list[str] = []
    if unreached:
        segment = segments.load(visit.app.folder, definition.file.audience)
        nobody = [found.name for found in segments.without_contact(session, segment)]
    promises = status.promises if status else []
    return Shown(
        name=definition.name,
        title=definition.file.title.in_(visit.language),
        state=status.state if status else CampaignState.DRAFT.value,
        status=status,
        steps=_steps(visit, definition, status) if status else (),
        promises=sorted(promises, key=lambda promise: not promise.overdue),
        tasks=tasks,
        outcomes=outcomes.of(session, row) if row else {},
        without_contact=nobody,
    )


def _steps(visit: Visit, definition: Definition, status: CampaignStatus) -> list[ShownStep]:
    """Return the steps; all bars stand for the same whole, so that one sees the letters thin out."""
    figured = [(step, _parts(step)) for step in status.steps]
    whole = max([status.enrolled, *(sum(dict(parts).values()) for _, parts in figured)])
    return [
        ShownStep(
            name=step.name,
            title=(title := agenda.title(definition, step.name, visit.language)),
            status=step,
            parts=parts,
            total=sum(dict(parts).values()),
            bar=_bar(visit, title, f"step-{definition.name}-{step.name}", parts, whole),
        )
        for step, parts in figured
    ]


def _parts(step: StepStatus) -> list[tuple[str, int]]:
    return [(key, step.due if key == "due" else step.fates[key]) for key in FATES]


def _bar(
    visit: Visit, title: str, name: str, parts: Sequence[tuple[str, int]], whole: int
) -> Markup:
    drawn = [
        bars.Part(key, visit.text(FATES[key]), value, visit.words.number(value))
        for key, value in parts
    ]
    told = ", ".join(f"{part.label}: {part.shown}" for part in drawn if part.value)
    return bars.stacked(
        drawn,
        whole=whole,
        name=name,
        title=title,
        description=told or visit.text(N_("No letter yet.")),
    )


def number_of(page: str) -> int:
    """Return the page asked for; the first where that is no number."""
    return int(page) if re.fullmatch("[0-9]{1,6}", page) else 1


def pages_of(number: int, last: int) -> list[int]:
    """Return the pages worth a link: the first, the last, and those around this one; 0 is a gap."""
    near = sorted({1, last, *range(max(1, number - 2), min(last, number + 2) + 1)})
    found: list[int] = []
    for page in near:
        if found and page > found[-1] + 1:
            found.append(0)
        found.append(page)
    return found
