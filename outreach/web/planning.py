"""Campaigns written on a page: a form beside the plan that it makes, kept as the file it always was."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from litestar import Response
from litestar.params import FromPath
from msgspec import structs

from outreach.campaigns import definition as definitions
from outreach.campaigns import rendering, versions, writing
from outreach.campaigns.definition import CampaignFile, Definition
from outreach.contacts import segments
from outreach.contacts.segments import Condition, Segment
from outreach.dispatch import replanning
from outreach.errors import N_, OutreachError
from outreach.letters.catalogue import Catalogue
from outreach.web import forms, planforms
from outreach.web import segments as audiences
from outreach.web import visit as visits
from outreach.web.forms import Form
from outreach.web.handlers import get, post
from outreach.web.planforms import OWN, Draft
from outreach.web.planmaking import Maker, free_name
from outreach.web.planpage import NEW, Page, base_of, require_sound, segment_of, show
from outreach.web.visit import Asked, Visit

MEND = N_("Mend what is marked; nothing was kept yet.")


class NoRulesError(OutreachError):
    """A campaign to everyone is never meant by leaving the rules empty."""

    message = N_("Choose at least one rule, or a list: without any, everyone would be written to.")


@get("/campaigns/new")
def new(request: Asked) -> Response[str]:
    """Show the form of a new campaign, with one step to fill in."""
    return show(visits.of(request), Page(""), Draft().with_step())


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
    return show(visit, Page(name, versions.digest(text)), draft)


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
        return show(visit, Page(name, page.seen, visit.told(error)), draft)
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
        return show(visit, Page(name, versions.digest(text), visit.told(error)), draft)
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
    if any(form.text(button) for button in audiences.BUTTONS):
        tree = audiences.reworked(form, draft.tree)
        if tree is None:
            return show(visit, Page(name, page.seen, visit.text(audiences.NO_RULE)), draft)
        draft = replace(draft, tree=tree)
    elif form.has("add-step"):
        draft = draft.with_step()
    elif key := form.text("drop"):
        draft = draft.without_step(key)
    elif key := form.text("add-letter"):
        draft, page = draft.with_letter(key), replace(page, opened=key)
    elif place := form.text("drop-letter"):
        key, _, number = place.rpartition(".")
        draft, page = draft.without_letter(key, number), replace(page, opened=key)
    return show(visit, page, draft)


def _keep_form(visit: Visit, page: Page, draft: Draft) -> Response[str]:
    folder = visit.app.folder
    base, fixed = base_of(visit, page.name)
    maker = Maker(base, Catalogue(folder).names(), fixed)
    file = maker.make(draft)
    if file is None:
        page = Page(page.name, page.seen, visit.text(MEND), maker.troubles)
        return show(visit, page, draft)
    name = page.name or name_for(visit, file.title.fr)
    try:
        segment = segment_of(visit, draft)
        if draft.audience == OWN:
            file = structs.replace(file, audience=audiences.name_for(visit, file.title.fr))
        require_sound(name, file)
        if base is None:
            text = rendering.new(file, visit.today)
        else:
            before = versions.text_of(folder, name)
            text = writing.changed(before, file, name)
            if versions.digest(before) != page.seen:
                changes = versions.differences(before, text)
                told = visit.told(versions.ChangedMeanwhileError())
                page = Page(name, versions.digest(before), told, changes=changes)
                return show(visit, page, draft)
        with _kept_list(visit, draft, segment, file):
            _keep(visit, name, text, page.seen if base is not None else None)
    except OutreachError as error:
        return show(visit, Page(page.name, page.seen, visit.told(error)), draft)
    return visit.to(f"/campaigns/{name}/plan", N_("Kept. This is what is to come."))


@contextmanager
def _kept_list(
    visit: Visit, draft: Draft, segment: Segment, file: CampaignFile
) -> Generator[None, None, None]:
    """Keep the rules chosen in the form as a list, as long as the campaign is kept with it."""
    if draft.audience != OWN:
        yield
        return
    if segment.condition == Condition():
        raise NoRulesError
    segments.save(visit.app.folder, file.audience, file.title, segment.condition)
    try:
        yield
    except OutreachError:
        segments.remove(visit.app.folder, file.audience)
        raise


def _keep(visit: Visit, name: str, text: str, seen: str | None) -> None:
    """Write a campaign's file where its state allows it, and let its contacts follow the plan."""
    folder, act = visit.app.folder, visit.act()
    file = writing.read(text, name)
    definition = Definition(office=folder, name=name, sha256=versions.digest(text), file=file)
    with visit.app.store.transaction() as session:
        if seen is not None:
            before = definitions.load(folder, name).file
            replanning.require_allowed(session, name, before, file)
        replanning.follow(session, definition, settings=visit.app.settings, act=act)
        # Last: what is refused here takes everything else back.
        versions.save(folder, name, text, act.at, seen=seen)


def name_for(visit: Visit, title: str) -> str:
    """Return a file's name for a title; a second one gets a figure."""
    return free_name(title, {*definitions.names(visit.app.folder), NEW}, "campagne")
