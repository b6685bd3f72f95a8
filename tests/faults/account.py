"""What a fault did, counted the same way for every fault: lost, doubled, in doubt, register.

Where ``OUTREACH_FAULTS`` names a file, each count is written there as one line of JSON:
``tools/reliability.py`` makes docs/reliability.md of them.
"""

import json
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from email import message_from_bytes
from pathlib import Path

from sqlalchemy import func, select

from outreach.dispatch import register
from outreach.dispatch.models import Delivery
from outreach.journal import Event
from tests.dispatch.world import World
from tests.scriptedsmtp import Script

ENDED_WELL = {"sent", "failed", "uncertain"}
"""Where a letter may be once all is over: each of them is shown to the office."""


@dataclass(frozen=True, slots=True)
class Account:
    """One fault, counted."""

    fault: str
    database: str
    workers: int
    times: int
    """How often it struck."""
    letters: int
    lost: int
    """Neither sent, nor refused for good, nor in doubt."""
    doubled: int
    """Letters that arrived more than once."""
    refused: int
    in_doubt: int
    allowed: int
    """How many may be in doubt: the connections open at each strike."""
    gaps: int
    """Missing in the register, or a number more than the one of the circular."""


def message_ids(messages: Iterable[bytes]) -> list[str]:
    return [str(message_from_bytes(one)["Message-ID"]) for one in messages]


def arrived(smtp: Script) -> list[str]:
    """Message-IDs of what the server took, in order."""
    return message_ids(letter.content for letter in smtp.arrived)


def by_state(world: World) -> dict[str, set[str]]:
    """Message-IDs by state of the delivery."""
    found: dict[str, set[str]] = {}
    with world.store.reading() as session:
        for state, name in session.execute(select(Delivery.state, Delivery.message_id)):
            found.setdefault(state, set()).add(str(name))
    return found


def settle(
    world: World,
    names: list[str],
    *,
    fault: str,
    letters: int,
    times: int = 1,
    workers: int = 1,
    allowed: int = 0,
    refused: int = 0,
) -> Account:
    """Count once all is over, keep the count, and check it against what may be.

    ``names`` are the Message-IDs of all that arrived, each as often as it did.
    """
    states = by_state(world)
    sent, doubt = states.get("sent", set()), states.get("uncertain", set())
    with world.store.reading() as session:
        recorded = session.scalar(
            select(func.count()).where(Event.subject == "delivery", Event.after == "sent")
        )
        numbers, gaps = len(register.entries(session)), len(register.gaps(session))
    on_the_way = sum(len(found) for state, found in states.items() if state not in ENDED_WELL)
    account = Account(
        fault=fault,
        database=world.store.engine.dialect.name,
        workers=workers,
        times=times,
        letters=letters,
        lost=on_the_way + len(sent - set(names)),
        doubled=sum(1 for count in Counter(names).values() if count > 1),
        refused=len(states.get("failed", set())),
        in_doubt=len(doubt),
        allowed=allowed,
        gaps=gaps + abs(numbers - 1),  # a circular has one number
    )
    if path := os.environ.get("OUTREACH_FAULTS"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(account)) + "\n")
    assert (account.lost, account.doubled, account.gaps) == (0, 0, 0), account
    assert account.in_doubt <= allowed, account
    assert account.refused == refused, account
    assert sum(map(len, states.values())) == letters, account
    assert set(names) <= sent | doubt, account
    assert recorded == len(sent), account
    return account
