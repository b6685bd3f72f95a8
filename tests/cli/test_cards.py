"""Cards and addresses from the command line."""

import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("small_office")


def test_a_contact_is_added_edited_and_shown_with_its_history(run: Run) -> None:
    assert run("start").code == 0
    added = run(
        *("contacts", "add", "FR:76351", "--suffix", "dgs", "--function", "dgs"),
        *("--last-name", "Durand", "--purpose", "Coopération"),
    )
    assert added.code == 0, added.err
    code = "FR:76351/dgs"
    address = ("contacts", "address")
    assert run(*address, "add", code, "dgs@havre.example").code == 0
    assert "few servers" in run(*address, "add", code, "josé@havre.example", "--first").out
    assert run(*address, "add", code, "nobody").code == 1
    assert run(*address, "mark", code, "dgs@havre.example", "retired").code == 0
    assert run(*address, "first", code, "dgs@havre.example").code == 0
    assert run(*address, "policy", "FR:76351", "one").code == 0
    posted = run(*address, "post", code, "--postcode", "76600", "--town", "Le Havre")
    assert posted.code == 0, posted.err
    assert run("contacts", "edit", code).code == 2
    assert "last_name" in run("contacts", "edit", code, "--last-name", "Dupont").out
    shown = run("contacts", "show", code, "--json").data
    assert (shown["last_name"], shown["purpose"]) == ("Dupont", "Coopération")
    assert {"Durand"} <= {change["old"] for change in shown["changes"]}
    assert {change["actor"] for change in shown["changes"]} == {"Maria"}
    assert "Durand" in run("contacts", "show", code).out
    found = run("contacts", "list", "--search", "dupont", "--json").data
    assert [row["code"] for row in found] == [code]
