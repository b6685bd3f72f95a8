"""The frame of every command: global options, translated help, and errors told to people.

A command module imports ``group``/``command``/``option``/``argument`` from here instead of from
Click, writes its texts as ``N_("...")``, and takes the :class:`Context` through ``pass_office``::

    @frame.group(help=N_("Who works here."))
    def users() -> None: ...

    @users.command("list", help=N_("List everyone."))
    @frame.json_option
    @frame.pass_office
    def list_(context: frame.Context) -> None: ...

Exit codes: 0 done, 1 refused with a reason, 2 wrong use, 70 a fault of the program (sysexits.h:
EX_SOFTWARE), 130 interrupted.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from outreach import words
from outreach.cli import refusals
from outreach.cli.translated import Argument, Command, Day, Group, Option
from outreach.errors import N_, Phrase

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sqlalchemy.orm import Session

    from outreach.app import App
    from outreach.clock import Clock
    from outreach.db import Store
    from outreach.journal import Act
    from outreach.settings import Settings

__all__ = [
    "Argument",
    "Command",
    "Context",
    "Day",
    "Group",
    "Option",
    "argument",
    "command",
    "group",
    "json_option",
    "names",
    "option",
    "pass_office",
    "version_option",
]

OFFICE_VARIABLE = "OUTREACH_OFFICE"
IDENTIFIERS = frozenset({"batch", "year", "undo", "delivery", "line", "number", "task"})
"""Places whose numbers name something: batch 1234 is not batch 1 234."""
USER_VARIABLE = "OUTREACH_USER"


class Context:
    """What a command works with: the office, who acts, and in which language we speak.

    The office is opened, and its database brought up to date, when a command first asks for
    ``app``, ``store``, ``settings`` or ``clock``.
    """

    def __init__(self, arguments: Sequence[str]) -> None:
        self.folder = Path(_early(arguments, "--office") or os.environ.get(OFFICE_VARIABLE) or ".")
        self.as_json = "--json" in arguments
        self.today: date | None = None
        self.asked_actor: str | None = None
        asked = _early(arguments, "--ui-lang")
        self.words = words.use(words.choose(asked, self.folder, os.environ))

    @cached_property
    def app(self) -> "App":
        """The open office."""
        from outreach.app import open_office

        return open_office(self.folder, today=self.today)

    @property
    def settings(self) -> "Settings":
        """The office's settings."""
        return self.app.settings

    @property
    def zone(self) -> "ZoneInfo | None":
        """The office's time zone; None where no office was opened."""
        return self.app.settings.zone if "app" in self.__dict__ else None

    @property
    def store(self) -> "Store":
        """The office's database."""
        return self.app.store

    @property
    def clock(self) -> "Clock":
        """The office's clock, moved by ``--today`` in a demo office."""
        return self.app.clock

    @cached_property
    def actor(self) -> str:
        """Who acts: ``--as``, else OUTREACH_USER, else the name of the session on this machine."""
        import getpass

        if self.asked_actor:
            return self.asked_actor
        try:
            return getpass.getuser()
        except (OSError, KeyError):  # a container may run under a number without a name
            return "unknown"

    def act(self) -> "Act":
        """Return who acts and the present moment."""
        from outreach.journal import Act

        return Act(actor=self.actor, at=self.clock())

    @contextmanager
    def transaction(self) -> Iterator["Session"]:
        """Open a session that commits at the end of the block."""
        with self.store.transaction() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator["Session"]:
        """Open a session that only reads."""
        with self.store.reading() as session:
            yield session

    def text(self, message: str, **values: object) -> str:
        """Return a msgid in the language of the user, its places filled.

        Figures and dates among the values are written as the language writes them, save the
        numbers that are names (IDENTIFIERS).
        """
        shown = {k: v if k in IDENTIFIERS else self._shown(v) for k, v in values.items()}
        return self.words.told(Phrase(message, shown))

    def count(self, one: str, many: str, n: int, **values: object) -> str:
        """Return the form of a sentence for ``n``: ``count("{n} letter", "{n} letters", 3)``.

        The catalogues take both forms from the call itself: they stand without ``N_``.
        """
        shown = {key: self._shown(value) for key, value in values.items()}
        return self.words.ngettext(one, many, n).format(n=self.words.number(n), **shown)

    def say(self, message: str, **values: object) -> None:
        """Print a sentence on standard output; with ``--json`` nothing but data may go there."""
        click.echo(refusals.plain(self.text(message, **values)), err=self.as_json)

    def note(self, message: str, **values: object) -> None:
        """Print a sentence beside the results, on standard error."""
        click.echo(refusals.plain(self.text(message, **values)), err=True)

    def ask(self, message: str, **values: object) -> str:
        """Ask a question and return the answer, stripped. Aborts where nobody can answer."""
        answer: str = click.prompt(refusals.plain(self.text(message, **values)), err=True)
        return answer.strip()

    def close(self) -> None:
        """Give the database back if it was opened."""
        if "app" in self.__dict__:
            self.app.store.close()

    def _shown(self, value: object) -> object:
        if isinstance(value, bool):
            return self.words.gettext(N_("yes") if value else N_("no"))
        if isinstance(value, int | float):
            return self.words.number(value)
        if isinstance(value, datetime):
            return self.words.moment(value, self.settings.zone)
        if isinstance(value, date):
            return self.words.day(value)
        return value


def _early(arguments: Sequence[str], name: str) -> str | None:
    """Return a global option's value before Click parses: help needs its language at once."""
    for here, following in zip(arguments, [*arguments[1:], ""], strict=True):
        if here == "--":
            break
        if here == name:
            return following
        if here.startswith(f"{name}="):
            return here.partition("=")[2]
    return None


def group(name: str | None = None, **more: Any) -> Callable[[Callable[..., Any]], Group]:  # noqa: ANN401  # Click's own keywords
    """Make a function a group of commands."""
    return click.group(name, cls=Group, **more)


def command(name: str | None = None, **more: Any) -> Callable[[Callable[..., Any]], Command]:  # noqa: ANN401  # Click's own keywords
    """Make a function a command of its own."""
    return click.command(name, cls=Command, **more)


option = partial(click.option, cls=Option)
argument = partial(click.argument, cls=Argument)
pass_office = click.make_pass_decorator(Context)


def version_option(version: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add ``--version``."""
    return click.version_option(
        version, message="%(prog)s %(version)s", cls=Option, help=N_("Show the version and exit.")
    )


def _said(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        ctx.find_object(Context).as_json = True  # type: ignore[union-attr]  # the root made it


json_option = option(
    "--json",
    is_flag=True,
    expose_value=False,
    callback=_said,
    help=N_("Print the same data as JSON."),
)
"""For every reading command; ``tables`` prints JSON when it was given."""


def names(values: Iterable[object]) -> str:
    """Return names for a sentence, separated by commas."""
    return ", ".join(str(value) for value in values) or "-"
