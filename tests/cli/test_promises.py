"""``outreach promises``, as the secretariat uses it."""

from datetime import date, timedelta
from pathlib import Path

from icalendar import Calendar, Component

from tests.cli.conftest import Run
from tests.dispatch.world import World

HAVRE = "FR:76351"


def test_what_september_promised_is_listed_opened_put_off_and_ended(
    run: Run, world: World, tmp_path: Path
) -> None:
    world.send(world.signed())
    assert "sees" not in run("promises", "list").err
    (line,) = run("--today", "2025-09-15", "promises", "due", "--json").data
    assert (line["due_on"], line["open"], line["late"]) == ("2025-10-01", 2, False)
    shown = run("--today", "2025-10-02", "promises", "show", "1", "--who")
    assert shown.code == 0, shown.err
    assert "2: 0 kept, 2 open, 0 withdrawn." in shown.out
    assert "overdue" in shown.out
    assert HAVRE in shown.out
    refused = run(
        "--today",
        "2025-10-02",
        "promises",
        "postpone",
        "1",
        "--to",
        "2025-11-03",
        "--because",
        "Two cities",
    )
    assert refused.code == 1  # a secretary does not
    done = run(
        *("--as", "Jean", "--today", "2025-10-02", "promises", "postpone", "1"),
        *("--to", "2025-11-03", "--because", "Two cities"),
    )
    assert done.code == 0, done.err
    assert "2 contacts wait" in done.out
    shown = run("promises", "show", "1")
    assert "Put off from" in shown.out
    out = tmp_path / "promises.ics"
    fed = run("--today", "2025-10-02", "promises", "feed", "--out", str(out))
    assert fed.code == 0, fed.err
    (event,) = Calendar.from_ical(out.read_bytes()).walk("VEVENT")
    assert str(event["UID"]).startswith("promise-1@")
    assert event.decoded("DTSTART") == date(2025, 11, 3)
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(days=1)
    assert HAVRE not in out.read_text("utf-8")
    one = run("promises", "done", "1", "--contact", HAVRE, "--how", "Handed over in person")
    assert one.code == 0, one.err
    assert run("promises", "show", "1", "--json").data["promise"]["kept"] == 1
    assert run("--as", "Jean", "promises", "withdraw", "1", "--because", "No more").code == 0
    assert run("promises", "due", "--json").data == []
    (event,) = _events(run, out)
    assert event["STATUS"] == "CANCELLED"
    assert run("--as", "Jean", "promises", "reopen", "1", "--because", "Yes, still").code == 0


def _events(run: Run, out: Path) -> list[Component]:
    run("promises", "feed", "--out", str(out))
    return Calendar.from_ical(out.read_bytes()).walk("VEVENT")


def test_a_promise_to_one_contact_is_written_down_and_kept(run: Run, world: World) -> None:
    world.people()
    made = run(
        "--today", "2025-09-01", "promises", "add", HAVRE, "Call back", "--due", "2025-09-05"
    )
    assert made.code == 0, made.err
    assert run("promises", "done", "1", "--how", "By telephone").code == 0
    assert run("promises", "list", "--json").data[0]["state"] == "kept"
    assert run("promises", "show", "9").code == 2


def test_who_approves_is_asked_for_the_day_of_a_promise(run: Run, world: World) -> None:
    world.people()
    world.start()
    number = world.prepare().batch
    assert number is not None
    world.submit(number)
    wrong = run("--as", "Jean", "batch", "approve", str(number), "--promise", "visite")
    assert wrong.code == 2
    unknown = run(
        "--as",
        "Jean",
        "--today",
        "2025-09-01",
        "batch",
        "approve",
        str(number),
        "--promise",
        "visite=2025-11-03",
    )
    assert "no promise called “visite”" in unknown.err
