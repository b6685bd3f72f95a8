"""Find one contact, and say who it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, literal, select, union
from sqlalchemy.orm import Session, joinedload, selectinload

from outreach.contacts import kinship
from outreach.contacts.models import Contact, EmailAddress, Membership, Organisation
from outreach.db import fold, folded
from outreach.errors import N_, OutreachError, WrongUseError

SUGGESTIONS = 5


class UnknownContactError(WrongUseError):
    """Nobody of that code."""

    message = N_(
        "No contact has the code “{code}”. Near it: {near}. “outreach contacts list TEXT” finds "
        "contacts by name."
    )


class UnclearContactError(OutreachError):
    """What was written finds nobody, or several."""

    message = N_("“{text}” is nobody here, or several: {near}. Write the code.")


def find(session: Session, code: str) -> Contact:
    """Return the contact with ``code``, its addresses loaded. Raises UnknownContactError."""
    contact = session.scalar(_loaded().where(func.upper(Contact.code) == code.strip().upper()))
    if contact is None:
        text = code.partition(":")[2] or code
        near = [f"{row.code} {row.organisation.name}" for row in search(session, text, SUGGESTIONS)]
        raise UnknownContactError(code=code, near=near)
    return contact


def named(session: Session, text: str) -> Contact:
    """Return the contact of a code, or the only one that :func:`search` finds.

    Raises UnclearContactError.
    """
    exact = session.scalar(_loaded().where(func.upper(Contact.code) == text.strip().upper()))
    if exact is not None:
        return exact
    found = search(session, text, SUGGESTIONS)
    if len(found) != 1:
        near = [f"{row.code} {row.organisation.name}" for row in found]
        raise UnclearContactError(text=text.strip(), near=near or ["-"])
    return found[0]


def by_id(session: Session, number: int) -> Contact | None:
    """Return the contact of a row, its addresses loaded; None where there is none."""
    return session.scalar(_loaded().where(Contact.id == number))


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what a search found."""

    total: int
    contacts: Sequence[Contact]
    number: int
    """The page, from 1."""
    pages: int


def search(session: Session, text: str, limit: int) -> Sequence[Contact]:
    """Return contacts by their organisation's name or code, their own name, or an e-mail address.

    The largest organisations first; capitals, accents and hyphens make no difference.
    """
    return page(session, text, size=limit).contacts


def page(session: Session, text: str, number: int = 1, *, size: int) -> Found:
    """Return the ``number``-th page of what :func:`search` finds, the last one beyond the end."""
    if "\x00" in text:  # no name holds it, and neither database takes it
        return Found(0, [], 1, 1)
    query = (
        select(Contact.id)
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .order_by(Organisation.population.desc().nulls_last(), Contact.code)
    )
    # Who was merged is found by the names that they had, and shown as the one that is kept.
    through = kinship.heads(session)
    if not text.strip():  # everyone: the database counts, and gives the few of the page
        away = list(through)
        total = session.scalars(select(func.count(Contact.id)).where(Contact.id.not_in(away))).one()
        number, pages = _place(number, total, size)
        cut = query.where(Contact.id.not_in(away)).offset((number - 1) * size).limit(size)
        shown = session.scalars(cut).all()
    else:  # one look through all the names
        found = session.scalars(query.where(_holds(text))).all()
        ids = list(dict.fromkeys(through.get(one, one) for one in found)) if through else found
        total = len(ids)
        number, pages = _place(number, total, size)
        shown = ids[(number - 1) * size : number * size]
    cards = {card.id: card for card in session.scalars(_loaded().where(Contact.id.in_(shown)))}
    return Found(total, [cards[id_] for id_ in shown], number, pages)


def _place(number: int, total: int, size: int) -> tuple[int, int]:
    """Return the page that is meant, at most the last one, and how many there are."""
    pages = max(1, -(-total // size))
    return min(max(number, 1), pages), pages


def _holds(text: str) -> ColumnElement[bool]:
    """Return the condition that a text begins a word of a name, or a code or an address."""
    plain = escaped(text.strip().lower())
    words = escaped(folded(" ".join(text.split())))
    # Each column is looked through by itself: one condition over the joined rows takes twice as long.
    towns = select(Organisation.id).where(
        (literal(" ") + fold(Organisation.name)).like(f"% {words}%", escape="\\")
    )
    found = union(
        select(Contact.id).where(Contact.organisation_id.in_(towns)),
        select(Contact.id).where(func.lower(Contact.code).like(f"%{plain}", escape="\\")),
        *(
            select(Contact.id).where(name.is_not(None), fold(name).like(f"{words}%", escape="\\"))
            for name in (Contact.last_name, Contact.first_name)
        ),
        select(EmailAddress.contact_id).where(
            func.lower(EmailAddress.address).like(f"{plain}%", escape="\\")
        ),
    )
    return Contact.id.in_(select(found.subquery().c[0]).correlate(None))


def ids(session: Session, text: str, most: int) -> Sequence[int]:
    """Return the ids of contacts that :func:`search` would find, the largest first."""
    return session.scalars(
        select(Contact.id)
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .where(_holds(text))
        .order_by(Organisation.population.desc().nulls_last(), Contact.id)
        .limit(most)
    ).all()


def escaped(text: str) -> str:
    """Return a text whose signs stand for themselves in LIKE … ESCAPE a backslash."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def memberships(session: Session, organisation: Organisation) -> list[str]:
    """Return the names of the associations that an organisation belongs to today."""
    return list(
        session.scalars(
            select(Organisation.name)
            .join(Membership, Membership.association_id == Organisation.id)
            .where(Membership.organisation_id == organisation.id, Membership.until.is_(None))
            .order_by(Organisation.name)
        )
    )


def sources(session: Session) -> list[str]:
    """Return where the cards come from."""
    return list(session.scalars(select(Contact.source).distinct().order_by(Contact.source)))


def _loaded() -> Select[Contact]:
    return select(Contact).options(
        joinedload(Contact.organisation),
        selectinload(Contact.emails),
        selectinload(Contact.posts),
    )
