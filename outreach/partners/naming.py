"""Who at a French authority may be named to a city: nobody, unless they agreed."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.contacts import directory
from outreach.contacts.models import Contact, Organisation
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.journal import Act
from outreach.partners import pairs
from outreach.partners.models import NamedPerson


class NotTheirsError(WrongUseError):
    """The person works elsewhere."""

    message = N_("{contact} is no contact of {french}: name one of its own.")


class NamelessError(OutreachError):
    """A card without a name."""

    message = N_("The card of {contact} has no name. Put it in with “outreach contacts edit”.")


class AgreementMissingError(WrongUseError):
    """Nobody is named without saying how they agreed."""

    message = N_("Say how {contact} agreed to be named, in a few words: --agreed.")


class NobodyNamedError(OutreachError):
    """There is nothing to take back."""

    message = N_("Nobody at {french} is named to {city}.")


def agree(
    session: Session, sides: tuple[str, str], contact_code: str, agreed: str, act: Act
) -> NamedPerson:
    """Note that a person of the French side agreed to be named to the city (codes).

    Raises the errors of ``pairs.pair``, UnknownContactError, NotTheirsError, NamelessError,
    AgreementMissingError, NotAllowedError.
    """
    users.require(session, act.actor, Role.SECRETARY)
    ours, theirs = pairs.pair(session, *sides)
    contact = directory.find(session, contact_code)
    if contact.organisation_id != ours.id:
        raise NotTheirsError(contact=contact_code, french=ours.name)
    if not name(contact):
        raise NamelessError(contact=contact_code)
    if not agreed.strip():
        raise AgreementMissingError(contact=contact_code)
    row = _of(session, ours, theirs)
    if row is None:
        row = NamedPerson(organisation_id=ours.id, city_id=theirs.id)
        session.add(row)
    row.contact_id, row.agreed = contact.id, " ".join(agreed.split())
    row.noted_by, row.noted_at = act.actor, act.at
    session.flush()
    journal.record(session, act, "named_person", row.id, "agreed")
    return row


def take_back(session: Session, sides: tuple[str, str], act: Act) -> None:
    """Let nobody of the French side be named to the city any more. Raises NobodyNamedError."""
    users.require(session, act.actor, Role.SECRETARY)
    ours, theirs = pairs.pair(session, *sides)
    row = _of(session, ours, theirs)
    if row is None:
        raise NobodyNamedError(french=ours.name, city=theirs.name)
    journal.record(session, act, "named_person", row.id, "withdrawn")
    session.delete(row)
    session.flush()


def named(session: Session, organisation_id: int, city_id: int) -> str:
    """Return the name of whoever agreed to be named; empty where nobody did."""
    contact = session.scalar(
        select(Contact)
        .join(NamedPerson, NamedPerson.contact_id == Contact.id)
        .where(NamedPerson.organisation_id == organisation_id, NamedPerson.city_id == city_id)
    )
    return name(contact) if contact is not None else ""


def name(contact: Contact) -> str:
    """Return a card's name as a letter tells it; empty where it has no family name."""
    if not contact.last_name:
        return ""
    return " ".join(filter(None, (contact.first_name, contact.last_name)))


def _of(session: Session, ours: Organisation, theirs: Organisation) -> NamedPerson | None:
    return session.scalar(
        select(NamedPerson).where(
            NamedPerson.organisation_id == ours.id, NamedPerson.city_id == theirs.id
        )
    )
