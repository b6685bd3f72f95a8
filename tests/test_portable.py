"""The package runs on Windows too: nothing in it needs a POSIX system without asking first."""

import ast
from pathlib import Path

import pytest

import outreach

POSIX_MODULES = frozenset(
    "crypt fcntl grp nis posix pty pwd resource spwd syslog termios tty".split()  # noqa: SIM905
)
POSIX_NAMES = {
    "os": frozenset(
        {"fork", "forkpty", "getuid", "geteuid", "getpgid", "killpg", "setsid", "mkfifo", "chown"}
    ),
    "signal": frozenset({"SIGKILL", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGALRM", "alarm", "pause"}),
    "socket": frozenset({"AF_UNIX"}),
}
SOURCES = sorted(Path(outreach.__file__).parent.rglob("*.py"))


def posix_only(source: str) -> list[str]:
    """Return what a module uses that Windows has not, without asking first whether it is there."""
    found: list[str] = []
    tree = ast.parse(source)
    asked = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.With)
        and any(ast.unparse(item) == "suppress(ImportError)" for item in node.items)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in asked:
            continue
        match node:
            case ast.Import(names=names):
                found += [one.name for one in names if one.name.split(".")[0] in POSIX_MODULES]
            case ast.ImportFrom(module=str() as module, names=names):
                if module.split(".")[0] in POSIX_MODULES:
                    found.append(module)
                found += [
                    f"{module}.{one.name}"
                    for one in names
                    if one.name in POSIX_NAMES.get(module, ())
                ]
            case ast.Attribute(value=ast.Name(id=module), attr=name):
                if name in POSIX_NAMES.get(module, ()):
                    found.append(f"{module}.{name}")
    return found


def test_no_module_of_the_package_needs_a_posix_system() -> None:
    assert len(SOURCES) > 100
    found = {str(path): posix_only(path.read_text("utf-8")) for path in SOURCES}
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    "source",
    [
        "import fcntl",
        "from pwd import getpwnam",
        "import os\nos.fork()",
        "from signal import SIGKILL",
        "import signal\nsignal.alarm(1)",
    ],
)
def test_what_windows_has_not_is_found(source: str) -> None:
    assert posix_only(source) != []


def test_what_is_asked_for_first_is_allowed() -> None:
    source = "from contextlib import suppress\nwith suppress(ImportError):\n    import resource"
    assert posix_only(source) == []
