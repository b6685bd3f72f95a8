"""What this room knows of organisations, as conditions of segments.

A reply speaks for its organisation: the secretary of a mayor often answers for the mayor.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, CompoundSelect, Select, not_, select, union_all
from sqlalchemy.orm import aliased

from outreach.campaigns.models import Campaign
from outreach.contacts.models import Contact
from outreach.db import looked_up
from outreach.dispatch.criteria import written_to
from outreach.dispatch.models import Delivery
from outreach.errors import N_, WrongUseError
from outreach.inbox.models import Outcome, Reply


class UnknownOutcomeError(WrongUseError):
    """A segment asks for an outcome that no reply has."""

    message = N_("“{name}” is no outcome of a reply. There are: {known}.")


def replied(wanted: bool | str) -> ColumnElement[bool]:  # noqa: FBT001  # the value in the file
    """Return "someone at the organisation answered": ever, never, or in the campaign named."""
    if isinstance(wanted, str):
        campaign = select(Campaign.id).where(Campaign.name == wanted).correlate(None)
        return _answered(Reply.campaign_id.in_(campaign))
    ever = _answered(Reply.id.is_not(None))
    return ever if wanted else not_(ever)


def outcomes(names: Sequence[str]) -> ColumnElement[bool]:
    """Return "a reply of the organisation had one of these outcomes". Raises UnknownOutcomeError."""
    known = [outcome.value for outcome in Outcome]
    for name in names:
        if name not in known:
            raise UnknownOutcomeError(name=name, known=known)
    return _answered(Reply.outcome.in_(names))


def last_contact_after(day: date) -> ColumnElement[bool]:
    """Return "a letter left for them, or a reply came from them, on ``day`` or later" (UTC)."""
    return looked_up(Contact.id.in_(_since(day)))


def last_contact_before(day: date) -> ColumnElement[bool]:
    """Return "neither a letter nor a reply since": the opposite of :func:`last_contact_after`."""
    return Contact.id.not_in(_since(day))


def _since(day: date) -> CompoundSelect[int]:
    """Return a query of the contacts: one list to look into, which takes half as long as two."""
    left = Delivery.sent_at >= datetime(day.year, day.month, day.day, tzinfo=UTC)
    who = aliased(Contact)
    answered = select(who.id).where(
        who.organisation_id.in_(_answering(Reply.received_on >= day).correlate(None))
    )
    return union_all(*written_to(left).selects, answered)


def _answering(condition: ColumnElement[bool]) -> Select[int]:
    who = aliased(Contact)
    return select(who.organisation_id).join(Reply, Reply.contact_id == who.id).where(condition)


def _answered(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return Contact.organisation_id.in_(_answering(condition).correlate(None))
