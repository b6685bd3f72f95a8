"""When a step falls due: pure functions of dates and two countries' holidays.

A letter leaves on a day that is worked both where it is written and where it is read; the days
themselves are in :mod:`outreach.campaigns.calendar`.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from outreach.campaigns.calendar import is_working_day, plus_working_days, working_day_from
from outreach.campaigns.definition import After, StepDefinition

__all__ = ["cursor", "delayed", "due_on", "first_step", "is_working_day", "working_day_from"]


def delayed(start: date, delay: After, countries: Sequence[str]) -> date:
    """Return the day ``delay`` after ``start``, on a working day and never before the delay."""
    if not delay.working:
        return working_day_from(start + timedelta(days=delay.days), countries)
    return working_day_from(plus_working_days(start, delay.days, countries), countries)


def due_on(step: StepDefinition, sent_on: date | None, countries: Sequence[str]) -> date | None:
    """Return when ``step`` is due; None while the step that it follows has not left.

    ``sent_on`` is when the step named by ``after`` left for this contact.
    """
    if step.on is not None:
        return working_day_from(step.on, countries)
    if step.after is None or sent_on is None:
        return None
    return delayed(sent_on, step.after, countries)


def first_step(
    steps: Sequence[StepDefinition], received: dict[str, date], today: date
) -> StepDefinition | None:
    """Return where a contact begins: the first step that is neither received nor gone by.

    A step with a date before ``today`` is gone by while a later one is still to come: nobody is
    thanked in September for July because a campaign was entered late. The last dated step is never
    gone by: started a day late, it is due at once. Steps before the last received one are behind
    the contact.
    """
    last = max((i for i, step in enumerate(steps) if step.name in received), default=-1)
    rest = steps[last + 1 :]
    for step in rest:
        if step.on is not None and step.on >= today:
            return step
        if step.after is not None and step.after.step in received:
            return step
    dated = [step for step in rest if step.on is not None]
    return dated[-1] if dated else next(iter(rest), None)


def cursor(
    steps: Sequence[StepDefinition],
    received: dict[str, date],
    today: date,
    countries: Sequence[str],
) -> tuple[StepDefinition | None, date | None]:
    """Return the next step of a contact that received ``received``, and when it is due."""
    step = first_step(steps, received, today)
    if step is None:
        return None, None
    before = received.get(step.after.step) if step.after else None
    return step, due_on(step, before, countries)
