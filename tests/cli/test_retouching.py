"""``outreach batch docx`` and ``retouch``."""

from pathlib import Path

import docx
import pytest

from tests.cli.conftest import Run


@pytest.fixture
def prepared(run: Run, small_office: Path) -> str:
    """The number of a draft batch of individual letters."""
    assert small_office
    assert run("start").code == 0
    assert run("campaign", "start", "asointermedias-2025", "--yes").code == 0
    made = run("batch", "prepare", "asointermedias-2025", "remerciement-rencontres", "--json")
    assert made.code == 0, made.err
    return str(made.data["batch"])
