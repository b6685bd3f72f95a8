"""Who is in a campaign, and what comes next for each: enrol, advance, hold, stop."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from outreach import journal
from outreach.campaigns import schedule
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
from outreach.contacts.models import Contact
from outreach.errors import N_, OutreachError
from outreach.journal import Act

CHUNK = 5_000

Received = Mapping[int, dict[str, date]]
"""By contact id: the steps whose letter left, and when."""


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
    contacts: Sequence[tuple[int, str]],
    *,
    office_country: str,
    received: Received,
    today: date,
    act: Act,
) -> int:
    """Enrol contacts (id, country) that are not yet in; return how many were added.

    A first call starts the campaign. Each contact's cursor is where ``schedule`` puts it.
    """
    campaign = ensure(session, definition, act)
    if campaign.state == CampaignState.DRAFT.value:
        move_campaign(session, campaign, CampaignState.RUNNING, act)
        campaign.started_at = act.at
    by_name = steps(session, campaign)
    known = set(
        session.scalars(select(Enrolment.contact_id).where(Enrolment.campaign_id == campaign.id))
    )
    rows: list[dict[str, Any]] = []
    for contact_id, country in contacts:
        if contact_id in known:
            continue
        place = schedule.cursor(
            definition.file.steps,
            received.get(contact_id, {}),
            today,
            _countries(office_country, country),
        )
        rows.append(
            {"campaign_id": campaign.id, "contact_id": contact_id} | _cursor_values(place, by_name)
        )
    if rows:
        session.execute(insert(Enrolment), rows)
        journal.record(
            session, act, "campaign", campaign.id, "enrolled", detail={"contacts": len(rows)}
        )
    return len(rows)


def advance(
    session: Session,
    definition: Definition,
    contacts: Iterable[tuple[int, str]],
    *,
    office_country: str,
    received: Received,
    today: date,
) -> None:
    """Put the cursor of each contact (id, country) where its received letters say.

    Only active and completed enrolments move: a held or stopped one keeps its place.
    """
    campaign = find(session, definition.name)
    if campaign is None:
        return
    by_name = steps(session, campaign)
    groups: dict[tuple[Any, ...], list[int]] = {}
    for contact_id, country in contacts:
        place = schedule.cursor(
            definition.file.steps,
            received.get(contact_id, {}),
            today,
            _countries(office_country, country),
        )
        # Contacts of one batch come to few different places: a statement for each place.
        groups.setdefault(tuple(_cursor_values(place, by_name).items()), []).append(contact_id)
    moving = (EnrolmentState.ACTIVE.value, EnrolmentState.COMPLETED.value)
    for values, ids in groups.items():
        for start in range(0, len(ids), CHUNK):
            session.execute(
                update(Enrolment)
                .where(
                    Enrolment.campaign_id == campaign.id,
                    Enrolment.contact_id.in_(ids[start : start + CHUNK]),
                    Enrolment.state.in_(moving),
                )
                .values(dict(values))
                .execution_options(synchronize_session=False)
            )


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

    Raises ForbiddenMoveError.
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


def _cursor_values(place: tuple[Any, date | None], by_name: Mapping[str, Step]) -> dict[str, Any]:
    step, due = place
    state = EnrolmentState.COMPLETED if step is None else EnrolmentState.ACTIVE
    return {
        "state": state.value,
        "step_id": by_name[step.name].id if step else None,
        "due_on": due,
    }


def _countries(office: str, recipient: str) -> tuple[str, ...]:
    return (office,) if office == recipient else (office, recipient)
