"""One round: what is due becomes drafts for a person to check, what is signed goes on being sent.

Nothing is approved or signed by itself. Run as often as one likes: a second round finds nothing.
"""

from dataclasses import dataclass, field

from outreach.app import App
from outreach.campaigns import definition as definitions
from outreach.campaigns import enrolments
from outreach.campaigns.models import CampaignState
from outreach.dispatch import batches, release, sending
from outreach.dispatch.outbox import Progress
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
    copies: Laid | None = None
    """Copies laid into the mailbox's Sent folder, where the office wants them."""


def run(app: App, actor: str, progress: Progress) -> Round:
    """Go through the running campaigns once."""
    done = Round()
    for name in definitions.names(app.folder):
        definition = definitions.load(app.folder, name)
        for step in definition.file.steps:
            if step.letters:
                _release(app, definition, step.name, actor, done)
        _send(app, definition, actor, progress, done)
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
    app: App, definition: definitions.Definition, actor: str, progress: Progress, done: Round
) -> None:
    with app.store.reading() as session:
        going = [
            summary.batch.id
            for summary in batches.summaries(session, campaign=definition.name)
            if summary.batch.state == BatchState.SENDING.value
        ]
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
        )
        if tally.sent:
            done.sent.append((number, tally.sent))
