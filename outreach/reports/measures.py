"""What is counted of letters, what tells them apart, and how each kind is named."""

from collections.abc import Callable
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Any

from outreach.dispatch.states import DeliveryState

D = DeliveryState


class Measure(StrEnum):
    """What is counted."""

    AUDIENCE = "audience"
    """Every letter, those left out among them."""
    LEFT_OUT = "left-out"
    PREPARED = "prepared"
    """The audience without those left out."""
    SENT = "sent"
    """It left us, whatever became of it."""
    BOUNCED = "bounced"
    """It left us and came back."""
    FAILED = "failed"
    """The server did not take it."""
    UNCERTAIN = "uncertain"
    ABSENT = "absent"
    """An automatic answer came."""
    REPLIED = "replied"
    """A person answered."""


class By(StrEnum):
    """What tells letters apart."""

    STEP = "step"
    COUNTRY = "country"
    REGION = "region"
    """French région or Colombian departamento: country and official code."""
    DEPARTMENT = "department"
    """French département or Colombian departamento: country and official code."""
    KIND = "kind"
    SIZE = "size"
    LANGUAGE = "language"
    CHANNEL = "channel"
    WEEK = "week"
    """ISO week in which it left, at the office."""
    OUTCOME = "outcome"
    """What the last answer to it means."""


MEASURES: dict[Measure, frozenset[DeliveryState]] = {
    Measure.AUDIENCE: frozenset(D) - {D.THROUGH},
    Measure.LEFT_OUT: frozenset({D.SKIPPED, D.CANCELLED}),
    Measure.PREPARED: frozenset(D) - {D.THROUGH, D.SKIPPED, D.CANCELLED},
    Measure.SENT: frozenset({D.SENT, D.BOUNCED, D.RETURNED}),
    Measure.BOUNCED: frozenset({D.BOUNCED, D.RETURNED}),
    Measure.FAILED: frozenset({D.FAILED}),
    Measure.UNCERTAIN: frozenset({D.UNCERTAIN, D.ARMED}),
}
"""Which states of a letter count for which measure; answers are counted apart."""

SIZES = (500, 2_000, 10_000, 50_000, 100_000, 500_000)
"""Inhabitants at which the next class of size begins."""
NONE = ""
"""The key of letters of which it is not known, or that have none."""


def keys(by: By, zone: tzinfo) -> Callable[[Any], str]:
    """Return what makes a key of a dimension's value."""
    if by is By.WEEK:
        return lambda at: _week_of(at, zone)
    if by is By.SIZE:
        return size_key
    return lambda value: NONE if value is None else str(value)


def _week_of(at: datetime | str | None, zone: tzinfo) -> str:
    if at is None:
        return NONE
    return week(datetime.fromisoformat(at) if isinstance(at, str) else at, zone)


def week(at: datetime, zone: tzinfo) -> str:
    """Return the ISO week of a moment at the office: "2025-W36"."""
    year, number, _ = at.astimezone(zone).isocalendar()
    return f"{year}-W{number:02d}"


def size_key(place: int) -> str:
    """Return the key of a class of size: its least and greatest number of inhabitants."""
    if place < 0:
        return NONE
    least = SIZES[place - 1] if place else 0
    return f"{least}-{SIZES[place] - 1}" if place < len(SIZES) else f"{least}-"
