"""The description keeps its word: a tester that makes up calls from it finds nothing."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from outreach.web.api.application import DESCRIPTION
from tests.dispatch.world import SECRETARY, World
from tests.web.api.conftest import token

PROGRAM = [sys.executable, "-c", "from outreach.cli.main import main; main()"]


@contextmanager
def served(world: World) -> Iterator[str]:
    """Serve an office on a free port of this machine; yield the address."""
    arguments = ["--office", str(world.folder), "--today", "2025-09-01", "--as", SECRETARY]
    process = subprocess.Popen(
        [*PROGRAM, *arguments, "--ui-lang", "en", "serve", "--port", "0", "--no-browser"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if found := re.search(r"(http://127\.0\.0\.1:\d+)/open/", line):
                yield found[1]
                break
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.mark.parametrize(
    "tries",
    [pytest.param(4, id="some"), pytest.param(60, id="many", marks=pytest.mark.soak)],
)
def test_a_tester_that_makes_up_calls_finds_nothing(
    world: World, tmp_path: Path, tries: int
) -> None:
    secret = token(world)
    with served(world) as address:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "run", address + DESCRIPTION),
                *("--url", address, "--header", f"Authorization: Bearer {secret}"),
                *("--checks", "all", "--mode", "all", "--max-examples", str(tries)),
                *("--phases", "examples,coverage,fuzzing", "--seed", "2025", "--no-color"),
            ],
            cwd=tmp_path,
            env=os.environ | {"PYTHONWARNINGS": "ignore", "COLUMNS": "120"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-6_000:] + done.stderr[-2_000:]
    assert "12 selected" in done.stdout or re.search(r"Operations:\s+12", done.stdout), done.stdout
