"""docs/changing.md, followed: each change made in a copy of the program, each proof run there."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from outreach import officefolder
from tests.conftest import CHECKOUT

SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
BLOCK = re.compile(r"^```(\w+)( proof)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NEW = re.compile(r"^New `([^`]+)`:$", re.MULTILINE)
PLACE = re.compile(r"^In `([^`]+)`, (after|instead of)$", re.MULTILINE)
PROGRAM = ("-c", "from outreach.cli.main import main; main()")
OFFICE = ("templates", "contacts", "campaigns")
SECTIONS = ("A new letter", "A new check", "A new carrier", "A new country")


@dataclass
class Copy:
    """A copy of the program and an office beside it."""

    folder: Path

    def path(self, name: str) -> Path:
        """Return where a file that the page names lies in the copy."""
        within = self.folder / "office" if name.startswith(OFFICE) else self.folder
        return within / name

    def run(self, *words: str) -> None:
        done = subprocess.run(
            [sys.executable, *words],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    folder = tmp_path_factory.mktemp("changing")
    shutil.copytree(
        CHECKOUT / "outreach", folder / "outreach", ignore=shutil.ignore_patterns("__pycache__")
    )
    officefolder.lay_out(folder / "office", demo=True)
    return Copy(folder)


def sections() -> dict[str, str]:
    text = (CHECKOUT / "docs" / "changing.md").read_text("utf-8")
    parts = SECTION.split(text)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_the_page_has_these_sections() -> None:
    assert tuple(sections()) == SECTIONS


@pytest.mark.parametrize("title", SECTIONS)
def test_a_section_followed_works(copy: Copy, title: str) -> None:
    text = sections()[title]
    blocks = list(BLOCK.finditer(text))
    todo: list[tuple[str, str, list[str]]] = []
    proofs = 0
    before = 0
    for block in blocks:
        words, content = text[before : block.start()], block[3]
        before = block.end()
        new, place = NEW.search(words), PLACE.search(words)
        if block[2]:
            proofs += 1
            copy.run("-c", content)
        elif block[1] == "console":
            proofs += 1
            for line in content.splitlines():
                program, *arguments = line.removeprefix("$ ").split()
                assert program == "outreach"
                copy.run(*PROGRAM, "--office", str(copy.folder / "office"), *arguments)
        elif new:
            path = copy.path(new[1])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, "utf-8")
        elif place:
            todo.append((place[1], place[2], [content]))
        else:
            todo[-1][2].append(content)
            if words.strip().endswith("write"):
                change(copy, *todo[-1])
    assert proofs


def change(copy: Copy, name: str, how: str, contents: list[str]) -> None:
    """Write the last block after the others, which stand there once, or instead of them."""
    path = copy.path(name)
    text, there = path.read_text("utf-8"), "".join(contents[:-1])
    assert text.count(there) == 1, f"{name}: {there}"
    put = contents[-1] if how == "instead of" else there + contents[-1]
    path.write_text(text.replace(there, put), "utf-8")
