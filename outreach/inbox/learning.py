"""What an answer teaches: another person to write to, how far a pair of places has come."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.contacts import channels, editing
from outreach.contacts.editing import Value
from outreach.contacts.models import Contact, EmailAddress, Organisation
from outreach.contacts.suppressions import normalised
from outreach.errors import N_, OutreachError
from outreach.inbox.models import Arrival
from outreach.journal import Act
from outreach.partners import pairs
from outreach.partners.models import Cooperation
from outreach.partners.pairs import Stage


class UnplacedError(OutreachError):
    """Nobody said yet whom it is about."""

    message = N_(
        "Nobody has said yet whom {number} is about. Say it with “outreach replies match {number} "
        "CODE”."
    )


@dataclass(frozen=True, slots=True)
class Proposed:
    """Somebody who wrote and is on no card."""

    name: str
    address: str
    organisation: str
    """Code."""


def proposed(session: Session, arrival: Arrival, name: str) -> Proposed | None:
    """Return the sender as a new contact, where no card has the address; the name as they give it.

    A name is never taken apart into first and family name by guess.
    """
    if arrival.organisation_id is None or not arrival.sender:
        return None
    wanted = {arrival.sender.lower(), normalised(arrival.sender)}
    known = select(EmailAddress.id).where(func.lower(EmailAddress.address).in_(wanted))
    if session.scalar(known.limit(1)) is not None:
        return None
    organisation = session.get_one(Organisation, arrival.organisation_id)
    return Proposed(name, arrival.sender, organisation.code)


def add_person(
    session: Session,
    arrival: Arrival,
    suffix: str,
    values: Mapping[str, Value],
    *,
    email: str | None,
    act: Act,
) -> Contact:
    """Make a card for somebody at the organisation that answered, with an e-mail address.

    Raises UnplacedError, and what ``editing.add`` and ``channels.add_email`` raise.
    """
    if arrival.organisation_id is None:
        raise UnplacedError(number=arrival.id)
    organisation = session.get_one(Organisation, arrival.organisation_id)
    contact = editing.add(session, organisation.code, suffix, values, act)
    if email:
        channels.add_email(session, contact, email, act)
    return contact


def set_stage(
    session: Session, arrival: Arrival, other: str, stage: Stage, act: Act
) -> Cooperation:
    """Record how far the organisation that answered and ``other`` (a code) have come.

    The reply is the source. Raises UnplacedError and the errors of ``pairs.pair``.
    """
    if arrival.organisation_id is None:
        raise UnplacedError(number=arrival.id)
    mine = session.get_one(Organisation, arrival.organisation_id)
    sides = (mine.code, other) if mine.country == "FR" else (other, mine.code)
    return pairs.move(session, sides, stage, f"reply {arrival.id}", act)
