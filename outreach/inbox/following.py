"""What a person plans after a reply: a thing to do, and a promise made to them."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from outreach.campaigns import promises
from outreach.inbox import nextactions
from outreach.inbox.models import Arrival
from outreach.inbox.nextactions import TaskKind
from outreach.journal import Act

A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Planned:
    """What is to be done after a reply."""

    action: str = ""
    promise: str = ""
    due: date | None = None
    """None: in a week."""
    owner: str | None = None
    """None: whoever plans it."""


def plan(session: Session, arrival: Arrival, planned: Planned, *, today: date, act: Act) -> int:
    """Note the next action and the promise of a reply; return how many.

    A promise to a known contact is a promise like those of letters; else it is a thing to do.
    Raises the errors of ``promises.record`` and ``nextactions.add``.
    """
    due, owner = planned.due or today + A_WEEK, planned.owner or act.actor
    noted = 0
    promised = planned.promise.strip()
    if promised and arrival.contact_id is not None:
        promises.record(
            session,
            arrival.contact_id,
            promised,
            due,
            owner=owner,
            campaign_id=arrival.campaign_id,
            made_on=today,
            act=act,
        )
        noted, promised = 1, ""
    for kind, text in ((TaskKind.OWN, planned.action.strip()), (TaskKind.PROMISE, promised)):
        if text:
            nextactions.add(
                session,
                kind,
                {"text": text},
                due_on=due,
                act=act,
                owner=owner,
                contact_id=arrival.contact_id,
                arrival_id=arrival.id,
            )
            noted += 1
    return noted
