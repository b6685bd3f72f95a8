"""One round: what is due becomes drafts for a person to check, what is signed goes on being sent.

Nothing is approved or signed by itself. Run as often as one likes: a second round finds nothing.
"""

from dataclasses import dataclass, field

from outreach.app import App
from outreach.campaigns import definition as definitions
from outreach.campaigns import enrolments
from outreach.campaigns.models import CampaignState
from outreach.dispatch import batches, pacing, release, sending
from outreach.dispatch.outbox import Progress
from outreach.dispatch.pace import schedules
from outreach.dispatch.pace.pacer import NO_PATIENCE, Patience
from outreach.dispatch.pace.schedules import StaleError
from outreach.dispatch.pacing import Wait
from outreach.dispatch.sentcopies import Laid
from outreach.dispatch.states import BatchState
from outreach.journal import Act


@dataclass(slots=True)
class Round:
    """What one round did."""

    prepared: list[tuple[str, str, int, int]] = field(default_factory=list)
    """(campaign, step, batch, letters)."""
    sent: list[tuple[int, int]] = field(default_factory=list)
    """(batch, letters that left)."""
    waiting: list[tuple[int, Wait]] = field(default_factory=list)
    """(batch, until when its rest waits and why)."""
    stale: list[StaleError] = field(default_factory=list)
    """Batches that were to go on hours ago: a person looks first."""
    copies: Laid | None = None
    """Copies laid into the mailbox's Sent folder, where the office wants them."""


def run(app: App, actor: str, progress: Progress, patience: Patience = NO_PATIENCE) -> Round:
    """Go through the running campaigns once; what may not leave yet waits for a later round.

    ``patience`` as in ``sending.send``. Raises NotAtHomeError where the database is a copy.
    """
    app.require_home()
    done = Round()
    for name in definitions.names(app.folder):
        definition = definitions.load(app.folder, name)
        for step in definition.file.steps:
            if step.letters:
                _release(app, definition, step.name, actor, done)
        _send(app, definition, actor, progress, patience=patience, done=done)
    done.copies = app.lay_sent_copies()
    return done


def _release(
    app: App, definition: definitions.Definition, step: str, actor: str, done: Round
) -> None:
    try:
        with app.store.transaction() as session:
            row = enrolments.find(session, definition.name)
            if row is None or row.state != CampaignState.RUNNING.value:
                return
            prepared = release.prepare(
                session,
                definition,
                step,
                settings=app.settings,
                key=app.key(),
                audience=None,
                audience_name=None,
                act=Act(actor, app.clock()),
            )
    except release.NothingDueError:
        return
    if prepared.batch is not None:
        done.prepared.append((definition.name, step, prepared.batch, prepared.drafted))


def _send(
    app: App,
    definition: definitions.Definition,
    actor: str,
    progress: Progress,
    *,
    patience: Patience,
    done: Round,
) -> None:
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
    for number in going:
        tally = sending.send(
            app.store,
            number,
            definition,
            app.carrier(),
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
        if tally.sent:
            done.sent.append((number, tally.sent))
