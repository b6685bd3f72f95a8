"""Find one contact, and say who it is."""

from collections.abc import Sequence

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from outreach.contacts.models import Contact, EmailAddress, Membership, Organisation
from outreach.errors import N_, WrongUseError

SUGGESTIONS = 5


class UnknownContactError(WrongUseError):
    """Nobody of that code."""

    message = N_(
        "No contact has the code “{code}”. Near it: {near}. “outreach contacts list TEXT” finds "
        "contacts by name."
    )


def find(session: Session, code: str) -> Contact:
    """Return the contact with ``code``, its addresses loaded. Raises UnknownContactError."""
    contact = session.scalar(_loaded().where(func.upper(Contact.code) == code.strip().upper()))
    if contact is None:
        text = code.partition(":")[2] or code
        near = [f"{row.code} {row.organisation.name}" for row in search(session, text, SUGGESTIONS)]
        raise UnknownContactError(code=code, near=near)
    return contact


def search(session: Session, text: str, limit: int) -> Sequence[Contact]:
    """Return contacts by their organisation's name or code, their own name, or an e-mail address.

    The largest organisations first.
    """
    if "\x00" in text:  # no name holds it, and neither database takes it
        return []
    escaped = text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return session.scalars(
        _loaded()
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .where(
            or_(
                Organisation.name.ilike(f"{escaped}%", escape="\\"),
                Organisation.name.ilike(f"% {escaped}%", escape="\\"),
                Contact.code.ilike(f"%{escaped}", escape="\\"),
                Contact.last_name.ilike(f"{escaped}%", escape="\\"),
                Contact.first_name.ilike(f"{escaped}%", escape="\\"),
                Contact.id.in_(
                    select(EmailAddress.contact_id)
                    .where(EmailAddress.address.ilike(f"{escaped}%", escape="\\"))
                    .correlate(None)
                ),
            )
        )
        .order_by(Organisation.population.desc(), Contact.code)
        .limit(limit)
    ).all()


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
