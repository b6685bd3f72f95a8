"""One round: what is due becomes drafts for a person to check, what is signed goes on being sent.

Nothing is approved or signed by itself, but what a manager approved beforehand, within its limits.
Run as often as one likes: a second round finds nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from outreach import desk, digests, weeklies
from outreach.accounts import users
from outreach.app import ABREAST, App
from outreach.campaigns import definition as definitions
from outreach.campaigns import enrolments
from outreach.campaigns.models import CampaignState
from outreach.clock import local_date
from outreach.dispatch import batches, pacing, preapprovals, release, sending, turns
from outreach.dispatch.outbox import Progress
from outreach.dispatch.pace import schedules
from outreach.dispatch.pace.pacer import NO_PATIENCE, Patience
from outreach.dispatch.pace.schedules import StaleError
from outreach.dispatch.pacing import Wait
from outreach.dispatch.release import Prepared
from outreach.dispatch.sentcopies import Laid
from outreach.dispatch.signing import Signature
from outreach.dispatch.states import BatchState
from outreach.dispatch.turns import Stock, Turns
from outreach.errors import OutreachError, Phrase
from outreach.inbox.fetching import Fetched
from outreach.journal import Act
from outreach.reports import waiting as waits
from outreach.reports.waiting import Item

Send = Callable[[int], None]
"""Sees to it that a batch goes on."""


@dataclass(slots=True)
class Round:
    """What one round did."""

    prepared: list[tuple[str, str, int, int]] = field(default_factory=list)
    """(campaign, step, batch, letters)."""
    unattended: list[tuple[int, str, BatchState]] = field(default_factory=list)
    """(batch, who approved its letters beforehand, how far it came)."""
    left_to_person: list[tuple[int, OutreachError]] = field(default_factory=list)
    """(batch, why it waits for a person although its step was approved beforehand)."""
    sent: list[tuple[int, int]] = field(default_factory=list)
    """(batch, letters that left)."""
    waiting: list[tuple[int, Wait]] = field(default_factory=list)
    """(batch, until when its rest waits and why)."""
    paused: list[tuple[int, str, Phrase | None]] = field(default_factory=list)
    """(batch that paused itself, the mail server's words, what to do)."""
    stale: list[StaleError] = field(default_factory=list)
    """Batches that were to go on hours ago: a person looks first."""
    troubles: list[OutreachError] = field(default_factory=list)
    """What a part of the round ended with; the other parts were done all the same."""
    reminders: dict[str, list[Item]] = field(default_factory=dict)
    """What waits for each person after the round, the late first; nobody for whom nothing does."""
    fetched: Fetched | None = None
    """What came back into the mailbox, where the office has it read."""
    copies: Laid | None = None
    """Copies laid into the mailbox's Sent folder, where the office wants them."""
    digests: int = 0
    """Colleagues who were written what waits for them."""


def run(
    app: App,
    actor: str,
    progress: Progress,
    patience: Patience = NO_PATIENCE,
    *,
    send: Send | None = None,
) -> Round:
    """Go through the running campaigns once; what may not leave yet waits for a later round.

    ``patience`` as in ``sending.send``. ``send`` stands for sending a batch here and now, where
    other workers do it. A campaign that cannot go on is among the troubles and stops no other.
    Raises NotAtHomeError where the database is a copy.
    """
    app.require_home()
    done = Round()
    read = False
    with _apart(done):
        done.fetched = app.fetch(actor, progress)
        read = True
    for name in definitions.names(app.folder):
        with _apart(done):
            definition = definitions.load(app.folder, name)
            # What came back unread may stop the very letters that fell due.
            whose = _due(app, definition, actor) if read else None
            for step in whose.steps if whose else ():
                if whose and definition.step(step).letters and not patience.enough():
                    _release(app, definition, step, whose.stock, actor=actor, done=done)
            if read and not patience.enough():
                with app.store.transaction() as session:
                    preapprovals.looked(session, name, app.clock())
            for number in _going(app, definition, done):
                if patience.enough():
                    break
                with _apart(done):
                    if send is not None:
                        send(number)
                    else:
                        send_batch(
                            app,
                            number,
                            definition,
                            actor,
                            progress=progress,
                            patience=patience,
                            done=done,
                        )
    with _apart(done):
        done.copies = app.lay_sent_copies()
    with _apart(done):
        done.digests = digests.send(app)
    with _apart(done):
        done.digests += weeklies.send(app)
    with _apart(done), app.store.reading() as session:
        done.reminders = _reminders(app, session)
    return done


def _reminders(app: App, session: Session) -> dict[str, list[Item]]:
    today = local_date(app.clock(), app.settings.zone)
    found = {
        user.name: waits.of(session, user, today, app.settings)
        for user in users.everyone(session)
        if user.left_at is None
    }
    return {name: items for name, items in found.items() if items}


@contextmanager
def _apart(done: Round) -> Iterator[None]:
    """Let a part fail without the rest of the round."""
    try:
        yield
    except OutreachError as error:
        done.troubles.append(error)


def _due(app: App, definition: definitions.Definition, actor: str) -> Turns | None:
    """Return whose turn it is; None where the campaign does not run."""
    with app.store.transaction() as session:
        row = enrolments.find(session, definition.name)
        if row is None or row.state != CampaignState.RUNNING.value:
            return None
        act = Act(actor, app.clock())
        return turns.due(session, definition, settings=app.settings, act=act)


def _release(
    app: App,
    definition: definitions.Definition,
    step: str,
    stock: Stock,
    *,
    actor: str,
    done: Round,
) -> None:
    try:
        with app.store.transaction() as session:
            prepared = release.prepare(
                session,
                definition,
                step,
                settings=app.settings,
                key=app.key(),
                audience=None,
                audience_name=None,
                act=Act(actor, app.clock()),
                stock=stock,
            )
    except release.NothingDueError:
        return
    if prepared.batch is not None:
        done.prepared.append((definition.name, step, prepared.batch, prepared.drafted))
        _see_through(app, prepared.batch, prepared, actor, done)


def _see_through(app: App, number: int, prepared: Prepared, actor: str, done: Round) -> None:
    """Approve, sign and let leave a draft of this round, as far as a manager approved it beforehand.

    Whatever stands in the way leaves it where it is, for a person.
    """
    reached = None
    try:
        with app.store.transaction() as session:
            opened = desk.open_batch(app, session, number)
            granted = preapprovals.in_force(session, opened.batch.step_id)
            if granted is None:
                return
            by, mandate = granted.set_by, granted.mandate
            now = app.clock()
            preapprovals.take_up(
                session,
                granted,
                opened.batch,
                opened.current.material,
                letters=prepared.drafted,
                due=prepared.since or local_date(now, app.settings.zone),
                settings=app.settings,
                stale=pacing.rules(app.settings).stale,
                act=Act(actor, now),
            )
        desk.submit(app, number, Act(actor, app.clock()), _unseen)
        desk.approve(app, number, None, Act(by, app.clock()), _unseen)
        reached = BatchState.APPROVED
        if mandate is not None:
            signature = Signature(mandate=mandate)
            desk.sign(app, number, signature, (), Act(by, app.clock()))
            reached = BatchState.SIGNED
            with app.store.transaction() as session:
                grace = pacing.rules(app.settings).grace
                batch = batches.find(session, number)
                schedules.ask(session, batch, Act(actor, app.clock()), grace)
            reached = BatchState.SENDING
    except OutreachError as error:
        done.left_to_person.append((number, error))
    if reached is not None:
        done.unattended.append((number, by, reached))


def _unseen(_done: int, _total: int) -> None:
    """Progress of a few letters, which nobody waits for."""


def _going(app: App, definition: definitions.Definition, done: Round) -> list[int]:
    """Return the batches that are leaving, without those that are too late to go on."""
    stale = pacing.rules(app.settings).stale
    going = []
    with app.store.reading() as session:
        for summary in batches.summaries(session, campaign=definition.name):
            if summary.batch.state != BatchState.SENDING.value:
                continue
            try:
                schedules.require_fresh(session, summary.batch.id, app.clock(), stale)
            except StaleError as error:
                done.stale.append(error)
            else:
                going.append(summary.batch.id)
    return going


def send_batch(
    app: App,
    number: int,
    definition: definitions.Definition,
    actor: str,
    *,
    progress: Progress,
    patience: Patience,
    done: Round,
    connections: int = ABREAST,
) -> None:
    """Go on with one batch that is leaving, over at most so many connections. Raises what ``sending.send`` raises."""
    tally = sending.send(
        app.store,
        number,
        definition,
        app.carrier(connections=connections),
        settings=app.settings,
        key=app.key(),
        clock=app.clock,
        actor=actor,
        progress=progress,
        postmark=app.postmark(),
        patience=patience,
    )
    if tally.waiting is not None:
        done.waiting.append((number, tally.waiting))
    if tally.paused:
        done.paused.append((number, tally.paused, tally.advice))
    if tally.sent:
        done.sent.append((number, tally.sent))
