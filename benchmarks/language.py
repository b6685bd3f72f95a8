"""Language at the size of two countries, and against hostile texts.

Every organisation of the open data through every form of its name, every mairie's address through
the rules of the post: at most three seconds each. Texts made to catch a careless pattern: twice the
text may take at most three times as long.

Usage: python benchmarks/language.py
"""

import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

from results import Results

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from outreach.contacts import reference  # noqa: E402  # the repository stands on the path first
from outreach.language import french, postal, spanish  # noqa: E402
from outreach.language.proofreading import findings  # noqa: E402
from outreach.settings import Language  # noqa: E402

ROUNDS = 5
MOST_SECONDS = 3.0
MOST_GROWTH = 3.0
FORMS = tuple(
    getattr(language, form)
    for language in (french, spanish)
    for form in ("named", "of", "to", "in_", "place_de", "place_a", "commune_de")
)
PIECES = ("a ", "Madame ", "[", "{{", "(+33 1 ", "0", "_", "é·", "les 2e et ", "de Le ", "mot-")


class Thing(NamedTuple):
    """An organisation, as far as its name goes."""

    code: str
    country: str
    kind: str
    name: str
    subtype: str | None
    official_name: str | None
    tncc: int | None


class Place(NamedTuple):
    """A postal address in France."""

    town: str
    postcode: str | None
    street: str | None
    box: str | None = None
    building: str | None = None
    service: str | None = None
    district: str | None = None
    country: str = "FR"


def seconds(work: Callable[[], object]) -> list[float]:
    """Return how long ``work`` took, round by round."""
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return taken


def main() -> None:
    """Measure, print, and fail above a limit."""
    data = reference.read(ROOT / "contacts" / "reference")
    fields = Thing._fields[1:]
    things = [Thing(code, *(row[f] for f in fields)) for code, row in data.organisations.items()]
    places = [Place(row["town"], row["postcode"], row["street"]) for row in data.posts.values()]

    def names() -> None:
        for form in FORMS:
            for thing in things:
                form(thing)

    def addresses() -> None:
        for place in places:
            postal.lines(place, ("Madame la Maire", "Ville"), from_country="FR", language="fr")

    found = Results("language", "Language: two countries' names and addresses")
    for name, count, work in (
        ("names", len(things) * len(FORMS), names),
        ("addresses", len(places), addresses),
    ):
        taken = seconds(work)
        middle = found.row(f"{count:,} {name}", taken, "s")
        found.limit(f"{name}, seconds", middle, most=MOST_SECONDS)
    worst = max((growth(piece), piece) for piece in PIECES)
    found.note(f"the hostile text that grows most: {worst[1]!r}")
    found.limit("time for twice the hostile text", worst[0], most=MOST_GROWTH)
    sys.exit(found.finish())


def growth(piece: str) -> float:
    """Return how many times longer proof-reading takes for twice the text."""

    def read(times: int) -> float:
        text = piece * times
        both: tuple[Language, Language] = ("fr", "es")
        return min(
            seconds(lambda: [findings(text, each, sent_on=date(2025, 9, 1)) for each in both])
        )

    return read(6_000) / max(read(3_000), 0.001)


if __name__ == "__main__":
    main()
