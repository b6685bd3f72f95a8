"""Time as a value. Rooms take ``now`` as an argument; only entry points read a clock."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def clock_on(today: date, zone: ZoneInfo, base: Clock = system_clock) -> Clock:
    """Return a clock that runs as ``base`` does, but on ``today`` in ``zone``.

    The time of day goes on; only the date is moved. For demo offices.
    """

    def moved() -> datetime:
        local = base().astimezone(zone)
        return datetime.combine(today, local.time(), zone).astimezone(UTC)

    return moved


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    """Return the calendar date of an aware ``moment`` in ``zone``.

    2026-01-01 00:30 in Paris is still 2025 in UTC: register years use this.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone has no date")
    return moment.astimezone(zone).date()
