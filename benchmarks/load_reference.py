"""Loading the open data against a bare executemany of the same rows, on SQLite.

Both write the same tables with the same indexes in one transaction; the bare run has its rows ready
in memory, ours reads and checks the files, compares and writes its journal. Rounds take turns; the
medians' ratio may be at most 3.

Usage: python benchmarks/load_reference.py [--rounds 5]
"""

import argparse
import sqlite3
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from results import Results

from outreach.contacts import loading
from outreach.db import Store
from outreach.journal import Act

ROOT = Path(__file__).parent.parent
TABLES = ("organisation", "contact", "email_address", "postal_address", "membership")
MOST = 3.0

Tables = dict[str, tuple[str, list[tuple[Any, ...]]]]


def ours(path: Path) -> float:
    """Load the open data into a fresh database; return the seconds."""
    store = Store(f"sqlite:///{path}")
    store.upgrade()
    start = time.perf_counter()
    with store.transaction() as session:
        loading.load(session, ROOT, Act("benchmark", datetime.now(UTC)))
    seconds = time.perf_counter() - start
    store.close()
    return seconds


def rows_of(path: Path) -> Tables:
    """Return what was loaded: per table the insert statement and its rows."""
    found: Tables = {}
    with sqlite3.connect(path) as connection:
        for table in TABLES:
            rows = connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608  # names of our own
            places = ",".join("?" * len(rows[0]))
            found[table] = (f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608
    return found


def bare(path: Path, tables: Tables) -> float:
    """Write the same rows with sqlite3 alone into a fresh schema; return the seconds."""
    store = Store(f"sqlite:///{path}")
    store.upgrade()
    store.close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    start = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    for statement, rows in tables.values():
        connection.executemany(statement, rows)
    connection.execute("COMMIT")
    seconds = time.perf_counter() - start
    connection.close()
    return seconds


def main() -> None:
    """Measure, print, and fail above the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    seconds: dict[str, list[float]] = {"outreach": [], "executemany": []}
    with tempfile.TemporaryDirectory() as scratch:
        first = Path(scratch, "first.db")
        ours(first)
        tables = rows_of(first)
        for number in range(rounds):
            seconds["outreach"].append(ours(Path(scratch, f"ours-{number}.db")))
            seconds["executemany"].append(bare(Path(scratch, f"bare-{number}.db"), tables))
    count = sum(len(rows) for _, rows in tables.values())
    found = Results("load_reference", f"Loading the open data: {count:,} rows")
    middle = {name: found.row(name, values, "s") for name, values in seconds.items()}
    found.limit("times executemany", middle["outreach"] / middle["executemany"], most=MOST)
    sys.exit(found.finish())


if __name__ == "__main__":
    main()
