"""The program as a person calls it, in one process."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from outreach.cli.main import main as program
from outreach.db import Store
from tests.dispatch.world import World


@dataclass(frozen=True)
class Outcome:
    """What a command did, as its caller sees it."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """What ``--json`` printed."""
        return json.loads(self.out)


Run = Callable[..., Outcome]


@pytest.fixture
def run(office: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the program in the office, as "Maria", in English."""
    for name in ("LANG", "LC_ALL", "LC_MESSAGES", "OUTREACH_OFFICE", "OUTREACH_USER"):
        monkeypatch.delenv(name, raising=False)

    def call(
        *arguments: str, office: Path | None = office, lang: str | None = "en", answer: str = ""
    ) -> Outcome:
        before = ["--as", "Maria"]
        if office is not None:
            before += ["--office", str(office)]
        if lang is not None:
            before += ["--ui-lang", lang]
        result = CliRunner().invoke(program, [*before, *arguments], input=answer)
        return Outcome(result.exit_code, result.stdout, result.stderr)

    return call


@pytest.fixture
def world(office: Path) -> Iterator[World]:
    """An office that the commands open too."""
    (office / "var").mkdir()
    store = Store(f"sqlite:///{office / 'var' / 'outreach.db'}")
    store.upgrade()
    yield World(store, office)
    store.close()
