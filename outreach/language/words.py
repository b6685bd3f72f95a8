"""The office's own words, which no dictionary has: ``templates/words.txt``, one a line."""

from pathlib import Path

FILE = "templates/words.txt"


def read(folder: Path) -> frozenset[str]:
    """Return the words of the office ``folder``; none where it keeps no list.

    Empty lines and those that start with # are left out.
    """
    path = folder / FILE
    if not path.is_file():
        return frozenset()
    return listed(path.read_text("utf-8-sig", errors="replace"))


def listed(text: str) -> frozenset[str]:
    """Return the words of a list's text."""
    words = (" ".join(line.split()) for line in text.splitlines())
    return frozenset(word for word in words if word and not word.startswith("#"))
