"""Promises as a calendar that any calendar program reads: RFC 5545, one all-day event each."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event

from outreach.campaigns.models import PromiseState
from outreach.errors import N_, Phrase
from outreach.reports.promises import Line
from outreach.settings import Language

PRODUCT = "-//outreach//promises//EN"
REMINDER = timedelta(days=-7)

OPEN, LATE = N_("Promised: {text}"), N_("Promised, overdue: {text}")
KEPT, WITHDRAWN = N_("Promise kept: {text}"), N_("Promise withdrawn: {text}")
FIGURES = N_("Made to {made}, kept for {kept}, open for {open}. Promise {number}.")


def calendar(
    lines: Iterable[Line],
    *,
    name: str,
    domain: str,
    language: Language,
    told: Callable[[Phrase], str],
    now: datetime,
) -> bytes:
    """Return the calendar ``name`` as a file.

    Each promise keeps its UID, so that a calendar that takes the file again moves the event instead
    of adding one. An open promise rings a week before. No person is named in it: ``told`` turns the
    sentences into the user's language, and the promises' own text is in ``language``.
    """
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    for line in lines:
        made.add_component(_event(line, domain=domain, language=language, told=told, now=now))
    return bytes(made.to_ical())


def _event(
    line: Line, *, domain: str, language: Language, told: Callable[[Phrase], str], now: datetime
) -> Event:
    words = OPEN
    if line.state != PromiseState.OPEN:
        words = KEPT if line.state == PromiseState.KEPT else WITHDRAWN
    elif line.overdue:
        words = LATE
    event = Event()
    event.add("uid", f"promise-{line.number}@{domain}")
    event.add("dtstamp", now)
    event.add("dtstart", line.due_on)
    event.add("dtend", line.due_on + timedelta(days=1))
    event.add("summary", told(Phrase(words, {"text": line.text.get(language, "")})))
    figures: dict[str, object] = {
        "made": line.made,
        "kept": line.kept,
        "open": line.open,
        "number": str(line.number),
    }
    event.add("description", told(Phrase(FIGURES, figures)))
    event.add("transp", "TRANSPARENT")  # a deadline makes nobody busy
    event.add("status", "CANCELLED" if line.state == PromiseState.WITHDRAWN else "CONFIRMED")
    if line.state == PromiseState.OPEN:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", line.text.get(language, ""))
        alarm.add("trigger", REMINDER)
        event.add_component(alarm)
    return event
