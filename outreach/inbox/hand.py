"""The changes that follow from what came back, one by one, each written down so that it can go back.

Every function here changes one row through its own room's table of states and adds an ``Effect``
with the values before and after. Deciding what happens is ``effects``; going back is ``undoing``.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.campaigns import enrolments
from outreach.campaigns.models import Campaign, Enrolment, EnrolmentState, Step, StopReason
from outreach.contacts import suppressions
from outreach.contacts.models import AddressState, Contact, EmailAddress, Suppression
from outreach.contacts.privacy import rights
from outreach.contacts.privacy.models import Objection
from outreach.dispatch.models import Delivery
from outreach.dispatch.states import DeliveryState, move_delivery
from outreach.inbox import nextactions
from outreach.inbox.models import AddressTrouble, Effect, Outcome, Reply, Way
from outreach.inbox.nextactions import TaskKind
from outreach.journal import Act

GOING_ON = (EnrolmentState.ACTIVE.value, EnrolmentState.HELD.value)
WAITING = (EnrolmentState.HELD.value, "unsure reply")
NOT_LEFT = (
    DeliveryState.DRAFT.value,
    DeliveryState.APPROVED.value,
    DeliveryState.QUEUED.value,
    DeliveryState.PRINTED.value,
)


class What(StrEnum):
    """What changed."""

    REPLY = "reply recorded"
    STOPPED = "follow-up stopped"
    HELD = "follow-up held"
    MOVED = "follow-up moved"
    TAKEN_OUT = "letter taken out"
    BOUNCED = "letter bounced"
    FILTERED = "letter held by a filter"
    ADDRESS = "address out of use"
    COUNTED = "passing trouble counted"
    WORKS = "address works"
    SUPPRESSED = "address suppressed"
    OBJECTION = "objection recorded"
    TASK = "task made"


@dataclass(slots=True)
class Hand:
    """Makes changes on behalf of one arrival."""

    session: Session
    act: Act
    arrival_id: int
    done: list[Effect] = field(default_factory=list)

    def count(self, what: What) -> int:
        """Return how many changes of that kind were made."""
        return sum(effect.what == what.value for effect in self.done)

    def record_reply(
        self, campaign_id: int, contact_id: int, *, day: date, way: Way, outcome: Outcome
    ) -> Reply:
        """Write down that a person answered."""
        row = Reply(
            campaign_id=campaign_id,
            contact_id=contact_id,
            received_on=day,
            way=way.value,
            outcome=outcome.value,
            recorded_by=self.act.actor,
            recorded_at=self.act.at,
        )
        self.session.add(row)
        self.session.flush()
        journal.record(self.session, self.act, "reply", row.id, "created", after=outcome.value)
        self._note(What.REPLY, "reply", row.id, {}, {"outcome": outcome.value})
        return row

    def stop(self, enrolment: Enrolment, reason: StopReason) -> None:
        """Stop a contact's follow-ups; one that is over or stopped already stays so."""
        if enrolment.state in GOING_ON:
            before = _of_enrolment(enrolment)
            enrolments.stop(self.session, enrolment, reason, self.act)
            self._note(What.STOPPED, "enrolment", enrolment.id, before, _of_enrolment(enrolment))

    def hold(self, enrolment: Enrolment, why: str) -> None:
        """Hold a contact's follow-ups until a person decides; a held one stays as it is.

        But one that only waits to know who wrote is held for the better reason.
        """
        waiting = (enrolment.state, enrolment.reason) == WAITING
        if enrolment.state == EnrolmentState.ACTIVE.value or waiting:
            before = _of_enrolment(enrolment)
            if waiting:
                enrolments.resume(self.session, enrolment, str(why), self.act)
            enrolments.hold(self.session, enrolment, None, str(why), self.act)
            self._note(What.HELD, "enrolment", enrolment.id, before, _of_enrolment(enrolment))

    def move(self, enrolment: Enrolment, due_on: date | None, step: Step | None = None) -> None:
        """Put a contact's next letter on another day, or another letter next."""
        before = _of_enrolment(enrolment)
        enrolment.due_on = due_on
        if step is not None:
            enrolment.step_id = step.id
        after = _of_enrolment(enrolment)
        if after != before:
            fields = [key for key in after if after[key] != before[key]]
            journal.record(
                *(self.session, self.act, "enrolment", enrolment.id, "changed"),
                detail={"fields": fields},
            )
            self._note(What.MOVED, "enrolment", enrolment.id, before, after)

    def take_out(
        self, contacts: Collection[int], campaign_id: int, steps: Collection[str], why: str
    ) -> None:
        """Take letters of these steps that have not left out of their batches; approvals stay."""
        if not steps:
            return
        rows = self.session.scalars(
            select(Delivery)
            .join(Step, Step.id == Delivery.step_id)
            .where(
                Delivery.contact_id.in_(contacts),
                Delivery.state.in_(NOT_LEFT),
                Step.campaign_id == campaign_id,
                Step.name.in_(steps),
            )
        ).all()
        for row in rows:
            before = _of_delivery(row)
            move_delivery(self.session, row, DeliveryState.SKIPPED, self.act, reason=str(why))
            self._note(What.TAKEN_OUT, "delivery", row.id, before, _of_delivery(row))

    def bounce(self, delivery: Delivery, reason: str) -> None:
        """Say that a letter came back. One in doubt stays so: a person settles it."""
        before = _of_delivery(delivery)
        if delivery.state == DeliveryState.SENT.value:
            move_delivery(self.session, delivery, DeliveryState.BOUNCED, self.act, reason=reason)
            self._note(What.BOUNCED, "delivery", delivery.id, before, _of_delivery(delivery))

    def filtered(self, delivery: Delivery, why: str) -> None:
        """Say on a letter that left that a filter at the other end holds it."""
        if delivery.state != DeliveryState.SENT.value or delivery.reason == why:
            return
        before = _of_delivery(delivery)
        delivery.reason = str(why)
        journal.record(
            self.session,
            self.act,
            "delivery",
            delivery.id,
            "changed",
            detail={"fields": ["reason"]},
        )
        self._note(What.FILTERED, "delivery", delivery.id, before, _of_delivery(delivery))

    def retire(self, email: EmailAddress, state: AddressState) -> None:
        """Take an address out of use."""
        if email.state != AddressState.GOOD.value:
            return
        before, email.state = email.state, state.value
        journal.record(
            *(self.session, self.act, "email_address", email.id, "moved"),
            before=before,
            after=state.value,
        )
        self._note(
            What.ADDRESS, "email_address", email.id, {"state": before}, {"state": state.value}
        )

    def trouble(self, email: EmailAddress) -> int:
        """Count one more passing trouble of an address; return how many in a row."""
        row = self.session.get(AddressTrouble, email.id)
        before = {"count": row.count if row else 0}
        if row is None:
            row = AddressTrouble(email_address_id=email.id, count=0, last_at=self.act.at)
            self.session.add(row)
        row.count, row.last_at = row.count + 1, self.act.at
        self.session.flush()
        self._note(What.COUNTED, "address_trouble", email.id, before, {"count": row.count})
        return row.count

    def works(self, email: EmailAddress) -> None:
        """Forget an address's passing troubles: something came through."""
        row = self.session.get(AddressTrouble, email.id)
        if row is not None and row.count:
            before, row.count = row.count, 0
            self.session.flush()
            self._note(What.WORKS, "address_trouble", email.id, {"count": before}, {"count": 0})

    def suppress(self, key: bytes, address: str, reason: str) -> None:
        """Never write to an address again."""
        digest = suppressions.hashed(key, address)
        query = select(Suppression.id).where(Suppression.address_hash == digest)
        if self.session.scalar(query) is None:
            suppressions.suppress(self.session, key, address, reason, self.act)
            number = self.session.scalars(query).one()
            self._note(What.SUPPRESSED, "suppression", number, {}, {"reason": reason})

    def object_(
        self, contact: Contact, *, key: bytes, campaign: str | None, day: date, reason: str
    ) -> None:
        """Record an objection, to one campaign or to all, and let it act at once."""
        known = rights.objecting(self.session, [contact.id], campaign or "")
        if contact.id in known:
            return
        going = self._enrolments(contact, campaign)
        befores = {row.id: _of_enrolment(row) for row in going}
        letters = self._waiting(contact, campaign)
        lying = {row.id: _of_delivery(row) for row in letters}
        last = self.session.scalar(select(func.max(Suppression.id))) or 0
        rights.object_(
            self.session,
            contact,
            key=key,
            campaign=campaign,
            received_on=day,
            today=day,
            reason=reason,
            act=self.act,
        )
        number = self.session.scalars(
            select(Objection.id)
            .where(Objection.contact_id == contact.id)
            .order_by(Objection.id.desc())
        ).first()
        self._note(
            What.OBJECTION,
            "objection",
            number or 0,
            {},
            {"contact_id": contact.id, "campaign": campaign},
        )
        for row in going:
            if row.state != befores[row.id]["state"]:
                self._note(What.STOPPED, "enrolment", row.id, befores[row.id], _of_enrolment(row))
        for letter in letters:
            if letter.state != lying[letter.id]["state"]:
                self._note(
                    What.TAKEN_OUT, "delivery", letter.id, lying[letter.id], _of_delivery(letter)
                )
        for new in self.session.scalars(select(Suppression.id).where(Suppression.id > last)).all():
            self._note(What.SUPPRESSED, "suppression", new, {}, {"reason": "objection"})

    def task(
        self,
        kind: TaskKind,
        values: dict[str, Any],
        *,
        due_on: date,
        contact_id: int | None,
        owner: str | None = None,
    ) -> None:
        """Put something before a person."""
        row = nextactions.add(
            self.session,
            kind,
            values,
            due_on=due_on,
            act=self.act,
            owner=owner,
            contact_id=contact_id,
            arrival_id=self.arrival_id,
        )
        self._note(What.TASK, "task", row.id, {}, {"kind": kind.value})

    def _enrolments(self, contact: Contact, campaign: str | None) -> list[Enrolment]:
        query = select(Enrolment).where(
            Enrolment.contact_id == contact.id, Enrolment.state.in_(GOING_ON)
        )
        if campaign is not None:
            query = query.join(Campaign, Campaign.id == Enrolment.campaign_id).where(
                Campaign.name == campaign
            )
        return list(self.session.scalars(query))

    def _waiting(self, contact: Contact, campaign: str | None) -> list[Delivery]:
        query = select(Delivery).where(
            Delivery.contact_id == contact.id, Delivery.state.in_(NOT_LEFT)
        )
        if campaign is not None:
            steps = select(Step.id).join(Campaign, Campaign.id == Step.campaign_id)
            query = query.where(Delivery.step_id.in_(steps.where(Campaign.name == campaign)))
        return list(self.session.scalars(query))

    def _note(
        self,
        what: What,
        subject: str,
        subject_id: int,
        before: dict[str, Any],
        after: dict[str, Any],
    ) -> None:
        effect = Effect(
            arrival_id=self.arrival_id,
            what=what.value,
            subject=subject,
            subject_id=subject_id,
            before=before,
            after=after,
            actor=self.act.actor,
            at=self.act.at,
        )
        self.session.add(effect)
        self.session.flush()
        self.done.append(effect)


def _of_enrolment(row: Enrolment) -> dict[str, Any]:
    """Return what of an enrolment an effect may change."""
    return {
        "state": row.state,
        "reason": row.reason,
        "step_id": row.step_id,
        "due_on": row.due_on.isoformat() if row.due_on else None,
        "held_until": row.held_until.isoformat() if row.held_until else None,
    }


def _of_delivery(row: Delivery) -> dict[str, Any]:
    return {"state": row.state, "reason": row.reason}
