"""A person's rights, done: object, be forgotten, know what is held."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.contacts import suppressions
from outreach.contacts.models import Contact, EmailAddress
from outreach.contacts.privacy.cards import shared_addresses
from outreach.contacts.privacy.holding import HOLDERS, Fate, HeldFile, Section, Treated
from outreach.contacts.privacy.models import Erasure, Objection
from outreach.errors import N_, OutreachError
from outreach.journal import Act


class FutureObjectionError(OutreachError):
    """Nobody objects tomorrow."""

    message = N_("An objection cannot have come on {day}: it is {today} today.")


class AlreadyErasedError(OutreachError):
    """There is nothing left of the person."""

    message = N_("{contact} was erased on {day} by {actor}; nothing of the person is left.")


class RestrictedLetterError(OutreachError):
    """A registered letter to somebody who was erased."""

    message = N_(
        "{contact} was erased. Registered letters stay in the book, but only this role may read "
        "them: {needed}. You are: {role}."
    )


@dataclass(frozen=True, slots=True)
class Objected:
    """What an objection changed."""

    stopped: int
    """Letters and follow-ups that will not leave."""
    suppressed: int
    """Addresses that are written to no more."""
    shared: Sequence[str]
    """Addresses left alone, because other contacts are reached there."""


def object_(
    session: Session,
    contact: Contact,
    *,
    key: bytes,
    campaign: str | None,
    received_on: date,
    today: date,
    reason: str | None,
    act: Act,
) -> Objected:
    """Write an objection down that somebody here was told; it acts at once, as :func:`stop` says.

    Raises FutureObjectionError, NotAllowedError.
    """
    users.require(session, act.actor, Role.SECRETARY)
    if received_on > today:
        raise FutureObjectionError(day=received_on.isoformat(), today=today.isoformat())
    return stop(
        session,
        contact,
        key=key,
        campaign=campaign,
        received_on=received_on,
        reason=reason,
        act=act,
    )


def stop(
    session: Session,
    contact: Contact,
    *,
    key: bytes,
    campaign: str | None,
    received_on: date,
    reason: str | None,
    act: Act,
) -> Objected:
    """Write no more to a contact, in one campaign or (None) for good: whoever asked, and however.

    By the page, by mail and by a person of the office, it is this one act. For good, the person's
    own addresses are suppressed; an address that others share is not, since it is theirs too: the
    objection itself keeps letters to this contact back.
    """
    row = Objection(
        contact_id=contact.id,
        campaign=campaign,
        received_on=received_on,
        reason=reason,
        recorded_by=act.actor,
        recorded_at=act.at,
    )
    session.add(row)
    session.flush()
    journal.record(
        session,
        act,
        "contact",
        contact.id,
        "objected",
        detail={"objection": row.id, "campaign": campaign},
    )
    suppressed, shared = (0, []) if campaign else _suppress(session, contact, key, "objection", act)
    stopped = sum(holder.stop(session, contact.id, campaign, act) for holder in HOLDERS)
    return Objected(stopped=stopped, suppressed=suppressed, shared=shared)


def objecting(session: Session, contacts: Collection[int], campaign: str) -> set[int]:
    """Return those of ``contacts`` who objected to this campaign or to all."""
    return set(
        session.scalars(
            select(Objection.contact_id).where(
                Objection.contact_id.in_(contacts),
                (Objection.campaign.is_(None)) | (Objection.campaign == campaign),
            )
        )
    )


def held(session: Session, contact: Contact) -> list[Section]:
    """Return everything that is held on a contact, room by room."""
    return [section for holder in HOLDERS for section in holder.held(session, contact.id)]


def files(session: Session, contact: Contact) -> list[HeldFile]:
    """Return the letters and messages themselves."""
    return [file for holder in HOLDERS for file in holder.files(session, contact.id)]


def erase(session: Session, contact: Contact, *, key: bytes, act: Act) -> list[Treated]:
    """Forget a person; return what went and what stays, and why.

    Keyed hashes of the person's own addresses stay, so that a later import is recognised and
    nobody writes there again. Raises AlreadyErasedError, NotAllowedError, and what a room refuses.
    """
    users.require(session, act.actor, Role.MANAGER)
    before = session.scalar(select(Erasure).where(Erasure.contact_id == contact.id))
    if before is not None:
        raise AlreadyErasedError(
            contact=contact.code, day=before.erased_at.date().isoformat(), actor=before.erased_by
        )
    suppressed, shared = _suppress(session, contact, key, "erased", act)
    # Whatever address a later list brings: nobody writes to them, by post either.
    session.add(
        Objection(
            contact_id=contact.id,
            campaign=None,
            received_on=act.at.date(),
            reason=None,
            recorded_by=act.actor,
            recorded_at=act.at,
        )
    )
    for holder in HOLDERS:
        holder.stop(session, contact.id, None, act)
    treated = [each for holder in HOLDERS for each in holder.blank(session, contact.id, act)]
    treated.append(
        Treated(
            Fate.KEPT,
            N_("keyed hashes of addresses, so that a later import is not written to"),
            suppressed,
        )
    )
    if shared:
        treated.append(
            Treated(Fate.KEPT, N_("addresses on the cards of others who share them"), len(shared))
        )
    treated.append(Treated(Fate.KEPT, N_("the journal, which names rows and no person"), 1))
    told = [[each.fate.value, each.what, each.count] for each in treated]
    session.add(Erasure(contact_id=contact.id, erased_at=act.at, erased_by=act.actor, told=told))
    session.flush()
    journal.record(session, act, "contact", contact.id, "erased")
    return treated


def is_erased(session: Session, contact_id: int) -> bool:
    """Say whether a person was forgotten."""
    return session.scalar(select(Erasure.id).where(Erasure.contact_id == contact_id)) is not None


def require_may_read(session: Session, code: str, actor: str, needed: str) -> None:
    """Refuse a letter to somebody (by code) who was erased, but to the named role.

    Raises RestrictedLetterError, UnknownUserError.
    """
    contact = session.scalar(select(Contact).where(Contact.code == code))
    if contact is None or not is_erased(session, contact.id):
        return
    user = users.find(session, actor)
    if users.RANK[Role(user.role)] < users.RANK[Role(needed)]:
        raise RestrictedLetterError(contact=contact.code, needed=Role(needed), role=Role(user.role))


def _suppress(
    session: Session, contact: Contact, key: bytes, reason: str, act: Act
) -> tuple[int, list[str]]:
    """Suppress a contact's own addresses; return how many, and those that others share."""
    mine = session.scalars(
        select(EmailAddress.address).where(EmailAddress.contact_id == contact.id)
    ).all()
    others = shared_addresses(session, contact.id)
    shared = [address for address in mine if address.lower() in others]
    own = [address for address in mine if address.lower() not in others]
    for address in own:
        suppressions.suppress(session, key, address, reason, act)
    return len(own), shared
