"""Send a signed batch: the outbox run, what it moves in the campaign, and the end of the batch."""

import gc
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.campaigns import course, enrolments, promises
from outreach.campaigns.definition import Definition
from outreach.campaigns.models import Enrolment, Step
from outreach.clock import Clock, local_date
from outreach.contacts import suppressions
from outreach.db import Store
from outreach.dispatch import history, leases, lots, pacing, sentcopies
from outreach.dispatch import pressroom as pressrooms
from outreach.dispatch.carriers.base import Carrier
from outreach.dispatch.composing import Composer
from outreach.dispatch.deliveries import is_letter
from outreach.dispatch.ledger import Ledger, Tally
from outreach.dispatch.lots import LotLetter
from outreach.dispatch.models import Batch, Delivery
from outreach.dispatch.outbox import Outbox, Progress
from outreach.dispatch.pace import runs, schedules
from outreach.dispatch.pace.pacer import NO_PATIENCE, Pacer, Patience
from outreach.dispatch.postmark import Postmark
from outreach.dispatch.states import (
    BatchState,
    DeliveryState,
    move_batch,
    move_delivery,
    require,
)
from outreach.journal import Act
from outreach.settings import Settings

TOGETHER = 500
"""Letters whose contacts move on in one go."""
OPEN = (
    DeliveryState.APPROVED.value,
    DeliveryState.QUEUED.value,
    DeliveryState.CLAIMED.value,
    DeliveryState.ARMED.value,
)


def send(
    store: Store,
    batch_id: int,
    definition: Definition,
    carrier: Carrier,
    *,
    settings: Settings,
    key: bytes,
    clock: Clock,
    actor: str,
    progress: Progress,
    postmark: Postmark | None = None,
    patience: Patience = NO_PATIENCE,
    any_hour: bool = False,
    alone: bool = False,
) -> Tally:
    """Send the e-mails of a signed batch that have not left yet; return how it went.

    Run again after an interruption, it goes on where it stopped. ``postmark`` holds the office's
    marks; without it, those of the settings but for signatures. What may not leave yet is waited
    for as long as ``patience`` lasts; ``any_hour`` lifts the readers' hours for this batch.
    Raises BatchStateError; with ``alone``, AlreadySendingError where another run sends the batch.
    """
    rules = pacing.rules(settings)
    with store.transaction() as session:
        batch = session.get_one(Batch, batch_id, with_for_update=True)
        users.require(session, actor, Role.SECRETARY)
        course.require_awake(session, batch.step_id)
        require(batch, BatchState.SIGNED, BatchState.SENDING, BatchState.DONE)
        if batch.state == BatchState.DONE.value:
            return Tally()
        if alone:
            runs.require_nobody(session, batch_id, clock())
        asked = batch.state == BatchState.SIGNED.value
        schedules.ask(session, batch, Act(actor, clock()), rules.grace, any_hour=any_hour)
        if not asked:
            left = _left(session, batch)
            for start in range(0, len(left), TOGETHER):
                some = left[start : start + TOGETHER]
                _advance(session, definition, settings, some, Act(actor, clock()))
        room = pressrooms.from_archive(session, batch.material or {})
        composer = Composer(batch, room, clock(), postmark or Postmark(settings.mail, key))

    went: list[int] = []

    def recorded(session: Session, left: Sequence[int], moment: datetime) -> None:
        # Some hundred at a time: letter by letter it would take longer than the sending. What an
        # interruption leaves behind is caught up when the batch goes on.
        went.extend(left)
        if len(went) >= TOGETHER:
            _advance(session, definition, settings, went, Act(actor, moment))
            went.clear()
        if settings.mail.sent_folder:
            sentcopies.ask(session, left, moment)

    owner = leases.owner()
    outbox = Outbox(
        store=store,
        owner=owner,
        pacer=Pacer(
            batch_id,
            rules,
            clock,
            owner,
            actor,
            patience,
            alone=alone,
            connections=min(carrier.window, rules.connections or 1),
        ),
        batch_id=batch_id,
        carrier=carrier,
        compose=composer.messages,
        suppressed=lambda session, found: suppressions.suppressed(session, key, found),
        ledger=Ledger(
            batch_id=batch_id,
            recorded=recorded,
            clock=clock,
            actor=actor,
            pause_after=settings.sending.pause_after_refusals,
        ),
    )
    # What is in memory now stays; looking it over again and again takes a third of a long run.
    gc.freeze()
    try:
        return outbox.run(progress)
    finally:
        gc.unfreeze()
        carrier.close()
        with store.transaction() as session:
            _advance(session, definition, settings, went, Act(actor, clock()))
            _finish(session, batch_id, definition, settings, Act(actor, clock()))


def posted(
    session: Session,
    batch: Batch,
    definition: Definition,
    *,
    on: datetime,
    settings: Settings,
    act: Act,
    lot: int | None = None,
) -> int:
    """Record that the printed letters of a batch, or of one of its lots, were posted.

    Returns how many. Raises UnknownLotError.
    """
    users.require(session, act.actor, Role.SECRETARY)
    query = select(Delivery).where(
        Delivery.batch_id == batch.id, Delivery.state == DeliveryState.PRINTED.value
    )
    if lot is not None:
        query = query.join(LotLetter, LotLetter.delivery_id == Delivery.id).where(
            LotLetter.lot_id == lots.find(session, batch, lot).id
        )
    rows = session.scalars(query).all()
    for row in rows:
        row.sent_at = on
        move_delivery(session, row, DeliveryState.SENT, act)
    session.flush()
    left(session, batch, definition, [row.id for row in rows], settings=settings, act=act)
    return len(rows)


def left(
    session: Session,
    batch: Batch,
    definition: Definition,
    deliveries: Sequence[int],
    *,
    settings: Settings,
    act: Act,
) -> None:
    """Draw the consequences of letters that a person says left: what follows, what was promised."""
    _advance(session, definition, settings, deliveries, act)
    _promise(session, batch, definition, settings, act)
    finish(session, batch, act)


def finish(session: Session, batch: Batch, act: Act) -> None:
    """End a signed batch once nothing of it waits: no e-mail to leave, no letter to print."""
    waiting = session.scalar(
        select(func.count()).where(Delivery.batch_id == batch.id, Delivery.state.in_(OPEN))
    )
    if waiting:
        return
    if batch.state == BatchState.SIGNED.value:  # all of it went by post
        move_batch(session, batch, BatchState.SENDING, act)
    if batch.state == BatchState.SENDING.value:
        move_batch(session, batch, BatchState.DONE, act)


def _finish(
    session: Session, batch_id: int, definition: Definition, settings: Settings, act: Act
) -> None:
    batch = session.get_one(Batch, batch_id, with_for_update=True)  # of two, one ends it
    _promise(session, batch, definition, settings, act)
    finish(session, batch, act)


def _promise(
    session: Session, batch: Batch, definition: Definition, settings: Settings, act: Act
) -> None:
    """Write down what the step promises, once a letter of it has left."""
    first = session.scalar(
        select(func.min(Delivery.sent_at)).where(
            Delivery.step_id == batch.step_id, Delivery.state.in_(history.LEFT)
        )
    )
    if first is not None:
        promises.make(
            session,
            definition,
            session.get_one(Step, batch.step_id).name,
            promises.Made(local_date(first, settings.zone), settings),
            act,
        )


def _left(session: Session, batch: Batch) -> Sequence[int]:
    """Return the deliveries of a batch that left and whose contacts still stand at its step.

    An interruption left them behind; all others were moved on when their letter left.
    """
    return session.scalars(
        select(Delivery.id)
        .join(Step, Step.id == Delivery.step_id)
        .join(
            Enrolment,
            and_(
                Enrolment.campaign_id == Step.campaign_id,
                Enrolment.contact_id == Delivery.contact_id,
                Enrolment.step_id == Delivery.step_id,
            ),
        )
        .where(Delivery.batch_id == batch.id, Delivery.state == DeliveryState.SENT.value)
    ).all()


def _advance(
    session: Session,
    definition: Definition,
    settings: Settings,
    deliveries: Sequence[int],
    act: Act,
) -> None:
    """Move the enrolments of letters that left to their next step."""
    contacts = session.scalars(
        select(Delivery.contact_id).where(Delivery.id.in_(deliveries), is_letter())
    ).all()
    campaign = enrolments.require_started(session, definition.name)
    enrolments.advance(
        session,
        definition,
        contacts,
        settings=settings,
        past=history.past(session, campaign, settings.zone, contacts),
        today=local_date(act.at, settings.zone),
        act=act,
    )
