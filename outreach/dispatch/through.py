"""Letters that an association passes on to its members: told, but never taken for sent.

We write to Cités Unies France and ask it to hand the letter on. Which members it reached, nobody
tells us: each has a row of the kind ``via``, in the state ``through``, that counts as no letter,
moves nobody on and keeps no one from being written to directly. A member's answer is matched to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.clock import local_date
from outreach.contacts import directory
from outreach.contacts.importing.models import ContactMerge
from outreach.contacts.models import Contact, Kind, Membership, Organisation
from outreach.dispatch import deliveries, history
from outreach.dispatch.models import Batch, Delivery
from outreach.dispatch.states import DeliveryState, move_delivery
from outreach.errors import N_, OutreachError
from outreach.journal import Act
from outreach.settings import Settings

ROLES = ("member", "partner")


class NoAssociationError(OutreachError):
    """The contact is not an association's."""

    message = N_("{contact} is not the contact of an association, so it passes nothing on.")


class NotWrittenToError(OutreachError):
    """The association itself has not got the letter."""

    message = N_(
        "No letter of batch {batch} left to {contact} yet, so nothing can be passed on. First send "
        "or post it."
    )


class NobodyThroughError(OutreachError):
    """No member is known who has not the letter already."""

    message = N_(
        "No member of {association} is known who has not the letter of its own. Members are "
        "imported with “outreach contacts import … --association”."
    )


@dataclass(frozen=True, slots=True)
class PassedOn:
    """What was noted."""

    association: str
    members: tuple[str, ...]
    """Codes of the contacts that perhaps get it through the association."""
    direct: tuple[str, ...]
    """Members that hold a letter of their own already."""


def note(
    session: Session,
    batch: Batch,
    code: str,
    *,
    roles: Sequence[str] = ("member",),
    settings: Settings,
    act: Act,
) -> PassedOn:
    """Note that the association of contact ``code`` passes its letter of ``batch`` on.

    Members are those of the office's today. Noted again, only new members are added. Raises
    NotAllowedError, UnknownContactError, NoAssociationError, NotWrittenToError, NobodyThroughError.
    """
    users.require(session, act.actor, Role.SECRETARY)
    contact, letter = _letter(session, batch, code)
    organisation = contact.organisation
    today = local_date(act.at, settings.zone)
    members = session.execute(
        select(Contact.id, Contact.code, Contact.language)
        .join(Membership, Membership.organisation_id == Contact.organisation_id)
        .where(
            Membership.association_id == organisation.id,
            Membership.role.in_(roles),
            or_(Membership.since.is_(None), Membership.since <= today),
            or_(Membership.until.is_(None), Membership.until >= today),
            Contact.id.not_in(select(ContactMerge.gone_id).where(ContactMerge.undone_at.is_(None))),
        )
        .distinct()
        .order_by(Contact.code)
    ).all()
    having = set(
        session.scalars(
            select(Delivery.contact_id).where(
                Delivery.step_id == batch.step_id,
                Delivery.state.not_in(deliveries.FREE),
                deliveries.is_turn(),
            )
        )
    )
    wanted = [row for row in members if row.id not in having]
    if not wanted:
        raise NobodyThroughError(association=organisation.name)
    placed = deliveries.place(
        session,
        batch.id,
        [
            {
                "step_id": batch.step_id,
                "contact_id": row.id,
                "kind": deliveries.VIA,
                "round": organisation.id,  # one through each association
                "channel": deliveries.VIA,
                "place": letter.place,
                "language": row.language,
                "state": DeliveryState.THROUGH.value,
                "reference": letter.reference,
            }
            for row in wanted
        ],
        act,
    )
    journal.record(
        session, act, "delivery", letter.id, "passed-on", detail={"members": len(placed)}
    )
    return PassedOn(
        association=organisation.name,
        members=tuple(row.code for row in wanted),
        direct=tuple(row.code for row in members if row.id in having),
    )


@dataclass(frozen=True, slots=True)
class Between:
    """An association that got a letter of a batch, and may pass it on."""

    contact: str
    name: str
    members: int
    """To how many the letter was noted as passed on."""


def associations(session: Session, batch: Batch) -> list[Between]:
    """Return the associations that hold a letter of the batch which left, by name."""
    passed = (
        select(func.count())
        .select_from(Delivery)
        .where(
            Delivery.batch_id == batch.id,
            Delivery.kind == deliveries.VIA,
            Delivery.round == Contact.organisation_id,
            Delivery.state == DeliveryState.THROUGH.value,
        )
        .correlate(Contact)
        .scalar_subquery()
    )
    written = (
        select(Delivery.id)
        .where(
            Delivery.contact_id == Contact.id,
            Delivery.batch_id == batch.id,
            Delivery.kind.in_((*deliveries.TURNS, deliveries.CORRECTION)),
            Delivery.state.in_(history.LEFT),
        )
        .correlate(Contact)
        .exists()
    )
    rows = session.execute(
        select(Contact.code, Organisation.name, passed)
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .where(Organisation.kind == Kind.ASSOCIATION.value, written)
        .order_by(Organisation.name, Contact.code)
    )
    return [Between(*row) for row in rows]


def take_back(session: Session, batch: Batch, code: str, reason: str, act: Act) -> int:
    """Note that the association did not pass it on after all; return for how many members."""
    users.require(session, act.actor, Role.SECRETARY)
    contact, _ = _letter(session, batch, code)
    rows = session.scalars(
        select(Delivery).where(
            Delivery.batch_id == batch.id,
            Delivery.kind == deliveries.VIA,
            Delivery.round == contact.organisation_id,
            Delivery.state == DeliveryState.THROUGH.value,
        )
    ).all()
    for row in rows:
        move_delivery(session, row, DeliveryState.CANCELLED, act, reason=reason)
        row.reason = "not-passed-on"
    session.flush()
    return len(rows)


def _letter(session: Session, batch: Batch, code: str) -> tuple[Contact, Delivery]:
    """Return the association's contact and the letter that left to it."""
    contact = directory.find(session, code)
    if contact.organisation.kind != Kind.ASSOCIATION.value:
        raise NoAssociationError(contact=contact.code)
    letter = session.scalar(
        select(Delivery).where(
            Delivery.batch_id == batch.id,
            Delivery.contact_id == contact.id,
            Delivery.kind.in_((*deliveries.TURNS, deliveries.CORRECTION)),
            Delivery.state.in_(history.LEFT),
        )
    )
    if letter is None:
        raise NotWrittenToError(batch=batch.id, contact=contact.code)
    return contact, letter
