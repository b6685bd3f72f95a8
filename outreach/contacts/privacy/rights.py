"""A person's rights, done: object, be forgotten, know what is held."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.contacts import kinship, suppressions
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
    stopped = sum(
        holder.stop(session, one, campaign, act)
        for one in kinship.together(session, [contact.id])
        for holder in HOLDERS
    )
    return Objected(stopped=stopped, suppressed=suppressed, shared=shared)


def objecting(session: Session, contacts: Collection[int], campaign: str) -> set[int]:
    """Return those of ``contacts`` who objected to this campaign or to all, by any of their cards."""
    through = kinship.heads(session)
    objected = {
        through.get(one, one)
        for one in session.scalars(
            select(Objection.contact_id).where(
                (Objection.campaign.is_(None)) | (Objection.campaign == campaign)
            )
        )
    }
    return {one for one in contacts if through.get(one, one) in objected}


def held(session: Session, contact: Contact) -> list[Section]:
    """Return everything that is held on a person, room by room, of cards that were merged too."""
    rows: dict[str, list[dict[str, Any]]] = {}
    titles: dict[str, str] = {}
    people = kinship.together(session, [contact.id])
    for holder in HOLDERS:
        for one in people:
            for section in holder.held(session, one):
                titles[section.key] = section.title
                rows.setdefault(section.key, []).extend(section.rows)
    return [Section(key, title, rows[key]) for key, title in titles.items()]


def files(session: Session, contact: Contact) -> list[HeldFile]:
    """Return the letters and messages themselves; a circular that two cards got is one file."""
    found = {
        (file.name, file.data): file
        for one in kinship.together(session, [contact.id])
        for holder in HOLDERS
        for file in holder.files(session, one)
    }
    return list(found.values())


def erase(session: Session, contact: Contact, *, key: bytes, act: Act) -> list[Treated]:
    """Forget a person, by all the cards that were merged; return what went and what stays, and why.

    Keyed hashes of the person's own addresses stay, so that a later import is recognised and
    nobody writes there again. Raises AlreadyErasedError, NotAllowedError, and what a room refuses.
    """
    users.require(session, act.actor, Role.MANAGER)
    before = session.scalar(select(Erasure).where(Erasure.contact_id == contact.id))
    if before is not None:
        raise AlreadyErasedError(
            contact=contact.code, day=before.erased_at.date().isoformat(), actor=before.erased_by
        )
    suppressed, shared = _suppress(session, contact, key, suppressions.ERASED, act)
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
    people = [one for one in kinship.together(session, [contact.id]) if not is_erased(session, one)]
    for holder in HOLDERS:
        for one in people:
            holder.stop(session, one, None, act)
    counts: dict[tuple[Fate, str], int] = {}
    for holder in HOLDERS:
        for one in people:
            for each in holder.blank(session, one, act):
                key_ = (each.fate, each.what)
                counts[key_] = counts.get(key_, 0) + each.count
    treated = [Treated(fate, what, count) for (fate, what), count in counts.items()]
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
    for one in people:
        session.add(Erasure(contact_id=one, erased_at=act.at, erased_by=act.actor, told=told))
        session.flush()
        journal.record(session, act, "contact", one, "erased")
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
    people = kinship.together(session, [contact.id])
    mine = session.scalars(
        select(EmailAddress.address).where(EmailAddress.contact_id.in_(people)).distinct()
    ).all()
    others = shared_addresses(session, people)
    shared = [address for address in mine if address.lower() in others]
    own = [address for address in mine if address.lower() not in others]
    for address in own:
        suppressions.suppress(session, key, address, reason, act)
    return len(own), shared
