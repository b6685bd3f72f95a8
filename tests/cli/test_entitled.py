"""What persons ask about their data, and who is to be told, from the command line."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.dispatch.world import SECRETARY, World

PRIVACY = ("contacts", "privacy")


@pytest.fixture
def named(world: World) -> World:
    """The mayors of Le Havre and Nice have names; the clock of the program is the real one."""
    world.people()
    with world.store.transaction() as session:
        from outreach.contacts import directory

        for code in ("FR:76351", "FR:06088"):
            directory.find(session, code).last_name = "Exemple"
    return world


def test_a_request_waits_until_it_is_answered(named: World, run: Run) -> None:
    assert named.settings.office.demo
    told = run(*PRIVACY, "request", "CO:73001", "--kind", "reclamo", "--on", "2025-08-01")
    assert told.code == 0, told.err
    assert run(*PRIVACY, "request", "FR:76351", "--kind", "access", "--on", "2025-08-31").code == 0
    rows = run(*PRIVACY, "requests", "--json").data
    # 7 and 18 August 2025 are holidays in Colombia.
    assert [(row["contact"], row["due_on"]) for row in rows] == [
        ("CO:73001", "2025-08-26"),
        ("FR:76351", "2025-09-30"),
    ]
    assert all(row["days_left"] < 0 for row in rows)
    assert "after its last day" in run(*PRIVACY, "answered", str(rows[0]["number"])).out
    assert [row["contact"] for row in run(*PRIVACY, "requests", "--json").data] == ["FR:76351"]
    assert len(run(*PRIVACY, "requests", "--all", "--json").data) == 2
    again = run(*PRIVACY, "answered", str(rows[0]["number"]))
    assert (again.code, "No request waits" in again.err) == (2, True)


def test_what_a_person_asked_is_theirs_to_see_and_goes_with_them(
    named: World, run: Run, tmp_path: Path
) -> None:
    words = ("--note", "Que savez-vous de moi ?")
    assert run(*PRIVACY, "request", "FR:76351", "--kind", "access", *words).code == 0
    assert run(*PRIVACY, "export", "FR:76351", "--to", str(tmp_path / "held")).code == 0
    data = json.loads((tmp_path / "held" / "data.json").read_text("utf-8"))
    assert data["requests"][0]["note"] == words[1]
    erased = run("--as", "Jean", *PRIVACY, "erase", "FR:76351", "--confirm", "FR:76351")
    assert erased.code == 0, erased.err
    assert [row["note"] for row in run(*PRIVACY, "requests", "--json").data] == [None]
    assert named.act().actor == SECRETARY


def test_who_got_no_letter_yet_is_to_be_told_within_a_month(named: World, run: Run) -> None:
    before = run(*PRIVACY, "uninformed", "--json").data
    assert [row["code"] for row in before] == ["FR:06088", "FR:76351"]
    assert all(row["late"] for row in before)  # collected in 2025
    source = before[0]["source"]
    assert run(*PRIVACY, "uninformed", "--except", source, "--json").data == []
    assert "longer than a month: 2" in run(*PRIVACY, "uninformed").out
    number = named.start() and named.prepare().batch
    assert number is not None
    named.submit(number)
    named.approve(number)
    named.sign(number)
    named.send(number)
    after = run(*PRIVACY, "uninformed", "--json").data
    assert [row["code"] for row in after] == ["FR:06088"]  # a letter on paper is not posted yet
