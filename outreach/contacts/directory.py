"""Find one contact, and say who it is."""

from collections.abc import Sequence

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from outreach.contacts.models import Contact, Organisation
from outreach.errors import N_, WrongUseError

SUGGESTIONS = 5


class UnknownContactError(WrongUseError):
    """Nobody of that code."""

    message = N_("No contact has the code “{code}”. Did you mean: {near}? {hint}")


def find(session: Session, code: str) -> Contact:
    """Return the contact with ``code``, its addresses loaded. Raises UnknownContactError."""
    contact = session.scalar(_loaded().where(func.upper(Contact.code) == code.strip().upper()))
    if contact is None:
        text = code.partition(":")[2] or code
        near = [f"{row.code} {row.organisation.name}" for row in search(session, text, SUGGESTIONS)]
        raise UnknownContactError(
            code=code, near=near, hint="outreach contacts list " + text.strip()
        )
    return contact


def search(session: Session, text: str, limit: int) -> Sequence[Contact]:
    """Return contacts whose organisation's name or code begins with ``text``, largest first."""
    escaped = text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return session.scalars(
        _loaded()
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .where(
            or_(
                Organisation.name.ilike(f"{escaped}%", escape="\\"),
                Organisation.name.ilike(f"% {escaped}%", escape="\\"),
                Contact.code.ilike(f"%{escaped}", escape="\\"),
            )
        )
        .order_by(Organisation.population.desc(), Contact.code)
        .limit(limit)
    ).all()


def _loaded() -> Select[Contact]:
    return select(Contact).options(
        joinedload(Contact.organisation),
        selectinload(Contact.emails),
        selectinload(Contact.posts),
    )
