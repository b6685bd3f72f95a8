"""Judging and matching what comes back, against 100,000 letters that left, on one core.

The messages are those of tests/emails in turn, made out to come from contacts of the office and to
answer its letters, so that every rung of the ladder is climbed. At least 150 a second must be
judged and matched. Beside it, per message: the standard library's parser alone, and flufl.bounce,
which answers one of the questions. Then all of it: taken in, kept, acted upon, committed.

Usage: python benchmarks/inbox.py [--messages 3000] [--letters 100000]
"""

import argparse
import re
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

from flufl.bounce import all_failures
from results import Results
from sqlalchemy import insert

from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.campaigns.models import Campaign, Step
from outreach.contacts.models import Contact, EmailAddress, Organisation
from outreach.db import Store
from outreach.dispatch.models import Batch, Delivery
from outreach.inbox import arrivals, landmarks, matching
from outreach.inbox.arrivals import Origin
from outreach.inbox.parsing import parse
from outreach.inbox.verdict import judge
from outreach.journal import Act
from outreach.settings import load

ROOT = Path(__file__).parent.parent
LEAST = 150.0
NOW = datetime(2025, 9, 1, 8, 0, tzinfo=UTC)
STEPS = 3


def fill(store: Store, letters: int) -> None:
    """Write ``letters`` deliveries of three steps, to a third as many contacts."""
    people = range(1, letters // STEPS + 2)
    with store.transaction() as session:
        session.execute(
            insert(Organisation),
            [
                {
                    "id": n,
                    "code": f"FR:{n:05d}",
                    "country": "FR",
                    "kind": "commune",
                    "name": f"Bourg {n}",
                    "facts": {},
                    "source": "benchmark",
                }
                for n in people
            ],
        )
        session.execute(
            insert(Contact),
            [
                {
                    "id": n,
                    "code": f"FR:{n:05d}",
                    "organisation_id": n,
                    "language": "fr",
                    "office": "maire",
                    "source": "benchmark",
                    "purpose": "",
                    "example": True,
                    "created_at": NOW,
                }
                for n in people
            ],
        )
        session.execute(
            insert(EmailAddress),
            [
                {
                    "contact_id": n,
                    "address": f"mairie@bourg-{n}.example",
                    "position": 0,
                    "state": "good",
                }
                for n in people
            ],
        )
        session.add(Campaign(id=1, name="benchmark", state="running", created_at=NOW))
        session.flush()
        for step in range(1, STEPS + 1):
            session.add(Step(id=step, campaign_id=1, name=f"step-{step}", position=step))
            session.flush()
            session.add(
                Batch(
                    id=step,
                    step_id=step,
                    origin="tool",
                    state="done",
                    prepared_by="x",
                    prepared_at=NOW,
                )
            )
            session.flush()
        session.execute(
            insert(Delivery),
            [
                {
                    "id": n,
                    "batch_id": n % STEPS + 1,
                    "step_id": n % STEPS + 1,
                    "contact_id": n // STEPS + 1,
                    "kind": "first",
                    "round": 0,
                    "place": 0,
                    "attempts": 1,
                    "language": "fr",
                    "state": "sent",
                    "reference": f"S-EFRPR-25-{n}",
                    "message_id": our_id(n),
                    "sent_at": NOW,
                }
                for n in range(letters)
            ],
        )


def our_id(number: int) -> str:
    """Return the Message-ID of a letter."""
    return f"<{number}.{number * 7919:024x}@ambassade.example>"


def messages(count: int, letters: int) -> list[bytes]:
    """Return messages of the corpus that answer letters of the store."""
    raws = [path.read_bytes() for path in sorted((ROOT / "tests/emails").glob("*.eml"))]
    found = []
    for n in range(count):
        letter = n * 31 % letters
        raw = raws[n % len(raws)]
        raw = re.sub(rb"<[\w.-]+@ambassade\.example>", our_id(letter).encode(), raw)
        if n % 3:  # others come without a thread, from the contact or a colleague
            raw = re.sub(rb"(?im)^(?:in-reply-to|references):.*\n", b"", raw)
            who = (b"mairie@", b"accueil@")[n % 2] + b"bourg-%d.example" % (letter // STEPS + 1)
            raw = re.sub(rb"(?m)^From: .*$", b"From: <" + who + b">", raw, count=1)
        found.append(raw)
    return found


def take_in(store: Store, raws: list[bytes]) -> float:
    """Take the messages in with all that follows, a transaction each; return how many a second."""
    with store.transaction() as session:
        users.add(session, "Maria", Role.MANAGER, Act("Maria", NOW))
    with store.reading() as session:
        desk = arrivals.desk(session, load(ROOT), key=bytes(32), folder=ROOT, actor="Maria")
    cpu = time.process_time()
    for raw in raws:
        with store.transaction() as session:
            arrivals.take_in(session, raw, origin=Origin("file"), now=NOW, desk=desk)
    return len(raws) / (time.process_time() - cpu)


def main() -> None:
    """Measure, print, and fail below the least."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--messages", type=int, default=3_000)
    arguments.add_argument("--letters", type=int, default=100_000)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder, 'outreach.db').as_posix()}")
        store.upgrade()
        fill(store, chosen.letters)
        raws = messages(chosen.messages, chosen.letters)
        with store.reading() as session:
            start = time.perf_counter()
            known = landmarks.survey(session, load(ROOT))
            survey = time.perf_counter() - start
            each: list[float] = []
            rungs: Counter[str] = Counter()
            cpu = time.process_time()
            for raw in raws:
                before = time.perf_counter()
                message = parse(raw)
                verdict = judge(message, received=NOW)
                match = matching.match(session, message, verdict, known)
                each.append(time.perf_counter() - before)
                rungs[match.rung.value if match.rung else "none"] += 1
            cpu = time.process_time() - cpu
        taken = take_in(store, raws)
        store.close()
    rate = len(raws) / cpu
    start = time.process_time()
    parsed = [message_from_bytes(raw) for raw in raws]
    library = time.process_time() - start
    start = time.process_time()
    for tree in parsed:
        all_failures(tree)
    flufl = time.process_time() - start
    found = Results(
        "inbox", f"What comes back: {len(raws):,} messages against {chosen.letters:,} letters"
    )
    found.note(f"matched by {dict(rungs.most_common())}")
    found.row("who writes from where, read once", [survey], "s")
    found.row("judged and matched, one core", [rate], "messages/s")
    found.row("taken in, with what follows, one core", [taken], "messages/s")
    found.row("a message, 99% within", [sorted(each)[len(each) * 99 // 100] * 1000], "ms")
    found.row("times the standard library's parser alone", [cpu / library], "")
    found.row("flufl.bounce and that parser, times the parser", [(library + flufl) / library], "")
    found.limit("judged and matched a second", rate, least=LEAST)
    sys.exit(found.finish())


if __name__ == "__main__":
    main()
