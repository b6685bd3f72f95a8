"""Count figures over made-up letters: a campaign in at most 200 ms, everything in at most 2 s.

On SQLite, and on PostgreSQL where OUTREACH_TEST_POSTGRES names a server. A step is written
to 36,000 contacts, a campaign has one step; three events tell of each letter, and a twentieth of the
letters is answered. Under SQLite the time of this process is told as well: on a busy machine it says
more than the clock.

Usage: python benchmarks/reports.py [--letters 1000000] [--rounds 5]
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from databases import database
from results import Results
from sqlalchemy import insert, text

sys.path.insert(0, str(Path(__file__).parent.parent))

import outreach.app  # noqa: F401  # every table
from outreach.campaigns.models import Campaign, Step
from outreach.db import Store
from outreach.dispatch.models import Batch
from outreach.reports import breakdowns, figures, snapshots
from outreach.reports.measures import By, Measure
from outreach.reports.tallies import Scope

CONTACTS = 36_000
ONE_MS, ALL_MS = 200.0, 2_000.0
NOW = datetime(2025, 9, 1, 8, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Paris")

ORGANISATIONS = """
INSERT INTO organisation (id, code, country, kind, name, departement, region, population, facts, source)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :contacts)
SELECT i, 'FR:' || i, CASE WHEN i % 30 = 0 THEN 'CO' ELSE 'FR' END,
  CASE WHEN i % 10 = 0 THEN 'epci' ELSE 'commune' END, 'Bourg-' || i,
  CAST(10 + i % 86 AS VARCHAR(5)), CAST(20 + i % 13 AS VARCHAR(5)), i * 7 % 200000, '{}', 'made up'
FROM n
"""
PEOPLE = """
INSERT INTO contact (id, code, organisation_id, language, office, source, purpose, example, created_at)
SELECT id, code, id, CASE WHEN country = 'CO' THEN 'es' ELSE 'fr' END, 'maire', 'made up', '', :no,
  :now
FROM organisation
"""
LETTERS = """
INSERT INTO delivery (batch_id, step_id, contact_id, kind, round, channel, place, language, state,
  reason, attempts, sent_at)
SELECT :step, :step, id, 'first', 0, CASE WHEN id % 9 = 0 THEN 'post' ELSE 'email' END, 0, language,
  CASE WHEN id % 40 = 0 THEN 'skipped' WHEN id % 50 = 0 THEN 'bounced' ELSE 'sent' END,
  CASE WHEN id % 40 = 0 THEN 'no-address' END, 1, CASE WHEN id % 40 <> 0 THEN :now END
FROM contact WHERE id <= :letters
"""
EVENTS = """
INSERT INTO event (at, actor, subject, subject_id, verb, before, after)
SELECT :now, 'x', 'delivery', id, 'moved', :before, CASE WHEN :last THEN state ELSE :after END
FROM delivery WHERE step_id = :step
"""
REPLIES = """
INSERT INTO reply (campaign_id, contact_id, received_on, way, outcome, recorded_by, recorded_at)
SELECT :step, id, :day, 'email', CASE WHEN id % 3 = 0 THEN 'declined' ELSE 'interested' END, 'x',
  :later
FROM contact WHERE id % 20 = 1 AND id <= :letters
"""


def fill(store: Store, letters: int) -> int:
    """Write made-up rows; return the number of campaigns."""
    steps = -(-letters // CONTACTS)
    local = store.engine.dialect.name == "sqlite"

    def moment(at: datetime) -> datetime | str:
        return at.strftime("%Y-%m-%d %H:%M:%S.000000") if local else at

    def day(at: datetime) -> date | str:
        return at.date().isoformat() if local else at.date()

    with store.transaction() as session:
        run = session.connection().execute
        run(text(ORGANISATIONS), {"contacts": CONTACTS})
        run(text(PEOPLE), {"now": moment(NOW), "no": False})
        for step in range(1, steps + 1):
            at = NOW.replace(year=2025 + step // 12, month=step % 12 + 1)
            run(insert(Campaign).values(id=step, name=f"c{step}", state="running", created_at=at))
            run(insert(Step).values(id=step, campaign_id=step, name="s", position=0))
            run(
                insert(Batch).values(
                    id=step,
                    step_id=step,
                    origin="tool",
                    state="done",
                    prepared_by="x",
                    prepared_at=at,
                )
            )
            its = {"step": step, "letters": min(CONTACTS, letters - (step - 1) * CONTACTS)}
            run(text(LETTERS), its | {"now": moment(at)})
            for before, after in (("draft", "queued"), ("queued", "armed"), ("armed", "")):
                run(
                    text(EVENTS),
                    {"step": step, "now": moment(at), "before": before, "after": after}
                    | {"last": not after},
                )
            later = at.replace(day=5)
            run(text(REPLIES), its | {"day": day(later), "later": moment(later)})
    with store.transaction() as session:
        session.execute(text("ANALYZE"))
    return steps


def told(
    store: Store, by: By, number: int | None, as_of: datetime | None = None
) -> breakdowns.Breakdown:
    """Return one breakdown, of a campaign or of everything."""
    with store.reading() as session:
        snapshots.hold(session)
        scope = Scope(session.get(Campaign, number) if number else None)
        found = breakdowns.breakdown(session, scope, by, zone=ZONE, as_of=as_of)
    whole = sum(row.counts[Measure.SENT] for row in found.rows)
    assert 0 < whole == found.total.counts[Measure.SENT]
    return found


def measure(sheet: Results, where: str, store: Store, rounds: int) -> None:
    """Take how long each figure takes."""

    def timed(name: str, most: float, count: Callable[[], object]) -> None:
        taken, own = [], []
        for _ in range(rounds):
            start, begun = time.perf_counter(), time.process_time()
            count()
            taken.append((time.perf_counter() - start) * 1000)
            own.append((time.process_time() - begun) * 1000)
        sheet.limit(f"{where}: {name}", sheet.row(f"{where}: {name}", taken, "ms"), most=most)
        if not store.is_shared:
            sheet.row("  by the processor's clock", own, "ms")

    def status() -> None:
        with store.reading() as session:
            campaign = session.get(Campaign, 1)
            assert campaign is not None
            figures.status(session, campaign, NOW.date())

    timed("status of a campaign", ONE_MS, status)
    for by in By:
        timed(f"a campaign by {by}", ONE_MS, partial(told, store, by, 1))
    timed(
        "a campaign on a past day",
        ALL_MS,
        lambda: told(store, By.COUNTRY, 1, NOW.replace(year=2026)),
    )
    for by in By:
        timed(f"everything by {by}", ALL_MS, partial(told, store, by, None))


def main() -> int:
    """Fill, measure, and fail where a figure is slower than its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    sheet = Results("reports", f"Figures over {options.letters:,} letters")
    with tempfile.TemporaryDirectory() as folder, database() as server:
        urls = {"SQLite": f"sqlite:///{folder}/outreach.db"}
        if server:
            urls["PostgreSQL"] = server
        for name, url in urls.items():
            store = Store(url)
            store.upgrade()
            start = time.perf_counter()
            steps = fill(store, options.letters)
            sheet.note(f"{name}: {steps} campaigns, written in {time.perf_counter() - start:.0f} s")
            measure(sheet, name, store, options.rounds)
            store.close()
    return sheet.finish()


if __name__ == "__main__":
    raise SystemExit(main())
