"""Preflight of a batch to every commune: how long, and in how much memory. No PDF is made.

Loads the open data, gives each commune an address, enrols all, prepares the September letter and
checks every letter of it. Fails above 60 seconds or 400 MB for the check.

Usage: python benchmarks/preflight.py [--letters 35000]
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from results import Results

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

SECONDS, MEGABYTES = 60, 400


def office(folder: Path, letters: int) -> None:
    """Make an office with a prepared batch of ``letters`` letters."""
    from outreach.db import Store
    from tests.dispatch.world import World

    folder.mkdir(parents=True)
    shutil.copy(ROOT / "outreach.toml", folder)
    for part in ("templates", "contacts", "campaigns"):
        (folder / part).symlink_to(ROOT / part)
    store = Store(f"sqlite:///{folder / 'var' / 'outreach.db'}")
    store.upgrade()
    world = World(store, folder)
    world.many(letters)
    world.start()
    assert world.prepare().drafted == letters
    store.close()


def check(folder: Path) -> None:
    """Check batch 1 as ``outreach batch check`` does, and print time and memory."""
    from outreach.app import open_office
    from outreach.campaigns import definition as definitions
    from outreach.dispatch import batches, preflight
    from outreach.dispatch import pressroom as pressrooms
    from outreach.journal import Act
    from tests.dispatch.world import CAMPAIGN, STEP

    app = open_office(folder)
    definition = definitions.load(folder, CAMPAIGN)
    seen: list[int] = []
    started = time.perf_counter()
    with app.store.reading() as session:
        found = preflight.check(
            session,
            batches.find(session, 1),
            pressrooms.from_folder(folder, app.settings, definition, STEP),
            settings=app.settings,
            act=Act("Maria", datetime(2025, 9, 1, 8, tzinfo=UTC)),
            progress=lambda done, _total: seen.append(done),
            present=preflight.Present(definition, app.key()),
        )
    spent = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert seen == sorted(seen)
    errors = len(preflight.errors(found))
    print(f"{spent:.1f} {peak:.0f} {seen[-1]} {errors} {len(found) - errors}")


def main() -> int:
    """Make the office, check it in a process of its own, and judge."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--letters", type=int, default=35_000)
    parser.add_argument("--check", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.check:
        check(options.check)
        return 0
    with tempfile.TemporaryDirectory(prefix="outreach-bench-") as home:
        folder = Path(home) / "office"
        office(folder, options.letters)
        run = subprocess.run(
            [sys.executable, __file__, "--check", str(folder)],
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
    spent, peak, letters, errors, warnings = map(float, run.stdout.split())
    found = Results("preflight", f"Check of a batch before sending: {letters:,.0f} letters")
    found.note(f"{errors:.0f} errors, {warnings:.0f} warnings")
    found.row("checked", [letters / spent], "letters/s")
    found.limit("seconds", spent, most=SECONDS)
    found.limit("memory, MB", peak, most=MEGABYTES)
    return found.finish()


if __name__ == "__main__":
    sys.exit(main())
