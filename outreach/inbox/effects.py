"""What follows from what came back: one table from the kind of a message to what is done.

Machines are never answered: nothing here sends anything.

| Kind | What follows |
|---|---|
| a person's reply | reminders to the whole organisation stop in that campaign; a promised letter is held |
| absence | the contact's follow-ups move beyond the day of return, or some days |
| departure | the contact's follow-ups wait for a person |
| bounce, hard | the letter came back; the address is out of use; others are proposed |
| bounce, soft | the letter came back; counted; out of use after the office's threshold |
| opt-out | this campaign's letters stop, or all where they say so; a shared mailbox: a person asks |
| complaint, personal data | the address is suppressed and nothing leaves any more, at once |
| challenge | the letter is held by their filter; a person gets the link as text |
| the rest | nothing |
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.campaigns import enrolments, schedule
from outreach.campaigns.definition import Definition
from outreach.campaigns.models import Campaign, Enrolment, EnrolmentState, Step, StopReason
from outreach.contacts import addresses
from outreach.contacts.models import AddressState, Contact, EmailAddress, Organisation
from outreach.contacts.suppressions import normalised
from outreach.dispatch import history
from outreach.dispatch.models import Delivery
from outreach.dispatch.states import DeliveryState
from outreach.inbox.hand import GOING_ON, Hand, What
from outreach.inbox.kinds import Kind, Permanence, Reason, Verdict
from outreach.inbox.matching import Rung
from outreach.inbox.models import AddressTrouble, Outcome, Reply, Way
from outreach.inbox.nextactions import TaskKind
from outreach.settings import Settings

FOLLOW_UPS = ("chaser", "promised")
PERSONAL = frozenset({Rung.MESSAGE_ID, Rung.TOKEN, Rung.NUMBER, Rung.ADDRESS})
"""Rungs that speak for the contact and not for a colleague."""
SOON, LATER = timedelta(days=1), timedelta(days=3)
ONE_MONTH = timedelta(days=30)
"""To answer an objection on personal data (GDPR article 12(3)); a day or two early is no harm."""


class Why(StrEnum):
    """Why follow-ups wait, or a letter was taken out."""

    REPLIED = "replied"
    ABSENT = "absent"
    LEFT = "left"
    UNSURE = "unsure reply"
    SHARED = "to be asked"
    FILTER = "held by their filter"


@dataclass(frozen=True, slots=True)
class Case:
    """Something that came back, and whom it is about."""

    verdict: Verdict
    contact: Contact
    day: date
    """When it came, at the office."""
    today: date
    settings: Settings
    key: bytes
    campaign: Campaign | None = None
    definition: Definition | None = None
    """The campaign's plan; None where its file is gone."""
    delivery: Delivery | None = None
    sender: str = ""
    rung: Rung | None = None
    alone: bool = True
    """Whether the sender's mailbox is the contact's alone."""


def follow(hand: Hand, case: Case) -> Reply | None:
    """Do what follows from a message; return the reply, where a person answered."""
    if case.verdict.kind is Kind.REPLY:
        return replied(hand, case, Way.EMAIL, Outcome.UNJUDGED)
    act = TABLE.get(case.verdict.kind)
    if act is not None:
        act(hand, case)
    return None


def replied(hand: Hand, case: Case, way: Way, outcome: Outcome) -> Reply | None:
    """Let a person's reply act on everyone at the organisation; None outside any campaign."""
    for email in _emails(hand.session, case.sender, case.contact):
        hand.works(email)
    campaign, plan = case.campaign, case.definition
    if campaign is None:
        return None
    reply = hand.record_reply(campaign.id, case.contact.id, day=case.day, way=way, outcome=outcome)
    if plan is None:
        return reply
    organisation = case.contact.organisation_id
    for enrolment, name in (
        *enrolments.at_organisation(hand.session, campaign, organisation),
        *_unsure_at(hand.session, campaign, organisation),
    ):
        step = plan.step(name)
        if step.kind == "chaser":
            _past_reminders(hand, case, campaign, plan, enrolment)
        elif step.kind == "promised":
            hand.hold(enrolment, Why.REPLIED)
    colleagues = hand.session.scalars(
        select(Contact.id).where(Contact.organisation_id == organisation)
    ).all()
    hand.take_out(colleagues, campaign.id, _steps(plan, *FOLLOW_UPS), Why.REPLIED)
    if hand.count(What.HELD):
        _task(hand, case, TaskKind.DECIDE, SOON, number=str(hand.arrival_id))
    return reply


def _unsure_at(
    session: Session, campaign: Campaign, organisation: int
) -> list[tuple[Enrolment, str]]:
    """Return the enrolments of an organisation that wait to know who wrote, with their next step."""
    rows = session.execute(
        select(Enrolment, Step.name)
        .join(Step, Step.id == Enrolment.step_id)
        .join(Contact, Contact.id == Enrolment.contact_id)
        .where(
            Enrolment.campaign_id == campaign.id,
            Enrolment.state == EnrolmentState.HELD.value,
            Enrolment.reason == Why.UNSURE.value,
            Contact.organisation_id == organisation,
        )
        .order_by(Enrolment.id)
    )
    return [(enrolment, step) for enrolment, step in rows]


def _past_reminders(
    hand: Hand, case: Case, campaign: Campaign, plan: Definition, enrolment: Enrolment
) -> None:
    """Stop a contact whose next letter is a reminder; a promised one after it is not lost."""
    rows = enrolments.steps(hand.session, campaign)
    here = next(name for name, row in rows.items() if row.id == enrolment.step_id)
    got = _received(hand.session, case, campaign, enrolment)
    owed = {
        promise.kept_by for step in plan.file.steps if step.name in got for promise in step.promises
    }
    after = plan.file.steps[plan.position(here) + 1 :]
    promised = next((step for step in after if step.name in owed), None)
    if promised is None:
        hand.stop(enrolment, StopReason.REPLIED)
        return
    before = got.get(promised.after.step) if promised.after else None
    # What was to follow a reminder that never leaves follows the last letter that did.
    before = before or max(got.values(), default=None)
    due = schedule.due_on(promised, before, _countries(hand.session, case))
    hand.move(enrolment, due, rows[promised.name])
    hand.hold(enrolment, Why.REPLIED)


def _received(
    session: Session, case: Case, campaign: Campaign, enrolment: Enrolment
) -> dict[str, date]:
    """Return the steps whose letter the contact got, and when it left."""
    received = history.received(session, campaign, case.settings.zone, [enrolment.contact_id])
    return received.get(enrolment.contact_id, {})


def _absence(hand: Hand, case: Case) -> None:
    """Move the contact's follow-ups beyond its return; one who left waits for a person."""
    for email in _emails(hand.session, case.sender, case.contact):
        hand.works(email)
    if case.verdict.reason is Reason.LEFT:
        for enrolment in _going_on(hand.session, case.contact, case.campaign):
            hand.hold(enrolment, Why.LEFT)
        others = ", ".join(case.verdict.other_addresses)
        _task(hand, case, TaskKind.DEPARTURE, SOON, others=others or "–")
        return
    back = case.verdict.return_date or case.day + timedelta(days=case.settings.replies.absence_days)
    if back <= case.today or case.campaign is None or case.definition is None:
        return
    # The day after: nobody reads everything on the first day back.
    earliest = schedule.working_day_from(back + SOON, _countries(hand.session, case))
    follow_ups = _steps(case.definition, *FOLLOW_UPS)
    rows = enrolments.steps(hand.session, case.campaign)
    moving = {rows[name].id for name in follow_ups if name in rows}
    for enrolment in _going_on(hand.session, case.contact, case.campaign):
        due = enrolment.due_on
        if enrolment.step_id in moving and due is not None and due < earliest:
            hand.move(enrolment, earliest)
            hand.take_out([case.contact.id], case.campaign.id, follow_ups, Why.ABSENT)


def _bounce(hand: Hand, case: Case) -> None:
    """Say that the letter came back, and see what its address is still good for."""
    verdict, delivery = case.verdict, case.delivery
    reason = (verdict.reason or Reason.UNKNOWN).value
    written = normalised(delivery.address) if delivery is not None and delivery.address else ""
    named = [normalised(one) for one in verdict.recipients]
    known = [normalised(email.address) for email in case.contact.emails]
    if named and written not in named and not set(named) & set(known):
        # An address that they forward to, or a copy: the letter itself may well have arrived.
        _task(hand, case, TaskKind.CHECK_BOUNCE, LATER, address=named[0])
        return
    if delivery is not None and (not named or written in named):
        hand.bounce(delivery, reason)
    bad = [one for one in named if one in known] or ([written] if written else [])
    hard = verdict.permanence is Permanence.HARD
    for email in _of_addresses(hand.session, bad):
        if not hard and _came_through(hand.session, email, case):
            hand.works(email)
        if hard or hand.trouble(email) >= case.settings.replies.soft_bounces:
            hand.retire(email, AddressState.BOUNCED)
    dead = [email for email in case.contact.emails if email.state != AddressState.GOOD.value]
    if not bad or not any(normalised(email.address) in bad for email in dead):
        _task(hand, case, TaskKind.RESEND, LATER, reason=reason)
        return
    others = [
        email.address for email in case.contact.emails if email.state == AddressState.GOOD.value
    ]
    others += [one for one in verdict.other_addresses if one not in others]
    _task(
        *(hand, case, TaskKind.ADDRESS, SOON),
        address=bad[0],
        reason=reason,
        others=", ".join(others) or "–",
    )
    if isinstance(addresses.best_channel(case.contact), addresses.NoChannel):
        for enrolment in _going_on(hand.session, case.contact, None):
            hand.stop(enrolment, StopReason.HARD_BOUNCE)


def _came_through(session: Session, email: EmailAddress, case: Case) -> bool:
    """Say whether a letter to the address left since its last trouble and did not come back."""
    trouble = session.get(AddressTrouble, email.id)
    if trouble is None or not trouble.count:
        return False
    found = session.scalar(
        select(Delivery.id)
        .where(
            Delivery.contact_id == email.contact_id,
            func.lower(Delivery.address) == email.address.lower(),
            Delivery.state == DeliveryState.SENT.value,
            Delivery.sent_at > trouble.last_at,
            Delivery.id != (case.delivery.id if case.delivery is not None else 0),
        )
        .limit(1)
    )
    return found is not None


def _opt_out(hand: Hand, case: Case) -> None:
    """Stop this campaign's letters, or more where they ask for it; a shared mailbox is asked."""
    if case.verdict.reason is Reason.PERSONAL_DATA:
        _never_again(hand, case, "personal data")
        _task(hand, case, TaskKind.DATA_REQUEST, ONE_MONTH, day=case.day.isoformat())
        return
    for_themselves = case.rung in {Rung.TOKEN, None} or (case.rung in PERSONAL and case.alone)
    if not for_themselves:
        for enrolment in _sharing(hand.session, case):
            hand.hold(enrolment, Why.SHARED)
        _task(hand, case, TaskKind.ASK_OFFICE, SOON, address=case.sender)
        return
    everything = case.verdict.reason is Reason.EVERYTHING or case.campaign is None
    name = None if everything or case.campaign is None else case.campaign.name
    hand.object_(case.contact, key=case.key, campaign=name, day=case.day, reason="opt-out")


def _complaint(hand: Hand, case: Case) -> None:
    _never_again(hand, case, "complaint")
    _task(hand, case, TaskKind.COMPLAINT, LATER)


def _never_again(hand: Hand, case: Case, reason: str) -> None:
    """Suppress at once and everywhere, a shared address too."""
    hand.object_(case.contact, key=case.key, campaign=None, day=case.day, reason=reason)
    written = case.delivery.address if case.delivery is not None else None
    sent_from = case.sender if case.verdict.kind is Kind.OPT_OUT else None
    known = {normalised(email.address) for email in case.contact.emails}
    for address in dict.fromkeys(filter(None, (written, sent_from))):
        if normalised(address) in known or address == written:
            hand.suppress(case.key, address, reason)


def _challenge(hand: Hand, case: Case) -> None:
    if case.delivery is not None:
        hand.filtered(case.delivery, Why.FILTER)
    _task(hand, case, TaskKind.CONFIRM, SOON, link=case.verdict.link or "–")


TABLE: dict[Kind, Callable[[Hand, Case], None]] = {
    Kind.AUTO_REPLY: _absence,
    Kind.BOUNCE: _bounce,
    Kind.OPT_OUT: _opt_out,
    Kind.COMPLAINT: _complaint,
    Kind.CHALLENGE: _challenge,
}
WITH_EFFECT = frozenset({*TABLE, Kind.REPLY})


def wait(hand: Hand, organisations: set[int]) -> None:
    """Hold the follow-ups of all who may be meant, until a person says who is."""
    rows = hand.session.scalars(
        select(Enrolment)
        .join(Contact, Contact.id == Enrolment.contact_id)
        .where(Contact.organisation_id.in_(organisations), Enrolment.state.in_(GOING_ON))
        .order_by(Enrolment.id)
    ).all()
    for enrolment in rows:
        hand.hold(enrolment, Why.UNSURE)


def _task(hand: Hand, case: Case, kind: TaskKind, delay: timedelta, **values: str) -> None:
    hand.task(kind, values, due_on=case.today + delay, contact_id=case.contact.id)


def _steps(plan: Definition, *kinds: str) -> list[str]:
    return [step.name for step in plan.file.steps if step.kind in kinds]


def _going_on(session: Session, contact: Contact, campaign: Campaign | None) -> list[Enrolment]:
    """Return the contact's enrolments that go on: in a campaign, or (None) in all."""
    query = select(Enrolment).where(
        Enrolment.contact_id == contact.id, Enrolment.state.in_(GOING_ON)
    )
    if campaign is not None:
        query = query.where(Enrolment.campaign_id == campaign.id)
    return list(session.scalars(query.order_by(Enrolment.id)))


def _sharing(session: Session, case: Case) -> list[Enrolment]:
    """Return the enrolments of all who are reached where the message came from."""
    who = {email.contact_id for email in _of_addresses(session, [case.sender])}
    query = select(Enrolment).where(
        Enrolment.contact_id.in_({case.contact.id, *who}), Enrolment.state.in_(GOING_ON)
    )
    if case.campaign is not None:
        query = query.where(Enrolment.campaign_id == case.campaign.id)
    return list(session.scalars(query.order_by(Enrolment.id)))


def _emails(session: Session, address: str, contact: Contact) -> list[EmailAddress]:
    """Return a contact's row of an address, if it has it."""
    mine = _of_addresses(session, [address]) if address else []
    return [email for email in mine if email.contact_id == contact.id]


def _of_addresses(session: Session, written: list[str]) -> list[EmailAddress]:
    """Return every card's row of these addresses, however they are written."""
    wanted = {one.lower() for one in written} | {normalised(one) for one in written}
    return list(
        session.scalars(
            select(EmailAddress)
            .where(func.lower(EmailAddress.address).in_(wanted))
            .order_by(EmailAddress.id)
        )
    )


def _countries(session: Session, case: Case) -> tuple[str, ...]:
    ours = case.settings.office.country
    theirs = session.get_one(Organisation, case.contact.organisation_id).country
    return (ours,) if ours == theirs else (ours, theirs)
