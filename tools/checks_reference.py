"""Write ``docs/checks.md`` from the list of checks; ``--check`` fails where it is out of step."""

import sys
from collections.abc import Iterator
from pathlib import Path

from outreach.language.proofreading import Check
from outreach.letters import checklist

TARGET = Path(__file__).parent.parent / "docs" / "checks.md"
HEAD = """\
# What is checked before a letter leaves

Written by `tools/checks_reference.py` from the checks; do not edit. `outreach letters checks` shows
the same in French and Spanish, `outreach letters checks L113` one of them.

An **error** blocks the batch: mend what it names, then check again. A **warning** may be accepted
with a reason, which stays on the batch and is shown to who approves it:
`outreach batch check 3 --accept L132 --because "..."`. `--withdraw L132` takes that back.
Codes never change their meaning.
"""
PARTS = (
    ("L10", "Fields and data"),
    ("L11", "Links"),
    ("L12", "The two languages of one letter"),
    ("L13", "The letter’s form"),
    ("L14", "Enclosures"),
    ("L15", "Recipients"),
    ("L16", "Messages"),
    ("P", "Proof-reading"),
)


def reference() -> str:
    """Return the whole page. Raises KeyError where a check belongs to no part."""
    lines = [HEAD]
    left = dict(checklist.CHECKS)
    for start, title in PARTS:
        lines.append(f"\n## {title}\n")
        for code in [code for code in left if code.startswith(start)]:
            lines.extend(entry(left.pop(code)))
    if left:
        raise KeyError(f"in no part of the page: {sorted(left)}")
    return "\n".join(lines).replace("\n\n\n", "\n\n")


def entry(check: Check) -> Iterator[str]:
    """Yield the lines of one check."""
    yield f"### {check.code}: {check.title}\n"
    yield f"*{check.severity.capitalize()}.* {check.why} **What to do:** {check.remedy}\n"
    fence = "````" if "```" in check.example else "```"
    yield f"{fence}text\n{check.example}\n{fence}\n"


if __name__ == "__main__":
    page = reference()
    if "--check" in sys.argv:
        if not TARGET.is_file() or TARGET.read_text("utf-8") != page:
            sys.exit("docs/checks.md is out of step: run python tools/checks_reference.py")
        print("docs/checks.md is in step.")
    else:
        TARGET.write_text(page, "utf-8")
