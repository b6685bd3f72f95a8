"""Exceptions of the language by official code: what no rule can know, each with its source.

One CSV per language in ``contacts/overrides``. Homonyms abound (two La Rochelle, two Le Port), so
that nothing here is keyed on a name.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from outreach.errors import N_, OutreachError
from outreach.language.names import typographic
from outreach.settings import Language

FOLDER = "contacts/overrides"
FILES: Mapping[Language, str] = {"fr": "french.csv", "es": "spanish.csv"}
COLUMNS = ("code", "named", "de", "a", "en", "source")
PACKAGE = Path(__file__).parent.parent


class OverrideColumnError(OutreachError):
    """A file of exceptions lacks a column."""

    message = N_("{file} lacks the column “{column}”. It needs: {known}.")


class OverrideRowError(OutreachError):
    """A row of exceptions cannot be used."""

    message = N_("{file}, line {line}: {why}")


@dataclass(frozen=True, slots=True)
class Exceptional:
    """What one organisation is called against the rules; None where the rules hold."""

    named: str | None = None
    """With its article: "la Collectivité européenne d’Alsace"."""
    de: str | None = None
    """The place after *de*: "d’Honfleur"."""
    a: str | None = None
    """The place after *à* or *a*."""
    en: str | None = None
    """The place as where something is: "en Isère"."""
    source: str = ""


NOTHING = Exceptional()


@dataclass(frozen=True, slots=True)
class Overrides:
    """Every exception, by language and official code."""

    rows: Mapping[Language, Mapping[str, Exceptional]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> "Overrides":
        """Read the tables of ``folder``; a table that is not there holds no exception.

        Raises OverrideColumnError, OverrideRowError.
        """
        return cls({language: _read(folder / name) for language, name in FILES.items()})

    def of(self, code: str, language: Language) -> Exceptional:
        """Return what is exceptional about one organisation."""
        rows = self.rows.get(language)
        return NOTHING if rows is None else rows.get(code, NOTHING)


_used: list[Overrides] = []


def where(language: Language) -> str:
    """Return the name of one language's table, for messages."""
    return f"{FOLDER}/{FILES[language]}"


def use(folder: Path) -> Overrides:
    """Take the tables of an office's ``contacts/overrides`` from now on."""
    _used[:] = [Overrides.read(folder)]
    return _used[0]


def current() -> Overrides:
    """Return the tables in use: the office's, or those that come with the program."""
    return _used[0] if _used else _carried()


@lru_cache(maxsize=1)
def _carried() -> Overrides:
    """Read the program's own tables: in the wheel, else in the checkout."""
    inside = PACKAGE / "office" / FOLDER
    return Overrides.read(inside if inside.is_dir() else PACKAGE.parent / FOLDER)


def _read(path: Path) -> Mapping[str, Exceptional]:
    rows: dict[str, Exceptional] = {}
    if not path.is_file():
        return MappingProxyType(rows)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        for column in COLUMNS:
            if column not in (reader.fieldnames or ()):
                raise OverrideColumnError(file=path.name, column=column, known=list(COLUMNS))
        for row in reader:
            values = {column: typographic(row[column] or "") for column in COLUMNS}
            why = _fault(values, rows)
            if why:
                raise OverrideRowError(file=path.name, line=reader.line_num, why=why)
            rows[values["code"]] = Exceptional(
                named=values["named"] or None,
                de=values["de"] or None,
                a=values["a"] or None,
                en=values["en"] or None,
                source=values["source"],
            )
    return MappingProxyType(rows)


def _fault(values: Mapping[str, str], rows: Mapping[str, Exceptional]) -> str:
    if not values["code"]:
        return N_("the official code is missing.")
    if values["code"] in rows:
        return N_("this code has a row already; keep one of them.")
    if not values["source"]:
        return N_("the source is missing: say where this form is attested.")
    return ""
