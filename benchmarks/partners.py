"""Cities proposed to authorities, at the size of two countries: 35,000 x 151.

Scores of every pair and a balanced assignment of three cities each, on made-up places: at most 30
seconds and 1 GB. Prints how evenly the cities are proposed.

Usage: python benchmarks/partners.py [--rounds 5]
"""

import argparse
import resource
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
from results import Results

sys.path.insert(0, str(Path(__file__).parent.parent))

from outreach.partners import assignment, scoring  # the repository is on the path now
from outreach.partners.scoring import Place
from outreach.settings import PartnerWeights

FRENCH, CITIES, EACH = 35_000, 151, 3
UNCOUNTED, CAPITALS = 0.1, 0.02
"""Share of places without a population, and of chief towns."""
MOST_SECONDS, MOST_MB = 30.0, 1_000
WEIGHTS = PartnerWeights()


def drawn(count: int, country: str) -> list[Place]:
    """Return places of which some things are known."""
    dice = np.random.default_rng(count)
    maybe = (None, True, False)

    def answer() -> bool | None:
        return maybe[int(dice.integers(3))]

    return [
        Place(
            code=f"{country}:{number:05d}",
            country=country,
            name=f"Ville {number}",
            population=int(10 ** dice.uniform(2, 6.3)) if dice.random() > UNCOUNTED else None,
            coast=answer(),
            mountain=answer(),
            capital=bool(dice.random() < CAPITALS),
        )
        for number in range(count)
    ]


def main() -> None:
    """Measure, print, and fail above a limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    french, cities = drawn(FRENCH, "FR"), drawn(CITIES, "CO")
    taken = []
    found: list[list[int]] = []
    for _ in range(parser.parse_args().rounds):
        start = time.perf_counter()
        found = assignment.assign(
            scoring.scores(french, cities, WEIGHTS),
            [place.code for place in french],
            [place.code for place in cities],
            each=EACH,
            balance=WEIGHTS.balance,
        )
        taken.append(time.perf_counter() - start)
    counts = Counter(city for row in found for city in row)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    fair = FRENCH * EACH / CITIES
    sheet = Results("partners", f"Cities proposed to authorities: {FRENCH:,} x {CITIES}")
    sheet.limit("seconds", sheet.row("assignment", taken, "s"), most=MOST_SECONDS)
    sheet.limit("memory, MB", memory, most=MOST_MB)
    sheet.row("times the least proposed city is", [min(counts.values())], f"of {fair:.0f} fair")
    sheet.row("times the most proposed city is", [max(counts.values())], f"of {fair:.0f} fair")
    sys.exit(sheet.finish())


if __name__ == "__main__":
    main()
