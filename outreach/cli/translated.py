"""Click's parts with help texts that are msgids, shown in the language in use."""

from datetime import date

import click

from outreach import words
from outreach.errors import N_

USAGE_WORDS = (N_("[OPTIONS]"), N_("COMMAND [ARGS]..."))
"""What Click writes in a usage line, for the catalogues."""


class _Translated:
    """Help that is a msgid, shown in the language in use."""

    _help: str | None = None

    @property
    def help(self) -> str | None:
        """The help in the language in use."""
        return words.active().gettext(self._help) if self._help else self._help

    @help.setter  # noqa: A003  # Click's own name
    def help(self, message: str | None) -> None:  # Click's own name
        self._help = message

    @property
    def help_msgid(self) -> str | None:
        """The help as the catalogues know it."""
        return self._help


class Option(_Translated, click.Option):
    """An option whose help and metavar are msgids."""

    def make_metavar(self, ctx: click.Context) -> str:
        """Return the name of the value in the language in use."""
        return words.active().gettext(super().make_metavar(ctx))


class Argument(_Translated, click.Argument):
    """An argument whose help and metavar are msgids."""

    def make_metavar(self, ctx: click.Context) -> str:
        """Return the name of the value in the language in use."""
        if self.metavar is None:
            return super().make_metavar(ctx)
        shown = words.active().gettext(self.metavar)
        shown = shown if self.required else f"[{shown}]"
        return f"{shown}..." if self.nargs != 1 else shown


class Command(_Translated, click.Command):
    """A command whose help is a msgid."""

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return the parts of the usage line in the language in use."""
        return [words.active().gettext(piece) for piece in super().collect_usage_pieces(ctx)]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return ``--help``; Click keeps it, so its text is set anew for the language in use."""
        found = super().get_help_option(ctx)
        if found is not None:
            found.help = words.active().gettext(N_("Show this message and exit."))
        return found

    def get_short_help_str(self, limit: int = 90) -> str:
        """Return the first sentence of the help; a line of the list may be long."""
        return super().get_short_help_str(limit)


class Group(Command, click.Group):
    """A group of commands."""

    command_class = Command
    group_class = type


YEARS = range(1900, 2201)
"""Days beyond are slips of the hand; with the very first and last no calendar counts on."""


class Day(click.ParamType[date]):
    """A date written 2025-09-01."""

    name = "date"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002  # Click's signature
        """Return how a date is to be typed."""
        return words.active().gettext(N_("YYYY-MM-DD"))

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Return the date, or tell how to write one."""
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = None
        if day is None or day.year not in YEARS:
            message = N_("“{value}” is no date. Write year-month-day: 2025-09-01.")
            self.fail(words.active().gettext(message).format(value=value), param, ctx)
        return day


class PromiseDay(click.ParamType[tuple[str, date]]):
    """A promise and its day, written visite=2025-11-03."""

    name = "promise"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002  # Click's signature
        """Return how it is to be typed."""
        return words.active().gettext(N_("NAME=YYYY-MM-DD"))

    def convert(
        self,
        value: str | tuple[str, date],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[str, date]:
        """Return name and date, or tell how to write them."""
        if isinstance(value, tuple):
            return value
        name, _, day = value.partition("=")
        return name.strip(), Day().convert(day.strip(), param, ctx)
