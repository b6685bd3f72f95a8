"""A campaign of another year as this year's: its dates moved, and what a person has to look at."""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from litestar import Response
from litestar.params import FromPath

from outreach.campaigns import copying, versions, writing
from outreach.campaigns.copying import Copy, Shift
from outreach.campaigns.definition import FOLDER, CampaignFile
from outreach.errors import N_, OutreachError
from outreach.settings import Bilingual
from outreach.web import forms, planning
from outreach.web import visit as visits
from outreach.web.handlers import get, post
from outreach.web.planforms import line
from outreach.web.planmaking import TITLES
from outreach.web.visit import Asked, Visit, day

ORIGIN = "# Made from {folder}/{name}.toml on {day}, its dates moved to the new year.\n"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form asks for."""

    title_fr: str
    title_es: str
    first: str
    """The new first day; empty where the campaign has no dates."""


@get("/campaigns/{name:str}/copy")
def show(request: Asked, name: FromPath[str]) -> Response[str]:
    """Show a campaign as it would be a year later."""
    visit = visits.of(request)
    file = writing.read(versions.text_of(visit.app.folder, name), name)
    first, shift = copying.first_day(file), _next_year(file, visit.today)
    wanted = Wanted(
        title_fr=copying.renamed(file.title.fr, shift),
        title_es=copying.renamed(file.title.es, shift),
        first=shift.of(first).isoformat() if first else "",
    )
    return _show(visit, name, file, wanted)


@post("/campaigns/{name:str}/copy")
def copy(request: Asked, name: FromPath[str]) -> Response[str]:
    """Look at the moved dates, or make the new campaign."""
    visit, form = visits.of(request), forms.of(request)
    text = versions.text_of(visit.app.folder, name)
    file = writing.read(text, name)
    wanted = Wanted(line(form.text("title_fr")), line(form.text("title_es")), form.text("first"))
    if not form.has("keep"):
        return _show(visit, name, file, wanted)
    if not wanted.title_fr or not wanted.title_es:
        return _show(visit, name, file, wanted, visit.text(TITLES))
    try:
        made = _copy(file, wanted)
        fresh = planning.name_for(visit, wanted.title_fr)
        origin = ORIGIN.format(folder=FOLDER, name=name, day=visit.today.isoformat())
        changed = origin + writing.changed(text, made.file, name)
        versions.save(visit.app.folder, fresh, changed, visit.app.clock(), seen=None)
    except OutreachError as error:
        return _show(visit, name, file, wanted, visit.told(error))
    return visit.to(
        f"/campaigns/{fresh}/edit", N_("The new campaign is there. Look through its steps.")
    )


def _copy(file: CampaignFile, wanted: Wanted) -> Copy:
    title = Bilingual(fr=wanted.title_fr, es=wanted.title_es)
    if copying.first_day(file) is None:
        return copying.moved(file, Shift(), title)
    return copying.moved(file, copying.shift_to(file, day(wanted.first)), title)


def _next_year(file: CampaignFile, today: date) -> Shift:
    """Return by how many years a campaign moves so that its first day is still to come."""
    first = copying.first_day(file)
    if first is None:
        return Shift(years=1)
    years = max(1, today.year - first.year)
    return Shift(years=years if Shift(years=years).of(first) >= today or years == 1 else years + 1)


def _show(
    visit: Visit, name: str, file: CampaignFile, wanted: Wanted, trouble: str = ""
) -> Response[str]:
    made: Copy | None = None
    try:
        made = _copy(file, wanted)
    except OutreachError as error:
        trouble = trouble or visit.told(error)
    past = [each.after for each in made.moved if each.after < visit.today] if made else []
    return visit.page(
        "campaign-copy.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if trouble else HTTPStatus.OK,
        name=name,
        file=file,
        wanted=wanted,
        copy=made,
        past=bool(past),
        titles={step.name: step.title.in_(visit.language) for step in file.steps},
        trouble=trouble,
    )
