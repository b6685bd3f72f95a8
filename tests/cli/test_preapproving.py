"""Letters approved beforehand, from the command line."""

from tests.cli.conftest import Run
from tests.dispatch.world import CAMPAIGN, STEP, World

ALLOW = ("campaign", "preapprove", CAMPAIGN, "--step", STEP)
LIMITS = ("--at-most", "5", "--until", "2099-12-31")


def test_it_is_set_listed_used_and_withdrawn(world: World, run: Run) -> None:
    world.many(3)
    world.start()
    refused = run(*ALLOW, *LIMITS)
    assert (refused.code, "manager" in refused.err) == (1, True)
    done = run("--as", "Jean", *ALLOW, *LIMITS, "--mandate", "Délégation")
    assert done.code == 0
    assert "at most 5, until" in done.out
    made = run("round")
    assert "Batch 1 is signed and leaves: Jean had approved it beforehand." in made.out
    (row,) = run("campaign", "preapproved", CAMPAIGN, "--json").data
    assert (row["used"], row["batches"], row["set_by"]) == (3, [1], "Jean")
    assert run("batch", "show", "1", "--json").data["preapproved_by"] == "Jean"
    ended = run(*ALLOW, "--withdraw", "The text is looked at again")
    assert "wait for a person again" in ended.out
    assert run("campaign", "preapproved", "--json").data == []


def test_why_a_batch_waits_all_the_same_is_said(world: World, run: Run) -> None:
    world.many(3)
    world.start()
    run("--as", "Jean", *ALLOW, "--at-most", "2", "--until", "2099-12-31")
    made = run("round")
    assert "Batch 1 waits for a person." in made.err
    assert "2 letters were approved beforehand" in made.err
    assert run("round", "--json").data["left_to_person"] == []


def test_a_round_reminds_of_what_waits(world: World, run: Run) -> None:
    world.many(3)
    world.start()
    run("round")
    assert run("batch", "submit", "1").code == 0
    told = run("round").out
    assert told.startswith("Nothing was due.\nWaits for ")
    assert "- Batch 1, put forward by Maria: approve 3 letters or send it back." in told


def test_the_limits_must_be_said(world: World, run: Run) -> None:
    world.many(1)
    world.start()
    missing = run("--as", "Jean", *ALLOW, "--at-most", "5")
    assert (missing.code, "--until" in missing.err) == (2, True)
