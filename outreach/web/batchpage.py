"""The page of a batch and the list of them: what both sides of the signature share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus

from litestar import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns import definition as definitions
from outreach.campaigns import enrolments
from outreach.contacts import segments
from outreach.dispatch import batches, preapprovals, revisions, sequels, settling, typical, warnings
from outreach.dispatch.batches import Summary
from outreach.dispatch.models import AcceptedWarning, Batch, Delivery
from outreach.dispatch.settling import Doubt
from outreach.dispatch.states import BatchState
from outreach.dispatch.warnings import Line
from outreach.errors import N_, OutreachError, Phrase
from outreach.journal import Act
from outreach.letters.checklist import CHECKS
from outreach.reports import agenda, history
from outreach.web import works
from outreach.web.visit import Asked, Visit

SHEETS = ("L7163", "L7160", "L7165", "DL")
STAGES = (
    (N_("Prepared"), {*BatchState} - {BatchState.CANCELLED}),
    (N_("Submitted"), {*BatchState} - {BatchState.DRAFT, BatchState.CANCELLED}),
    (
        N_("Approved"),
        {BatchState.APPROVED, BatchState.SIGNED, BatchState.SENDING, BatchState.DONE},
    ),
    (N_("Signed"), {BatchState.SIGNED, BatchState.SENDING, BatchState.DONE}),
    (N_("Sent"), {BatchState.DONE}),
)


HOWS = {"changed": N_("changed"), "new": N_("new"), "gone": N_("no longer there")}
"""What became of a part of the letters since the last approval."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the last check of a batch found."""

    lines: list[Line]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """A step whose letters can be prepared."""

    campaign: str
    step: str
    title: str
    count: int


def show_all(visit: Visit, trouble: str = "") -> Response[str]:
    """Return the list of batches, with why something was refused."""
    with visit.app.store.reading() as session:
        found = visit.memory.of(session, "batches", lambda: batches.summaries(session))
        due = visit.memory.of(
            session, ("due", visit.today, visit.language), lambda: list(_due(visit, session))
        )
    status = HTTPStatus.CONFLICT if trouble else HTTPStatus.OK
    return visit.page(
        "batches.html",
        status,
        found=found,
        titles={one.batch.id: _title(visit, one) for one in found},
        due=due,
        segments=lists(visit),
        trouble=trouble,
    )


def _due(visit: Visit, session: Session) -> Sequence[Due]:
    """Return the steps for which somebody is due today."""
    found: list[Due] = []
    for name in definitions.names(visit.app.folder):
        try:
            definition = definitions.load(visit.app.folder, name)
        except OutreachError:
            continue  # the page of campaigns says what is wrong with its file
        campaign = enrolments.find(session, name)
        if campaign is None:
            continue
        counts = enrolments.due(session, campaign, visit.today)
        found += [
            Due(name, step.name, step.title.in_(visit.language), counts[step.name])
            for step in definition.file.steps
            if counts.get(step.name) and step.letters
        ]
    return found


def show(request: Asked, visit: Visit, batch: int, trouble: str = "") -> Response[str]:
    """Return the page of a batch, with why something was refused."""
    checked = checks_of(request).get(batch)
    with visit.app.store.reading() as session:
        found = batches.find(session, batch)
        (counted,) = visit.memory.of(
            session, ("batch", batch), lambda: batches.summaries(session, batch=batch)
        )
        summary = replace(counted, batch=found)
        doubts: Sequence[Doubt] = settling.doubts(session, summary.batch)
        accepted: Sequence[AcceptedWarning] = warnings.accepted(session, summary.batch)
        if checked:
            warnings.mark(session, summary.batch, checked.lines)
        samples = typical.three(session, summary.batch)
        story = history.of_batch(session, batch)
        granted = preapprovals.of_batch(session, batch)
        submitted = summary.batch.state == BatchState.SUBMITTED.value
        changed = revisions.since(session, summary.batch) if submitted else None
        paper = visit.memory.of(
            session, ("paper", batch), lambda: has_paper(session, summary.batch)
        )
        parent = sequels.of(session, summary.batch)
    row = summary.batch
    folder = visit.app.print_folder(batch)
    status = HTTPStatus.CONFLICT if trouble else HTTPStatus.OK
    state = BatchState(row.state)
    return visit.page(
        "batch.html",
        status,
        granted=granted,
        summary=summary,
        row=row,
        title=_title(visit, summary),
        stages=[(name, state in reached) for name, reached in STAGES],
        checked=checked,
        checks=CHECKS,
        accepted=accepted,
        doubts=doubts,
        samples=samples,
        story=story,
        changed=changed,
        hows=HOWS,
        printed=sorted(path.name for path in folder.glob("impression*.pdf")),
        sheets=SHEETS,
        has_paper=paper,
        parent=parent,
        is_signed=is_signed(row),
        going=works.of(request).going(_key(batch)),
        own_batch=row.submitted_by == visit.actor,
        trouble=trouble,
    )


def do(
    request: Asked, visit: Visit, batch: int, act: Callable[[Session, Act], object], said: str
) -> Response[str]:
    """Act on a batch in one transaction and show it again, with what was done or refused."""
    try:
        with visit.app.store.transaction() as session:
            act(session, visit.act())
    except OutreachError as error:
        return show(request, visit, batch, visit.told(error))
    return visit.to(f"/batches/{batch}", said)


def begin(request: Asked, visit: Visit, batch: int, title: str, job: works.Job) -> Response[str]:
    """Begin a long work on a batch; a second one at the same time is refused."""
    try:
        return works.begin(
            request,
            visit,
            _key(batch),
            title=Phrase(title, {"batch": str(batch)}),
            place=f"/batches/{batch}",
            job=job,
        )
    except works.AlreadyGoingError as error:
        return show(request, visit, batch, visit.told(error))


def has_paper(session: Session, batch: Batch) -> bool:
    """Say whether letters of a batch go by post."""
    query = select(Delivery.id).where(Delivery.batch_id == batch.id, Delivery.channel == "post")
    return session.scalars(query.limit(1)).first() is not None


def is_signed(batch: Batch) -> bool:
    """Say whether letters of a batch may have left."""
    return BatchState(batch.state) in sequels.SIGNED


def lists(visit: Visit) -> list[tuple[str, str]]:
    """Return the recipient lists, by their title; one whose file is broken is told elsewhere."""
    found: list[tuple[str, str]] = []
    for name in segments.names(visit.app.folder):
        try:
            title = segments.load(visit.app.folder, name).title.in_(visit.language)
        except OutreachError:
            continue
        found.append((name, title))
    return sorted(found, key=lambda one: one[1])


def _key(batch: int) -> str:
    return f"batch-{batch}"


def checks_of(request: Asked) -> dict[int, Checked]:
    """Return what the last check of each batch found, as long as this process lives."""
    known: dict[int, Checked] = request.app.state.checked
    return known


def _title(visit: Visit, summary: Summary) -> str:
    try:
        definition = definitions.load(visit.app.folder, summary.campaign)
    except OutreachError:
        return summary.step
    return agenda.title(definition, summary.step, visit.language)
