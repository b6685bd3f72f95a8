"""`outreach replies classify`: a verdict on any file, for people and for programs."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run

ABSENT = """\
From: Secretariat <secretariat@ville.example>
To: mission@office.example
Subject: =?utf-8?q?R=C3=A9ponse_automatique_=3A_votre_lettre?=
Date: Mon, 4 Aug 2025 09:00:00 +0200
Auto-Submitted: auto-replied
Content-Type: text/plain; charset=utf-8

Je suis absente jusqu'au 22 août.
"""


@pytest.fixture
def message(tmp_path: Path) -> Path:
    path = tmp_path / "absent.eml"
    path.write_text(ABSENT, "utf-8")
    return path


def test_a_message_is_explained(run: Run, message: Path) -> None:
    done = run("replies", "classify", str(message))
    assert done.code == 0, done.err
    assert "automatic reply" in done.out
    assert "auto-submitted: auto-replied" in done.out
    assert "23 Aug 2025" in done.out


def test_a_program_gets_the_whole_verdict(run: Run, message: Path) -> None:
    (verdict,) = run("replies", "classify", str(message), str(message), "--json").data[:1]
    assert verdict["kind"] == "auto-reply"
    assert verdict["reason"] == "absent"
    assert verdict["return_date"] == "2025-08-23"
    assert verdict["new_text"] == "Je suis absente jusqu'au 22 août."
    assert verdict["match"]["rung"] is None
    assert {one["rule"] for one in verdict["evidence"]} >= {"auto-submitted", "subject"}


def test_a_missing_file_is_wrong_use(run: Run, tmp_path: Path) -> None:
    assert run("replies", "classify", str(tmp_path / "none.eml")).code == 2
