"""Letters that left beside the program, written down on a page so that they count, and taken back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from litestar import Response
from litestar.params import FromPath
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns import definition as definitions
from outreach.contacts import directory, segments
from outreach.contacts.directory import UnclearContactError
from outreach.contacts.models import Contact, Organisation
from outreach.dispatch import audience, batches, external
from outreach.errors import N_, OutreachError, Phrase
from outreach.web import batchpage, forms
from outreach.web import visit as visits
from outreach.web.forms import Form
from outreach.web.handlers import get, post
from outreach.web.visit import Asked, Visit, day

NOBODY = N_("Say to whom: choose a list, write towns or codes, or bring a file.")
UNCLEAR = N_("Some lines name nobody, or more than one. Mend them first.")
DONE = N_("Recorded letters: {count}. They had it already: {known}.")
MANY = N_("More than {most} lines are names: bring a table with codes instead.")
CHUNK, SHOWN, FOUND = 900, 40, 8
MOST_NAMES = 100
"""Lines that are looked up by name; a longer list comes with codes."""


@dataclass(frozen=True, slots=True)
class Recipients:
    """Whom a form means."""

    contacts: Sequence[tuple[str, str]] = ()
    """Code and organisation, each once."""
    unclear: Sequence[Phrase | OutreachError] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What is filled in."""

    step: str = ""
    on: str = ""
    number: str = ""
    note: str = ""
    segment: str = ""
    lines: Sequence[str] = field(default=())
    sought: str = ""


@get("/campaigns/{name:str}/outside")
def show(request: Asked, name: FromPath[str]) -> Response[str]:
    """Show the form, and what was recorded before."""
    visit = visits.of(request)
    step = request.query_params.get("step", "")
    return _show(visit, name, Draft(step=step, on=visit.today.isoformat()))


@post("/campaigns/{name:str}/outside")
def record(request: Asked, name: FromPath[str]) -> Response[str]:
    """Look up whom the form means, add one who was found, or write the letters down."""
    visit, form = visits.of(request), forms.of(request)
    definition = definitions.load(visit.app.folder, name)
    try:
        draft = _draft(form)
    except OutreachError as error:
        return _show(visit, name, _plain(form), visit.told(error))
    if not form.has("record"):
        return _show(visit, name, draft)
    try:
        on = day(draft.on)
        with visit.app.store.transaction() as session:
            whom = _recipients(visit, session, draft)
            if whom.unclear or not whom.contacts:
                told = visit.text(UNCLEAR if whom.unclear else NOBODY)
                return _show(visit, name, draft, told)
            done = external.record(
                session,
                definition,
                draft.step,
                [code for code, _ in whom.contacts],
                number=draft.number or None,
                on=on,
                settings=visit.app.settings,
                note=draft.note,
                source=visit.text(N_("The list")),
                act=visit.act(),
            )
    except OutreachError as error:
        return _show(visit, name, draft, visit.told(error))
    place = f"/campaigns/{name}/outside"
    return visit.to(place, DONE, count=done.recorded, known=done.known)


@post("/campaigns/{name:str}/outside/{batch:int}/undo")
def undo(request: Asked, name: FromPath[str], batch: FromPath[int]) -> Response[str]:
    """Take back what was recorded by mistake."""
    visit = visits.of(request)
    definition = definitions.load(visit.app.folder, name)
    try:
        with visit.app.store.transaction() as session:
            found = batches.find(session, batch)
            if batches.campaign_of(session, found)[0] != name:
                raise batches.UnknownBatchError(batch=batch)
            count = external.undo(
                session, found, definition, settings=visit.app.settings, act=visit.act()
            )
    except OutreachError as error:
        return _show(visit, name, Draft(on=visit.today.isoformat()), visit.told(error))
    place = f"/campaigns/{name}/outside"
    return visit.to(place, N_("Taken back. Letters: {count}."), count=count)


def _plain(form: Form) -> Draft:
    texts = {name: form.text(name) for name in ("step", "on", "number", "note", "segment")}
    lines = [each.strip() for each in form.text("contacts").splitlines() if each.strip()]
    return Draft(**texts, lines=lines, sought=form.text("q"))


def _draft(form: Form) -> Draft:
    """Return the form with the codes of its file, and of who was added, among the lines.

    Raises UnreadableListError, RecordListError.
    """
    draft = _plain(form)
    more = [form.text("add")] if form.text("add") else []
    if (file := form.file("file")) is not None:
        try:
            text = file.data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise external.UnreadableListError(path=file.name) from error
        more += external.codes_of(text, file.name)
    return Draft(
        step=draft.step,
        on=draft.on,
        number=draft.number,
        note=draft.note,
        segment=draft.segment,
        lines=list(dict.fromkeys([*draft.lines, *more])),
        sought="" if form.text("add") else draft.sought,
    )


def _recipients(visit: Visit, session: Session, draft: Draft) -> Recipients:
    """Return whom a list and lines mean: codes are looked up together, names one by one."""
    ids: list[int] = []
    if draft.segment:
        segments.load(visit.app.folder, draft.segment)
        ids += audience.of(session, visit.app.folder, draft.segment).ids
    codes: dict[str, int] = {}
    written = [*draft.lines, *(line.upper() for line in draft.lines)]
    for start in range(0, len(written), CHUNK):
        part = written[start : start + CHUNK]
        for code, id_ in session.execute(
            select(Contact.code, Contact.id).where(Contact.code.in_(part))
        ):
            codes[code.upper()] = id_
    unclear: list[Phrase | OutreachError] = []
    names = [line for line in draft.lines if line.upper() not in codes]
    for line in names[:MOST_NAMES]:
        try:
            codes[line.upper()] = directory.named(session, line).id
        except UnclearContactError as error:
            unclear.append(error)
    if len(names) > MOST_NAMES:
        unclear.insert(0, Phrase(MANY, {"most": MOST_NAMES}))
    found = (codes.get(line.upper()) for line in draft.lines)
    ids = list(dict.fromkeys([*ids, *(each for each in found if each is not None)]))
    return Recipients(_names(session, ids), unclear)


def _names(session: Session, ids: Sequence[int]) -> Sequence[tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    for start in range(0, len(ids), CHUNK):
        for id_, code, name in session.execute(
            select(Contact.id, Contact.code, Organisation.name)
            .join(Organisation, Organisation.id == Contact.organisation_id)
            .where(Contact.id.in_(ids[start : start + CHUNK]))
        ):
            found[id_] = (code, name)
    return [found[id_] for id_ in ids]


def _show(visit: Visit, name: str, draft: Draft, trouble: str = "") -> Response[str]:
    definition = definitions.load(visit.app.folder, name)
    with visit.app.store.reading() as session:
        whom = _recipients(visit, session, draft)
        sought = directory.search(session, draft.sought, FOUND) if draft.sought else ()
        recorded = [
            each
            for each in batches.summaries(session, campaign=name)
            if each.batch.origin == "recorded" and each.letters
        ]
    return visit.page(
        "outside.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if trouble else HTTPStatus.OK,
        name=name,
        title=definition.file.title.in_(visit.language),
        steps=[(step.name, step.title.in_(visit.language)) for step in definition.file.steps],
        titles={step.name: step.title.in_(visit.language) for step in definition.file.steps},
        lists=batchpage.lists(visit),
        draft=draft,
        whom=whom,
        most=SHOWN,
        sought=sought,
        recorded=recorded,
        today=visit.today,
        trouble=trouble,
    )
