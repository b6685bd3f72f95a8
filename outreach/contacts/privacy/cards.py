"""The contacts room's own side: the card, its addresses, its history, objections."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from outreach.contacts import changes
from outreach.contacts.importing.undoing import forget
from outreach.contacts.models import Contact, EmailAddress, PostalAddress
from outreach.contacts.privacy import report
from outreach.contacts.privacy.holding import Aged, Fate, Holder, Section, Treated
from outreach.contacts.privacy.models import Objection
from outreach.contacts.privacy.requests import PrivacyRequest
from outreach.errors import N_
from outreach.journal import Act
from outreach.settings import Retention

PERSONAL = ("first_name", "last_name", "gender", "title_override", "phone", "mandate_end")
"""Fields of a card that an erasure empties; the organisation and the function stay."""


class Cards(Holder):
    """Cards, addresses, old values, objections."""

    def held(self, session: Session, contact_id: int) -> Iterator[Section]:
        """Return the card as it stands, and how it came to be so."""
        contact = session.get_one(Contact, contact_id)
        yield Section("card", N_("The card"), [_card(contact)])
        yield Section("emails", N_("E-mail addresses"), _rows(session, EmailAddress, contact_id))
        yield Section("posts", N_("Postal addresses"), _rows(session, PostalAddress, contact_id))
        history = [
            {"at": c.at, "by": c.actor, "what": c.what, "old": c.old, "new": c.new}
            for c in changes.of_contact(session, contact_id)
        ]
        yield Section("changes", N_("Changes of the card"), history)
        objections = session.scalars(select(Objection).where(Objection.contact_id == contact_id))
        yield Section(
            "objections",
            N_("Objections"),
            [
                {
                    "received_on": o.received_on,
                    "campaign": o.campaign,
                    "reason": o.reason,
                    "recorded_by": o.recorded_by,
                }
                for o in objections
            ],
        )

        asked = session.scalars(
            select(PrivacyRequest).where(PrivacyRequest.contact_id == contact_id)
        )
        yield Section(
            "requests",
            N_("What they asked about their data"),
            [
                {
                    "kind": row.kind,
                    "received_on": row.received_on,
                    "due_on": row.due_on,
                    "settled_on": row.settled_on,
                    "note": row.note,
                }
                for row in asked
            ],
        )

    def blank(self, session: Session, contact_id: int, act: Act) -> Iterator[Treated]:  # noqa: ARG002
        """Empty the card; delete its addresses; forget old values."""
        contact = session.get_one(Contact, contact_id)
        for field in PERSONAL:
            setattr(contact, field, None)
        contact.preferred_channel = None
        yield Treated(Fate.BLANKED, N_("the card: names, form of address, telephone, mandate"), 1)
        gone = 0
        for table in (EmailAddress, PostalAddress):
            query = delete(table).where(table.contact_id == contact_id).returning(table.id)
            gone += len(session.scalars(query).all())
        session.expire(contact, ["emails", "posts"])
        yield Treated(Fate.BLANKED, N_("e-mail and postal addresses"), gone)
        yield Treated(
            Fate.BLANKED, N_("old values of the card"), changes.blank(session, contact_id)
        )
        forget(session, contact_id)
        for objection in session.scalars(
            select(Objection).where(Objection.contact_id == contact_id)
        ):
            objection.reason = None
        for asked in session.scalars(
            select(PrivacyRequest).where(PrivacyRequest.contact_id == contact_id)
        ):
            asked.note = None
        yield Treated(
            Fate.KEPT,
            N_("the organisation and the function, which name nobody"),
            1,
        )

    def aged(self, session: Session, retention: Retention, today: date) -> Iterator[Aged]:
        """Count the cards of which we have not heard for too long."""
        over = len(report.due(session, today=today, months=retention.cards))
        yield Aged(N_("cards of persons"), retention.cards, over)


def shared_addresses(session: Session, contacts: Sequence[int]) -> set[str]:
    """Return those of the e-mail addresses of one person's cards that others have too."""
    mine = select(func.lower(EmailAddress.address)).where(EmailAddress.contact_id.in_(contacts))
    return {
        address.lower()
        for address in session.scalars(
            select(EmailAddress.address).where(
                EmailAddress.contact_id.not_in(contacts),
                func.lower(EmailAddress.address).in_(mine),
            )
        )
    }


def _card(contact: Contact) -> dict[str, Any]:
    fields = (
        *("code", "language", "office", *PERSONAL, "preferred_channel", "verified_on"),
        *("source", "purpose", "created_at"),
    )
    return {"organisation": contact.organisation.name} | {
        field: getattr(contact, field) for field in fields
    }


def _rows(
    session: Session, table: type[EmailAddress] | type[PostalAddress], contact_id: int
) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(table).where(table.contact_id == contact_id).order_by(table.position)
    )
    names = [c.name for c in table.__table__.columns if c.name not in {"id", "contact_id"}]
    return [{name: getattr(row, name) for name in names} for row in rows]
