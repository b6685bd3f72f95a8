"""``outreach worker``: rounds on a timer, until it is told to stop."""

import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib.util import find_spec
from types import FrameType
from typing import TYPE_CHECKING

from outreach.cli import frame, progress
from outreach.cli.round import tell
from outreach.errors import N_, OutreachError, WrongUseError

if TYPE_CHECKING:
    from datetime import datetime

    from outreach.keeping.logbook import Logbook
    from outreach.rounds import Round

SECONDS = {"s": 1, "m": 60, "h": 3600}
LONGEST = timedelta(days=1)


class IntervalError(WrongUseError):
    """``--every`` is no interval."""

    message = N_("“{every}” is no interval. Write a number and s, m or h, a day at most: 5m.")


def interval(written: str) -> timedelta:
    """Return what ``--every`` says. Raises IntervalError."""
    match = re.fullmatch(r"([0-9]{1,6})([smh])", written.strip())
    found = timedelta(seconds=int(match[1]) * SECONDS[match[2]]) if match else timedelta()
    if not timedelta() < found <= LONGEST:
        raise IntervalError(every=written)
    return found


@frame.command(
    "worker",
    help=N_(
        "Do by itself what “outreach round” does, again and again, until it is stopped: with "
        "Ctrl-C, or by the machine’s service manager. A letter under way is finished first.\n\n"
        "One worker is enough. More of them may run, on this machine or on others that use the "
        "same PostgreSQL database: start this command once more for each. They take turns, share "
        "the letters of a batch, and no letter leaves twice, even where a worker dies.\n\n"
        "Example: outreach worker --every 5m"
    ),
)
@frame.option(
    "--every",
    default="5m",
    show_default=True,
    metavar=N_("TIME"),
    help=N_("How often it looks: a number and s, m or h (5m, 1h)."),
)
@frame.option("--once", is_flag=True, help=N_("Look once and end."))
@frame.pass_office
def worker(context: frame.Context, every: str, once: bool) -> None:
    """Make rounds until a signal comes."""
    from outreach import jobs

    rhythm = interval(every)
    context.app.require_home()
    with progress.shown(context, N_("Sending")) as report, stopped_by_signals() as stop:
        log = context.app.logbook()

        def told(done: "Round | OutreachError") -> None:
            note(log, done, context.clock())
            if isinstance(done, OutreachError):
                context.note(done.message, **done.values)
            else:
                tell(context, done)

        one = jobs.Worker(context.app, context.actor, report, told, stop)
        if once:
            with one.on_duty():
                one.once()
            return
        context.say(N_("At work; looking every {every}. Ctrl-C stops it."), every=every)
        if context.store.engine.dialect.name == "postgresql" and find_spec("procrastinate"):
            from outreach.engine import Crew

            Crew(one, rhythm).run()
        else:
            one.run(rhythm)
        context.say(N_("Stopped. What has not left waits for the next round."))


def note(log: "Logbook", done: "Round | OutreachError", at: "datetime") -> None:
    """Write a round into the log for machines: figures, and errors by their names."""
    if isinstance(done, OutreachError):
        log.write("refused", at, trouble=done.id)
        return
    log.write(
        "round",
        at,
        prepared=sum(letters for *_, letters in done.prepared),
        sent=sum(letters for _, letters in done.sent),
        waiting=len(done.waiting),
        paused=len(done.paused),
        stale=len(done.stale),
    )
    for trouble in done.troubles:
        log.write("trouble", at, trouble=trouble.id)


@contextmanager
def stopped_by_signals() -> Iterator[threading.Event]:
    """Give an event that SIGTERM and the first Ctrl-C set; a second Ctrl-C interrupts at once."""
    stop = threading.Event()

    def heard(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        stop.set()

    before = {one: signal.signal(one, heard) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
