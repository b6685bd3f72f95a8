"""What strangers write may be refused, never break a parser: coverage-guided, in ``make soak``."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from outreach.partners import projectforms
from tests.fuzz.targets import TARGETS
from tests.inbox.outlookfiles import outlook_file

CHECKOUT = Path(__file__).parent.parent.parent
SECONDS = 15
ENOUGH = 100
"""Inputs that even the slowest target gets through in that time on a busy machine."""


def seeds(target: str) -> Iterator[bytes]:
    """Sound input to begin with, of the kind that a target reads."""
    emails = sorted((CHECKOUT / "tests" / "emails").glob("*.eml"))
    if target in {"message", "outlook"}:
        yield from (path.read_bytes() for path in emails[::4])
        yield outlook_file({0x0037: "Réponse", 0x1000: "Oui", 0x5D01: "a@b.example"})
    if target == "page":
        yield b"<p style='x'>Oui <a href='https://a.example'>x</a><img src='cid:1'></p>"
        yield b"<svg onload=x><math><style><!--</style><img title='--&gt;<img src=x onerror=y>'>"
    if target == "list":
        yield "code;nom;adresse\n76351;Le Havre;mairie@havre.example\n".encode("utf-16")
        yield b"nom\tcour\x01\0\0\0\0\0\0\0intample\n"  # UTF-16, it seems, but cut off
        yield 'nom\tcourriel\n"Saint-\nÉtienne"\ta@b.example\n'.encode("cp1252")
    if target in {"list", "form"}:
        yield projectforms.write("CO:73001", "Ibagué", "xlsx")
    if target in {"form", "word"}:
        yield projectforms.write("CO:73001", "Ibagué", "docx")
    if target == "letter":
        yield from (path.read_bytes() for path in (CHECKOUT / "templates").rglob("*.md"))
        yield "[si commune]\n\n- [chaque thème]\n\n| a |\n|---|\n| [la ville] |\n".encode()
    if target == "token":
        yield b"b1.2.abcdef"


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_sound_input_is_no_fault(target: str) -> None:
    for seed in seeds(target):
        TARGETS[target](seed)
    TARGETS[target](b"")
    TARGETS[target](b"\0\xff" * 200)


@pytest.mark.soak
@pytest.mark.parametrize("target", sorted(TARGETS))
def test_what_reaches_ever_more_code_breaks_nothing(target: str, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(seeds(target)):
        (corpus / str(number)).write_bytes(seed)
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.harness", target, corpus, str(SECONDS)],
        cwd=CHECKOUT,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT), "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
    )
    found = {path.name: path.read_bytes()[:500] for path in tmp_path.glob("found-*")}
    assert done.returncode == 0, (found, done.stderr[-3_000:])
    runs = re.search(r"number_of_executed_units:\s*(\d+)", done.stderr)
    assert runs is not None, done.stderr[-1_000:]
    assert int(runs[1]) > ENOUGH
