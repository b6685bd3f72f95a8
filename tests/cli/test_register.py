"""The commands on the register."""

from outreach.dispatch.carriers.base import Outcome
from tests.cli.conftest import Run
from tests.dispatch.test_annulments import behind_its_back
from tests.dispatch.test_settling import Told
from tests.dispatch.world import World

NUMBER = "S-EFRPR-25-1"


def test_a_number_whose_letter_did_not_leave_is_annulled_by_two_people(
    run: Run, world: World
) -> None:
    world.send(world.signed(many=1), Told(Outcome.PERMANENT))
    owed = run("register", "owed", "--json")
    assert [row["reference"] for row in owed.data] == [NUMBER], owed.err
    proposed = run("register", "annul", NUMBER, "--because", "closed")
    assert proposed.code == 0, proposed.err
    assert "--confirm" in proposed.out
    assert run("register", "annul", NUMBER, "--confirm").code == 1
    assert run("--as", "Jean", "register", "annul", NUMBER, "--confirm").code == 0
    assert run("register", "list", "--json").data[0]["annulled"] == "closed"
    assert "left or will leave" in run("register", "owed").out


def test_the_register_proves_that_nothing_changed(run: Run, world: World) -> None:
    world.signed(many=2)
    said = run("register", "verify")
    assert said.code == 0, said.err
    assert "without a gap" in said.out
    assert run("register", "verify", "--json").data["unsealed"] == 0
    with world.store.transaction() as session:
        behind_its_back(session)
        session.connection().exec_driver_sql("UPDATE register_entry SET subject = 'x'")
    assert NUMBER in run("register", "verify").err


def test_an_external_book_is_not_called_gapless(run: Run, world: World) -> None:
    path = world.folder / "outreach.toml"
    path.write_text(path.read_text("utf-8").replace('"own"', '"external"'), "utf-8")
    said = run("register", "verify")
    assert said.code == 0, said.err
    assert "without a gap" not in said.out
