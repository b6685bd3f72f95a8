"""A report as a thing to hand on: headings, key figures, pictures and tables, before any format.

What a document says is decided once; ``paper`` (PDF), ``webpage`` (HTML) and ``sheets`` (XLSX,
CSV) only set it. Titles and words stand in the reader's language already; figures and days stay
figures and days, so that a spreadsheet can count with them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from outreach.settings import Language, UiLanguage

Cell = str | int | float | date | None


class Tongue(Protocol):
    """The language of the reader: what ``words.Words`` offers."""

    @property
    def language(self) -> UiLanguage:
        """Of sentences, numbers and days."""

    @property
    def written(self) -> Language:
        """The nearer of the two that the office writes in."""

    def gettext(self, message: str) -> str:
        """Return a sentence of the program in this language."""

    def number(self, value: float) -> str:
        """Return a number as it is written."""

    def day(self, day: date) -> str:
        """Return a day in words."""

    def month(self, day: date) -> str:
        """Return the month of a day, with its year."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title, its share of the width, whether it holds figures."""

    title: str
    share: int = 2
    figures: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a heading. ``empty`` is said where there are none."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing with its text alternative; ``data`` is the table of what it shows."""

    title: str
    svg: str
    text: str
    data: Table
    half: bool = False
    """Whether two such pictures may stand side by side on paper."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure that a manager looks for first."""

    label: str
    value: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A report, whatever it becomes."""

    name: str
    """Of its file, without the ending."""
    title: str
    office: str
    subtitle: str
    lines: Sequence[str]
    """What is to be known first, a sentence each."""
    figures: Sequence[Figure]
    parts: Sequence[Picture | Table]

    @property
    def tables(self) -> list[Table]:
        """Every table, those behind the pictures too, in order."""
        return [part if isinstance(part, Table) else part.data for part in self.parts]


def shown(cell: Cell, tongue: Tongue) -> str:
    """Return a cell as the language writes it; an absent one is a dash."""
    match cell:
        case None | "":
            return "–"
        case str():
            return cell
        case int() | float():
            return tongue.number(cell)
    return tongue.day(cell)


def filled(tongue: Tongue, message: str, **values: Cell) -> str:
    """Return a sentence in the reader's language with its places filled."""
    return tongue.gettext(message).format(
        **{name: shown(value, tongue) for name, value in values.items()}
    )
