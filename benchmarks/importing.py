"""An import with recognition against a bare executemany of the rows it wrote, on SQLite.

A list of one line per commune, known by name and département only and without its code, is imported
into an office that has the reference data; then a million lines, to show that memory stays flat.

Usage: python benchmarks/importing.py [--lines 36000] [--million]
"""

import argparse
import csv
import resource
import sqlite3
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from results import Results

from outreach.contacts import loading
from outreach.contacts.importing import runs
from outreach.contacts.importing.fields import Mapping
from outreach.db import Store
from outreach.journal import Act

ROOT = Path(__file__).parent.parent
ACT = Act("benchmark", datetime.now(UTC))
TABLES = ("contact", "email_address", "import_row", "event")
MOST_SECONDS = 20.0
MOST_MEMORY = 300
"""Megabytes."""
MILLION = 1_000_000


def write_list(path: Path, lines: int) -> None:
    """Write a list of invented people at the communes of France, round and round."""
    with (ROOT / "contacts/reference/france_communes.csv").open(encoding="utf-8") as file:
        communes = [(row["nom"], row["code_departement"]) for row in csv.DictReader(file)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Commune", "Département", "Fonction", "Nom", "Courriel"])
        for number in range(lines):
            name, departement = communes[number % len(communes)]
            mail = f"p{number}@liste.example"
            writer.writerow([name.upper(), departement, "DGS", f"NOM{number}", mail])


def imported(store: Store, path: Path) -> tuple[float, runs.Report]:
    """Import a list; return the seconds and what was done."""
    start = time.perf_counter()
    with store.transaction() as session:
        report = runs.run(session, runs.open_list(path, Mapping()), ACT)
    return time.perf_counter() - start, report


def sizes(path: Path) -> dict[str, int]:
    """Return the highest id of each table."""
    with sqlite3.connect(path) as connection:
        return {
            table: connection.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0]  # noqa: S608  # names of our own
            for table in TABLES
        }


def bare(source: Path, target: Path, before: dict[str, int]) -> float:
    """Write the rows that the import made with sqlite3 alone; return the seconds."""
    with sqlite3.connect(source) as connection:
        made = {
            table: connection.execute(
                f"SELECT * FROM {table} WHERE id > ?",  # noqa: S608
                (before[table],),
            ).fetchall()
            for table in TABLES
        }
    connection = sqlite3.connect(target, isolation_level=None)
    connection.execute("PRAGMA synchronous=FULL")
    start = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    for table, rows in made.items():
        if rows:
            places = ",".join("?" * len(rows[0]))
            connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608
    connection.execute("COMMIT")
    seconds = time.perf_counter() - start
    connection.close()
    return seconds


def memory() -> float:
    """Return the most memory this process had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure, print, and fail above the limits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=36_000)
    parser.add_argument("--million", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        ours, other, path = (Path(scratch, name) for name in ("ours.db", "bare.db", "list.csv"))
        for place in (ours, other):
            if options.million and place is other:
                continue
            store = Store(f"sqlite:///{place}")
            store.upgrade()
            with store.transaction() as session:
                loading.load(session, ROOT, ACT)
            store.close()
        lines = MILLION if options.million else options.lines
        write_list(path, lines)
        before, at_start = sizes(ours), memory()
        store = Store(f"sqlite:///{ours}")
        seconds, report = imported(store, path)
        store.close()
        most = memory()
        found = Results("importing", f"Import with recognition: {lines:,} lines")
        found.note(f"{dict(report.counts)}")
        found.row("outreach", [seconds], "s")
        found.row("memory", [most], "MB")
        found.row("memory before", [at_start], "MB")
        if not options.million:
            alone = found.row("bare executemany of the same rows", [bare(ours, other, before)], "s")
            found.row("times executemany", [seconds / alone], "")
    found.limit("seconds", seconds, most=MOST_SECONDS * lines / options.lines)
    found.limit("MB", most, most=MOST_MEMORY)
    sys.exit(found.finish())


if __name__ == "__main__":
    main()
