"""Segments from the command line."""

import pathlib

from tests.cli.conftest import Run


def test_a_segment_is_saved_counted_shown_and_explained(
    run: Run, small_office: pathlib.Path
) -> None:
    assert run("start").code == 0
    saved = run(
        *("contacts", "segment", "save", "ports", "--title-fr", "Ports", "--title-es", "Puertos"),
        *("--kind", "commune", "--departement", "76", "--population-min", "10000"),
    )
    assert saved.code == 0, saved.err
    assert "It holds 1 contacts now" in saved.out
    assert (small_office / "contacts" / "segments" / "ports.toml").is_file()
    counted = run("contacts", "segment", "count", "ports", "--json").data
    assert counted["counts"] == [{"country": "FR", "kind": "commune", "contacts": 1}]
    assert [row["code"] for row in run("contacts", "segment", "show", "ports", "--json").data] == [
        "FR:76351"
    ]
    inside = run("contacts", "segment", "explain", "ports", "FR:76351")
    assert "FR:76351 is in “ports”" in inside.out
    outside = run("contacts", "segment", "explain", "ports", "FR:72181", "--json").data
    assert outside["in"] is False
    assert {"depth": 1, "condition": "departements: 76", "holds": False} in outside["conditions"]


def test_wrong_criteria_are_told_and_nothing_is_written(
    run: Run, small_office: pathlib.Path
) -> None:
    save = ("contacts", "segment", "save", "x", "--title-fr", "x", "--title-es", "x")
    assert run(*save, "--kind", "comune").code == 2
    outcome = run(*save, "--outcome", "intrested")
    assert outcome.code == 2
    assert "interested" in outcome.err
    assert not (small_office / "contacts" / "segments" / "x.toml").exists()
