"""Campaigns written on a page: a form beside the plan that it makes, kept as the file it always was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from litestar import Response
from litestar.params import FromPath
from sqlalchemy.orm import Session

from outreach.campaigns import definition as definitions
from outreach.campaigns import planning, versions, writing
from outreach.campaigns.definition import CampaignFile, Definition
from outreach.contacts import segments
from outreach.contacts.models import Kind
from outreach.contacts.recognition import normalised
from outreach.dispatch import forecast, replanning
from outreach.errors import N_, OutreachError
from outreach.inbox import outcomes
from outreach.inbox.models import Outcome
from outreach.letters.catalogue import Catalogue
from outreach.web import forms, planforms, plans
from outreach.web import segments as audiences
from outreach.web import visit as visits
from outreach.web.forms import Form
from outreach.web.handlers import get, post
from outreach.web.planforms import Draft
from outreach.web.planmaking import Maker, Troubles
from outreach.web.visit import Asked, Visit

NEW = "new"
MEND = N_("Mend what is marked; nothing was kept yet.")
HAPPENINGS = {
    "postponed": N_("a promise made to them is put off"),
    "postponed-again": N_("a promise made to them is put off again"),
    "partner-interested": N_("an authority answers that the city interests it"),
}
"""What a step may follow that is no reply of the contact itself."""
KINDS = {
    "plain": N_("a letter"),
    "chaser": N_("a reminder: an answer stops it"),
    "promised": N_("it keeps a promise: an answer puts it before a person"),
}
WAYS = {"": N_("as the office does"), "email": N_("by e-mail first"), "post": N_("by post first")}


@dataclass(frozen=True, slots=True)
class Page:
    """Which campaign a form is about, and the text that it was made from."""

    name: str
    """Empty while it is new."""
    seen: str = ""
    trouble: str = ""
    troubles: Troubles | None = None
    changes: Sequence[tuple[str, str]] = ()
    """The lines that would change in a text that somebody wrote meanwhile."""


@get("/campaigns/new")
def new(request: Asked) -> Response[str]:
    """Show the form of a new campaign, with one step to fill in."""
    return _show(visits.of(request), Page(""), Draft().with_step())


@post("/campaigns/new")
def make(request: Asked) -> Response[str]:
    """Change the form of a new campaign, look at its plan, or keep it."""
    return _work(visits.of(request), forms.of(request), "")


@get("/campaigns/{name:str}/edit")
def edit(request: Asked, name: FromPath[str]) -> Response[str]:
    """Show a campaign in its form."""
    visit = visits.of(request)
    text = versions.text_of(visit.app.folder, name)
    draft = planforms.of(writing.read(text, name))
    return _show(visit, Page(name, versions.digest(text)), draft)


@post("/campaigns/{name:str}/edit")
def change(request: Asked, name: FromPath[str]) -> Response[str]:
    """Change the form of a campaign, look at its plan, or keep it."""
    return _work(visits.of(request), forms.of(request), name)


@post("/campaigns/{name:str}/restore")
def restore(request: Asked, name: FromPath[str]) -> Response[str]:
    """Put an earlier text of the file back; the present one is kept like any other."""
    visit, form = visits.of(request), forms.of(request)
    folder, text = visit.app.folder, versions.text_of(visit.app.folder, name)
    page = Page(name, versions.digest(text))
    try:
        earlier = versions.version(folder, name, _moment(form.text("at")))
        _keep(visit, name, earlier, form.text("seen") or page.seen)
    except OutreachError as error:
        draft = planforms.of(writing.read(text, name))
        return _show(visit, Page(name, page.seen, visit.told(error)), draft)
    return visit.to(f"/campaigns/{name}/edit", N_("The earlier text is back."))


@post("/campaigns/{name:str}/remove")
def remove(request: Asked, name: FromPath[str]) -> Response[str]:
    """Take a campaign away in which nothing was done yet."""
    visit = visits.of(request)
    text = versions.text_of(visit.app.folder, name)
    try:
        with visit.app.store.reading() as session:
            replanning.require_removable(session, name)
        versions.remove(visit.app.folder, name, visit.app.clock())
    except OutreachError as error:
        draft = planforms.of(writing.read(text, name))
        return _show(visit, Page(name, versions.digest(text), visit.told(error)), draft)
    return visit.to("/", N_("The campaign is gone. Nothing of it had left."))


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise versions.UnknownVersionError from error


def _work(visit: Visit, form: Form, name: str) -> Response[str]:
    """Do what the pressed button says; any other way of sending the form shows the plan."""
    draft, page = planforms.read(form), Page(name, form.text("seen"))
    if form.has("keep"):
        return _keep_form(visit, page, draft)
    if form.has("add"):
        draft = draft.with_step()
    elif key := form.text("drop"):
        draft = draft.without_step(key)
    elif key := form.text("add-letter"):
        draft = draft.with_letter(key)
    elif place := form.text("drop-letter"):
        key, _, number = place.rpartition(".")
        draft = draft.without_letter(key, number)
    return _show(visit, page, draft)


def _keep_form(visit: Visit, page: Page, draft: Draft) -> Response[str]:
    folder = visit.app.folder
    base, fixed = _base(visit, page.name)
    maker = Maker(base, Catalogue(folder).names(), fixed)
    file = maker.make(draft)
    if file is None:
        page = Page(page.name, page.seen, visit.text(MEND), maker.troubles)
        return _show(visit, page, draft)
    name = page.name or name_for(visit, file.title.fr)
    try:
        _sound(visit, name, file)
        if base is None:
            text = writing.new(file, visit.today)
        else:
            before = versions.text_of(folder, name)
            text = writing.changed(before, file, name)
            if versions.digest(before) != page.seen:
                changes = versions.differences(before, text)
                told = visit.told(versions.ChangedMeanwhileError())
                page = Page(name, versions.digest(before), told, changes=changes)
                return _show(visit, page, draft)
        _keep(visit, name, text, page.seen if base is not None else None)
    except OutreachError as error:
        return _show(visit, Page(page.name, page.seen, visit.told(error)), draft)
    return visit.to(f"/campaigns/{name}/plan", N_("Kept. This is what is to come."))


def _keep(visit: Visit, name: str, text: str, seen: str | None) -> None:
    """Write a campaign's file where its state allows it, and let its contacts follow the plan."""
    folder, act = visit.app.folder, visit.act()
    with visit.app.store.transaction() as session:
        if seen is not None:
            before = definitions.load(folder, name).file
            replanning.require_allowed(session, name, before, writing.read(text, name))
        versions.save(folder, name, text, act.at, seen=seen)
        definition = definitions.load(folder, name)
        replanning.follow(session, definition, settings=visit.app.settings, act=act)


def _sound(visit: Visit, name: str, file: CampaignFile) -> None:
    """Refuse a plan whose parts do not fit together, whoever wrote them."""
    definitions.check(file, f"{definitions.FOLDER}/{name}.toml")
    outcomes.check(file)
    segments.load(visit.app.folder, file.audience)


def _base(visit: Visit, name: str) -> tuple[CampaignFile | None, set[str]]:
    """Return the file that a form changes, and the steps that stay as they are."""
    if not name:
        return None, set()
    with visit.app.store.reading() as session:
        fixed = replanning.fixed(session, name)
    return definitions.load(visit.app.folder, name).file, fixed


def name_for(visit: Visit, title: str) -> str:
    """Return a file's name for a title; a second one gets a figure."""
    plain = normalised(title).replace(" ", "-")[:50].strip("-") or "campagne"
    taken, name, number = {*definitions.names(visit.app.folder), NEW}, plain, 2
    while name in taken:
        name, number = f"{plain}-{number}", number + 1
    return name


def _show(visit: Visit, page: Page, draft: Draft) -> Response[str]:
    """Return the form, beside it the plan that it makes as far as it is filled in."""
    folder, name = visit.app.folder, page.name
    base, fixed = _base(visit, name)
    letters, lists = Catalogue(folder).names(), _lists(visit)
    file = Maker(base, letters, fixed).make(draft)
    trouble, plan, counted = page.trouble, None, None
    started = False
    with visit.app.store.reading() as session:
        if draft.audience in segments.names(folder):
            counted = audiences.counts_of(visit, session, segments.load(folder, draft.audience))
        if name:
            started = plans.has_started(session, name)
        if file is not None:
            try:
                plan = _ahead(visit, session, name or NEW, file)
            except OutreachError as error:
                trouble = trouble or visit.told(error)
    wrong = bool(page.trouble)
    return visit.page(
        "campaign-form.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        name=name,
        place=f"/campaigns/{name}/edit" if name else "/campaigns/new",
        draft=draft,
        seen=page.seen,
        base={step.name: step for step in base.steps} if base else {},
        events=base.events if base else {},
        fixed=fixed,
        started=started,
        letters=letters,
        lists=lists,
        counted=counted,
        plan=plan,
        trouble=trouble,
        troubles=page.troubles or {},
        changes=page.changes,
        versions=versions.versions(folder, name) if name else (),
        audience=dict(lists).get(draft.audience, draft.audience),
        step_kinds=[(key, visit.word(shown)) for key, shown in KINDS.items()],
        ways=[(key, visit.word(shown)) for key, shown in WAYS.items()],
        outcomes=_outcomes(),
        kinds=list(Kind),
    )


def _ahead(visit: Visit, session: Session, name: str, file: CampaignFile) -> plans.Ahead:
    """Return the plan of a draft, played ahead over whom it writes to."""
    _sound(visit, name, file)
    definition = Definition(office=visit.app.folder, name=name, sha256="", file=file)
    today = visit.today
    found = visit.memory.of(
        session,
        ("draft", name, str(file), str(segments.load(visit.app.folder, file.audience)), today),
        lambda: forecast.of(
            session,
            definition,
            visit.app.folder,
            settings=visit.app.settings,
            today=today,
            until=planning.default_until(today),
        ),
    )
    return plans.ahead(visit, definition, found)


def _lists(visit: Visit) -> list[tuple[str, str]]:
    """Return the recipient lists that can be read, by title."""
    found: list[tuple[str, str]] = []
    for name in segments.names(visit.app.folder):
        try:
            found.append((name, segments.load(visit.app.folder, name).title.in_(visit.language)))
        except OutreachError:
            continue
    return sorted(found, key=lambda each: each[1])


def _outcomes() -> dict[str, str]:
    own = {each.value: each.value for each in Outcome if each is not Outcome.UNJUDGED}
    return own | HAPPENINGS
