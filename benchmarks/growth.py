"""How time and memory grow with the size of the office, from 1,000 to 1,000,000 rows.

Each size in a process and a database (SQLite) of its own: an import with recognition of so many
lines, the count of a segment over so many contacts, a campaign's figures over so many letters.
Curves, no limit: benchmarks/importing.py, segments.py and reports.py judge the sizes that matter.

Usage: python benchmarks/growth.py [--sizes 1000,10000,100000,1000000]
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import importing
import reports
import segments
from results import Results

from outreach.contacts import loading
from outreach.db import Store
from outreach.reports.measures import By

ROOT = Path(__file__).parent.parent
AGAIN = 5


def lines(store: Store, folder: Path, size: int) -> float:
    """Return the seconds of an import of ``size`` lines."""
    with store.transaction() as session:
        loading.load(session, ROOT, importing.ACT)
    importing.write_list(folder / "list.csv", size)
    return importing.imported(store, folder / "list.csv")[0]


def counted(store: Store, _folder: Path, size: int) -> float:
    """Return the median seconds of counting a segment over ``size`` contacts."""
    segments.fill(store, size)
    return median(lambda: segments.count(store, "got the letter"))


def figures(store: Store, _folder: Path, size: int) -> float:
    """Return the median seconds of a breakdown over ``size`` letters."""
    reports.fill(store, size)
    return median(lambda: reports.told(store, By.REGION, None))


def median(work: Callable[[], object]) -> float:
    """Return the median seconds of ``work``, done several times."""
    taken = []
    for _ in range(AGAIN):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


KINDS: dict[str, tuple[Callable[[Store, Path, int], float], str]] = {
    "import": (lines, "an import with recognition"),
    "segment": (counted, "the count of a segment"),
    "figures": (figures, "a breakdown over all letters"),
}


def one(kind: str, size: int) -> None:
    """Measure one kind at one size; print seconds and the peak of memory (MB)."""
    with tempfile.TemporaryDirectory() as scratch:
        store = Store(f"sqlite:///{scratch}/outreach.db")
        store.upgrade()
        seconds = KINDS[kind][0](store, Path(scratch), size)
        store.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(json.dumps([seconds, peak]))


def main() -> None:
    """Measure each size in its own process, or be that process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,100000,1000000")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        return one(options.one[0], int(options.one[1]))
    sizes = [int(size) for size in options.sizes.split(",")]
    found = Results("growth", "Growth with the size of the office")
    for kind, (_, title) in KINDS.items():
        measured = [
            json.loads(
                subprocess.run(
                    [sys.executable, __file__, "--one", kind, str(size)],
                    cwd=ROOT,
                    check=True,
                    capture_output=True,
                    text=True,
                ).stdout.splitlines()[-1]
            )
            for size in sizes
        ]
        for place, unit in enumerate(("s", "MB")):
            points = list(zip(sizes, [each[place] for each in measured], strict=True))
            found.curve(title, points, unit)
    sys.exit(found.finish())


if __name__ == "__main__":
    main()
