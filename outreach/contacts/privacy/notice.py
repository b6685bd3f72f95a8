"""Who was not told yet that we hold their data (GDPR art. 14).

Whose data were not obtained from themselves is told within a month of collection, and at the latest
by the first letter (art. 14(3)): ``letters.layout`` prints the source and the right to object there.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select, union_all
from sqlalchemy.orm import Session

from outreach.clock import local_date
from outreach.contacts import kinship
from outreach.contacts.models import Contact, Organisation
from outreach.contacts.privacy.holding import HOLDERS
from outreach.contacts.privacy.requests import month_after


@dataclass(frozen=True, slots=True)
class Uninformed:
    """A person whom no letter has told yet."""

    code: str
    organisation: str
    name: str
    source: str
    collected_on: date
    due_on: date
    late: bool


def uninformed(
    session: Session, *, today: date, zone: ZoneInfo, told: Collection[str] = ()
) -> list[Uninformed]:
    """Return the persons whom no letter of ours has reached, the longest due first.

    Not those whose card came from a source of ``told``: there the persons gave their data
    themselves, or were informed otherwise. Generic mailboxes hold no person.
    """
    through = kinship.heads(session)
    reached: set[int] = set()
    queries = [query for holder in HOLDERS if (query := holder.informed()) is not None]
    if queries:
        found = session.scalars(union_all(*queries))
        reached = {through.get(one, one) for one in found}
    rows = session.execute(
        select(Contact, Organisation.name)
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .where(
            kinship.standing(),
            or_(Contact.last_name.is_not(None), Contact.first_name.is_not(None)),
            Contact.source.not_in(list(told)),
        )
        .order_by(Contact.created_at, Contact.code)
    )
    lines = []
    for contact, organisation in rows:
        if contact.id in reached:
            continue
        collected = local_date(contact.created_at, zone)
        due = month_after(collected)
        lines.append(
            Uninformed(
                code=contact.code,
                organisation=organisation,
                name=" ".join(filter(None, (contact.first_name, contact.last_name))),
                source=contact.source,
                collected_on=collected,
                due_on=due,
                late=due < today,
            )
        )
    return lines
