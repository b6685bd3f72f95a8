"""docs/installing.md without the internet, followed: wheels carried over, installed, tried."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT

SCRIPTS = "Scripts" if sys.platform == "win32" else "bin"


@pytest.mark.soak
def test_a_folder_of_wheels_installs_offline_and_the_demo_runs(tmp_path: Path) -> None:
    wheels, program = tmp_path / "wheels", tmp_path / "program"
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--wheel-dir", wheels, f"{CHECKOUT}[web]")
    (own,) = wheels.glob("outreach-*.whl")
    assert len(list(wheels.glob("*.whl"))) > 20

    run(sys.executable, "-m", "venv", program)
    python = program / SCRIPTS / "python"
    offline = ("--quiet", "--no-index", "--find-links", wheels)
    run(python, "-m", "pip", "install", *offline, f"outreach[web] @ {own.as_uri()}")
    run(python, "-m", "pip", "check")

    clean = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    office = ("--office", tmp_path / "try")
    played = run(program / SCRIPTS / "outreach", *office, "demo", cwd=tmp_path, env=clean)
    assert "S-EFRPR-25-1" in played
    told = run(
        *(program / SCRIPTS / "outreach", "--office", tmp_path / "try" / "outreach-demo"),
        *("--ui-lang", "en", "--today", "2025-09-01", "doctor", "--offline"),
        cwd=tmp_path,
        env=clean,
    )
    assert "The database lies on a disk of this computer." in told


def run(*words: object, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    """Run a program to its end; return what it wrote."""
    done = subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
