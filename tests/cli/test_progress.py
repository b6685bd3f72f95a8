"""Long work shows how far it is."""

import sys
from pathlib import Path

import pytest

from outreach.cli import progress
from outreach.cli.frame import Context


def context(office: Path) -> Context:
    return Context(["--office", str(office), "--ui-lang", "en"])


def test_a_log_gets_one_line_per_stage(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with progress.stages(context(office)) as report:
        for done in range(1, 5001):
            report("communes.csv", done, 5000)
        report("epci.csv", 3, 3)
        report("epci.csv", 3, 3)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "communes.csv: 5,000/5,000\nepci.csv: 3/3\n"


def test_slow_work_tells_when_it_ends(
    office: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter([100.0, 111.0, 112.0, 200.0])
    monkeypatch.setattr("time.monotonic", lambda: next(moments))
    with progress.shown(context(office), "Letters") as report:
        for done in (0, 50, 51, 100):
            report(done, 100)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("Letters: 50/100 ends at ")
    assert lines[1] == "Letters: 100/100"


def test_a_terminal_gets_a_bar(
    office: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress.shown(context(office), "Letters") as report:
        report(1, 2)
        report(2, 2)
    assert "2/2" in capsys.readouterr().err
