"""Who did what, in words: the story of a batch and of a campaign, from the journal alone."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign, Promise, Step
from outreach.dispatch.models import Batch
from outreach.errors import N_, Phrase
from outreach.inbox.models import Arrival
from outreach.journal import Event

OF_BATCHES: dict[tuple[str | None, str | None], str] = {
    ("draft", "submitted"): N_("{batch}: put before a manager"),
    ("submitted", "draft"): N_("{batch}: sent back: {reason}"),
    ("approved", "draft"): N_("{batch}: needs a new approval: {reason}"),
    ("submitted", "approved"): N_("{batch}: approved"),
    ("approved", "signed"): N_("{batch}: signed"),
    ("signed", "sending"): N_("{batch}: the sending began"),
    ("sending", "signed"): N_("{batch}: the sending was taken back"),
    ("sending", "done"): N_("{batch}: everything has left"),
    ("signed", "done"): N_("{batch}: everything has left"),
    ("sending", "paused"): N_("{batch}: paused: {reason}"),
    ("signed", "paused"): N_("{batch}: paused: {reason}"),
    ("paused", "sending"): N_("{batch}: goes on"),
    ("paused", "signed"): N_("{batch}: goes on"),
    ("done", "sending"): N_("{batch}: opened again, for letters that did not leave"),
}
CANCELLED = N_("{batch}: cancelled: {reason}")
VERBS: dict[tuple[str, str], str] = {
    ("batch", "created"): N_("{batch}: prepared"),
    ("batch", "numbered"): N_("{batch}: its letters got their numbers"),
    ("batch", "tested"): N_("{batch}: test letters sent to colleagues"),
    ("campaign", "created"): N_("the campaign was set up"),
    ("campaign", "enrolled"): N_("recipients were enrolled"),
    ("campaign", "replanned"): N_("the plan was changed"),
    ("campaign", "ended"): N_("the campaign was ended: {reason}"),
    ("promise", "created"): N_("promise {number} was made"),
    ("promise", "postponed"): N_("promise {number} was put off to {after}: {reason}"),
    ("arrival", "created"): N_("reply {number} came in"),
    ("arrival", "assigned"): N_("reply {number} was given to {after}"),
    ("arrival", "answered"): N_("reply {number} was answered"),
}
MOVES: dict[tuple[str, str], str] = {
    ("campaign", "running"): N_("the campaign goes on"),
    ("campaign", "paused"): N_("the campaign rests"),
    ("campaign", "stopped"): N_("the campaign was stopped"),
    ("campaign", "finished"): N_("the campaign is finished"),
    ("promise", "kept"): N_("promise {number} was kept: {reason}"),
    ("promise", "withdrawn"): N_("promise {number} was withdrawn: {reason}"),
    ("promise", "open"): N_("promise {number} was opened again"),
    ("arrival", "matched"): N_("reply {number} was placed"),
    ("arrival", "set-aside"): N_("reply {number} was set aside"),
}
BATCH = N_("Batch {number}")


@dataclass(frozen=True, slots=True)
class Told:
    """One act, in words."""

    at: datetime
    actor: str
    what: Phrase
    subject: str
    """Table of the row: ``batch``, ``promise``, ``arrival``, ``campaign``."""
    number: int
    """The row."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the acts, the newest first, and how many there are."""

    acts: list[Told]
    number: int
    pages: int
    total: int


def of_batch(session: Session, number: int) -> list[Told]:
    """Return what people did with a batch, the newest first."""
    rows = session.scalars(
        select(Event)
        .where(Event.subject == "batch", Event.subject_id == number)
        .order_by(Event.id.desc())
    )
    return [told for row in rows if (told := tell(row)) is not None]


def of_campaign(
    session: Session, campaign: Campaign, number: int, *, who: str = "", size: int
) -> Page:
    """Return one page of what was done in a campaign, by everyone or by one person."""
    steps = select(Step.id).where(Step.campaign_id == campaign.id)
    mine = or_(
        and_(Event.subject == "campaign", Event.subject_id == campaign.id),
        and_(
            Event.subject == "batch",
            Event.subject_id.in_(select(Batch.id).where(Batch.step_id.in_(steps))),
        ),
        and_(
            Event.subject == "promise",
            Event.subject_id.in_(
                select(Promise.id).where(
                    or_(Promise.campaign_id == campaign.id, Promise.step_id.in_(steps))
                )
            ),
        ),
        and_(
            Event.subject == "arrival",
            Event.subject_id.in_(select(Arrival.id).where(Arrival.campaign_id == campaign.id)),
        ),
    )
    conditions: list[ColumnElement[bool]] = [mine, _known()]
    if who:
        conditions.append(Event.actor == who)
    total = session.scalar(select(func.count()).select_from(Event).where(*conditions)) or 0
    pages = max(1, -(-total // size))
    number = min(max(1, number), pages)
    rows = session.scalars(
        select(Event)
        .where(*conditions)
        .order_by(Event.id.desc())
        .limit(size)
        .offset((number - 1) * size)
    )
    acts = [told for row in rows if (told := tell(row)) is not None]
    return Page(acts, number, pages, total)


def tell(row: Event) -> Told | None:
    """Return an event in words; None for what is of no interest to a reader."""
    message: str | None
    if row.verb == "moved" and row.subject == "batch":
        message = OF_BATCHES.get((row.before, row.after))
        if row.after == "cancelled":
            message = CANCELLED
    elif row.verb == "moved":
        message = MOVES.get((row.subject, row.after or ""))
    else:
        message = VERBS.get((row.subject, row.verb))
    if message is None:
        return None
    values: dict[str, object] = {
        "number": str(row.subject_id),
        "batch": Phrase(BATCH, {"number": str(row.subject_id)}),
        "reason": _reason(row.reason),
        "after": row.after or "–",
    }
    return Told(row.at, row.actor, Phrase(message, values), row.subject, row.subject_id)


def _reason(reason: str | None) -> Phrase | str:
    """Return a reason: one of the program's own words, or what a person wrote, as it stands."""
    if not reason:
        return "–"
    return reason if "{" in reason or "}" in reason else Phrase(reason)


def _known() -> ColumnElement[bool]:
    """Return the condition of the events that :func:`tell` has words for."""
    verbs = [and_(Event.subject == subject, Event.verb == verb) for subject, verb in VERBS]
    moves = [
        and_(Event.subject == subject, Event.verb == "moved", Event.after == after)
        for subject, after in MOVES
    ]
    batches = [
        and_(
            Event.subject == "batch",
            Event.verb == "moved",
            Event.before == before,
            Event.after == after,
        )
        for before, after in OF_BATCHES
    ]
    cancelled = and_(Event.subject == "batch", Event.verb == "moved", Event.after == "cancelled")
    return or_(false(), cancelled, *verbs, *moves, *batches)
