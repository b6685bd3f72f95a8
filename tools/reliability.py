"""Write docs/reliability.md: what every fault did, counted in one run of the fault tests.

Usage: python tools/reliability.py [PYTEST-OPTION...]
       python tools/reliability.py --from FILE

Runs tests/faults in full (about ten minutes) and prints what it writes. With ``-m "not soak"`` only
the sample that ``make test`` runs. ``--from``: of a run that was told to count into FILE
(OUTREACH_FAULTS=FILE make test soak).
"""

import json
import os
import subprocess
import sys
import tempfile
from itertools import groupby
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "reliability.md"
HEAD = """# What it survives

Each line is a fault that the tests in `tests/faults` cause while a signed batch is being sent, over
a real SMTP connection (or into files where it says so) and with a real database. After the fault the
tests do what an office does: look, resume, press “send” again, wait for the next attempt. Then they
count.

- **Lost**: neither sent, nor refused for good, nor in doubt. Always 0.
- **Twice**: letters that arrived more than once. Always 0.
- **Refused**: the server does not take this letter, ever; the office sees it with the server’s words.
- **In doubt**: handed over, but the answer never came, so nobody can tell. At most one for each
  connection that was open when the fault struck; each is shown, and only a person decides
  (`outreach batch resolve`). Without this state a program must either lose such a letter or send it
  twice.
- **Register**: numbers missing or too many. Always 0.

`make test` runs a sample, `make soak` all of them; `python tools/reliability.py` runs them and writes
this page.

| Fault | Database | Workers | Struck | Letters | Lost | Twice | Refused | In doubt (at most) | Register |
|---|---|---:|---:|---:|---:|---:|---:|---:|---:|
"""
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def counted(options: list[str]) -> list[dict[str, Any]]:
    """Run the fault tests; return their accounts. Raises CalledProcessError where one fails."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "faults.jsonl")
        subprocess.run(  # noqa: S603  # this checkout's own tests
            [sys.executable, "-m", "pytest", "-q", "tests/faults", *options],
            cwd=ROOT,
            env=os.environ | {"OUTREACH_FAULTS": str(log)},
            check=True,
        )
        return [json.loads(line) for line in log.read_text("utf-8").splitlines()]


def table(accounts: list[dict[str, Any]]) -> str:
    """Return the rows of the table; runs of one fault, database and crew are added up."""

    def kind(one: dict[str, Any]) -> tuple[str, str, int]:
        return one["fault"], one["database"], one["workers"]

    rows = []
    for (fault, database, workers), found in groupby(sorted(accounts, key=kind), key=kind):
        runs = list(found)
        total = {
            name: sum(one[name] for one in runs)
            for name in (
                "times",
                "letters",
                "lost",
                "doubled",
                "refused",
                "in_doubt",
                "allowed",
                "gaps",
            )
        }
        rows.append(
            f"| {fault} | {NAMES[database]} | {workers} | {total['times']} | "
            f"{total['letters']:,} | {total['lost']} | {total['doubled']} | {total['refused']} | "
            f"{total['in_doubt']} ({total['allowed']}) | {total['gaps']} |"
        )
    return "\n".join(rows) + "\n"


def main() -> None:
    """Run, count, write."""
    match sys.argv[1:]:
        case ["--from", path]:
            accounts = [json.loads(line) for line in Path(path).read_text("utf-8").splitlines()]
        case options:
            accounts = counted(options)
    page = HEAD + table(accounts)
    PAGE.write_text(page, "utf-8")
    print(page)


if __name__ == "__main__":
    main()
