"""Who may be named to a city, and which city was told, from the command line."""

from outreach.contacts import directory
from tests.cli.conftest import Run
from tests.dispatch.world import CAMPAIGN, World

HAVRE, IBAGUE = "FR:76351", "CO:73001"


def test_an_agreement_is_noted_shown_and_taken_back(world: World, run: Run) -> None:
    world.people()
    world.start()
    with world.store.transaction() as session:
        directory.find(session, HAVRE).last_name = "Exemple"
    run("replies", "add", CAMPAIGN, HAVRE, "--by", "phone", "--outcome", "interested")
    assert run("partners", "interested", CAMPAIGN).out.strip().endswith("interests them.")
    assert run("replies", "stage", "1", IBAGUE, "interested").code == 0
    silent = run("partners", "name", HAVRE, IBAGUE)
    assert (silent.code, "--agreed" in silent.err) == (2, True)
    done = run("partners", "name", HAVRE, IBAGUE, "--agreed", "by telephone, 8 September")
    assert done.out == f"{HAVRE} may be named to {IBAGUE}.\n"
    (row,) = run("partners", "interested", CAMPAIGN, "--json").data
    assert (row["authority"], row["city"]) == ("Le Havre", "Ibagué")
    assert (row["person"], row["told_on"]) == ("Exemple", None)
    assert run("partners", "name", HAVRE, IBAGUE, "--take-back").code == 0
    (row,) = run("partners", "interested", CAMPAIGN, "--json").data
    assert row["person"] == ""
