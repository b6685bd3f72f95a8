"""What it costs to count letters against the server's limits: sending with limits and without.

The same signed batch, the same sink, whole processes in turn. The limits (a minute, an hour, a day,
a domain) are so wide that no letter ever waits: what differs is the counting alone.

Wanted: sending with limits at least 0.95 as fast as without.

Usage: python benchmarks/pacing.py [--letters 1500] [--rounds 5]
"""

import argparse
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

import smtp

WITH_LIMITS = 0.95
LIMITS = """per_minute = 1000000
per_hour = 1000000
per_day = 1000000
per_domain_per_minute = 1000000
"""


def compare(letters: int, rounds: int) -> bool:
    """Print both rates; say whether the ratio is reached."""
    rates: dict[str, list[float]] = {"without limits": [], "with four limits": []}
    with tempfile.TemporaryDirectory() as scratch, smtp.sink() as port:
        ready = Path(scratch, "ready")
        smtp.office(ready, letters, port, None, signed=False)
        for turn in range(rounds):
            for name, lines in zip(rates, ("", LIMITS), strict=True):
                folder = Path(scratch, f"{turn}-{len(lines)}")
                shutil.copytree(ready, folder, symlinks=True)
                settings = folder / "outreach.toml"
                settings.write_text(settings.read_text("utf-8") + lines, "utf-8")
                rates[name].append(smtp.ours(folder, letters))
                shutil.rmtree(folder)
    for name, found in rates.items():
        spread = f"{min(found):.0f}-{max(found):.0f}"
        print(f"{name:18} {statistics.median(found):7.0f} letters/s ({spread})")
    pairs = [b / a for a, b in zip(*rates.values(), strict=True)]
    ratio: float = statistics.median(pairs)
    print(f"{'ratio':18} {ratio:7.2f} ({min(pairs):.2f}-{max(pairs):.2f}), wanted {WITH_LIMITS}")
    return ratio >= WITH_LIMITS


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--letters", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    sys.exit(0 if compare(given.letters, given.rounds) else 1)


if __name__ == "__main__":
    main()
