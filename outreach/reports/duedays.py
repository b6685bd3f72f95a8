"""The calendar of promises: on which days what was promised is due, was kept, or is late."""

from collections.abc import Sequence
from datetime import date

from outreach.errors import N_
from outreach.pictures import months
from outreach.pictures.months import Mark
from outreach.reports.documents import Column, Picture, Table, Tongue, filled
from outreach.reports.promises import Line

MOST_MONTHS = 12


def mark(line: Line) -> Mark | None:
    """Return how a promise's day is marked; None for one that nobody is owed any more."""
    if line.overdue:
        return "late"
    if line.state == "open":
        return "ahead"
    return "done" if line.kept else None


def picture(lines: Sequence[Line], tongue: Tongue, today: date) -> Picture | None:
    """Return the calendar; None where nothing was promised."""
    say = tongue.gettext
    marked: dict[date, Mark] = {}
    for line in lines:
        wanted = mark(line)
        if wanted is not None:
            found = marked.get(line.due_on, wanted)
            marked[line.due_on] = min(found, wanted, key=months.MARKS.index)
    shown = months.months(list(marked), today, MOST_MONTHS)
    if not shown:
        return None
    title = say(N_("Calendar of promises"))
    late = sum(line.overdue for line in lines)
    ahead = sum(line.state == "open" and not line.overdue for line in lines)
    text = filled(
        tongue, N_("Promises overdue: {late}. Open, in time: {ahead}."), late=late, ahead=ahead
    )
    names: dict[Mark, str] = {
        "late": say(N_("Overdue")),
        "ahead": say(N_("Open, in time")),
        "done": say(N_("Kept")),
    }
    return Picture(
        title,
        months.drawn(
            marked,
            shown,
            [tongue.month(date(year, month + 1, 1)) for year, month in shown],
            names,
            today=today,
            name="promises",
            title=title,
            description=text,
        ),
        text,
        Table(
            title,
            [
                Column(say(N_("Due")), 2),
                Column(say(N_("What was promised")), 6),
                Column(say(N_("State")), 2),
            ],
            [
                (line.due_on, line.text.get(tongue.written, ""), names[wanted])
                for line in sorted(lines, key=lambda each: each.due_on)
                if (wanted := mark(line)) is not None
            ],
        ),
    )
