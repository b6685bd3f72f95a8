"""Recipient lists: whom we mean, put together from rules, counted as one goes, kept under a name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from litestar import Response
from litestar.params import FromPath
from sqlalchemy.orm import Session

from outreach.contacts import choices, directory, explanation, segments
from outreach.contacts.models import Contact
from outreach.contacts.recognition import normalised
from outreach.contacts.segments import Segment
from outreach.errors import N_, OutreachError
from outreach.settings import Bilingual
from outreach.web import criteria, forms, ruleoptions
from outreach.web import visit as visits
from outreach.web.criteria import Group, Rule
from outreach.web.forms import Form
from outreach.web.handlers import get, post
from outreach.web.visit import Asked, Visit

PLACE = "/contacts/lists"
SAMPLE = 12
BUTTONS = ("remove", "add", "group")
"""On the rules; each says at which place."""
NO_RULE = N_("Choose first what the rule is about.")
UNTITLED = N_("Give the list a title, in French or in Spanish.")
IN_USE = N_("This list is whom a campaign writes to, so it stays: {campaigns}.")


@dataclass(frozen=True, slots=True)
class Draft:
    """A list as it stands in the form."""

    title_fr: str = ""
    title_es: str = ""
    tree: Group = field(default_factory=Group)
    asked: str = ""
    """Of whom one wants to know why they are in the list or not."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Whom a list holds."""

    counts: Mapping[tuple[str, str], int]
    sample: Sequence[Contact]
    nobody: int
    """Organisations of the list without anyone to write to."""
    asked: Contact | None = None
    lines: Sequence[explanation.Line] = ()

    @property
    def total(self) -> int:
        """How many contacts."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Kept:
    """One saved list as the overview shows it."""

    name: str
    title: str
    total: int = 0
    used_by: Sequence[str] = ()
    trouble: str = ""


@get("/contacts/lists")
def all_(request: Asked) -> Response[str]:
    """Show the recipient lists of the office."""
    visit = visits.of(request)
    users = _used_by(visit)
    with visit.app.store.reading() as session:
        kept = [_kept(visit, session, name, users) for name in segments.names(visit.app.folder)]
    return visit.page("lists.html", kept=kept)


@get("/contacts/lists/new")
def new(request: Asked) -> Response[str]:
    """Show an empty form for a list."""
    return _show(visits.of(request), "", Draft())


@get("/contacts/lists/{name:str}")
def one(request: Asked, name: FromPath[str]) -> Response[str]:
    """Show a saved list in its form."""
    visit = visits.of(request)
    found = segments.load(visit.app.folder, name)
    tree = criteria.of(found.condition)
    return _show(visit, name, Draft(found.title.fr, found.title.es, tree))


@post("/contacts/lists/new")
def make(request: Asked) -> Response[str]:
    """Change the form of a new list, count it, or keep it."""
    return _work(request, "")


@post("/contacts/lists/{name:str}")
def change(request: Asked, name: FromPath[str]) -> Response[str]:
    """Change the form of a saved list, count it, or keep it."""
    segments.load(visits.of(request).app.folder, name)
    return _work(request, name)


@post("/contacts/lists/{name:str}/remove")
def remove(request: Asked, name: FromPath[str]) -> Response[str]:
    """Take a list away that no campaign uses."""
    visit = visits.of(request)
    if used := _used_by(visit).get(name):
        found = segments.load(visit.app.folder, name)
        draft = Draft(found.title.fr, found.title.es, criteria.of(found.condition))
        return _show(visit, name, draft, visit.text(IN_USE, campaigns=", ".join(used)))
    segments.remove(visit.app.folder, name)
    return visit.to(PLACE, N_("The list is gone. Nobody’s card was touched."))


def _work(request: Asked, name: str) -> Response[str]:
    """Do what the pressed button says; any other way of sending the form counts."""
    visit, form = visits.of(request), forms.of(request)
    draft = _draft(form)
    if any(form.text(button) for button in BUTTONS):
        tree = reworked(form, draft.tree)
        if tree is None:
            return _show(visit, name, draft, visit.text(NO_RULE))
        return _show(visit, name, _with(draft, tree))
    if form.has("keep"):
        return _keep(visit, name, draft)
    return _show(visit, name, draft)


def reworked(form: Form, tree: Group) -> Group | None:
    """Return the rules after a button on them was pressed; None where it is not said which rule."""
    if place := form.text("remove"):
        return criteria.remove(tree, place)
    if place := form.text("add"):
        key = form.text(f"new:{place}")
        return criteria.add(tree, place, Rule(key)) if key in ruleoptions.LABELS else None
    return criteria.add(tree, form.text("group"), Group(criteria.ANY))


def _draft(form: Form) -> Draft:
    return Draft(
        form.text("title_fr"), form.text("title_es"), criteria.read(form.fields), form.text("asked")
    )


def _with(draft: Draft, tree: Group) -> Draft:
    return Draft(draft.title_fr, draft.title_es, tree, draft.asked)


def _keep(visit: Visit, name: str, draft: Draft) -> Response[str]:
    title = Bilingual(fr=draft.title_fr or draft.title_es, es=draft.title_es or draft.title_fr)
    if not title.fr:
        return _show(visit, name, draft, visit.text(UNTITLED))
    folder = visit.app.folder
    try:
        condition = criteria.condition(draft.tree)
        kept = segments.save(
            folder, name or name_for(visit, title.fr), title, condition, replace=bool(name)
        )
    except OutreachError as error:
        return _show(visit, name, draft, visit.told(error))
    with visit.app.store.reading() as session:
        total = sum(segments.counts(session, kept).values())
    return visit.to(
        f"{PLACE}/{kept.name}", N_("Kept. The list holds {count} contacts now."), count=total
    )


def name_for(visit: Visit, title: str) -> str:
    """Return a file's name for a title, such as ``villes-portuaires``; a second one gets a figure."""
    taken = (*segments.names(visit.app.folder), "new")
    plain = normalised(title).replace(" ", "-")[:50].strip("-") or "liste"
    name, number = plain, 2
    while name in taken:
        name, number = f"{plain}-{number}", number + 1
    return name


def _show(visit: Visit, name: str, draft: Draft, trouble: str = "") -> Response[str]:
    """Return the form with whom the list holds as it stands now."""
    counted: Counted | None = None
    with visit.app.store.reading() as session:
        try:
            counted = _count(visit, session, draft)
        except OutreachError as error:
            trouble = trouble or visit.told(error)
        rules = rules_of(visit, session, draft.tree)
    return visit.page(
        "list.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if trouble else HTTPStatus.OK,
        name=name,
        place=f"{PLACE}/{name or 'new'}",
        draft=draft,
        counted=counted,
        **rules,
        used_by=_used_by(visit).get(name, ()),
        countries=ruleoptions.COUNTRIES,
        said=lambda line: ruleoptions.said(visit, line, rules["options"]),
        trouble=trouble,
    )


def rules_of(visit: Visit, session: Session, tree: Group) -> dict[str, Any]:
    """Return what ``rules.html`` needs to show the rules of a list."""
    codes = {value for key, value in _values(tree) if key == "codes"}
    known = choices.names(session, codes) if codes else {}
    return {
        "labels": ruleoptions.LABELS,
        "modes": criteria.MODES,
        "options": {key: ruleoptions.of(visit, session, key) for key in {*_keys(tree)}},
        "known": known,
        "unknown": sorted(codes - known.keys()),
        "one_of": criteria.ONE,
        "numbers": criteria.NUMBERS,
        "days": criteria.DAYS,
    }


def counts_of(visit: Visit, session: Session, segment: Segment) -> Mapping[tuple[str, str], int]:
    """Return how many contacts a list holds, by country and kind, counted once for all who ask."""
    key = ("segment", str(segment.condition))
    return visit.memory.of(session, key, lambda: segments.counts(session, segment))


def _count(visit: Visit, session: Session, draft: Draft) -> Counted:
    """Return whom the draft holds, and why the one asked about is in it or not."""
    segment = Segment("", Bilingual(fr="", es=""), criteria.condition(draft.tree))
    asked = next(iter(directory.search(session, draft.asked, 1)), None) if draft.asked else None
    return Counted(
        counts=counts_of(visit, session, segment),
        sample=segments.sample(session, segment, SAMPLE),
        nobody=visit.memory.of(
            session,
            ("unreached", str(segment.condition)),
            lambda: segments.unreached(session, segment),
        ),
        asked=asked,
        lines=explanation.explain(session, segment, asked) if asked else (),
    )


def _keys(group: Group) -> Sequence[str]:
    return [key for key, _ in _values(group, empty=True)]


def _values(group: Group, *, empty: bool = False) -> Sequence[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for part in group.parts:
        if isinstance(part, Group):
            found += _values(part, empty=empty)
        else:
            found += [(part.key, value) for value in (part.values or ([""] if empty else []))]
    return found


def _used_by(visit: Visit) -> dict[str, list[str]]:
    """Return the titles of the campaigns that write to each list."""
    found: dict[str, list[str]] = {}
    for each in ruleoptions.campaigns(visit):
        found.setdefault(each.file.audience, []).append(each.file.title.in_(visit.language))
    return found


def _kept(visit: Visit, session: Session, name: str, users: Mapping[str, list[str]]) -> Kept:
    """Return a saved list; one whose file is broken says so and hides no other."""
    used = users.get(name, ())
    try:
        found = segments.load(visit.app.folder, name)
        total = sum(counts_of(visit, session, found).values())
    except OutreachError as error:
        return Kept(name=name, title=name, used_by=used, trouble=visit.told(error))
    return Kept(name=name, title=found.title.in_(visit.language), total=total, used_by=used)
