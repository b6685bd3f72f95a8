"""The campaigns, how each stands, and who got what."""

from dataclasses import dataclass
from typing import Any

from litestar import Request, get
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.response import Template
from markupsafe import Markup
from sqlalchemy.orm import Session

from outreach.app import App
from outreach.campaigns import definition as definitions
from outreach.campaigns import enrolments
from outreach.campaigns.definition import Definition
from outreach.clock import local_date
from outreach.errors import N_
from outreach.pictures import bars
from outreach.reports import figures
from outreach.reports.figures import CampaignStatus, Fate
from outreach.words import LANGUAGES, Words, translator

PAGE = 100
FATES: tuple[tuple[Fate, str], ...] = (
    (Fate.SENT, N_("sent")),
    (Fate.WAITING, N_("waiting")),
    (Fate.PERHAPS, N_("perhaps")),
    (Fate.FAILED, N_("failed")),
    (Fate.LEFT_OUT, N_("left-out")),
)

Asked = Request[object, object, State]


@dataclass(frozen=True, slots=True)
class Shown:
    """One campaign as the pages show it."""

    name: str
    title: str
    state: str
    status: CampaignStatus | None


@get("/", sync_to_thread=True)
def home(request: Asked, state: State) -> Template:
    """Show every campaign: where it stands, and what it promised."""
    office: App = state.office
    words = words_of(request)
    with office.store.reading() as session:
        shown = [_shown(office, session, name, words) for name in definitions.names(office.folder)]
    return page(request, "home.html", campaigns=shown)


@get("/campaigns/{name:str}", sync_to_thread=True)
def campaign(request: Asked, state: State, name: str) -> Template:
    """Show one campaign in figures, each with its picture and its table."""
    office: App = state.office
    _definition(office, name)
    with office.store.reading() as session:
        shown = _shown(office, session, name, words_of(request))
    return page(request, "campaign.html", campaign=shown)


@get("/campaigns/{name:str}/who", sync_to_thread=True)
def who(
    request: Asked, state: State, name: str, *, step: str = "", fate: str = "", number: int = 1
) -> Template:
    """Show who got what, a hundred to a page."""
    office: App = state.office
    definition = _definition(office, name)
    steps = [each.name for each in definition.file.steps]
    known = {each.value for each, _ in FATES}
    if (step and step not in steps) or (fate and fate not in known):
        raise NotFoundException
    with office.store.reading() as session:
        row = enrolments.find(session, name)
        lines = (
            list(figures.who(session, row, step=step or None, fate=Fate(fate) if fate else None))
            if row
            else []
        )
    last = max(1, -(-len(lines) // PAGE))
    number = min(max(1, number), last)
    return page(
        request,
        "who.html",
        name=name,
        title=definition.file.title.in_(words_of(request).written),
        steps=steps,
        step=step,
        fate=fate,
        lines=lines[(number - 1) * PAGE : number * PAGE],
        total=len(lines),
        number=number,
        last=last,
    )


def page(request: Asked, template: str, **values: Any) -> Template:  # noqa: ANN401  # whatever the template shows
    """Return a page in the reader's language."""
    words = words_of(request)
    office: App = request.app.state.office
    zone = office.settings.zone
    return Template(
        template,
        context={
            "_": words.gettext,
            "lang": words.language,
            "languages": LANGUAGES,
            "office": office.settings.office.name.in_(words.written),
            "day": words.day,
            "moment": lambda value: words.moment(value, zone),
            "figure": words.number,
            "fates": FATES,
            "bar": lambda step: Markup(bar(step, words)),  # noqa: S704  # escaped by pictures.bars
            "path": request.url.path,
        }
        | values,
    )


def words_of(request: Asked) -> Words:
    """Return the words to speak: those asked for, else the browser's, else the office's."""
    office: App = request.app.state.office
    wished = [request.query_params.get("lang", "")]
    header = request.headers.get("accept-language", "")
    wished += [part.partition(";")[0].strip()[:2].lower() for part in header.split(",")]
    for language in LANGUAGES:
        if wished[0] == language:
            return translator(language)
    for wish in wished[1:]:
        for language in LANGUAGES:
            if wish == language:
                return translator(language)
    return translator(office.settings.office.ui_language)


def _definition(office: App, name: str) -> Definition:
    if name not in definitions.names(office.folder):
        raise NotFoundException
    return definitions.load(office.folder, name)


def _shown(office: App, session: Session, name: str, words: Words) -> Shown:
    definition = _definition(office, name)
    row = enrolments.find(session, name)
    today = local_date(office.clock(), office.settings.zone)
    return Shown(
        name=name,
        title=definition.file.title.in_(words.written),
        state=row.state if row else "draft",
        status=figures.status(session, row, today) if row else None,
    )


def bar(step: figures.StepStatus, words: Words) -> str:
    """Return the picture of a step: how its letters fared."""
    parts = [
        bars.Part(words.gettext(message), step.fates[fate.value], fate.value)
        for fate, message in FATES
    ]
    parts.append(bars.Part(words.gettext(N_("still to write to")), step.due, "due"))
    return bars.stacked(parts, step.name)
