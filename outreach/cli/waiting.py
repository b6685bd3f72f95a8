"""How ``outreach batch send`` waits: a countdown, Ctrl-C that takes the sending back, what is left."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from outreach.cli import frame
from outreach.cli.progress import StageReport
from outreach.cli.root import EXIT_INTERRUPTED
from outreach.dispatch.pacing import Cause, Wait
from outreach.errors import N_

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from outreach.dispatch.ledger import Tally
    from outreach.dispatch.models import Batch
    from outreach.dispatch.pace.pacer import Patience

AT_THE_SCREEN = timedelta(hours=1)
"""Longer waits are left to a later run."""

TAKEN_BACK = N_(
    "The sending of batch {batch} is taken back: nothing left. It is signed still; “outreach batch "
    "send {batch}” asks for it anew."
)
UNTIL: dict[Cause, str] = {
    Cause.GRACE: N_(
        "Nothing leaves before {until}. Until then, Ctrl-C or “outreach batch cancel” takes the "
        "sending back."
    ),
    Cause.FIRST: N_(
        "The first letters left. The others wait until {until}, to see whether any bounces."
    ),
    Cause.LIMIT: N_("The mail server takes no more letters before {until}."),
    Cause.HOURS: N_("Nobody is at work where the letters go; they leave from {until}."),
    Cause.CONNECTIONS: N_("All connections that the mail server takes are in use; it is awaited."),
}
BARS: dict[Cause, str] = {
    Cause.GRACE: N_("Grace (seconds)"),
    Cause.FIRST: N_("Awaiting bounces (seconds)"),
    Cause.LIMIT: N_("Awaiting the server’s limit (seconds)"),
    Cause.HOURS: N_("Awaiting working hours (seconds)"),
    Cause.CONNECTIONS: N_("Awaiting a connection (seconds)"),
}
NO_END = N_(
    "Letters that leave: {letters}; at this pace it takes more than a year. Look at the limits under "
    "[mail] and at hours under [sending] in outreach.toml."
)
LATER = N_(
    "The rest of batch {batch} goes on by itself with the next “outreach round” after that; or run "
    "“outreach batch send {batch}” again then."
)
SHORT = timedelta(seconds=15)
"""A wait that needs no words."""


class _Countdown:
    """Shows a wait: its reason once, then how far it is."""

    def __init__(self, context: frame.Context, number: int, report: StageReport) -> None:
        self.context, self.number, self.report = context, number, report
        self.wait: Wait | None = None
        self.seconds = 0

    def __call__(self, wait: Wait) -> None:
        left = wait.until - self.context.clock()
        if wait != self.wait:
            self.wait, self.seconds = wait, round(left.total_seconds())
            if left > SHORT:
                self.context.note(UNTIL[wait.cause], until=wait.until)
                if wait.cause is not Cause.GRACE:  # said at the beginning
                    self._foretell()
        if self.seconds > SHORT.total_seconds():
            label = self.context.text(BARS[wait.cause])
            self.report(label, self.seconds - max(round(left.total_seconds()), 0), self.seconds)

    def _foretell(self) -> None:
        from outreach.dispatch import batches

        with self.context.reading() as session:
            foretell(self.context, session, batches.find(session, self.number))


def patience(
    context: frame.Context, number: int, report: StageReport, *, no_wait: bool
) -> "Patience":
    """Return how the command waits for what may not leave yet."""
    from outreach.dispatch.pace.pacer import NO_PATIENCE, Patience

    if no_wait:
        return NO_PATIENCE
    return Patience(most=AT_THE_SCREEN, sleep=time.sleep, shown=_Countdown(context, number, report))


@contextmanager
def taken_back_on_interruption(context: frame.Context, number: int) -> Iterator[None]:
    """Take the sending back where Ctrl-C is pressed before anything may leave."""
    from outreach.dispatch import batches
    from outreach.dispatch.pace import schedules
    from outreach.dispatch.states import BatchStateError

    try:
        yield
    except KeyboardInterrupt:
        try:
            with context.transaction() as session:
                schedules.take_back(session, batches.find(session, number), context.act())
        except (schedules.TooLateError, BatchStateError):
            raise KeyboardInterrupt from None  # it goes on where it stopped
        context.note(TAKEN_BACK, batch=number)
        click.get_current_context().exit(EXIT_INTERRUPTED)


def foretell(
    context: frame.Context, session: "Session", batch: "Batch", *, any_hour: bool = False
) -> None:
    """Say when the letters that wait leave, and about when the last of them."""
    from dataclasses import replace

    from outreach.dispatch import pacing
    from outreach.dispatch.pace import forecast

    rules = pacing.rules(context.settings)
    if any_hour:
        rules = replace(rules, hours=None)
    now = context.clock()
    found = forecast.of(session, batch, rules, now)
    if found is None:
        return
    if found.ends is None:
        context.note(NO_END, letters=found.letters)
    elif found.ends - now > SHORT:
        context.note(
            N_("Letters that leave: {letters}, from {start}; the last about {end}."),
            letters=found.letters,
            start=found.starts,
            end=found.ends,
        )


def standing(
    context: frame.Context, session: "Session", batch: "Batch"
) -> list[tuple[str, str, object]]:
    """Return the facts of a batch that is leaving: since when, by whom, until when."""
    from outreach.dispatch import pacing
    from outreach.dispatch.pace import forecast, runs, schedules

    now = context.clock()
    schedule = schedules.find(session, batch.id)
    found = forecast.of(session, batch, pacing.rules(context.settings), now)
    sender = [run.actor for run in runs.going(session, now, batch.id)]
    return [
        ("asked_by", N_("Sending asked for by"), schedule and schedule.asked_by),
        ("leaves_at", N_("Leaves from"), schedule and schedule.leaves_at),
        ("sent_by", N_("Being sent by"), sender),
        ("waiting", N_("Letters that wait to leave"), found.letters if found else 0),
        ("ends_at", N_("The last leaves about"), found and found.ends),
    ]


def tell(context: frame.Context, number: int, tally: "Tally") -> None:
    """Say what the rest of a batch waits for, and what paused it."""
    from outreach.dispatch import batches

    if tally.waiting is not None:
        context.say(UNTIL[tally.waiting.cause], until=tally.waiting.until)
        context.say(LATER, batch=number)
        with context.reading() as session:
            foretell(context, session, batches.find(session, number))
    if tally.paused and tally.advice is not None:
        context.note(tally.advice.message, **tally.advice.values)
