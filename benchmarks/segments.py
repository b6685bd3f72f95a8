"""Count segments over 100,000 made-up contacts: at most 100 ms each.

On SQLite, and on PostgreSQL where OUTREACH_TEST_POSTGRES names a server.
Half of the contacts got a letter, a tenth answered, a hundredth is in an association, and a
thousandth was merged into another. Under SQLite the time of this process is told as well: on a busy
machine it says more than the clock.

Usage: python benchmarks/segments.py [--rounds 7]
"""

import argparse
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

from databases import database
from results import Results
from sqlalchemy import insert, text

sys.path.insert(0, str(Path(__file__).parent.parent))

import outreach.app  # noqa: F401  # the criteria of every room
from outreach.campaigns.models import Campaign, Step
from outreach.contacts import segments
from outreach.contacts.importing.models import ContactMerge
from outreach.contacts.models import Contact, EmailAddress, Kind, Membership, Organisation
from outreach.contacts.segments import Condition, Segment
from outreach.db import Store
from outreach.dispatch.models import Batch, Delivery
from outreach.inbox.models import Reply
from outreach.settings import Bilingual

CONTACTS = 100_000
MOST_MS = 100.0
NOW = datetime(2025, 9, 1, tzinfo=UTC)

SEGMENTS = {
    "everyone": Condition(),
    "large communes": Condition(country="FR", kinds=(Kind.COMMUNE,), population_min=20_000),
    "three departements": Condition(departements=("13", "69", "76")),
    "any, not": Condition(
        any=(Condition(regions=("28",)), Condition(population_min=100_000)),
        not_=(Condition(departements=("76",)),),
    ),
    "has e-mail": Condition(channels=("email",)),
    "got the letter": Condition(received=("c/s",)),
    "got it, no answer": Condition(received=("c/s",), replied=False, population_min=1_000),
    "answered so": Condition(outcomes=("interested",)),
    "did not get it": Condition(not_received=("c",)),
    "never answered": Condition(replied=False),
    "in touch since": Condition(last_contact_after=date(2025, 8, 1)),
    "silent since": Condition(last_contact_before=date(2025, 8, 1)),
    "members": Condition(members_of="FR:1"),
    "ports": Condition(themes=("port",)),
}


def fill(store: Store, contacts: int) -> None:
    """Write made-up rows of so many contacts."""
    made = {"source": "made up"}
    with store.transaction() as session:
        execute = session.connection().execute
        execute(
            insert(Organisation),
            [
                made
                | {
                    "id": n,
                    "code": f"FR:{n}",
                    "country": "FR",
                    "kind": "commune" if n % 10 else "epci",
                    "name": f"Bourg-{n}",
                    "departement": f"{n % 96:02d}",
                    "region": f"{n % 13 + 20}",
                    "population": n * 7919 % 200_000,
                    "facts": {},
                }
                for n in range(1, contacts + 1)
            ],
        )
        execute(
            insert(Contact),
            [
                made
                | {
                    "id": n,
                    "code": f"FR:{n}",
                    "organisation_id": n,
                    "language": "fr",
                    "office": "maire",
                    "purpose": "",
                    "example": False,
                    "created_at": NOW,
                }
                for n in range(1, contacts + 1)
            ],
        )
        execute(
            insert(EmailAddress),
            [
                {"contact_id": n, "address": f"m@{n}.example", "position": 0, "state": "good"}
                for n in range(1, contacts + 1, 2)
            ],
        )
        execute(insert(Campaign), [{"id": 1, "name": "c", "state": "running", "created_at": NOW}])
        execute(insert(Step), [{"id": 1, "campaign_id": 1, "name": "s", "position": 0}])
        execute(
            insert(Batch),
            [
                {
                    "id": 1,
                    "step_id": 1,
                    "origin": "tool",
                    "state": "done",
                    "prepared_by": "x",
                    "prepared_at": NOW,
                }
            ],
        )
        execute(
            insert(Delivery),
            [
                {
                    "batch_id": 1,
                    "step_id": 1,
                    "contact_id": n,
                    "kind": "first",
                    "round": 0,
                    "place": 0,
                    "language": "fr",
                    "state": "sent",
                    "attempts": 1,
                    "sent_at": NOW,
                }
                for n in range(1, contacts + 1, 2)
            ],
        )
        execute(
            insert(Reply),
            [
                {
                    "campaign_id": 1,
                    "contact_id": n,
                    "received_on": NOW.date(),
                    "way": "email",
                    "outcome": "interested" if n % 3 else "declined",
                    "recorded_by": "x",
                    "recorded_at": NOW,
                }
                for n in range(1, contacts + 1, 10)
            ],
        )
        execute(
            insert(Membership),
            [
                made | {"organisation_id": n, "association_id": 1, "role": "member"}
                for n in range(2, contacts + 1, 100)
            ],
        )
        execute(
            insert(ContactMerge),
            [
                {
                    "gone_id": n,
                    "kept_id": n - 1,
                    "at": NOW,
                    "actor": "x",
                    "reason": "",
                    "added": {},
                }
                for n in range(1_000, contacts + 1, 1_000)
            ],
        )
    with store.transaction() as session:
        session.execute(text("ANALYZE"))


def count(store: Store, name: str) -> int:
    """Return how many contacts the segment of that name has."""
    found = Segment(name, Bilingual(fr=name, es=name), SEGMENTS[name])
    with store.reading() as session:
        return sum(segments.counts(session, found).values())


def measure(sheet: Results, where: str, store: Store, rounds: int) -> None:
    """Count each segment several times."""
    for name in SEGMENTS:
        taken, own = [], []
        for _ in range(rounds):
            start, begun = time.perf_counter(), time.process_time()
            members = count(store, name)
            taken.append((time.perf_counter() - start) * 1000)
            own.append((time.process_time() - begun) * 1000)
        median = sheet.row(f"{where}: {name}, {members:,} contacts", taken, "ms")
        sheet.limit(f"{where}: {name}", median, most=MOST_MS)
        if not store.is_shared:
            sheet.row("  by the processor's clock", own, "ms")


def main() -> None:
    """Measure, print, and fail above the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    sheet = Results("segments", f"Counting segments over {CONTACTS:,} contacts")
    with tempfile.TemporaryDirectory() as folder, database() as server:
        stores = {"SQLite": f"sqlite:///{folder}/outreach.db"}
        if server:
            stores["PostgreSQL"] = server
        for name, url in stores.items():
            store = Store(url)
            store.upgrade()
            fill(store, CONTACTS)
            measure(sheet, name, store, rounds)
            store.close()
    sys.exit(sheet.finish())


if __name__ == "__main__":
    main()
