"""Make and change a contact's card by hand; what it said before is kept."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.contacts import changes
from outreach.contacts.models import Contact, Organisation
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.journal import Act

FIELDS = (
    *("office", "language", "gender", "first_name", "last_name", "title_override", "phone"),
    *("preferred_channel", "mandate_end", "verified_on", "source", "purpose"),
)
REQUIRED = ("office", "language", "source", "purpose")
BY_HAND = "by hand"
Value = str | date | None


class UnknownOrganisationError(WrongUseError):
    """No organisation of that code."""

    message = N_(
        "No organisation has the code “{code}”. “outreach contacts list TEXT” finds organisations "
        "with a contact by name; official codes look like FR:76351 or CO:73001."
    )


class ContactExistsError(WrongUseError):
    """The code is taken."""

    message = N_(
        "There is a contact {code} already. Change it with “outreach contacts edit {code}”, or add "
        "another one at {organisation} with --suffix, such as --suffix dgs."
    )


class EmptiedFieldError(OutreachError):
    """A field that every card needs."""

    message = N_("{field} cannot be empty: every card needs it.")


def organisation(session: Session, code: str) -> Organisation:
    """Return the organisation with ``code``. Raises UnknownOrganisationError."""
    found = session.scalar(
        select(Organisation).where(func.upper(Organisation.code) == code.strip().upper())
    )
    if found is None:
        raise UnknownOrganisationError(code=code)
    return found


def add(session: Session, at: str, suffix: str, values: Mapping[str, Value], act: Act) -> Contact:
    """Make a card at the organisation of code ``at``; ``values`` are of FIELDS.

    Raises UnknownOrganisationError, ContactExistsError, EmptiedFieldError, NotAllowedError.
    """
    users.require(session, act.actor, Role.SECRETARY)
    found = organisation(session, at)
    code = f"{found.code}/{suffix}" if suffix else found.code
    if session.scalar(select(Contact.id).where(Contact.code == code)) is not None:
        raise ContactExistsError(code=code, organisation=found.code)
    default = {
        "source": BY_HAND,
        "purpose": "",
        "language": "es" if found.country == "CO" else "fr",
    }
    given = default | {key: value for key, value in values.items() if value is not None}
    if not given.get("office"):
        raise EmptiedFieldError(field="office")
    contact = Contact(code=code, organisation_id=found.id, created_at=act.at, **given)
    session.add(contact)
    session.flush()
    journal.record(session, act, "contact", contact.id, "created", detail={"fields": sorted(given)})
    return contact


def edit(session: Session, contact: Contact, values: Mapping[str, Value], act: Act) -> list[str]:
    """Change fields of a card; return those that are otherwise now. An empty string clears one.

    Raises EmptiedFieldError, NotAllowedError.
    """
    users.require(session, act.actor, Role.SECRETARY)
    changed = []
    for field, value in values.items():
        new = None if value == "" and field not in REQUIRED else value
        old = getattr(contact, field)
        if new == old:
            continue
        if not new and field in REQUIRED and field != "purpose":
            raise EmptiedFieldError(field=field)
        setattr(contact, field, new)
        changes.note(session, contact.id, field, (old, new), act)
        changed.append(field)
    return changed
