"""Which contacts are one person: read through the one that is kept (``merging`` says so)."""

from collections.abc import Iterable
from functools import cache

from sqlalchemy import CTE, ColumnElement, select
from sqlalchemy.orm import Session

from outreach.contacts.importing.models import ContactMerge
from outreach.contacts.models import Contact


def into(session: Session, contact: int) -> Contact | None:
    """Return the contact into which one was merged; None where it stands by itself."""
    return session.scalar(
        select(Contact)
        .join(ContactMerge, ContactMerge.kept_id == Contact.id)
        .where(ContactMerge.gone_id == contact, ContactMerge.undone_at.is_(None))
    )


def standing() -> ColumnElement[bool]:
    """Return the condition on Contact that it was not merged into another."""
    # One short list, not a question for each contact.
    gone = select(ContactMerge.gone_id).where(ContactMerge.undone_at.is_(None))
    return Contact.id.not_in(gone.correlate(None))


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


def heads(session: Session) -> dict[int, int]:
    """Return, by the id of each contact that was merged, the one that it is read through."""
    kept: dict[int, int] = dict(
        session.execute(
            select(ContactMerge.gone_id, ContactMerge.kept_id).where(
                ContactMerge.undone_at.is_(None)
            )
        ).all()
    )
    found = {}
    for gone in kept:
        head = gone
        while head in kept:
            head = kept[head]
        found[gone] = head
    return found


def together(session: Session, contacts: Iterable[int]) -> list[int]:
    """Return the ids of all that are one person with one of ``contacts``; who is kept comes first."""
    through = heads(session)
    ends = list(dict.fromkeys(through.get(one, one) for one in contacts))
    wanted = set(ends)
    return [*ends, *(gone for gone, head in through.items() if head in wanted)]


@cache
def bearers() -> CTE:
    """Return (member, head): each contact that was merged, and every one it is read through.

    One object, since a statement may hold only one table of its name.
    """
    standing_ = ContactMerge.undone_at.is_(None)
    direct = select(ContactMerge.gone_id.label("member"), ContactMerge.kept_id.label("head"))
    walk = direct.where(standing_).cte("bearers", recursive=True)
    further = select(walk.c.member, ContactMerge.kept_id).join(
        ContactMerge, ContactMerge.gone_id == walk.c.head
    )
    return walk.union(further.where(standing_))
