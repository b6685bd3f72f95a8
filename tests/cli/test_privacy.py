"""Personal data from the command line."""

import json
import pathlib

import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("small_office")


def test_a_person_is_exported_objects_and_is_erased(run: Run, tmp_path: pathlib.Path) -> None:
    assert run("start").code == 0
    privacy = ("contacts", "privacy")
    out = tmp_path / "held"
    done = run(*privacy, "export", "FR:76351", "--to", str(out))
    assert done.code == 0, done.err
    data = json.loads((out / "data.json").read_text("utf-8"))
    assert data["card"][0]["code"] == "FR:76351"
    address = data["emails"][0]["address"]
    assert address in (out / "data.html").read_text("utf-8")
    objected = run(*privacy, "object", "FR:76351", "--reason", "non")
    assert "Addresses barred: 1" in objected.out
    wrong = run(*privacy, "erase", "FR:76351", "--confirm", "FR:1")
    assert wrong.code == 2
    assert run(*privacy, "erase", "FR:76351", "--json", "--confirm", "FR:76351").data
    shown = run("contacts", "show", "FR:76351", "--json").data
    assert shown["emails"] == []
    assert run(*privacy, "erase", "FR:76351", "--confirm", "FR:76351").code == 1
    assert run(*privacy, "object", "FR:72181", "--campaign", "nowhere").code == 2


def test_the_report_and_the_record_come_from_the_settings(run: Run, tmp_path: pathlib.Path) -> None:
    assert run("start").code == 0
    report = run("contacts", "privacy", "report", "--json").data
    assert {each["kind"] for each in report["classes"]} == {
        "cards of persons",
        "registered letters",
        "letters without a number",
        "messages received",
    }
    page = tmp_path / "record.html"
    done = run("contacts", "privacy", "record", "--language", "es", "--to", str(page))
    assert "fill in [privacy]" in done.out
    assert "Embajada de Colombia" in page.read_text("utf-8")
