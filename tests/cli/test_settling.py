"""The commands with which a person settles what became of letters."""

from outreach.dispatch.carriers.base import Outcome
from tests.cli.conftest import Run
from tests.dispatch.test_settling import Told
from tests.dispatch.world import World


def test_a_batch_is_paused_and_resumed_by_commands(run: Run, world: World) -> None:
    number = str(world.signed(many=1))
    world.send(int(number), Told(Outcome.SENDER_REFUSED))
    assert "resume 1" in run("batch", "pause", number).err
    resumed = run("batch", "resume", number)
    assert resumed.code == 0, resumed.err
    assert "batch send 1" in resumed.out
    assert run("batch", "pause", number, "--because", "wait").code == 0
    assert run("batch", "show", number, "--json").data["state"] == "paused"


def test_letters_in_doubt_are_looked_up_and_sent_again(run: Run, world: World) -> None:
    number = str(world.signed(many=2))
    world.send(int(number), Told(Outcome.UNKNOWN))
    said = run("batch", "resolve", number)  # the Maildir knows that neither is there
    assert said.code == 0, said.err
    assert "2 wait to be sent again" in said.out


def test_a_person_decides_about_one_letter_with_a_reason(run: Run, world: World) -> None:
    number = str(world.signed(many=2))
    world.send(int(number), Told(Outcome.UNKNOWN))
    assert run("batch", "resolve", number, "--left").code == 2
    assert "--because" in run("batch", "resolve", number, "--left", "--all").err
    one = ("--contact", "FR:00001", "--because", "seen", "--json")
    said = run("batch", "resolve", number, "--left", *one)
    assert said.code == 0, said.err
    assert [row["contact"] for row in said.data] == ["FR:00000"]


def test_refused_letters_are_queued_once_more(run: Run, world: World) -> None:
    number = str(world.signed(many=2))
    world.send(int(number), Told(Outcome.PERMANENT))
    said = run("batch", "retry", number, "--all", "--because", "mended")
    assert said.code == 0, said.err
    assert "2 letters" in said.out
    assert run("batch", "arrived", number, "--contact", "FR:00001", "--because", "x").code == 2
    assert (
        run("batch", "returned", number, "--contact", "FR:00001", "--reason", "refused").code == 2
    )
