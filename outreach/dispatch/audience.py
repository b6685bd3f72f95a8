"""The audience of a campaign: a segment, counted, and enrolled once someone meant it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.campaigns import enrolments
from outreach.campaigns.definition import Definition
from outreach.clock import local_date
from outreach.contacts import segments
from outreach.dispatch import history
from outreach.journal import Act
from outreach.settings import Settings


@dataclass(frozen=True, slots=True)
class Audience:
    """Who a segment holds now."""

    contacts: Sequence[tuple[int, str]]
    """(contact id, country)."""
    counts: dict[tuple[str, str], int]
    """Contacts by country and kind of organisation."""
    without_contact: Sequence[str]
    """Organisations of the segment that cannot be written to: name and code."""

    @property
    def ids(self) -> list[int]:
        """The contacts' ids."""
        return [contact for contact, _ in self.contacts]


def of(session: Session, folder: Path, segment_name: str) -> Audience:
    """Return who a segment holds. Raises UnknownSegmentError and the errors of ``tomlfile``."""
    segment = segments.load(folder, segment_name)
    return Audience(
        contacts=segments.contacts(session, segment),
        counts=segments.counts(session, segment),
        without_contact=[
            f"{organisation.name} ({organisation.code})"
            for organisation in segments.without_contact(session, segment)
        ],
    )


def start(
    session: Session,
    definition: Definition,
    audience: Audience,
    *,
    settings: Settings,
    typed: int | None,
    act: Act,
) -> int:
    """Enrol an audience; return how many were added.

    Above the office's limit, an administrator must have ``typed`` the exact count: the reference
    data is a directory, and nobody means to write to all of it by a slip. Raises
    ManyRecipientsError, NotAllowedError.
    """
    count, limit = len(audience.contacts), settings.sending.max_recipients
    users.require(session, act.actor, Role.SECRETARY)
    if count > limit:
        if typed != count:
            raise enrolments.ManyRecipientsError(count=count, limit=limit, name=definition.name)
        users.require(session, act.actor, Role.ADMINISTRATOR)
    campaign = enrolments.ensure(session, definition, act)
    return enrolments.enrol(
        session,
        definition,
        audience.ids,
        settings=settings,
        past=history.past(session, campaign, settings.zone),
        today=local_date(act.at, settings.zone),
        act=act,
    )
