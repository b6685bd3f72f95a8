"""This room's side of privacy: who agreed to be named to a city, and the end of it."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.contacts.models import Organisation
from outreach.contacts.privacy.holding import Fate, Holder, Section, Treated
from outreach.errors import N_
from outreach.journal import Act
from outreach.partners.models import NamedPerson


class Named(Holder):
    """To which cities a person may be named."""

    def held(self, session: Session, contact_id: int) -> Iterator[Section]:
        """Return the cities, and how the person agreed."""
        rows = session.execute(
            select(Organisation.name, NamedPerson.agreed)
            .join(Organisation, Organisation.id == NamedPerson.city_id)
            .where(NamedPerson.contact_id == contact_id)
            .order_by(NamedPerson.id)
        )
        yield Section(
            "named",
            N_("Cities they may be named to"),
            [{"city": city, "agreed": agreed} for city, agreed in rows],
        )

    def stop(self, session: Session, contact_id: int, campaign: str | None, act: Act) -> int:
        """Name them to nobody any more, whatever they object to."""
        rows = session.scalars(
            select(NamedPerson).where(NamedPerson.contact_id == contact_id)
        ).all()
        for row in rows:
            journal.record(session, act, "named_person", row.id, "withdrawn", reason=campaign)
            session.delete(row)
        session.flush()
        return len(rows)

    def blank(self, session: Session, contact_id: int, act: Act) -> Iterator[Treated]:
        """Forget it."""
        count = self.stop(session, contact_id, None, act)
        yield Treated(Fate.BLANKED, N_("to which cities they may be named"), count)
