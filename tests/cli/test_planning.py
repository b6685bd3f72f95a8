"""Looking ahead, resting, going on and ending, as a person does it."""

from pathlib import Path
from xml.etree.ElementTree import XML

from sqlalchemy import select

from outreach.campaigns.models import Campaign, Enrolment, Promise
from outreach.dispatch.models import Batch
from tests.cli.conftest import Run
from tests.dispatch.world import CAMPAIGN, World

AHEAD = ("--today", "2025-08-25", "campaign", "plan", CAMPAIGN, "--until", "2025-12-31")


def state(world: World) -> str:
    with world.store.reading() as session:
        return session.scalars(select(Campaign.state)).one()


def batch_state(world: World, number: int) -> str:
    with world.store.reading() as session:
        return session.get_one(Batch, number).state


def test_the_plan_is_shown_before_anything_happens(world: World, run: Run) -> None:
    world.people()
    done = run(*AHEAD)
    assert done.code == 0, done.err
    assert "Not started yet. Contacts of the audience: 5; letters to come: 7." in done.out
    assert "Contacts without a usable address: 1." in done.out
    data = run(*AHEAD, "--json", "--who").data
    steps = {step["step"]: step for step in data["steps"]}
    assert steps["suivi-septembre"]["days"] == {"2025-09-01": 4}
    assert data["letters"] == len(data["who"]) == 7
    assert data["who"][0] == {
        "on": "2025-09-01",
        "step": "suivi-septembre",
        "code": "CO:73001",
        "organisation": "Ibagué",
    }


def test_the_plan_is_drawn(world: World, run: Run, tmp_path: Path) -> None:
    world.people()
    target = tmp_path / "plan.svg"
    done = run(*AHEAD, "--svg", str(target), lang="fr")
    assert done.code == 0, done.err
    texts = [each.text for each in XML(target.read_text("utf-8")).iter() if each.text]
    assert "4" in texts


def test_a_plan_of_the_past_is_refused(world: World, run: Run) -> None:
    world.people()
    done = run("--today", "2025-08-25", "campaign", "plan", CAMPAIGN, "--until", "2025-08-01")
    assert done.code == 1
    assert "2025-08-01" in done.err


def test_a_campaign_rests_with_its_batches_and_goes_on_with_them(world: World, run: Run) -> None:
    number = world.signed()
    with world.store.transaction() as session:
        session.get_one(Batch, number).state = "sending"
    done = run("campaign", "pause", CAMPAIGN)
    assert done.code == 0, done.err
    assert (state(world), batch_state(world, number)) == ("paused", "paused")
    prepared = run("batch", "prepare", CAMPAIGN, "--step", "suivi-septembre")
    assert prepared.code == 1
    assert "rests" in prepared.err
    assert run("batch", "resume", str(number)).code == 1
    assert run("campaign", "pause", CAMPAIGN).code == 1
    assert run("campaign", "resume", CAMPAIGN).code == 0
    assert (state(world), batch_state(world, number)) == ("running", "sending")


def test_a_batch_that_a_person_paused_stays_paused_when_the_campaign_goes_on(
    world: World, run: Run
) -> None:
    number = world.signed()
    with world.store.transaction() as session:
        session.get_one(Batch, number).state = "sending"
    assert run("batch", "pause", str(number)).code == 0
    assert run("campaign", "pause", CAMPAIGN).code == 0
    assert run("campaign", "resume", CAMPAIGN).code == 0
    assert batch_state(world, number) == "paused"


def test_a_campaign_ends_by_a_manager_once_it_owes_nothing(world: World, run: Run) -> None:
    world.send(world.signed())
    stop = ("campaign", "stop", CAMPAIGN, "--reason", "The visit was called off", "--yes")
    assert run(*stop).code == 1
    owed = run("--as", "Jean", *stop)
    assert owed.code == 1
    assert "fiches-villes" in owed.err
    with world.store.transaction() as session:
        for promise in session.scalars(select(Promise)):
            promise.state = "kept"
    ended = run("--as", "Jean", *stop)
    assert ended.code == 0, ended.err
    assert state(world) == "stopped"
    with world.store.reading() as session:
        # The city had nothing more to get.
        assert set(session.scalars(select(Enrolment.state))) == {"stopped", "completed"}
    again = run("batch", "prepare", CAMPAIGN, "--step", "suivi-septembre")
    assert again.code == 1
    assert "ended" in again.err


def test_a_step_that_waits_for_an_unknown_outcome_is_refused(world: World, run: Run) -> None:
    folder = world.folder / "campaigns"
    text = (folder / f"{CAMPAIGN}.toml").read_text("utf-8")
    folder.unlink()
    folder.mkdir()
    step = """
[[steps]]
name = "details"
title = {{ fr = "x", es = "x" }}
on_outcome = {{ outcome = "{outcome}", days = 2 }}
letters = [{{ letter = "remerciement-rencontres" }}]
"""
    for outcome, code in (("interested", 0), ("delighted", 1)):
        file = text + step.format(outcome=outcome)
        (folder / f"{CAMPAIGN}.toml").write_text(file, "utf-8")
        done = run("campaign", "check", CAMPAIGN)
        assert done.code == code, done.err
    assert "delighted" in done.err
    assert "interested" in done.err


def test_a_plan_says_what_begins_a_step_that_no_reply_begins(run: Run) -> None:
    rows = {row["step"]: row["when"] for row in run("campaign", "show", CAMPAIGN, "--json").data}
    assert rows["patience"] == "once a promise is put off, days: 0"
    assert rows["mise-en-relation"] == (
        "once an authority answers that the city interests it, working days: 2"
    )
