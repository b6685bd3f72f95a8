"""Contacts that are one person: proposed with a reason, merged, and un-merged again.

Nothing moves: the one that is gone keeps its letters and answers, and is read through the one that
is kept (:func:`family`). So both histories stay whole, and taking a merge back loses nothing.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from outreach import journal
from outreach.contacts import directory
from outreach.contacts.importing.models import ContactMerge
from outreach.contacts.models import Contact, EmailAddress
from outreach.contacts.recognition import normalised
from outreach.errors import N_, Phrase, WrongUseError
from outreach.journal import Act

FIELDS = ("gender", "first_name", "last_name", "title_override", "phone", "preferred_channel")
ALIKE = 88.0
"""Least likeness of two names (0-100) at which a pair is proposed."""


class SameContactError(WrongUseError):
    """A contact cannot be merged with itself, nor twice."""

    message = N_("{gone} cannot be merged into {kept}: they are one contact already.")


class NotMergedError(WrongUseError):
    """Nothing to take back."""

    message = N_("{code} is not merged into another contact.")


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two contacts that may be one."""

    kept: str
    gone: str
    organisation: str
    score: float
    """0 to 100."""
    reason: Phrase


def propose(session: Session) -> list[Proposal]:
    """Return pairs that may be one person, the likeliest first."""
    several = (
        select(Contact.organisation_id)
        .where(standing())
        .group_by(Contact.organisation_id)
        .having(func.count() > 1)
    )
    shared = select(EmailAddress.address).group_by(EmailAddress.address).having(func.count() > 1)
    owners = select(EmailAddress.contact_id).where(EmailAddress.address.in_(shared))
    query = (
        select(Contact)
        .options(joinedload(Contact.organisation), selectinload(Contact.emails))
        .where(standing(), Contact.organisation_id.in_(several) | Contact.id.in_(owners))
        .order_by(Contact.id)
    )
    groups: defaultdict[object, dict[int, Contact]] = defaultdict(dict)
    for contact in session.scalars(query):
        groups[contact.organisation_id][contact.id] = contact
        for email in contact.emails:
            groups[email.address.casefold()][contact.id] = contact
    found: dict[tuple[int, int], Proposal] = {}
    for group in groups.values():
        for one, other in combinations(group.values(), 2):
            if (one.id, other.id) not in found and (proposal := _compare(one, other)):
                found[one.id, other.id] = proposal
    return sorted(found.values(), key=lambda p: (-p.score, p.kept, p.gone))


def _compare(one: Contact, other: Contact) -> Proposal | None:
    """Judge a pair: the name decides; a mailbox alone is what two people may share."""
    from rapidfuzz import fuzz

    names = [normalised(f"{c.first_name or ''} {c.last_name or ''}") for c in (one, other)]
    alike = fuzz.token_sort_ratio(*names) if all(names) else 0.0
    mails = [{email.address.casefold() for email in c.emails} for c in (one, other)]
    shared = bool(mails[0] & mails[1])
    together = one.organisation_id == other.organisation_id
    if alike >= ALIKE and shared:
        score, reason = max(alike, 99.0), N_("the same name and e-mail address")
    elif alike >= ALIKE and together:
        score, reason = alike - 5, N_("nearly the same name at one organisation")
    elif together and shared and not all(names) and one.office == other.office:
        score, reason = 80.0, N_("the same e-mail address and function")
    else:
        return None
    return Proposal(one.code, other.code, one.organisation.name, round(score, 1), Phrase(reason))


def merge(session: Session, kept_code: str, gone_code: str, reason: str, act: Act) -> ContactMerge:
    """Merge ``gone`` into ``kept``, which takes over what it lacks.

    Raises UnknownContactError, SameContactError.
    """
    kept, gone = directory.find(session, kept_code), directory.find(session, gone_code)
    if kept.id == gone.id or {kept.id, gone.id} & set(_gone(session, [kept.id, gone.id])):
        raise SameContactError(kept=kept.code, gone=gone.code)
    fields = {n: getattr(gone, n) for n in FIELDS if getattr(gone, n) and not getattr(kept, n)}
    for name, value in fields.items():
        setattr(kept, name, value)
    there = {email.address.casefold() for email in kept.emails}
    emails = [e for e in gone.emails if e.address.casefold() not in there]
    for place, email in enumerate(emails, max((e.position + 1 for e in kept.emails), default=0)):
        session.add(
            EmailAddress(
                contact_id=kept.id, address=email.address, position=place, state=email.state
            )
        )
    row = ContactMerge(
        kept_id=kept.id,
        gone_id=gone.id,
        at=act.at,
        actor=act.actor,
        reason=reason,
        added={"fields": fields, "emails": [email.address for email in emails]},
    )
    session.add(row)
    session.flush()
    session.expire(kept, ["emails"])
    detail = {"fields": sorted(fields), "kept": kept.id}
    journal.record(session, act, "contact", gone.id, "merged", reason=reason, detail=detail)
    return row


def unmerge(session: Session, gone_code: str, act: Act) -> str:
    """Take a merge back; return the code of the one that was kept. What was edited since stays.

    Raises UnknownContactError, NotMergedError.
    """
    gone = directory.find(session, gone_code)
    row = session.scalar(
        select(ContactMerge).where(
            ContactMerge.gone_id == gone.id, ContactMerge.undone_at.is_(None)
        )
    )
    if row is None:
        raise NotMergedError(code=gone.code)
    kept = session.get_one(Contact, row.kept_id)
    for name, value in row.added["fields"].items():
        if getattr(kept, name) == value:
            setattr(kept, name, None)
    for email in list(kept.emails):
        if email.address in row.added["emails"]:
            session.delete(email)
    row.undone_at = act.at
    session.flush()
    session.expire(kept, ["emails"])
    journal.record(session, act, "contact", gone.id, "unmerged", detail={"kept": kept.id})
    return kept.code


def standing() -> ColumnElement[bool]:
    """Return the condition on Contact that it was not merged into another."""
    gone = select(ContactMerge.id).where(
        ContactMerge.gone_id == Contact.id, ContactMerge.undone_at.is_(None)
    )
    return ~gone.correlate(Contact).exists()


def family(session: Session, contact: int) -> list[int]:
    """Return a contact's id and those of all that were merged into it, whose letters are its own."""
    found, fresh = [contact], [contact]
    while fresh:
        fresh = list(
            session.scalars(
                select(ContactMerge.gone_id).where(
                    ContactMerge.kept_id.in_(fresh), ContactMerge.undone_at.is_(None)
                )
            )
        )
        found += fresh
    return found


def _gone(session: Session, ids: Iterable[int]) -> list[int]:
    return list(
        session.scalars(
            select(ContactMerge.gone_id).where(
                ContactMerge.gone_id.in_(list(ids)), ContactMerge.undone_at.is_(None)
            )
        )
    )
