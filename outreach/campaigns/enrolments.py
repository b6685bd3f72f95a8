"""Who is in a campaign, and what comes next for each: enrol, advance, hold, stop."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from outreach import journal
from outreach.campaigns import situations, triggers
from outreach.campaigns.definition import Definition
from outreach.campaigns.models import (
    NEXT_CAMPAIGN,
    NEXT_ENROLMENT,
    Campaign,
    CampaignState,
    Enrolment,
    EnrolmentState,
    Step,
    StopReason,
)
from outreach.campaigns.situations import Past
from outreach.campaigns.triggers import Due, Lines, Situation
from outreach.contacts.models import Contact
from outreach.errors import N_, OutreachError
from outreach.journal import Act
from outreach.settings import Settings

CHUNK = 5_000

MOVING = (EnrolmentState.ACTIVE.value, EnrolmentState.COMPLETED.value)
STOPPED_BY_REPLY = (EnrolmentState.STOPPED.value, StopReason.REPLIED.value)
WAITED = "waited"
"""Why a hold ended: its date came."""


class Place(NamedTuple):
    """Where an enrolment stands."""

    state: str
    reason: str | None
    step_id: int | None
    due_on: date | None


class NotStartedError(OutreachError):
    """The campaign has no enrolments yet."""

    message = N_("The campaign {name} is not started. Do it with “outreach campaign start {name}”.")


class ForbiddenMoveError(OutreachError):
    """The state does not allow the change."""

    message = N_("{what} is “{state}”; it cannot become “{wanted}”.")


class ManyRecipientsError(OutreachError):
    """More contacts than the office's limit: the count must be typed."""

    message = N_(
        "This audience counts {count} contacts, above this office’s limit of {limit} "
        "(sending.max_recipients). If all of them are meant, an administrator types the count: "
        "“outreach campaign start {name} --count {count}”."
    )


def find(session: Session, name: str) -> Campaign | None:
    """Return the campaign's row, if it was started or has recorded letters."""
    return session.scalar(select(Campaign).where(Campaign.name == name))


def require_started(session: Session, name: str) -> Campaign:
    """Return the running campaign. Raises NotStartedError."""
    campaign = find(session, name)
    if campaign is None or campaign.started_at is None:
        raise NotStartedError(name=name)
    return campaign


def started(session: Session) -> list[str]:
    """Return the names of the campaigns that were started, the newest first."""
    return list(
        session.scalars(
            select(Campaign.name)
            .where(Campaign.started_at.is_not(None))
            .order_by(Campaign.started_at.desc(), Campaign.id.desc())
        )
    )


def ensure(session: Session, definition: Definition, act: Act) -> Campaign:
    """Return the campaign's row with a row for each step of its file, made where missing."""
    campaign = find(session, definition.name)
    if campaign is None:
        campaign = Campaign(
            name=definition.name, state=CampaignState.DRAFT.value, created_at=act.at
        )
        session.add(campaign)
        session.flush()
        journal.record(session, act, "campaign", campaign.id, "created", after=campaign.state)
    rows = steps(session, campaign)
    for position, step in enumerate(definition.file.steps):
        if step.name in rows:
            rows[step.name].position = position
        else:
            session.add(Step(campaign_id=campaign.id, name=step.name, position=position))
    session.flush()
    return campaign


def steps(session: Session, campaign: Campaign) -> dict[str, Step]:
    """Return the campaign's steps by name, in their order."""
    found = session.scalars(
        select(Step).where(Step.campaign_id == campaign.id).order_by(Step.position)
    )
    return {step.name: step for step in found}


def move_campaign(session: Session, campaign: Campaign, state: CampaignState, act: Act) -> None:
    """Change a campaign's state. Raises ForbiddenMoveError."""
    before = CampaignState(campaign.state)
    if state not in NEXT_CAMPAIGN[before]:
        raise ForbiddenMoveError(what=campaign.name, state=before, wanted=state)
    campaign.state = state.value
    journal.record(
        session, act, "campaign", campaign.id, "moved", before=before.value, after=state.value
    )


def enrol(
    session: Session,
    definition: Definition,
    contacts: Sequence[int],
    *,
    settings: Settings,
    past: Past,
    today: date,
    act: Act,
) -> int:
    """Enrol contacts (by id) that are not yet in; return how many were added.

    A first call starts the campaign. Each contact's cursor is where ``triggers`` puts it.
    """
    campaign = ensure(session, definition, act)
    if campaign.state == CampaignState.DRAFT.value:
        move_campaign(session, campaign, CampaignState.RUNNING, act)
        campaign.started_at = act.at
    known = set(
        session.scalars(select(Enrolment.contact_id).where(Enrolment.campaign_id == campaign.id))
    )
    added = [contact for contact in contacts if contact not in known]
    if added:
        fresh = {
            "campaign_id": campaign.id,
            "state": EnrolmentState.ACTIVE.value,
            "enrolled_on": today,
        }
        session.execute(insert(Enrolment), [fresh | {"contact_id": each} for each in added])
        journal.record(
            session, act, "campaign", campaign.id, "enrolled", detail={"contacts": len(added)}
        )
        advance(session, definition, added, settings=settings, past=past, today=today, act=act)
    return len(added)


def advance(
    session: Session,
    definition: Definition,
    contacts: Sequence[int] | None,
    *,
    settings: Settings,
    past: Past,
    today: date,
    act: Act,
) -> None:
    """Put the cursor of each contact (by id; None: of all) where what is known of it says.

    A held enrolment keeps its place, and a stopped one, but where only a reply stopped it: that ends
    the reminders and nothing else. A promised letter that a cursor comes to after a reply is held for
    a person; where it stands already, it is left as the person decided. A day that was put off (by
    an absence) is never put forward again. Done again, it changes nothing.
    """
    campaign = find(session, definition.name)
    if campaign is None:
        return
    by_name, lines = steps(session, campaign), Lines(definition.file)
    cursors: dict[Situation, Due | None] = {}
    groups: dict[tuple[Place, Place], list[int]] = {}
    for row in situations.of(session, definition, campaign, contacts, settings=settings, past=past):
        stopped = (row.state, row.reason) == STOPPED_BY_REPLY
        if row.state not in MOVING and not stopped:
            continue
        if row.now not in cursors:
            cursors[row.now] = triggers.cursor(lines, row.now, settings.calendar, today)
        due = cursors[row.now]
        before = Place(row.state, row.reason, row.step_id, row.due_on)
        after = _place(due, row.now, before, by_name)
        if after != before and not (stopped and due is None):
            groups.setdefault((before, after), []).append(row.id)
    # Contacts come to few different places: statements for each place, not for each contact.
    for (before, after), ids in groups.items():
        for start in range(0, len(ids), CHUNK):
            _put(session, ids[start : start + CHUNK], before, after, act)


def called(
    session: Session,
    definition: Definition,
    *,
    settings: Settings,
    past: Past,
    today: date,
) -> dict[str, dict[int, date]]:
    """Return the steps that replies call for, and for whom (by contact id) each falls due when."""
    lines = Lines(definition.file)
    found: dict[str, dict[int, date]] = {step.name: {} for step in lines.answering}
    if not found:
        return found
    campaign = require_started(session, definition.name)
    contacts = situations.answering(session, campaign)
    for row in situations.of(session, definition, campaign, contacts, settings=settings, past=past):
        for due in triggers.answers(lines, row.now, settings.calendar, today):
            found[due.step.name][row.contact] = due.on
    return found


def wake(session: Session, campaign: Campaign, today: date, act: Act) -> int:
    """Let those go on whose hold ends on ``today`` or before; return how many."""
    ended = session.scalars(
        select(Enrolment).where(
            Enrolment.campaign_id == campaign.id,
            Enrolment.state == EnrolmentState.HELD.value,
            Enrolment.held_until <= today,
        )
    ).all()
    for enrolment in ended:
        resume(session, enrolment, WAITED, act)
    return len(ended)


def due(session: Session, campaign: Campaign, today: date) -> dict[str, int]:
    """Return how many contacts are due for each step by ``today``, by the step's name."""
    rows = session.execute(
        select(Step.name, func.count())
        .join(Enrolment, Enrolment.step_id == Step.id)
        .where(
            Enrolment.campaign_id == campaign.id,
            Enrolment.state == EnrolmentState.ACTIVE.value,
            Enrolment.due_on <= today,
        )
        .group_by(Step.name)
    )
    return dict(rows.all())


def at_organisation(
    session: Session, campaign: Campaign, organisation_id: int
) -> list[tuple[Enrolment, str]]:
    """Return the active enrolments of an organisation's contacts, each with its next step."""
    rows = session.execute(
        select(Enrolment, Step.name)
        .join(Step, Step.id == Enrolment.step_id)
        .join(Contact, Contact.id == Enrolment.contact_id)
        .where(
            Enrolment.campaign_id == campaign.id,
            Enrolment.state == EnrolmentState.ACTIVE.value,
            Contact.organisation_id == organisation_id,
        )
        .order_by(Enrolment.id)
    )
    return [(enrolment, step) for enrolment, step in rows]


def of_contact(session: Session, campaign: Campaign, contact_id: int) -> Enrolment | None:
    """Return a contact's enrolment in a campaign."""
    return session.scalar(
        select(Enrolment).where(
            Enrolment.campaign_id == campaign.id, Enrolment.contact_id == contact_id
        )
    )


def hold(session: Session, enrolment: Enrolment, until: date | None, why: str, act: Act) -> None:
    """Hold a contact's follow-ups until a date, or until a person decides (None).

    On ``until`` they go on (:func:`wake`); what fell due meanwhile is due then. Raises ForbiddenMoveError.
    """
    _move(session, enrolment, EnrolmentState.HELD, why, act)
    enrolment.held_until = until


def resume(session: Session, enrolment: Enrolment, why: str, act: Act) -> None:
    """Let a held or stopped contact go on. Raises ForbiddenMoveError."""
    _move(session, enrolment, EnrolmentState.ACTIVE, why, act)
    enrolment.held_until = None


def stop(session: Session, enrolment: Enrolment, reason: StopReason, act: Act) -> None:
    """Stop a contact's follow-ups in this campaign. Raises ForbiddenMoveError."""
    _move(session, enrolment, EnrolmentState.STOPPED, reason.value, act)


def _move(
    session: Session, enrolment: Enrolment, state: EnrolmentState, reason: str, act: Act
) -> None:
    before = EnrolmentState(enrolment.state)
    if state not in NEXT_ENROLMENT[before]:
        what = f"enrolment {enrolment.id}"
        raise ForbiddenMoveError(what=what, state=before, wanted=state)
    enrolment.state = state.value
    enrolment.reason = reason
    journal.record(
        session,
        act,
        "enrolment",
        enrolment.id,
        "moved",
        before=before.value,
        after=state.value,
        reason=reason,
    )


def _place(due: Due | None, now: Situation, before: Place, by_name: Mapping[str, Step]) -> Place:
    if due is None:
        return Place(EnrolmentState.COMPLETED.value, None, None, None)
    step = by_name[due.step.name].id
    if step != before.step_id and triggers.wants_decision(due.step, now):
        return Place(EnrolmentState.HELD.value, StopReason.REPLIED.value, step, due.on)
    day = max(due.on, before.due_on) if step == before.step_id and before.due_on else due.on
    reason = before.reason if before.state == EnrolmentState.ACTIVE.value else None
    return Place(EnrolmentState.ACTIVE.value, reason, step, day)


def _put(session: Session, ids: Sequence[int], before: Place, after: Place, act: Act) -> None:
    session.execute(
        update(Enrolment)
        .where(Enrolment.id.in_(ids))
        .values(after._asdict())
        .execution_options(synchronize_session=False)
    )
    if after.state != before.state:
        journal.record_moves(
            session,
            act,
            Enrolment,
            ids,
            before=before.state,
            after=after.state,
            reason=after.reason or before.reason,
        )
