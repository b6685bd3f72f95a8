"""What an examination of the office found: good, to look at, or to mend now, and what to do."""

from dataclasses import dataclass
from enum import StrEnum

from outreach.errors import N_, Phrase


class Level(StrEnum):
    """How urgent a finding is."""

    GOOD = "good"
    LOOK = "look"
    """It works; somebody should look at it."""
    MEND = "mend"
    """Letters do not leave, or could be lost."""


LEVELS = {Level.GOOD: N_("good"), Level.LOOK: N_("to look at"), Level.MEND: N_("to mend")}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    about: str
    """A stable name, for programs."""
    level: Level
    what: Phrase
    todo: Phrase | None = None


def good(about: str, what: str, **values: object) -> Finding:
    """Return that a thing is in order."""
    return Finding(about, Level.GOOD, Phrase(what, values))


def look(about: str, what: str, todo: str, **values: object) -> Finding:
    """Return that somebody should look at a thing."""
    return Finding(about, Level.LOOK, Phrase(what, values), Phrase(todo, values))


def mend(about: str, what: str, todo: str, **values: object) -> Finding:
    """Return that a thing is to be mended now."""
    return Finding(about, Level.MEND, Phrase(what, values), Phrase(todo, values))
