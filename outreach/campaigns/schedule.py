"""When a step falls due: pure functions of dates and two countries' calendars.

A letter leaves on a day that is worked both where it is written and where it is read; the days
themselves are in :mod:`outreach.campaigns.calendar`, which step comes next in
:mod:`outreach.campaigns.triggers`.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from outreach.campaigns import calendar
from outreach.campaigns.calendar import NOTHING_OWN, is_working_day, working_day_from
from outreach.campaigns.definition import After, AtEvent, Event, OnOutcome, StepDefinition
from outreach.settings import Calendar

__all__ = ["delayed", "due_on", "is_working_day", "working_day_from"]
NO_EVENTS: Mapping[str, Event] = {}


def delayed(
    start: date,
    delay: After | OnOutcome,
    places: Sequence[str],
    rules: Calendar = NOTHING_OWN,
    *,
    kind: str = "",
    in_elections: bool = False,
) -> date:
    """Return the day ``delay`` after ``start``, on a free day and never before the delay."""
    day = (
        calendar.plus_working_days(start, delay.days, places)
        if delay.working
        else start + timedelta(days=delay.days)
    )
    return calendar.leaves_on(
        day, places, rules, kind=kind, follow_up=True, in_elections=in_elections
    )


def due_on(
    step: StepDefinition,
    since: date | None,
    places: Sequence[str],
    *,
    rules: Calendar = NOTHING_OWN,
    events: Mapping[str, Event] = NO_EVENTS,
    kind: str = "",
) -> date | None:
    """Return when ``step`` is due; None while what it follows has not happened.

    ``since`` is when the step named by ``after`` left for this contact, or when the outcome named
    by ``on_outcome`` came. ``kind`` is that of the organisation. A step told ``before`` an event is
    due on a free day not later than that; every other one on a free day not earlier.
    """
    if step.follows is not None:
        if since is None:
            return None
        return delayed(
            since, step.follows, places, rules, kind=kind, in_elections=step.in_elections
        )
    if step.event is None:
        day = step.on
        if day is None:
            return None
    else:
        event = step.event
        day = shifted(events[event.name].on, event, places)
        if event.before:
            return calendar.leaves_by(day, places, rules, kind=kind, in_elections=step.in_elections)
    return calendar.leaves_on(day, places, rules, kind=kind, in_elections=step.in_elections)


def shifted(day: date, by: AtEvent, places: Sequence[str]) -> date:
    """Return the day that an event's step names, before any calendar holds it."""
    days = by.after - by.before
    if by.working:
        return calendar.plus_working_days(day, days, places)
    return day + timedelta(days=days)
