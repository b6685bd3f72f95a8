"""`outreach report campaign`: figures as a manager asks for them."""

from tests.cli.conftest import Run
from tests.dispatch.world import CAMPAIGN, World


def test_a_campaign_is_told_apart_and_followed_to_its_letters(world: World, run: Run) -> None:
    world.send(world.signed())
    told = run("report", "campaign", CAMPAIGN, "--by", "country", "--json").data
    rows = {row["key"]: row for row in told["rows"]}
    assert (rows["FR"]["sent"], rows["CO"]["sent"]) == (2, 1)
    assert sum(row["sent"] for row in told["rows"]) == told["total"]["sent"]
    assert rows["FR"]["arrived"] == 2
    found = run(
        *("report", "campaign", CAMPAIGN, "--by", "country", "--behind", "sent"),
        *("--key", "CO", "--json"),
    ).data
    assert [one["contact"] for one in found] == ["CO:73001"]
    shown = run("report", "campaign", CAMPAIGN, "--by", "week")
    assert "2025-W36" in shown.out
    assert "Together" in shown.out


def test_a_past_day_is_told_as_it_was(world: World, run: Run) -> None:
    world.send(world.signed())
    before = run("report", "campaign", CAMPAIGN, "--as-of", "2025-08-31", "--json").data
    after = run("report", "campaign", CAMPAIGN, "--as-of", "2025-09-01", "--json").data
    assert before["rows"] == []
    assert after["total"]["sent"] == 3
    assert run("report", "campaign", CAMPAIGN, "--step", "nothing").code == 2
