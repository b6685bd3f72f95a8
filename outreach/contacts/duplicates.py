"""Contacts that may be one person, proposed with a score and a reason; and pairs that are two."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from outreach import journal
from outreach.contacts import directory
from outreach.contacts.importing.models import ContactsApart
from outreach.contacts.kinship import standing
from outreach.contacts.merging import SameContactError
from outreach.contacts.models import Contact, EmailAddress
from outreach.contacts.recognition import normalised
from outreach.errors import N_, Phrase
from outreach.journal import Act

_APART = (ContactsApart.one_id, ContactsApart.other_id)
ALIKE = 88.0
"""Least likeness of two names (0-100) at which a pair is proposed."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two contacts that may be one."""

    kept: str
    gone: str
    organisation: str
    score: float
    """0 to 100."""
    reason: Phrase
    kept_id: int
    gone_id: int


@dataclass(frozen=True, slots=True)
class Apart:
    """Two contacts that somebody said to be two people."""

    one: Contact
    other: Contact
    at: datetime
    actor: str


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
    apart = {_pair(*row) for row in session.execute(select(*_APART)).all()}
    found: dict[tuple[int, int], Proposal] = {}
    for group in groups.values():
        for one, other in combinations(group.values(), 2):
            if _pair(one.id, other.id) in apart or (one.id, other.id) in found:
                continue
            if proposal := _compare(one, other):
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
    return Proposal(
        kept=one.code,
        gone=other.code,
        organisation=one.organisation.name,
        score=round(score, 1),
        reason=Phrase(reason),
        kept_id=one.id,
        gone_id=other.id,
    )


def set_apart(session: Session, code: str, other_code: str, act: Act) -> None:
    """Note that two contacts are two people, so that they are not proposed again.

    Said twice, it is noted once. Raises UnknownContactError, SameContactError.
    """
    one, other = directory.find(session, code), directory.find(session, other_code)
    if one.id == other.id:
        raise SameContactError(kept=one.code, gone=other.code)
    first, second = _pair(one.id, other.id)
    if _apart(session, first, second) is not None:
        return
    session.add(ContactsApart(one_id=first, other_id=second, at=act.at, actor=act.actor))
    session.flush()
    journal.record(session, act, "contact", first, "set-apart", detail={"other": second})


def propose_again(session: Session, code: str, other_code: str, act: Act) -> None:
    """Take :func:`set_apart` back; nothing where it was not said. Raises UnknownContactError."""
    one, other = directory.find(session, code), directory.find(session, other_code)
    first, second = _pair(one.id, other.id)
    found = _apart(session, first, second)
    if found is None:
        return
    session.delete(found)
    session.flush()
    journal.record(session, act, "contact", first, "propose-again", detail={"other": second})


def apart(session: Session, limit: int) -> list[Apart]:
    """Return the pairs that are two people, as somebody said, the newest first."""
    one, other = aliased(Contact), aliased(Contact)
    rows = session.execute(
        select(ContactsApart, one, other)
        .join(one, one.id == ContactsApart.one_id)
        .join(other, other.id == ContactsApart.other_id)
        .options(joinedload(one.organisation), joinedload(other.organisation))
        .order_by(ContactsApart.id.desc())
        .limit(limit)
    )
    return [Apart(first, second, row.at, row.actor) for row, first, second in rows]


def _apart(session: Session, one: int, other: int) -> ContactsApart | None:
    return session.scalar(
        select(ContactsApart).where(ContactsApart.one_id == one, ContactsApart.other_id == other)
    )


def _pair(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)
