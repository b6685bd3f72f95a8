"""A contact's addresses, added and retired by hand; and how an organisation shares a mailbox."""

import re
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.contacts import changes
from outreach.contacts.models import (
    AddressState,
    Contact,
    EmailAddress,
    Organisation,
    PostalAddress,
)
from outreach.db import Base
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.journal import Act

Policy = Literal["each", "one"]
"""Contacts that share a mailbox: each gets their letter, or one letter goes there."""


class MailboxPolicy(Base):
    """What an organisation wants where its contacts share a mailbox; without a row, ``each``."""

    __tablename__ = "mailbox_policy"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    policy: Mapped[str] = mapped_column(String(10))


class BadAddressError(OutreachError):
    """What was given is no e-mail address."""

    message = N_("“{address}” is no e-mail address: {reason}")


class BadPostalAddressError(OutreachError):
    """What was given is no postal address."""

    message = N_(
        "A postal address wants at least a town, and a country as its two letters (FR, CO). Given: "
        "town “{town}”, country “{country}”."
    )


class AddressKnownError(WrongUseError):
    """The contact has it already."""

    message = N_("{contact} has the address {address} already, as: {state}.")


class UnknownAddressError(WrongUseError):
    """The contact has no such address."""

    message = N_("{contact} has no address {address}. It has: {known}.")


@dataclass(frozen=True, slots=True)
class Checked:
    """An address as it is kept, and whether every server can be given it."""

    address: str
    """NFC; its domain in lower case, in its own letters."""
    everywhere: bool
    """False: its local part needs SMTPUTF8 (RFC 6531) all the way; paper is surer."""


def check(address: str) -> Checked:
    """Return an e-mail address normalised, without asking the network. Raises BadAddressError.

    An international domain (IDN) is fine everywhere: it travels in ASCII. A local part beyond
    ASCII (EAI) is an address, but not every server takes it.
    """
    from email_validator import EmailNotValidError, validate_email

    text = address.strip()
    reserved = text.lower().endswith(".example")  # RFC 2606; the validator knows only .test
    tried = text[: -len(".example")] + ".fr" if reserved else text
    try:
        found = validate_email(tried, check_deliverability=False)
    except EmailNotValidError as error:
        raise BadAddressError(address=text, reason=str(error)) from error
    normal = found.normalized
    if reserved:
        normal = normal[: -len(".fr")] + ".example"
    return Checked(normal, everywhere=found.ascii_email is not None)


def add_email(session: Session, contact: Contact, address: str, act: Act) -> Checked:
    """Add an e-mail address, after those there are. Raises BadAddressError, AddressKnownError."""
    users.require(session, act.actor, Role.SECRETARY)
    checked = check(address)
    for email in contact.emails:
        if email.address.lower() == checked.address.lower():
            raise AddressKnownError(
                contact=contact.code, address=email.address, state=AddressState(email.state)
            )
    place = max((email.position for email in contact.emails), default=-1) + 1
    contact.emails.append(EmailAddress(address=checked.address, position=place))
    session.flush()
    changes.note(session, contact.id, "email", (None, checked.address), act)
    return checked


def prefer_email(session: Session, contact: Contact, address: str, act: Act) -> None:
    """Put one address before the others. Raises UnknownAddressError."""
    users.require(session, act.actor, Role.SECRETARY)
    chosen = _email(contact, address)
    before = contact.emails[0].address
    ordered = [chosen, *(email for email in contact.emails if email is not chosen)]
    for place, email in enumerate(ordered):
        email.position = place
    changes.note(session, contact.id, "best email", (before, chosen.address), act)
    session.flush()
    session.expire(contact, ["emails"])


def mark_email(
    session: Session, contact: Contact, address: str, state: AddressState, act: Act
) -> None:
    """Say whether an address may be used. Raises UnknownAddressError."""
    users.require(session, act.actor, Role.SECRETARY)
    email = _email(contact, address)
    before, email.state = email.state, state.value
    journal.record(
        session, act, "email_address", email.id, "moved", before=before, after=state.value
    )


def set_post(session: Session, contact: Contact, values: dict[str, str | None], act: Act) -> None:
    """Give the contact a postal address, before those there are; the old one is retired.

    Raises BadPostalAddressError.
    """
    users.require(session, act.actor, Role.SECRETARY)
    given = {"country": contact.organisation.country} | {k: v for k, v in values.items() if v}
    country = given["country"] or ""
    if not given.get("town") or not re.fullmatch("[A-Z]{2}", country):
        raise BadPostalAddressError(town=given.get("town") or "", country=country[:20])
    for post in contact.posts:
        post.position += 1
        if post.state == AddressState.GOOD.value:
            post.state = AddressState.RETIRED.value
            journal.record(
                *(session, act, "postal_address", post.id, "moved"),
                before=AddressState.GOOD.value,
                after=AddressState.RETIRED.value,
            )
    contact.posts.append(PostalAddress(position=0, **given))
    session.flush()
    shown = ", ".join(str(value) for value in given.values())
    changes.note(session, contact.id, "postal address", (None, shown), act)


def set_policy(session: Session, organisation: Organisation, policy: Policy, act: Act) -> None:
    """Say what happens where contacts of an organisation share a mailbox."""
    users.require(session, act.actor, Role.SECRETARY)
    row = session.get(MailboxPolicy, organisation.id)
    before = row.policy if row else "each"
    if row is None:
        session.add(MailboxPolicy(organisation_id=organisation.id, policy=policy))
    else:
        row.policy = policy
    session.flush()
    journal.record(
        session, act, "organisation", organisation.id, "mailbox policy", before=before, after=policy
    )


def one_letter_organisations(session: Session) -> set[int]:
    """Return the organisations that want one letter per mailbox."""
    return set(
        session.scalars(select(MailboxPolicy.organisation_id).where(MailboxPolicy.policy == "one"))
    )


def sharing(session: Session, contact: Contact) -> list[str]:
    """Return the codes of other contacts that are reached at one of this contact's addresses."""
    mine = [email.address.lower() for email in contact.emails]
    return list(
        session.scalars(
            select(Contact.code)
            .join(EmailAddress, EmailAddress.contact_id == Contact.id)
            .where(func.lower(EmailAddress.address).in_(mine), Contact.id != contact.id)
            .distinct()
            .order_by(Contact.code)
        )
    )


def _email(contact: Contact, address: str) -> EmailAddress:
    for email in contact.emails:
        if email.address.lower() == address.strip().lower():
            return email
    raise UnknownAddressError(
        contact=contact.code, address=address, known=[email.address for email in contact.emails]
    )
