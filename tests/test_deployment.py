"""What stands in deploy/ fits the program: commands, options and settings that there are."""

import re
import shlex
from configparser import RawConfigParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from outreach.cli.main import main as program
from tests.conftest import CHECKOUT

DEPLOY = CHECKOUT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))


def understood(arguments: list[str]) -> bool:
    """Say whether the program knows a command with its options, without doing it."""
    result = CliRunner().invoke(program, [*arguments, "--help"])
    return result.exit_code == 0


def read(path: Path) -> RawConfigParser:
    unit = RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their capitals
    unit.read_string(path.read_text("utf-8"))
    return unit


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_each_unit_starts_a_command_that_there_is(path: Path) -> None:
    unit = read(path)
    command = shlex.split(unit["Service"]["ExecStart"])
    assert command[0] == "/opt/outreach/bin/outreach"
    assert understood(command[1:])
    assert unit["Service"]["User"] == "outreach"
    assert unit["Service"]["NoNewPrivileges"] == "yes"
    assert unit["Service"]["ReadWritePaths"] == "/srv/outreach"


def test_the_timer_starts_the_backup_every_night() -> None:
    timer = read(DEPLOY / "outreach-backup.timer")
    assert re.fullmatch(r"\*-\*-\* \d\d:\d\d:\d\d", timer["Timer"]["OnCalendar"])
    assert (DEPLOY / "outreach-backup.service").exists()


def test_the_windows_tasks_and_the_container_run_commands_that_there_are() -> None:
    tasks = (DEPLOY / "windows-task.ps1").read_text("utf-8")
    commands = re.findall(r'--office `"\$Office`" ([^"]+)"', tasks)
    assert [understood(shlex.split(one)) for one in commands] == [True, True]
    container = (DEPLOY / "Containerfile").read_text("utf-8")
    (words,) = re.findall(r"^CMD \[(.+)\]$", container, re.MULTILINE)
    assert understood([one.strip(' "') for one in words.split(",")])


def test_the_proxy_keeps_the_figures_inside_and_takes_what_the_pages_take() -> None:
    proxy = (DEPLOY / "Caddyfile").read_text("utf-8")
    assert "reverse_proxy 127.0.0.1:8025" in proxy
    assert "path /metrics" in proxy
