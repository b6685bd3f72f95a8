"""Our own answers, found in the mailbox's Sent folder: what was answered from Outlook is answered."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.clock import local_date
from outreach.dispatch.models import Delivery
from outreach.inbox import deciding, nextactions
from outreach.inbox.kinds import Kind
from outreach.inbox.models import Arrival, ArrivalState
from outreach.inbox.nextactions import TaskKind
from outreach.inbox.parsing import parse
from outreach.journal import Act
from outreach.settings import Settings

SOON = timedelta(days=1)


def note(
    session: Session, raw: bytes, *, received: datetime, settings: Settings, act: Act
) -> list[int]:
    """Clear "to answer" of what a message that we sent answers; return the numbers.

    By its thread, else by whom it is to. A letter of a batch and an automatic answer answer
    nothing. Whether the answer keeps what was promised is a person's to say: a task asks.
    """
    message = parse(raw)
    if message.first("auto-submitted").lower() not in {"", "no"}:
        return []
    ours = select(Delivery.id).where(Delivery.message_id == message.message_id).limit(1)
    if message.message_id and session.scalar(ours) is not None:
        return []
    waiting = select(Arrival).where(
        Arrival.kind == Kind.REPLY.value,
        Arrival.state.in_((ArrivalState.MATCHED.value, ArrivalState.UNSURE.value)),
        Arrival.answered_at.is_(None),
    )
    moment = min(message.date or received, act.at)
    threaded = (*message.in_reply_to, *message.references)
    found = session.scalars(waiting.where(Arrival.message_id.in_(threaded))).all()
    if not found:
        found = session.scalars(
            waiting.where(Arrival.sender.in_(message.recipients), Arrival.received_at <= moment)
        ).all()
    for arrival in found:
        deciding.answered(session, arrival, moment, act)
        if deciding.held(session, arrival):
            nextactions.add(
                *(session, TaskKind.CHECK_PROMISE, {"number": str(arrival.id)}),
                due_on=local_date(act.at, settings.zone) + SOON,
                act=act,
                owner=arrival.owner,
                contact_id=arrival.contact_id,
                arrival_id=arrival.id,
            )
    return [arrival.id for arrival in found]
