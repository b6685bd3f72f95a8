"""Contacts that are one person: proposed with a reason, merged, and un-merged again.

Nothing moves: the one that is gone keeps its letters and answers, and is read through the one that
is kept (:mod:`outreach.contacts.kinship`). So both histories stay whole, and taking a merge back loses nothing. What
goes on for the one that is gone, the rooms to the right end or hand over (:class:`Follower`).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, joinedload

from outreach import journal
from outreach.contacts import changes, directory
from outreach.contacts.importing.models import ContactMerge
from outreach.contacts.models import Contact, EmailAddress
from outreach.errors import N_, WrongUseError
from outreach.journal import Act

FIELDS = ("gender", "first_name", "last_name", "title_override", "phone", "preferred_channel")
"""What a merge takes over where the kept card lacks it."""
CHOICES = ("office", "language", *FIELDS)
"""What may be chosen from either card."""


class SameContactError(WrongUseError):
    """A contact cannot be merged with itself, nor twice."""

    message = N_("{gone} cannot be merged into {kept}: they are one contact already.")


class NotMergedError(WrongUseError):
    """Nothing to take back."""

    message = N_("{code} is not merged into another contact.")


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge that stands."""

    kept: Contact
    gone: Contact
    at: datetime
    actor: str
    reason: str


class Follower(Protocol):
    """A room in which something goes on for contacts."""

    def merged(self, session: Session, kept: int, gone: int, act: Act) -> list[int]:
        """Let it go on for ``kept`` alone; return what :meth:`unmerged` needs to give it back."""

    def unmerged(self, session: Session, given: list[int], act: Act) -> None:
        """Give back to the one that was gone what :meth:`merged` took."""


FOLLOWERS: dict[str, Follower] = {}
"""Filled by ``app.py``, by the name under which a merge keeps what they return."""


def merge(
    session: Session,
    kept_code: str,
    gone_code: str,
    reason: str,
    act: Act,
    *,
    chosen: Collection[str] = (),
) -> ContactMerge:
    """Merge ``gone`` into ``kept``, which takes over what it lacks.

    The fields ``chosen``, of CHOICES, it takes from ``gone`` although it has them; the history of
    its card keeps what stood there. Raises UnknownContactError, SameContactError.
    """
    kept, gone = directory.find(session, kept_code), directory.find(session, gone_code)
    if kept.id == gone.id or {kept.id, gone.id} & set(_gone(session, [kept.id, gone.id])):
        raise SameContactError(kept=kept.code, gone=gone.code)
    fields = {n: getattr(gone, n) for n in FIELDS if getattr(gone, n) and not getattr(kept, n)}
    replaced = {
        n: [getattr(kept, n), getattr(gone, n)]
        for n in CHOICES
        if n in chosen and n not in fields and getattr(gone, n) != getattr(kept, n)
    }
    for name, value in fields.items():
        setattr(kept, name, value)
    for name, (old, new) in replaced.items():
        setattr(kept, name, new)
        changes.note(session, kept.id, name, (old, new), act)
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
        added={
            "fields": fields,
            "emails": [email.address for email in emails],
            "replaced": replaced,
            "followed": {
                name: follower.merged(session, kept.id, gone.id, act)
                for name, follower in FOLLOWERS.items()
            },
        },
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
    # An erasure has emptied it: then nothing is left to give back.
    for name, value in row.added.get("fields", {}).items():
        if getattr(kept, name) == value:
            setattr(kept, name, None)
    for name, (old, new) in row.added.get("replaced", {}).items():
        if getattr(kept, name) == new:
            setattr(kept, name, old)
            changes.note(session, kept.id, name, (new, old), act)
    for email in list(kept.emails):
        if email.address in row.added.get("emails", ()):
            session.delete(email)
    row.undone_at = act.at
    session.flush()
    for name, given in row.added.get("followed", {}).items():
        FOLLOWERS[name].unmerged(session, given, act)
    session.expire(kept, ["emails"])
    journal.record(session, act, "contact", gone.id, "unmerged", detail={"kept": kept.id})
    return kept.code


def merged(session: Session, limit: int) -> list[Merged]:
    """Return the merges that stand, the newest first."""
    kept, gone = aliased(Contact), aliased(Contact)
    rows = session.execute(
        select(ContactMerge, kept, gone)
        .join(kept, kept.id == ContactMerge.kept_id)
        .join(gone, gone.id == ContactMerge.gone_id)
        .options(joinedload(kept.organisation), joinedload(gone.organisation))
        .where(ContactMerge.undone_at.is_(None))
        .order_by(ContactMerge.id.desc())
        .limit(limit)
    )
    return [Merged(k, g, row.at, row.actor, row.reason) for row, k, g in rows]


def _gone(session: Session, ids: Iterable[int]) -> list[int]:
    return list(
        session.scalars(
            select(ContactMerge.gone_id).where(
                ContactMerge.gone_id.in_(list(ids)), ContactMerge.undone_at.is_(None)
            )
        )
    )
