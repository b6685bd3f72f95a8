"""Sending at a pace, as a person sees it: countdown, taking back, a second press, a copied office."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from outreach.clock import system_clock
from outreach.dispatch import homes, sending
from outreach.dispatch.models import Batch
from outreach.dispatch.pace import runs
from outreach.dispatch.pace.models import Schedule
from tests.cli.conftest import Run
from tests.dispatch.world import World


def graceful(world: World, minutes: int = 10) -> None:
    """Give the office a time of grace."""
    path = world.folder / "outreach.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("[sending]", f"[sending]\ngrace_minutes = {minutes}"), "utf-8")


def graceful_over(world: World) -> None:
    """Let the time of grace be past."""
    with world.store.transaction() as session:
        session.execute(update(Schedule).values(leaves_at=world.now))


def state(world: World) -> str:
    with world.store.reading() as session:
        return session.scalars(select(Batch.state)).one()


def test_asking_for_the_sending_says_when_it_leaves(world: World, run: Run) -> None:
    number = world.signed()
    graceful(world)
    done = run("batch", "send", str(number), "--no-wait")
    assert done.code == 0
    assert "0 letters left" in done.out
    assert "Nothing leaves before" in done.out
    assert world.outbox() == []
    again = run("round")
    assert "the rest waits" in again.out


def test_the_batch_shows_when_it_leaves_and_when_it_ends(world: World, run: Run) -> None:
    number = world.signed()
    before = run("batch", "show", str(number), "--json").data
    assert (before["leaves_at"], before["waiting"], before["sent_by"]) == (None, 3, [])
    graceful(world)
    asked = run("batch", "send", str(number), "--no-wait")
    assert "Letters that leave: 3, from" in asked.err
    shown = run("batch", "show", str(number), "--json").data
    assert shown["asked_by"] == "Maria"
    assert shown["leaves_at"] < shown["ends_at"]
    graceful_over(world)
    assert run("batch", "send", str(number)).code == 0
    after = run("batch", "show", str(number), "--json").data
    assert (after["waiting"], after["ends_at"]) == (0, None)
    assert len(world.outbox()) == 3


def test_a_countdown_runs_out_and_the_letters_leave(
    world: World, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = world.signed()
    graceful(world)

    def sleep(seconds: float) -> None:
        world.now += timedelta(seconds=60 * seconds)

    monkeypatch.setattr("outreach.app.system_clock", world.clock)
    monkeypatch.setattr("time.sleep", sleep)
    done = run("batch", "send", str(number))
    assert done.code == 0
    assert "Nothing leaves before" in done.err
    assert len(world.outbox()) == 3
    assert world.now == World.now + timedelta(minutes=10)


def test_cancelling_within_the_grace_takes_the_sending_back(world: World, run: Run) -> None:
    number = world.signed()
    graceful(world)
    run("batch", "send", str(number), "--no-wait")
    done = run("batch", "cancel", str(number), "--reason", "wrong list")
    assert (done.code, state(world)) == (0, "signed")
    assert "taken back: nothing left" in done.out
    late = run("batch", "cancel", str(number), "--reason", "once more")
    assert late.code == 1  # signed: it cannot be cancelled


def test_ctrl_c_during_the_countdown_takes_the_sending_back(
    world: World, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = world.signed()
    graceful(world)

    def pressed(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", pressed)
    done = run("batch", "send", str(number))
    assert done.code == 130
    assert "Ctrl-C" in done.err
    assert "taken back: nothing left" in done.err
    assert state(world) == "signed"


def test_ctrl_c_later_only_interrupts(
    world: World, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = world.signed()
    world.send(number)
    with world.store.transaction() as session:
        session.execute(update(Batch).values(state="sending"))

    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sending, "send", interrupted)
    done = run("batch", "send", str(number))
    assert done.code == 130
    assert "goes on where it stopped" in done.err
    assert state(world) == "sending"


def test_a_second_press_says_who_sends_already(world: World, run: Run) -> None:
    number = world.signed()
    with world.store.transaction() as session:
        begun = runs.of("elsewhere/1/1/abc", number, "Jean", system_clock())
        assert runs.join(session, begun, None)
    done = run("batch", "send", str(number))
    assert done.code == 1
    assert "being sent already, by Jean since" in done.err
    assert "+00:00" not in done.err  # by the clock of the office
    assert world.outbox() == []


def test_a_copied_office_sends_and_numbers_nothing_until_it_is_adopted(
    world: World, run: Run
) -> None:
    number = world.signed()
    elsewhere = homes.here(world.folder / "elsewhere", world.store.shown)
    with world.store.transaction() as session:
        homes.settle(session, elsewhere, world.now)
    homes.here(world.folder, world.store.shown).remember(_instance(world))
    for command in (["batch", "send", str(number)], ["batch", "sign", str(number)], ["round"]):
        refused = run(*command)
        assert refused.code == 1
        assert "outreach db adopt" in refused.err
    assert [row["here"] for row in run("db", "home", "--json").data] == [False]
    assert run("db", "adopt", "--because", "new computer").code == 1  # Maria is a secretary
    adopted = run("--as", "Ana", "db", "adopt", "--because", "new computer")
    assert adopted.code == 0
    assert [row["here"] for row in run("db", "home", "--json").data] == [True]
    assert run("batch", "send", str(number)).code == 0
    assert len(world.outbox()) == 3


def test_a_demo_office_talks_to_no_server_but_its_own_machine(world: World, run: Run) -> None:
    number = world.signed()
    path = world.folder / "outreach.toml"
    path.write_text(
        path.read_text("utf-8") + '\n[mail]\ncarrier = "smtp"\nhost = "smtp.ministere.example"\n'
    )
    done = run("batch", "send", str(number))
    assert done.code == 1
    assert "smtp.ministere.example is not this machine" in done.err
    assert state(world) == "signed"


def _instance(world: World) -> str:
    with world.store.reading() as session:
        return homes.everywhere(session)[0].instance
