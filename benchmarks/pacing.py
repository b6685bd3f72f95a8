"""What it costs to count letters against the server's limits: sending with limits and without.

The same signed batch, the same sink, whole processes in turn. The limits (a minute, an hour, a day,
a domain) are so wide that no letter ever waits: what differs is the counting alone. Compared is the
processor's time, which other programs on the machine disturb little; the disk's, which both need
alike, would only make the difference smaller.

Wanted: 0.75 with four limits at once, two lines and their departures written for each letter. Without
limits nothing is counted.

Usage: python benchmarks/pacing.py [--letters 1500] [--rounds 5]
"""

import argparse
import resource
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

import smtp
from results import Results

WITH_LIMITS = 0.75
LIMITS = """per_minute = 1000000
per_hour = 1000000
per_day = 1000000
per_domain_per_minute = 1000000
"""


def spent() -> float:
    """Return the processor's seconds that ended processes of this one took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def compare(letters: int, rounds: int) -> int:
    """Measure both in turn; return 1 if the ratio is missed."""
    clock: dict[str, list[float]] = {"without limits": [], "with four limits": []}
    processor: dict[str, list[float]] = {name: [] for name in clock}
    with tempfile.TemporaryDirectory() as scratch, smtp.sink() as port:
        ready = Path(scratch, "ready")
        smtp.office(ready, letters, port, None, signed=False)
        for turn in range(rounds):
            for name, lines in zip(clock, ("", LIMITS), strict=True):
                folder = Path(scratch, f"{turn}-{len(lines)}")
                shutil.copytree(ready, folder, symlinks=True)
                settings = folder / "outreach.toml"
                settings.write_text(settings.read_text("utf-8") + lines, "utf-8")
                before = spent()
                clock[name].append(smtp.ours(folder, letters))
                processor[name].append(letters / (spent() - before))
                shutil.rmtree(folder)
    found = Results("pacing", f"Counting against the server's limits: {letters:,} letters")
    for title, rates in (("clock", clock), ("processor", processor)):
        for name, values in rates.items():
            found.row(f"{name}, {title}", values, "letters/s")
    pairs = [b / a for a, b in zip(*processor.values(), strict=True)]
    found.limit("with limits, of without (processor)", statistics.median(pairs), least=WITH_LIMITS)
    return found.finish()


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--letters", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    sys.exit(compare(given.letters, given.rounds))


if __name__ == "__main__":
    main()
