"""The house is as its own rules say, and works when installed from a wheel."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

import outreach
from outreach.cli.main import ROOMS

CHECKOUT = Path(__file__).parent.parent
SOURCES = sorted((CHECKOUT / "outreach").rglob("*.py"))
MAX_LINES = 650
"""An alarm, not the aim: most modules have less than half."""


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as a release is."""
    folder = tmp_path_factory.mktemp("wheel")
    # A copy: the build writes catalogues, which other tests are reading in the checkout.
    source = folder / "source"
    shutil.copytree(CHECKOUT, source, ignore=shutil.ignore_patterns(".*", "var", "*.mo", "dist"))
    shutil.copy(CHECKOUT / ".gitignore", source)
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, source],
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_an_office_and_compiled_catalogues(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for carried in (
        "outreach/office/outreach.toml",
        "outreach/office/templates/letterhead/letter.typ",
        "outreach/office/contacts/reference/SOURCES.md",
        "outreach/office/campaigns/asointermedias-2025.toml",
        "outreach/locale/fr/LC_MESSAGES/outreach.mo",
        "outreach/locale/es/LC_MESSAGES/click.mo",
    ):
        assert carried in names
    assert not [name for name in names if name.startswith(("tests/", "tools/")) or "/var/" in name]


def test_installed_from_the_wheel_an_empty_folder_becomes_an_office(
    wheel: Path, tmp_path: Path
) -> None:
    place = tmp_path / "python"
    venv.create(place, with_pip=False)
    programs = place / ("Scripts" if os.name == "nt" else "bin")
    purelib = Path(
        sysconfig.get_path("purelib", "venv", {"base": str(place), "platbase": str(place)})
    )
    pip = [sys.executable, "-m", "pip", "--python", str(programs / "python")]
    subprocess.run([*pip, "install", "-q", "--no-deps", "--no-index", str(wheel)], check=True)
    # The libraries are those of the running environment; outreach itself is the wheel's.
    (purelib / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    office = tmp_path / "office"
    office.mkdir()
    environment = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("OUTREACH_") and key != "PYTHONPATH"
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [programs / "outreach", "--ui-lang", "fr", "--as", "Maria", *arguments],
            cwd=office,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    first = run("start")
    assert first.returncode == 0, first.stderr
    assert (office / "var" / "outreach.db").is_file()
    assert "Maria" in first.stdout
    second = run("start")
    assert second.returncode == 0, second.stderr
    assert "Maria" not in second.stdout
    people = json.loads(run("users", "list", "--json").stdout)
    assert [user["role"] for user in people] == ["administrator"]
    where = subprocess.run(
        [programs / "python", "-c", "import outreach; print(outreach.__file__)"],
        cwd=office,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(place) in where.stdout


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_a_module_is_short_and_says_what_it_is(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") < MAX_LINES
    if text.strip():
        assert text.startswith('"""')


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    assert not [path for path in SOURCES if path.stem in {"utils", "helpers", "common", "misc"}]


def test_rooms_read_no_clock() -> None:
    allowed = {"clock.py", "progress.py", "refusals.py"}
    clock = re.compile(r"datetime\.(?:now|utcnow|today)\(|date\.today\(|time\.time\(")
    readers = [path for path in SOURCES if clock.search(path.read_text("utf-8"))]
    assert {path.name for path in readers} <= allowed


def test_every_group_of_commands_is_in_the_readme() -> None:
    readme = (CHECKOUT / "README.md").read_text("utf-8")
    assert [name for name in ROOMS if f"outreach {name}" not in readme] == []


def test_every_change_of_version_is_in_the_changelog() -> None:
    assert outreach.__version__ in (CHECKOUT / "CHANGELOG.md").read_text("utf-8")


def test_the_links_of_our_documents_lead_somewhere() -> None:
    link = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
    code = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
    broken = [
        f"{page.relative_to(CHECKOUT)}: {target}"
        for page in [*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md")]
        for target in link.findall(code.sub("", page.read_text("utf-8")))
        if not (page.parent / target).exists()
    ]
    assert broken == []
