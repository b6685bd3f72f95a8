"""Results for people as tables, for programs as JSON: the same data, by the same call."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

import click

from outreach.cli.frame import Context
from outreach.cli.refusals import plain
from outreach.errors import N_, Phrase

PIPE_WIDTH = 160
"""Columns where no terminal says how many it has."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the key in the row, and the title as a msgid.

    ``right`` is for figures; ``word`` translates the value itself (states, kinds, offices).
    """

    key: str
    title: str
    right: bool = False
    word: bool = False


NOTHING = N_("Nothing to show.")


def show(
    context: Context,
    rows: Iterable[object],
    columns: Sequence[Column],
    *,
    title: str = "",
    empty: str = NOTHING,
) -> None:
    """Print rows (mappings, or objects with attributes) as a table, or as a JSON list.

    ``title`` is already in the user's language (``context.text``); ``empty`` is a msgid, said
    where there is no row.
    """
    taken = [{column.key: _get(row, column.key) for column in columns} for row in rows]
    if context.as_json:
        print_json(taken)
        return
    if not taken:
        context.say(empty)
        return
    from rich.table import Table
    from rich.text import Text

    table = _plain_table(Table, title)
    for column in columns:
        table.add_column(
            Text(context.words.gettext(column.title)),
            justify="right" if column.right else "left",
            overflow="fold",
        )
    for row in taken:
        table.add_row(*(Text(cell(context, row[c.key], word=c.word)) for c in columns))
    _print(table)


def facts(context: Context, pairs: Sequence[tuple[str, str, object]], *, title: str = "") -> None:
    """Print one thing: (key for JSON, title as a msgid, value) per line."""
    if context.as_json:
        print_json({key: value for key, _, value in pairs})
        return
    from rich.table import Table
    from rich.text import Text

    table = _plain_table(Table, title, header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for _, name, value in pairs:
        table.add_row(Text(context.words.gettext(name)), Text(cell(context, value)))
    _print(table)


def print_json(data: object) -> None:
    """Print data as indented UTF-8 JSON: dates as ISO, phrases as msgid and values."""
    import msgspec

    text = msgspec.json.format(msgspec.json.encode(data, enc_hook=str), indent=2)
    click.echo(text)


def cell(context: Context, value: object, *, word: bool = False) -> str:  # noqa: C901  # a case per type
    """Return a value as this language writes it; an absent one is a dash."""
    words = context.words
    shown: str
    match value:
        case None | "":
            shown = "–"
        case bool():
            shown = words.gettext(N_("yes") if value else N_("no"))
        case Phrase():
            shown = words.told(value)
        case Enum():
            shown = words.gettext(str(value.value))
        case str():
            shown = words.gettext(value) if word else value
        case int() | float():
            shown = words.number(value)
        case datetime():
            shown = words.moment(value, context.settings.zone)
        case date():
            shown = words.day(value)
        case Mapping():
            shown = ", ".join(f"{key}: {cell(context, item)}" for key, item in value.items())
        case Iterable():
            shown = ", ".join(cell(context, item, word=word) for item in value) or "–"
        case _:
            shown = str(value)
    return plain(shown)


def _get(row: object, key: str) -> object:
    return row.get(key) if isinstance(row, Mapping) else getattr(row, key)


def _plain_table(table: type, title: str, *, header: bool = True):  # type: ignore[no-untyped-def]  # noqa: ANN202
    from rich import box
    from rich.text import Text

    return table(
        title=Text(plain(title)) if title else None,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        show_header=header,
        pad_edge=False,
    )


def _print(table: object) -> None:
    import sys

    from rich.console import Console

    width = None if sys.stdout.isatty() else PIPE_WIDTH
    Console(file=sys.stdout, width=width, markup=False, emoji=False, highlight=False).print(table)
