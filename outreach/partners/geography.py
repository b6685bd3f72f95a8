"""Coast, mountain, island and capital, by département and departamento, from two small files.

``contacts/geography/SOURCES.md`` says where each column comes from. What a file leaves open is
None: unknown, and not "no".
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from outreach.errors import N_, OutreachError, Phrase

FOLDER = "contacts/geography"
FILES = {"FR": "departements.csv", "CO": "departamentos.csv"}
COLUMNS = ("code", "name", "capital", "coast", "mountain", "island")
_ANSWERS = {"yes": True, "no": False, "": None}


class GeographyError(OutreachError):
    """A file of geography cannot be used."""

    message = N_("{file}, line {line}: {reason}.")


class MissingGeographyError(OutreachError):
    """A file of geography is not there."""

    message = N_(
        "{folder}/{file} is missing: it says which départements lie on the sea or in the "
        "mountains. It comes with outreach; put it back."
    )


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of a département or departamento."""

    name: str = ""
    capital: str = ""
    """Code of its chief town, as the reference data have it."""
    coast: bool | None = None
    mountain: bool | None = None
    island: bool | None = None


UNKNOWN = Traits()


def read(office: Path) -> Mapping[str, Traits]:
    """Return the traits by country and code: ``FR:76``, ``CO:05``.

    Raises MissingGeographyError, GeographyError with file and line.
    """
    found: dict[str, Traits] = {}
    for country, name in FILES.items():
        path = office / FOLDER / name
        if not path.is_file():
            raise MissingGeographyError(folder=FOLDER, file=name)
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                words = Phrase(N_("the columns must be {columns}"), {"columns": list(COLUMNS)})
                raise GeographyError(file=f"{FOLDER}/{name}", line=1, reason=words)
            for line, row in enumerate(reader, 2):
                answers = [_answer(row[column], name, line) for column in COLUMNS[3:]]
                coast, mountain, island = answers
                found[f"{country}:{row['code']}"] = Traits(
                    row["name"], f"{country}:{row['capital']}", coast, mountain, island
                )
    return found


def _answer(text: str | None, name: str, line: int) -> bool | None:
    answer = (text or "").strip().lower()
    if answer not in _ANSWERS:
        words = Phrase(N_("“{answer}” is neither yes, nor no, nor empty"), {"answer": answer})
        raise GeographyError(file=f"{FOLDER}/{name}", line=line, reason=words)
    return _ANSWERS[answer]
