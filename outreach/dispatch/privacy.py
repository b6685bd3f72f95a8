"""This room's side of privacy: the letters to a person."""

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import structs
from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign, Step
from outreach.contacts.models import Contact
from outreach.contacts.privacy.holding import (
    Aged,
    Fate,
    HeldFile,
    Holder,
    Section,
    Treated,
    months_before,
)
from outreach.contacts.privacy.report import midnight
from outreach.dispatch import archive
from outreach.dispatch.models import ArchivedObject, Batch, Circular, Delivery
from outreach.dispatch.states import DeliveryState, move_delivery
from outreach.errors import N_, OutreachError
from outreach.journal import Act
from outreach.letters import facts as letter_facts
from outreach.settings import Retention

D = DeliveryState
NOT_LEFT = (D.DRAFT.value, D.APPROVED.value, D.QUEUED.value, D.PRINTED.value)
LEAVING = (D.CLAIMED.value, D.ARMED.value)
NOT_SENT = N_("letters not sent yet")
OBJECTED = "suppressed"
PDF = "application/pdf"


class LetterLeavingError(OutreachError):
    """A letter to the person is being sent at this moment."""

    message = N_(
        "A letter to {contact} is leaving at this moment. Wait until its batch is sent, or pause it; "
        "then erase."
    )


def waiting_at(session: Session, organisations: Sequence[int]) -> int:
    """Count letters that have not left, to organisations (by id)."""
    query = select(func.count()).select_from(Delivery).join(Contact)
    waiting = Delivery.state.in_(NOT_LEFT)
    return session.scalar(query.where(waiting, Contact.organisation_id.in_(organisations))) or 0


class Letters(Holder):
    """Deliveries and the bytes that left."""

    def held(self, session: Session, contact_id: int) -> Iterator[Section]:
        """Return every letter to a contact."""
        rows = session.execute(
            select(Delivery, Step.name.label("step"), Campaign.name.label("campaign"))
            .join(Step, Step.id == Delivery.step_id)
            .join(Campaign, Campaign.id == Step.campaign_id)
            .where(Delivery.contact_id == contact_id)
            .order_by(Delivery.id)
        )
        yield Section(
            "letters",
            N_("Letters"),
            [
                {
                    "campaign": row.campaign,
                    "step": row.step,
                    "kind": row.Delivery.kind,
                    "channel": row.Delivery.channel,
                    "state": row.Delivery.state,
                    "reason": row.Delivery.reason,
                    "address": row.Delivery.address,
                    "reference": row.Delivery.reference,
                    "sent_at": row.Delivery.sent_at,
                    "receipt": row.Delivery.receipt,
                }
                for row in rows
            ],
        )

    def files(self, session: Session, contact_id: int) -> Iterator[HeldFile]:
        """Return the letters as they left."""
        rows = session.execute(
            select(Delivery.id, Delivery.reference, Delivery.archive_sha256, ArchivedObject.media)
            .join(ArchivedObject, ArchivedObject.sha256 == Delivery.archive_sha256)
            .where(Delivery.contact_id == contact_id)
            .order_by(Delivery.id)
        )
        for id_, reference, sha256, media in rows:
            ending = "pdf" if media == PDF else "eml"
            name = f"{reference or id_}.{ending}".replace("/", "-")
            yield HeldFile(name, archive.read(session, sha256 or ""))

    def stop(self, session: Session, contact_id: int, campaign: str | None, act: Act) -> int:
        """Take letters that have not left out of their batches; approvals stay."""
        query = select(Delivery).where(
            Delivery.contact_id == contact_id, Delivery.state.in_(NOT_LEFT)
        )
        if campaign is not None:
            steps = select(Step.id).join(Campaign, Campaign.id == Step.campaign_id)
            query = query.where(Delivery.step_id.in_(steps.where(Campaign.name == campaign)))
        rows = session.scalars(query).all()
        for row in rows:
            move_delivery(session, row, D.SKIPPED, act, reason=OBJECTED)
        return len(rows)

    def blank(self, session: Session, contact_id: int, act: Act) -> Iterator[Treated]:  # noqa: ARG002
        """Forget what letters said of the person; keep the numbered ones, for the named role only.

        Registered letters are public records. Raises LetterLeavingError.
        """
        rows = session.scalars(select(Delivery).where(Delivery.contact_id == contact_id)).all()
        if any(row.state in LEAVING for row in rows):
            raise LetterLeavingError(contact=session.get_one(Contact, contact_id).code)
        forgotten = restricted = 0
        for row in rows:
            row.address = row.receipt = None
            row.facts = _without_person(row.facts)
            if row.archive_sha256 is None:
                continue
            if row.reference is not None:
                restricted += 1
                continue
            sha256, row.archive_sha256 = row.archive_sha256, None
            session.flush()
            forgotten += _forget(session, sha256)
        yield Treated(
            Fate.BLANKED, N_("addresses and names that letters were made with"), len(rows)
        )
        yield Treated(Fate.BLANKED, N_("letters without a number"), forgotten)
        yield Treated(
            Fate.RESTRICTED,
            N_("registered letters, which are public records: only a named role may read them"),
            restricted,
        )
        yield Treated(
            Fate.KEPT,
            N_("that letters left and when, with their numbers, for the register"),
            len(rows),
        )

    def informed(self) -> Select[int]:
        """Return to whom a letter left and did not come back: the first one told them."""
        return select(Delivery.contact_id).where(Delivery.state == D.SENT.value)

    def aged(self, session: Session, retention: Retention, today: date) -> Iterator[Aged]:
        """Count letters that are kept too long, with a number and without."""
        for kind, months, numbered in (
            (N_("registered letters"), retention.registered, True),
            (N_("letters without a number"), retention.covers, False),
        ):
            over = 0
            if months:
                reference = Delivery.reference
                over = (
                    session.scalar(
                        select(func.count())
                        .select_from(Delivery)
                        .where(
                            Delivery.archive_sha256.is_not(None),
                            Delivery.sent_at < midnight(months_before(today, months)),
                            reference.is_not(None) if numbered else reference.is_(None),
                        )
                    )
                    or 0
                )
            yield Aged(kind, months, over)


def _without_person(stored: str | None) -> str | None:
    """Return a letter's stored facts without anything of the person; text by hand goes too."""
    if not stored:
        return stored
    facts = letter_facts.read(stored)
    if facts.contact is None:
        return stored
    nobody = structs.replace(
        facts.contact,
        gender=None,
        first_name=None,
        last_name=None,
        title_override=None,
        email=None,
        postal_lines=(),
    )
    return letter_facts.stored(structs.replace(facts, contact=nobody, own_text=None))


def _forget(session: Session, sha256: str) -> int:
    """Delete archived bytes that nobody else's letter needs; return how many objects went."""
    for column in (Delivery.archive_sha256, Circular.pdf_sha256, Batch.scan_sha256):
        if session.scalar(select(column).where(column == sha256).limit(1)) is not None:
            return 0
    session.execute(delete(ArchivedObject).where(ArchivedObject.sha256 == sha256))
    return 1
