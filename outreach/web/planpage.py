"""The page of a campaign's form: the form as it stands, beside it the plan that it makes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from litestar import Response
from sqlalchemy.orm import Session

from outreach.campaigns import definition as definitions
from outreach.campaigns import planning, versions
from outreach.campaigns.definition import CampaignFile, Definition, StepDefinition
from outreach.contacts import segments
from outreach.contacts.models import Kind
from outreach.contacts.segments import Segment
from outreach.dispatch import forecast, replanning
from outreach.errors import N_, OutreachError
from outreach.inbox import outcomes
from outreach.inbox.models import Outcome
from outreach.letters.catalogue import Catalogue
from outreach.settings import Bilingual
from outreach.web import criteria, plans
from outreach.web import segments as audiences
from outreach.web.planforms import OWN, Draft, facts_of
from outreach.web.planmaking import Maker, Troubles
from outreach.web.visit import Visit

NEW = "new"
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
    opened: str = ""
    """The step in which a button was pressed."""
    changes: Sequence[tuple[str, str]] = ()
    """The lines that would change in a text that somebody wrote meanwhile."""


def require_sound(name: str, file: CampaignFile) -> None:
    """Refuse a plan whose parts do not fit together, whoever wrote them."""
    definitions.check(file, f"{definitions.FOLDER}/{name}.toml")
    outcomes.check(file)


def segment_of(visit: Visit, draft: Draft) -> Segment:
    """Return whom a draft writes to. Raises UnknownSegmentError, RuleValueError."""
    if draft.audience == OWN:
        return Segment("", Bilingual(fr="", es=""), criteria.condition(draft.tree))
    return segments.load(visit.app.folder, draft.audience)


def base_of(visit: Visit, name: str) -> tuple[CampaignFile | None, set[str]]:
    """Return the file that a form changes, and the steps that stay as they are."""
    if not name:
        return None, set()
    with visit.app.store.reading() as session:
        fixed = replanning.fixed(session, name)
    return definitions.load(visit.app.folder, name).file, fixed


def show(visit: Visit, page: Page, draft: Draft) -> Response[str]:
    """Return the form, beside it the plan that it makes as far as it is filled in."""
    folder, name = visit.app.folder, page.name
    base, fixed = base_of(visit, name)
    letters, lists = Catalogue(folder).names(), _lists(visit)
    file = Maker(base, letters, fixed).make(draft)
    trouble, plan, counted = page.trouble, None, None
    with visit.app.store.reading() as session:
        started = plans.has_started(session, name)
        rules = audiences.rules_of(visit, session, draft.tree)
        try:
            if draft.audience:
                segment = segment_of(visit, draft)
                counted = audiences.counts_of(visit, session, segment)
                if file is not None:
                    plan = _ahead(visit, session, name or NEW, file, segment)
        except OutreachError as error:
            trouble = trouble or visit.told(error)
    wrong = bool(page.trouble)
    return visit.page(
        "campaign-form.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        name=name,
        place=f"/campaigns/{name}/edit" if name else "/campaigns/new",
        draft=draft,
        own=OWN,
        **rules,
        seen=page.seen,
        base={step.name: step for step in base.steps} if base else {},
        events=base.events if base else {},
        dated={way for way, fact in facts_of(base.facts) if isinstance(fact, date)} if base else (),
        fixed=fixed,
        opened=_opened(page, draft, base),
        dues=_dues(visit, base),
        started=started,
        letters=letters,
        lists=lists,
        counted=counted,
        plan=plan,
        trouble=trouble,
        troubles=page.troubles or {},
        wrong_facts=any(place.startswith("fact:") for place in page.troubles or {}),
        changes=page.changes,
        versions=versions.versions(folder, name) if name else (),
        audience=dict(lists).get(draft.audience, draft.audience),
        step_kinds=[(key, visit.word(shown)) for key, shown in KINDS.items()],
        ways=[(key, visit.word(shown)) for key, shown in WAYS.items()],
        outcomes=_outcomes(),
        kinds=list(Kind),
    )


def _opened(page: Page, draft: Draft, base: CampaignFile | None) -> set[str]:
    """Return the steps to show whole: new ones, the one at hand, those with something to mend."""
    known = {step.name for step in base.steps} if base else set()
    wrong = {place.partition(":")[2].rpartition(".")[0] for place in page.troubles or {}}
    wrong |= {place.partition(":")[2] for place in page.troubles or {}}
    return {step.key for step in draft.steps} & (wrong | {page.opened}) | {
        step.key for step in draft.steps if step.key not in known
    }


def _dues(visit: Visit, base: CampaignFile | None) -> dict[str, str]:
    """Return when each step leaves, as the file has it."""
    return {step.name: _due(visit, base, step) for step in base.steps} if base else {}


def _due(visit: Visit, file: CampaignFile, step: StepDefinition) -> str:
    if step.on is not None:
        return visit.words.day(step.on)
    if step.event is not None:
        return visit.words.day(file.events[step.event.name].on)
    days = {"days": step.follows.days if step.follows else 0}
    working = step.follows is not None and step.follows.working
    if step.after is not None:
        titles = {each.name: each.title.in_(visit.language) for each in file.steps}
        after = (
            N_("after {step}, working days: {days}")
            if working
            else N_("after {step}, days: {days}")
        )
        return visit.text(after, step=titles.get(step.after.step, step.after.step), **days)
    outcome = step.on_outcome.outcome if step.on_outcome else ""
    if outcome in HAPPENINGS:
        once = (
            N_("once {what}, working days: {days}") if working else N_("once {what}, days: {days}")
        )
        return visit.text(once, what=visit.text(HAPPENINGS[outcome]), **days)
    reply = (
        N_("after the reply “{outcome}”, working days: {days}")
        if working
        else N_("after the reply “{outcome}”, days: {days}")
    )
    return visit.text(reply, outcome=visit.word(outcome), **days)


def _ahead(
    visit: Visit, session: Session, name: str, file: CampaignFile, segment: Segment
) -> plans.Ahead:
    """Return the plan of a draft, played ahead over whom it writes to."""
    require_sound(name, file)
    definition = Definition(office=visit.app.folder, name=name, sha256="", file=file)
    today = visit.today
    found = visit.memory.of(
        session,
        ("draft", name, str(file), str(segment.condition), today),
        lambda: forecast.of(
            session,
            definition,
            visit.app.folder,
            settings=visit.app.settings,
            today=today,
            until=planning.default_until(today),
            segment=segment,
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
