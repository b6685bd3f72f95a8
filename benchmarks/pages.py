"""Every page over 36,000 contacts, 500,000 letters and 50,000 answers: at most 150 ms each in the median.

All pages of the table of rights that show something are asked for as a browser does, signed in as
an administrator, on SQLite; files that are made to be kept (PDF, Word, Excel) are not pages.

Usage: python benchmarks/pages.py [--rounds 5] [--only /contacts]
"""

import argparse
import re
import shutil
import statistics
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from litestar.testing import TestClient
from results import Results
from sqlalchemy import insert, text

sys.path.insert(0, str(Path(__file__).parent.parent))

from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.app import App
from outreach.campaigns import definition as definitions
from outreach.campaigns.models import Campaign, Enrolment, Step
from outreach.contacts.models import Contact, EmailAddress, Organisation
from outreach.db import Store
from outreach.dispatch.models import Batch, Delivery
from outreach.inbox.models import Arrival, Reply, Task
from outreach.journal import Act
from outreach.settings import load
from outreach.web import app as web
from outreach.web.door import Door
from outreach.web.gate import ENTRANCE, Gate
from outreach.web.rights import RIGHTS

ROOT = Path(__file__).parent.parent
CONTACTS, DELIVERIES, ANSWERS = 36_000, 500_000, 50_000
MOST_MS = 150.0
NOW = datetime(2025, 9, 1, 8, 0, tzinfo=UTC)
WHO = "Ana"
CAMPAIGN = "asointermedias-2025"
FILES = (
    "book",
    "sheet",
    "labels",
    "pdf",
    "word",
    "original",
    "list",
    "print/{name}",
    "calendar",
    "feed",
)
"""Ends of addresses that give files."""
PLACES = {
    "{name}": CAMPAIGN,
    "{contact}": "2",
    "{one}": "2",
    "{other}": "4",
    "{batch}": "1",
    "{delivery}": "2",
    "{number}": "1",
}
MADE = {"source": "made up"}


def fill(store: Store, folder: Path) -> None:
    """Write a large office: its contacts, four campaigns half way, what came back."""
    with store.transaction() as session:
        users.add(session, WHO, Role.ADMINISTRATOR, Act(WHO, NOW))
        execute = session.connection().execute
        for table, rows in (*_contacts(), *_letters(folder), *_answers()):
            for start in range(0, len(rows), 20_000):
                execute(insert(table), rows[start : start + 20_000])
    with store.transaction() as session:
        session.execute(text("ANALYZE"))


def _contacts() -> list[tuple[Any, list[dict[str, Any]]]]:
    numbers = range(1, CONTACTS + 1)
    organisations: list[dict[str, Any]] = [
        MADE
        | {
            "id": n,
            "code": f"FR:{n:05d}",
            "country": "FR",
            "kind": "commune" if n % 10 else "epci",
            "name": f"Bourg-{n}",
            "departement": f"{n % 96:02d}",
            "region": f"{n % 13 + 20}",
            "population": n * 7919 % 200_000,
            "facts": {},
        }
        for n in numbers
    ]
    contacts: list[dict[str, Any]] = [
        MADE
        | {
            "id": n,
            "code": f"FR:{n:05d}",
            "organisation_id": n,
            "language": "fr",
            "office": "maire",
            "last_name": f"Martin-{n % 900}",
            "purpose": "",
            "example": False,
            "created_at": NOW,
        }
        for n in numbers
    ]
    emails = [
        {"contact_id": n, "address": f"mairie@{n}.example", "position": 0, "state": "good"}
        for n in numbers
    ]
    return [(Organisation, organisations), (Contact, contacts), (EmailAddress, emails)]


def _letters(folder: Path) -> list[tuple[Any, list[dict[str, Any]]]]:
    names = definitions.names(folder)
    campaigns = [
        {"id": n, "name": name, "state": "running", "created_at": NOW, "started_at": NOW}
        for n, name in enumerate(names, 1)
    ]
    steps: list[dict[str, Any]] = []
    for n, name in enumerate(names, 1):
        plan = dict.fromkeys(step.name for step in definitions.load(folder, name).file.steps)
        for position, step in enumerate(plan):
            row = {"id": len(steps) + 1, "campaign_id": n, "name": step, "position": position}
            steps.append(row)
    each = DELIVERIES // len(steps)
    batches = [
        {
            "id": step["id"],
            "step_id": step["id"],
            "origin": "tool",
            "state": "done" if step["id"] % 4 else "sending",
            "prepared_by": WHO,
            "prepared_at": NOW,
            "signed_by": WHO,
            "signed_at": NOW,
            "letter_day": NOW.date(),
        }
        for step in steps
    ]
    states = ("sent", "sent", "sent", "sent", "bounced", "queued", "skipped", "failed")
    deliveries = [
        {
            "batch_id": step["id"],
            "step_id": step["id"],
            "contact_id": n,
            "kind": "first",
            "round": 0,
            "place": 0,
            "language": "fr",
            "channel": "email",
            "state": states[n % len(states)],
            "reason": "no-address" if n % len(states) == 6 else None,  # noqa: PLR2004
            "attempts": 1,
            "reference": f"S-EFRPR-25-{step['id']}-{n}",
            "sent_at": NOW - timedelta(days=n % 90),
        }
        for step in steps
        for n in range(1, each + 1)
    ]
    enrolments = [
        {
            "campaign_id": campaign["id"],
            "contact_id": n,
            "state": "active" if n % 5 else "completed",
            "step_id": next(s["id"] for s in steps if s["campaign_id"] == campaign["id"]) + 1
            if n % 5
            else None,
            "due_on": date(2025, 9, 1) if n % 7 == 0 else date(2025, 10, 1),
        }
        for campaign in campaigns
        for n in range(1, each + 1)
    ]
    return [
        (Campaign, campaigns),
        (Step, steps),
        (Batch, batches),
        (Delivery, deliveries),
        (Enrolment, enrolments),
    ]


def _answers() -> list[tuple[Any, list[dict[str, Any]]]]:
    numbers = range(1, ANSWERS + 1)
    replies = [
        {
            "id": n,
            "campaign_id": 1 + (n - 1) // CONTACTS,
            "contact_id": 1 + (n - 1) % CONTACTS,
            "received_on": NOW.date(),
            "way": "email",
            "outcome": "interested" if n % 3 else "declined",
            "recorded_by": WHO,
            "recorded_at": NOW,
        }
        for n in numbers
    ]
    arrivals = [
        {
            "id": n,
            "origin": "phone",
            "received_at": NOW - timedelta(minutes=n),
            "taken_at": NOW,
            "sender": f"mairie@{n}.example",
            "subject": f"Réponse {n}",
            "kind": "reply",
            "state": "matched" if n % 20 else "unsure",
            "contact_id": 1 + (n - 1) % CONTACTS,
            "campaign_id": 1 + (n - 1) // CONTACTS,
            "reply_id": n,
        }
        for n in numbers
    ]
    columns = set(Arrival.__table__.columns.keys())
    tasks = [
        {
            "kind": "resend",
            "values": {"address": "a", "contact": "c", "reason": "r", "others": []},
            "due_on": date(2025, 9, 5),
            "made_by": WHO,
            "made_at": NOW,
            "dropped": False,
        }
        for _ in range(500)
    ]
    return [
        (Reply, replies),
        (Arrival, [{k: v for k, v in row.items() if k in columns} for row in arrivals]),
        (Task, tasks),
    ]


def pages(only: str) -> list[str]:
    """Return the addresses of all pages that show something, and some of their later pages."""
    found = [
        f"/campaigns/{CAMPAIGN}/who?page=500",
        "/contacts?q=bourg-35",
        "/contacts?page=300",
        "/contacts/lists/grandes-communes",
    ]
    for key in RIGHTS:
        method, _, path = key.partition(" ")
        for place, value in PLACES.items():
            path = path.replace(place, value)  # filled in
        if method == "GET" and "{" not in path and not path.endswith(FILES):
            found.append(path)
    return [path for path in sorted(set(found)) if only in path]


def measure(client: TestClient[Gate], path: str, rounds: int) -> tuple[int, float, float]:
    """Return a page's status, the milliseconds of the first look, and the median of the next ones."""
    taken = []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        status = client.get(path, follow_redirects=False).status_code
        taken.append((time.perf_counter() - start) * 1000)
    return status, taken[0], statistics.median(taken[1:])


def main() -> None:
    """Measure, print, and fail above the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    sheet = Results("pages", f"Pages over {CONTACTS:,} contacts and {DELIVERIES:,} letters")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(ROOT / "outreach.toml", folder)
        for part in ("templates", "contacts"):
            (folder / part).symlink_to(ROOT / part, target_is_directory=True)
        (folder / "campaigns").mkdir()
        written = (ROOT / "campaigns" / f"{CAMPAIGN}.toml").read_text("utf-8")
        for copy in (CAMPAIGN, "deux", "trois", "quatre"):
            (folder / "campaigns" / f"{copy}.toml").write_text(written, "utf-8")
        store = Store(f"sqlite:///{folder / 'var' / 'outreach.db'}")
        store.upgrade()
        fill(store, folder)
        app = App(folder, load(folder), store, lambda: NOW)
        door = Door(store, app.settings.web, app.clock, WHO)
        with TestClient(web.make(app, door), base_url="http://127.0.0.1:8025") as client:
            client.get(f"{ENTRANCE}{door.key}?lang=fr")
            for path in pages(asked.only):
                status, first, median = measure(client, path, asked.rounds)
                told = "" if status < 400 else f" ({status})"  # noqa: PLR2004  # refused
                shown = re.sub(" ", "+", path) + told
                sheet.row(f"{shown}, first time", [first], "ms")
                sheet.limit(shown, sheet.row(shown, [median], "ms"), most=MOST_MS)
        store.close()
    sys.exit(sheet.finish())


if __name__ == "__main__":
    main()
