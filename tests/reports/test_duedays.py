"""The calendar of promises marks what is late before what is ahead, and that before what was kept."""

from dataclasses import replace
from datetime import date

from outreach.reports import duedays
from outreach.reports.promises import Line
from outreach.words import translator

TODAY = date(2025, 9, 10)
OPEN = Line(
    number=1,
    text={"fr": "Des fiches", "es": "Fichas"},
    due_on=date(2025, 10, 1),
    overdue=False,
    state="open",
    campaign=None,
    step=None,
    kept_by=None,
    contact=None,
    organisation=None,
    owner="Ana",
    made_on=TODAY,
    made=3,
    kept=0,
    withdrawn=0,
    open=3,
    reason=None,
)
LATE = replace(OPEN, due_on=date(2025, 9, 1), overdue=True)
KEPT = replace(OPEN, state="kept", kept=3, open=0)


def test_the_state_of_each_promise_is_told_with_its_day() -> None:
    found = duedays.picture([OPEN, LATE, KEPT], translator("fr"), TODAY)
    assert found is not None
    assert [row[0] for row in found.data.rows] == [LATE.due_on, OPEN.due_on, KEPT.due_on]
    assert [row[2] for row in found.data.rows] == ["En retard", "En cours, dans les délais", "Tenu"]
    assert "oct. 2025" in found.svg


def test_a_day_with_several_promises_shows_the_most_urgent() -> None:
    late = replace(OPEN, overdue=True)
    found = duedays.picture([KEPT, late, OPEN], translator("es"), TODAY)
    assert found is not None
    assert found.svg.count("url(#promises-hatch)") == 2  # the key's, and the day's


def test_what_was_taken_back_is_on_no_day() -> None:
    gone = replace(KEPT, kept=0, state="withdrawn")
    assert duedays.picture([gone], translator("fr"), TODAY) is None
