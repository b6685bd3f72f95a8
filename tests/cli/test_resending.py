"""``outreach batch resend``."""

from tests.cli.conftest import Run
from tests.dispatch.world import World


def test_a_letter_is_sent_again_by_commands(run: Run, world: World) -> None:
    number = str(world.signed())
    world.send(int(number))
    to = ("--to", "cabinet@havre.example", "--reason", "full")
    done = run("batch", "resend", "FR:76351", "--batch", number, *to)
    assert done.code == 0, done.err
    assert "S-EFRPR-25-1 to FR:76351" in done.out
    left = len(world.outbox())
    assert run("batch", "send", number).code == 0
    assert len(world.outbox()) == left + 1
    said = run("report", "who", "asointermedias-2025", "--only", "sent", "--json").data["letters"]
    assert [row["form"] for row in said if row["contact"] == "FR:76351"] == [None, "resend"]


def test_an_office_that_sends_by_hand_forwards_by_hand(run: Run, world: World) -> None:
    number = str(world.signed())
    world.send(int(number))
    path = world.folder / "outreach.toml"
    path.write_text(path.read_text("utf-8") + '\n[mail]\ncarrier = "eml"\n', "utf-8")
    to = ("--to", "cabinet@havre.example", "--reason", "full")
    done = run("batch", "resend", "FR:76351", "--batch", number, *to)
    assert done.code == 1
    assert "forward the letter" in done.err
