"""How far long work has come: a bar with its end time on a terminal, a few lines elsewhere.

Rooms know nothing of it: they call a plain function, ``progress(done, total)``.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from outreach.cli.frame import Context
from outreach.errors import N_

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

Report = Callable[[int, int], None]
StageReport = Callable[[str, int, int], None]

SECONDS_BETWEEN_LINES = 10.0
SECONDS_BETWEEN_REDRAWS = 0.1


@contextmanager
def stages(context: Context) -> Iterator[StageReport]:
    """Give a function to call with (what is being done, done, total).

    What is being done may be a msgid or a name; each gets a bar of its own.
    """
    if sys.stderr.isatty():
        with _bars(context) as report:
            yield report
    else:
        yield _Lines(context)


@contextmanager
def shown(context: Context, label: str, **values: object) -> Iterator[Report]:
    """Give a function to call with (done, total) while the work named by the msgid goes on."""
    name = context.text(label, **values)
    with stages(context) as report:
        yield lambda done, total: report(name, done, total)


@contextmanager
def _bars(context: Context) -> Iterator[StageReport]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[ends]}", markup=False),
    )
    tasks: dict[str, _Task] = {}
    with Progress(*columns, console=Console(stderr=True)) as progress:

        def report(label: str, done: int, total: int) -> None:
            if label not in tasks:
                name = context.words.gettext(label)
                tasks[label] = _Task(progress, progress.add_task(name, total=total, ends=""))
            tasks[label].move(context, done, total)

        yield report


class _Task:
    """One bar. Redrawn ten times a second at most, however often the work reports."""

    def __init__(self, progress: "Progress", task: "TaskID") -> None:
        self.progress = progress
        self.task = task
        self.started = time.monotonic()
        self.drawn = 0.0

    def move(self, context: Context, done: int, total: int) -> None:
        """Show how far it is and when it ends."""
        now = time.monotonic()
        if done < total and now - self.drawn < SECONDS_BETWEEN_REDRAWS:
            return
        self.drawn = now
        ends = _ends(context, now - self.started, done, total)
        self.progress.update(self.task, completed=done, total=total, ends=ends)


class _Lines:
    """For logs: one line at the end of each stage, and one every ten seconds on the way."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.started: dict[str, float] = {}
        self.said: dict[str, float] = {}

    def __call__(self, label: str, done: int, total: int, /) -> None:
        now = time.monotonic()
        start = self.started.setdefault(label, now)
        if done < total and now - self.said.get(label, start) < SECONDS_BETWEEN_LINES:
            return
        if done >= total and self.said.get(label) == float("inf"):
            return
        self.said[label] = float("inf") if done >= total else now
        words = self.context.words
        ends = _ends(self.context, now - start, done, total)
        line = f"{words.gettext(label)}: {words.number(done)}/{words.number(total)}"
        click.echo(f"{line} {ends}".rstrip(), err=True)


def _ends(context: Context, elapsed: float, done: int, total: int) -> str:
    if not 0 < done < total or elapsed < 1:
        return ""
    left = timedelta(seconds=elapsed * (total - done) / done)
    # The wall clock, not the office's: it tells the reader when to come back.
    end = datetime.now().astimezone() + left
    return context.text(N_("ends at {time}"), time=f"{end:%H:%M}")
