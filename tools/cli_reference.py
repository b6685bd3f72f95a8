"""Write ``docs/cli.md`` from the commands themselves; ``--check`` fails where it is out of step."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from outreach import words
from outreach.cli.main import main as program

TARGET = Path(__file__).parent.parent / "docs" / "cli.md"
WIDTH = 88
HEAD = """\
# Command line

Written by `tools/cli_reference.py` from the commands; do not edit. Every command shows the same
text with `--help`, in French, Spanish or English (`--ui-lang`).

Exit codes: 0 done, 1 refused with a reason, 2 wrong use, 70 a fault of the program (its details
are in a file that the message names), 130 interrupted.
"""


def reference() -> str:
    """Return the whole page."""
    words.use("en")
    return HEAD + "".join(sections(program, "outreach", None))


def sections(command: click.Command, path: str, parent: click.Context | None) -> Iterator[str]:
    """Yield the help of a command, then of the commands under it."""
    context = click.Context(
        command, info_name=path.rpartition(" ")[2], parent=parent, max_content_width=WIDTH
    )
    context.terminal_width = WIDTH
    level = min(path.count(" ") + 2, 4)
    yield f"\n{'#' * level} {path}\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            under = command.get_command(context, name)
            if under is not None and not under.hidden:
                yield from sections(under, f"{path} {name}", context)


if __name__ == "__main__":
    page = reference()
    if "--check" in sys.argv:
        if not TARGET.is_file() or TARGET.read_text("utf-8") != page:
            sys.exit("docs/cli.md is out of step: run python tools/cli_reference.py")
        print("docs/cli.md is in step.")
    else:
        TARGET.write_text(page, "utf-8")
