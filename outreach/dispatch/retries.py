"""When a letter that was refused for now is tried again."""

from datetime import datetime, timedelta

DELAYS = (
    timedelta(minutes=5),
    timedelta(minutes=20),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
)
"""After the first attempt, the second, … Greylisting lets a second attempt in after some minutes; a
full mailbox takes longer."""
MAX_ATTEMPTS = len(DELAYS) + 1


def next_attempt(attempts: int, now: datetime, wait: timedelta | None = None) -> datetime | None:
    """Return when to try again after ``attempts`` in vain; None: not any more.

    ``wait`` is how long the server wants to be left alone: never earlier than that.
    """
    if not 1 <= attempts <= len(DELAYS):
        return None
    return now + max(DELAYS[attempts - 1], wait or timedelta())
